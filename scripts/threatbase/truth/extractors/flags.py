"""Flags of command lines: from the Go code that declares them, and from the reference pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from threatbase.truth.extractors import golang
from threatbase.truth.extractors.datafile import Items

_BY_REFERENCE = re.compile(r"\w*Var(PF|P)?")
_BY_NAME = frozenset({"Bool", "BoolP", "String", "StringP"})
_ROW = re.compile(r"^\| (?P<names>[^|]*`--[^|]*)\|(?P<type>[^|]*)\|", re.MULTILINE)
_GENERATED_END = "<!---MARKER_GEN_END-->"
_ALIASES = re.compile(r"^### Aliases\n\n(?P<names>.*)$", re.MULTILINE)


def run_flags(docker_cli: Path) -> Items:
    """Flags of `docker run`, with those that its help does not show."""
    folder = docker_cli / "cli/command/container"
    flags = _declared(_read(folder / "opts.go") + _read(folder / "run.go"))
    return _checked(flags, docker_cli / "docs/reference/commandline/container_run.md")


def build_flags(buildx: Path) -> Items:
    """Flags of `docker build` as Buildx has them, with those that its help does not show."""
    flags = _declared(_read(buildx / "commands/build.go") + _read(buildx / "commands/root.go"))
    flags.pop("--timeout", None)  # declared in the same file for other commands
    return _checked(flags, buildx / "docs/reference/buildx_build.md")


def commands(docker_cli: Path, buildx: Path, compose_cli: Path) -> Items:
    """Every documented command, with its flags: true where the flag takes a value."""
    found = _documented(docker_cli / "docs/reference/commandline")
    plugins = _documented(buildx / "docs/reference") | _documented(compose_cli / "docs/reference")
    # `docker build` is Buildx: where the two describe the same command, Buildx is the one that runs.
    return {name: flags for name, flags in (found | plugins).items() if not name.startswith("docker compose alpha")}


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _declared(source: str) -> Items:
    flags: Items = {}
    for call in golang.calls(source, "flags"):
        _declare(flags, call)
    for call in golang.calls(source, "flags"):
        _annotate(flags, call)
    for match in re.finditer(r'flags\.Lookup\("([\w-]+)"\)\.NoOptDefVal', source):
        flags[f"--{match[1]}"]["value"] = False
    return flags


def _declare(flags: Items, call: golang.Call) -> None:
    by_reference = _BY_REFERENCE.fullmatch(call.method)
    if not by_reference and call.method not in _BY_NAME:
        return
    name, *rest = [_literal(argument) for argument in call.arguments[1 if by_reference else 0 :]]
    short = rest[0] if call.method.endswith(("P", "PF")) else ""
    flags[f"--{name}"] = {
        "short": f"-{short}" if short else None,
        "value": not call.method.startswith("Bool"),
        "since": None,
        "deprecated": False,
        "hidden": False,
        "os": None,
    }


def _annotate(flags: Items, call: golang.Call) -> None:
    """Takes over API version, operating system, hidden, deprecated (which pflag hides as well)."""
    if call.method in ("MarkHidden", "MarkDeprecated"):
        flag = flags[f"--{_literal(call.arguments[0])}"]
        flag["hidden"] = True
        flag["deprecated"] = flag["deprecated"] or call.method == "MarkDeprecated"
    if call.method == "SetAnnotation":
        name, annotation, values = (_literal(argument) for argument in call.arguments)
        key = {"version": "since", "ostype": "os"}.get(annotation)
        if key:
            flags[f"--{name}"][key] = values


def _literal(argument: str) -> str:
    found = golang.strings(argument)
    return found[0] if found else ""


def _checked(flags: Items, page: Path) -> Items:
    """The flags, if none of those that the reference page lists is missing."""
    missing = {name for name in _table(_read(page)) if name.startswith("--")} - set(flags)
    if missing:
        raise golang.NotFoundError(f"{page.name} lists flags that the code does not declare: {sorted(missing)}")
    return flags


def _documented(folder: Path) -> Items:
    found: Items = {}
    aliases: Items = {}
    for page in sorted(folder.glob("*.md")):
        if page.stem == "index":
            continue
        name = "docker" if page.stem == "docker" else f"docker {page.stem.replace('_', ' ')}"
        text = _read(page)
        found[name] = dict(sorted(_table(text).items()))
        aliases |= dict.fromkeys(_aliases(text), found[name])
    return aliases | found


def _aliases(page: str) -> Iterator[str]:
    match = _ALIASES.search(page)
    return (name for name in re.findall(r"`([^`]+)`", match["names"] if match else ""))


def _table(page: str) -> dict[str, bool]:
    """The flags of a reference page, long and short, each with whether it takes a value."""
    generated = page.partition(_GENERATED_END)[0]  # what follows is prose, with tables of its own
    return {
        name: row["type"].strip() != "`bool`"
        for row in _ROW.finditer(generated)
        for name in re.findall(r"`(--?[\w-]+)`", row["names"])
    }
