"""The kernel: capabilities, namespaces and system calls, with what Docker's defaults make of them.

The folder of headers is what `make headers_install` leaves behind: `linux/` and `asm/` (x86-64).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from threatbase.truth.extractors.datafile import Items
from threatbase.truth.extractors.docker import default_capabilities

Rule = Mapping[str, Any]
"""A rule of a seccomp profile, as JSON has it."""

_ARCHITECTURE = "amd64"


def version(headers: Path) -> str:
    """`7.2`: the version of the kernel that the headers belong to."""
    text = _read(headers / "linux/version.h")
    parts = [re.search(rf"LINUX_VERSION_{part} (\d+)", text) for part in ("MAJOR", "PATCHLEVEL")]
    return ".".join(part[1] for part in parts if part)


def capabilities(headers: Path, moby: Path) -> Items:
    """Every capability, without CAP_: its number, and whether a container has it by default."""
    numbers = re.findall(r"^#define CAP_(\w+)\s+(\d+)", _read(headers / "linux/capability.h"), re.MULTILINE)
    default = default_capabilities(moby)
    return {name: {"number": int(number), "default": name in default} for name, number in numbers}


def namespaces(headers: Path) -> Items:
    """The clone flag of every type of namespace: its value, and its name in /proc/PID/ns."""
    flags = re.findall(r"^#define CLONE_NEW(\w+)\s+0x(\w+)", _read(headers / "linux/sched.h"), re.MULTILINE)
    return {
        f"CLONE_NEW{name}": {"name": "mnt" if name == "NS" else name.lower(), "value": int(value, 16)}
        for name, value in flags
    }


def syscalls(headers: Path, profiles: Path, moby: Path) -> Items:
    """The system calls of x86-64, and those that the profile names, as the default profile treats them."""
    table = re.findall(r"^#define __NR_(\w+)\s+(\d+)", _read(headers / "asm/unistd_64.h"), re.MULTILINE)
    numbers = {name: int(number) for name, number in table}
    rules = [rule for rule in json.loads(_read(profiles / "seccomp/default.json"))["syscalls"] if _allows(rule)]
    named = {name for rule in rules for name in rule["names"]}
    default = default_capabilities(moby)
    return {
        name: {"number": numbers.get(name)} | _verdict([rule for rule in rules if name in rule["names"]], default)
        for name in named | set(numbers)
    }


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _allows(rule: Rule) -> bool:
    """Whether a rule allows something, and is there on x86-64."""
    includes, excludes = rule.get("includes", {}), rule.get("excludes", {})
    here = _ARCHITECTURE in includes.get("arches", [_ARCHITECTURE]) and _ARCHITECTURE not in excludes.get("arches", [])
    return here and rule["action"] == "SCMP_ACT_ALLOW"


def _verdict(rules: Iterable[Rule], default: frozenset[str]) -> Items:
    """Allowed, conditional (on arguments or the kernel) or denied to a container with the default capabilities."""
    rules = list(rules)
    open_rules = [rule for rule in rules if _needs(rule) <= default]
    free = any(not rule.get("args") and not _kernel(rule) for rule in open_rules)
    needed = {name for rule in rules for name in _needs(rule)}
    return {
        "default": "allowed" if free else "conditional" if open_rules else "denied",
        "capabilities": sorted(needed & default if free else needed),
        "arguments": not free and any(rule.get("args") for rule in open_rules),
        "min_kernel": None if free else next(filter(None, map(_kernel, open_rules)), None),
    }


def _needs(rule: Rule) -> set[str]:
    return {name.removeprefix("CAP_") for name in rule.get("includes", {}).get("caps", [])}


def _kernel(rule: Rule) -> str | None:
    found: str | None = rule.get("includes", {}).get("minKernel")
    return found
