"""Dockerfile instructions and their flags, from BuildKit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from threatbase.truth.extractors import golang
from threatbase.truth.extractors.datafile import Items

_FUNCTION = re.compile(r"^func (parse(\w+))\(", re.MULTILINE)


def instructions(buildkit: Path) -> Items:
    """Every instruction, with its flags: whether one takes a value, whether it needs a labs syntax."""
    frontend = buildkit / "frontend/dockerfile"
    names = golang.constants(_read(frontend / "command/command.go")).values()
    labs = frozenset(_read(frontend / "release/labs/tags").split())
    found: Items = {name.strip('"').upper(): {} for name in names}
    for instruction, source in _sources(frontend / "instructions"):
        if instruction in found:
            found[instruction] |= _flags(instruction, source, labs)
    return {name: dict(sorted(flags.items())) for name, flags in found.items()}


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _sources(folder: Path) -> Iterator[tuple[str, str]]:
    """The code that declares the flags of each instruction; RUN has a file for each flag."""
    parser = _read(folder / "parse.go")
    for match in _FUNCTION.finditer(parser):
        yield match[2].upper(), golang.block(parser, rf"func {match[1]}\([^{{]*\{{")
    for file in sorted(folder.glob("commands_run*.go")):
        if not file.stem.endswith("_test"):
            yield "RUN", _read(file)


def _flags(instruction: str, source: str, labs: frozenset[str]) -> Items:
    """`dfrundevice`, a build tag of the labs release, stands for `RUN --device`."""
    flags: Items = {}
    for call in golang.calls(source, "flags"):
        if call.method.startswith("Add"):
            name = golang.strings(call.arguments[0])[0]
            tag = f"df{instruction.lower()}{name.replace('-', '')}"
            flags[f"--{name}"] = {"value": call.method != "AddBool", "labs": tag in labs}
    return flags
