"""The engine: keys of daemon.json, defaults of a container, deprecated features."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import prod
from pathlib import Path

from threatbase.truth.extractors import golang
from threatbase.truth.extractors.datafile import Items

_CONFIG = (
    "config/builder.go",
    "config/config.go",
    "config/config_linux.go",
    "pkg/opts/nri_opts.go",
    "pkg/registry/config.go",
)
_MOUNT = re.compile(
    r'Destination: "(?P<path>[^"]+)",\s*Type: +"(?P<type>[^"]+)",\s*Source: +"[^"]*",\s*'
    r"Options: +\[\]string\{(?P<options>[^}]*)\}"
)
_ROW = re.compile(r"^\| (Deprecated|Removed) +\| \[(.+)\]\(#([^)]+)\) +\| (\S+) +\| (\S+) +\|$", re.MULTILINE)

Structs = Mapping[str, tuple[golang.Field, ...]]


def daemon_keys(moby: Path) -> Items:
    """Keys of daemon.json on Linux, nested ones with dots, each with the type of its value."""
    structs: dict[str, tuple[golang.Field, ...]] = {}
    for name in _CONFIG:
        structs |= golang.structs(_read(moby / "daemon" / name))
    return dict(_keys(structs, "Config", ""))


def default_capabilities(moby: Path) -> frozenset[str]:
    """The capabilities of a container by default, without CAP_."""
    source = _read(moby / "daemon/pkg/oci/caps/defaults.go")
    names = golang.strings(golang.block(source, r"return \[\]string\{"))
    return frozenset(name.removeprefix("CAP_") for name in names)


def defaults(moby: Path, profiles: Path) -> Items:
    """What every container has by default: namespaces, mounts, devices, masked paths, AppArmor rules."""
    source = _read(moby / "daemon/pkg/oci/defaults.go")
    code = golang.without_comments(source)
    sysctls = re.findall(r'Linux\.Sysctl\["([^"]+)"\] = "([^"]*)"', _read(moby / "daemon/oci_linux.go"))
    return {
        "apparmor_deny": _apparmor_deny(_read(profiles / "apparmor/template.go")),
        "device_rules": list(_device_rules(golang.block(source, r"Devices: \[\]specs\.LinuxDeviceCgroup\{"))),
        "devices": _devices(source),
        "masked_paths": golang.strings(golang.block(source, r"maskedPaths := \[\]string\{")),
        "mounts": {match["path"]: _mount(match) for match in _MOUNT.finditer(code)},
        "namespaces": sorted(name.lower() for name in re.findall(r"Type: specs\.(\w+)Namespace\b", code)),
        "readonly_paths": golang.strings(golang.block(source, r"ReadonlyPaths: \[\]string\{")),
        "settings": _settings(moby),
        "sysctls": dict(sysctls),
    }


def deprecations(docker_cli: Path) -> Items:
    """Deprecated features: the release that deprecated one, and the one that removed it or is to remove it."""
    text = _read(docker_cli / "docs/deprecated.md")
    rows = _ROW.findall(text)
    if not rows:
        raise golang.NotFoundError("deprecated.md has no table of features")
    return {row[2]: _deprecation(row, text) for row in rows}


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _keys(structs: Structs, name: str, prefix: str) -> Iterator[tuple[str, str]]:
    for field in structs[name]:
        if field.tag == "-":
            continue
        inner = field.type.rpartition(".")[2].lstrip("*") if not field.type.startswith(("[", "map")) else ""
        if not field.name and field.tag is None:  # embedded: its fields stand on the same level
            yield from _keys(structs, inner, prefix)
            continue
        key = prefix + (field.tag or _lower(field.name))
        yield key, "mapping" if inner in structs else _json_type(field.type)
        if inner in structs:
            yield from _keys(structs, inner, f"{key}.")


def _lower(name: str) -> str:
    """How the manual writes a field without a name of its own: DefaultKeepStorage → defaultKeepStorage."""
    return name.lower() if name.isupper() else name[0].lower() + name[1:]


def _json_type(go_type: str) -> str:
    name = go_type.lstrip("*")
    if name.startswith("[") or name == "opts.PoolsOpt":
        return "list"
    if name.startswith(("int", "uint")):
        return "number"
    return {"bool": "boolean"}.get(name, "mapping" if name.startswith("map[") else "string")


def _mount(match: re.Match[str]) -> list[str]:
    """The type of a mount, then its options."""
    return [match["type"], *golang.strings(match["options"])]


def _device_rules(body: str) -> Iterator[str]:
    """`allow c 1:5 rwm`: the default rules of the device cgroup, in order."""
    for rule in re.findall(r"\{([^{}]*)\}", body):
        fields = dict(re.findall(r"(\w+): +(?:iPtr\()?\"?(\w+)", rule))
        verdict = "allow" if fields["Allow"] == "true" else "deny"
        number = f"{fields.get('Major', '*')}:{fields.get('Minor', '*')}"
        yield f"{verdict} {fields.get('Type', 'a')} {number} {fields['Access']}"


def _devices(source: str) -> list[str]:
    """The devices that the runtime adds by itself: only a comment names them."""
    match = re.search(r"implicitly contains the following devices:\s*//\s*(.+?)\.\n", source)
    if not match:
        raise golang.NotFoundError("no comment names the default devices")
    return sorted(re.findall(r"\w+", match[1].replace(" and ", " ")))


def _apparmor_deny(template: str) -> list[str]:
    rules = re.findall(r"^ +deny ([^#\n]+),", template, re.MULTILINE)
    return [rule.strip() for rule in rules]


def _settings(moby: Path) -> Items:
    source = _read(moby / "daemon/config/config.go") + _read(moby / "daemon/config/config_linux.go")
    values = golang.constants(_read(moby / "api/types/container/hostconfig.go")) | golang.constants(source)
    return {
        "api_version": _value(values, "MaxAPIVersion"),
        "cgroupns": _value(values, "DefaultCgroupNamespaceMode"),
        "cgroupns_on_cgroup_v1": _value(values, "DefaultCgroupV1NamespaceMode"),
        "ipc": _value(values, "DefaultIpcMode"),
        "log_driver": _value(values, "DefaultLogDriver"),
        "min_api_version": _value(values, "defaultMinAPIVersion"),
        "runtime": _value(values, "StockRuntimeName"),
        "seccomp_profile": _value(values, "SeccompProfileDefault"),
        "shm_size": prod(int(factor) for factor in values["DefaultShmSize"].split("*")),
    }


def _value(constants: Mapping[str, str], name: str) -> str:
    """The text of a constant, through others that it names (`container.IPCModePrivate`)."""
    value = constants[name]
    return value.strip('"') if value.startswith('"') else _value(constants, value.rpartition(".")[2])


def _deprecation(row: tuple[str, ...], text: str) -> Items:
    status, feature, anchor, since, end = row
    section = re.split(r"^### ", text, flags=re.MULTILINE)
    body = next((part for part in section if _anchor(part.partition("\n")[0]) == anchor), "")
    target = re.search(r"\*\*Target for removal in release: v([\w.]+)", body)
    removal = _release(end) or (target[1] if target else None)
    return {
        "feature": " ".join(feature.replace("`", "").split()),
        "deprecated": _release(since),
        "removed": removal if status == "Removed" else None,
        "target": removal if status == "Deprecated" else None,
    }


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def _release(cell: str) -> str | None:
    return None if cell == "-" else cell.removeprefix("v")
