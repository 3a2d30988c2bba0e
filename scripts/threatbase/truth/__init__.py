"""Facts that entries are checked against: what Docker, Compose, the kernel and the catalogues really say.

The files in `data/` hold the facts; `python -m threatbase.truth.extract` makes them from local
checkouts. Each loader reads its file when it is first called, and once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from threatbase.sources import Data, decode, parse
from threatbase.truth.records import (
    Capability,
    Deprecation,
    Flag,
    FoundingDocument,
    FoundingFact,
    InstructionFlag,
    Namespace,
    Provenance,
    Syscall,
)

__all__ = [
    "DATA",
    "Capability",
    "Deprecation",
    "Flag",
    "FoundingDocument",
    "FoundingFact",
    "InstructionFlag",
    "MappingKind",
    "Namespace",
    "Provenance",
    "Syscall",
    "attack_on_containers",
    "build_flags",
    "capabilities",
    "cis",
    "cis_versions",
    "commands",
    "compose_keys",
    "compose_schema",
    "daemon_keys",
    "deprecations",
    "docker_defaults",
    "dockerfile_instructions",
    "founding_documents",
    "founding_facts",
    "mapping_ids",
    "namespaces",
    "provenance",
    "run_flags",
    "syscalls",
]

MappingKind = Literal[
    "attack-mitigation",
    "attack-tactic",
    "attack-technique",
    "capec",
    "cwe",
    "microsoft",
    "microsoft-mitigation",
    "nist-countermeasure",
    "nist-risk",
    "owasp-docker",
]

DATA = Path(__file__).parent / "data"

_CATALOGUES: Mapping[MappingKind, tuple[str, str | None]] = {
    "attack-mitigation": ("attack", "mitigations"),
    "attack-tactic": ("attack", "tactics"),
    "attack-technique": ("attack", "techniques"),
    "capec": ("capec", None),
    "cwe": ("cwe", None),
    "microsoft": ("microsoft-kubernetes", "techniques"),
    "microsoft-mitigation": ("microsoft-kubernetes", "mitigations"),
    "nist-countermeasure": ("nist-800-190", "countermeasures"),
    "nist-risk": ("nist-800-190", "risks"),
    "owasp-docker": ("owasp-docker", None),
}

_T = TypeVar("_T")


@cache
def run_flags() -> Mapping[str, Flag]:
    """Flags of docker run, hidden ones too: `--cap-add` → Flag."""
    return _records("docker-run-flags", Flag)


@cache
def build_flags() -> Mapping[str, Flag]:
    """Flags of docker build (Buildx), hidden ones too."""
    return _records("docker-build-flags", Flag)


def commands() -> Mapping[str, Mapping[str, bool]]:
    """Documented commands with their flags, long and short: true where the flag takes a value."""
    return _items("docker-commands")


def daemon_keys() -> Mapping[str, str]:
    """Keys of daemon.json on Linux, nested ones with dots, each with its type: `boolean`, `list` …"""
    return _items("daemon-keys")


def docker_defaults() -> Mapping[str, Any]:
    """What every container has by default: masked paths, devices, mounts, namespaces, sysctls …"""
    return _items("docker-defaults")


@cache
def deprecations() -> Mapping[str, Deprecation]:
    """Deprecated features of the engine, by their anchor on the page of the manual."""
    return _records("deprecations", Deprecation)


@cache
def dockerfile_instructions() -> Mapping[str, Mapping[str, InstructionFlag]]:
    """Dockerfile instructions with their flags."""
    return MappingProxyType(
        {
            name: MappingProxyType({flag: InstructionFlag(**fields) for flag, fields in flags.items()})
            for name, flags in _items("dockerfile-instructions").items()
        }
    )


@cache
def compose_keys() -> Mapping[str, frozenset[str]]:
    """Keys of a Compose file by section: `top`, `service`, `network`, `volume`, `build`, `deploy` …"""
    return MappingProxyType({section: frozenset(keys) for section, keys in _items("compose-keys").items()})


@cache
def compose_schema() -> Mapping[str, Any]:
    """The JSON Schema of the Compose Specification; callers must not change it."""
    schema: dict[str, Any] = json.loads((DATA / "compose-spec.json").read_bytes())
    return schema


@cache
def capabilities() -> Mapping[str, Capability]:
    """Capabilities, without CAP_."""
    return _records("capabilities", Capability)


@cache
def syscalls() -> Mapping[str, Syscall]:
    """System calls of x86-64, and those of other architectures that the default profile names."""
    calls = _items("syscalls").items()
    return MappingProxyType(
        {name: Syscall(**{**fields, "capabilities": tuple(fields["capabilities"])}) for name, fields in calls}
    )


@cache
def namespaces() -> Mapping[str, Namespace]:
    """Types of namespace by clone flag: `CLONE_NEWPID` → Namespace."""
    return _records("namespaces", Namespace)


@cache
def mapping_ids(kind: MappingKind) -> Mapping[str, str]:
    """Ids of a catalogue with their names; those of CWE and CAPEC are the bare number: `269`."""
    file, group = _CATALOGUES[kind]
    items = _items(file)
    return MappingProxyType(items[group]) if group else items


@cache
def attack_on_containers() -> Mapping[str, str]:
    """The techniques of ATT&CK on the platform Containers."""
    return MappingProxyType(_items("attack")["containers"])


def cis_versions() -> tuple[str, ...]:
    """The versions of the CIS Docker Benchmark that are known, oldest first."""
    return tuple(_items("cis-docker"))


@cache
def cis(version: str) -> Mapping[str, str]:
    """Recommendations of one version of the CIS Docker Benchmark: number → title in our own words."""
    return MappingProxyType(_items("cis-docker")[version])


@cache
def founding_documents() -> Mapping[str, FoundingDocument]:
    """The founding documents by id."""
    return MappingProxyType({id_: FoundingDocument(**fields) for id_, fields in _founding()["sources"].items()})


@cache
def founding_facts() -> Mapping[str, FoundingFact]:
    """Every statement of the founding documents, by id, in their order."""
    return MappingProxyType({fact["id"]: FoundingFact(**fact) for fact in _founding()["facts"]})


def provenance(name: str) -> Provenance:
    """Where the data file `name` comes from: `provenance("attack").version`."""
    header = {key: value for key, value in _file(name).items() if key != "items"}
    return Provenance(**header)


@cache
def _file(name: str) -> Mapping[str, Any]:
    content: dict[str, Any] = json.loads((DATA / f"{name}.json").read_bytes())
    return content


def _items(name: str) -> Mapping[str, Any]:
    return MappingProxyType(_file(name)["items"])


def _records(name: str, record: Callable[..., _T]) -> Mapping[str, _T]:
    return MappingProxyType({key: record(**fields) for key, fields in _items(name).items()})


@cache
def _founding() -> Data:
    file = DATA / "founding-facts.yaml"
    return parse(decode(file.read_bytes()), file.name).data
