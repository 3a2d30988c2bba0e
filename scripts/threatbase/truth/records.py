"""What the loaders return: frozen records, one for each kind of fact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a data file comes from; `extracted` is the day, as YYYY-MM-DD."""

    origin: str
    version: str
    licence: str
    extracted: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag of docker run or docker build: `since` is the API version that the daemon must speak."""

    short: str | None
    value: bool
    since: str | None
    deprecated: bool
    hidden: bool
    os: str | None


@dataclass(frozen=True, slots=True)
class InstructionFlag:
    """A flag of a Dockerfile instruction; `labs`: only with the labs syntax."""

    value: bool
    labs: bool


@dataclass(frozen=True, slots=True)
class Capability:
    """A capability: its number in the kernel, and whether a container has it by default."""

    number: int
    default: bool


@dataclass(frozen=True, slots=True)
class Syscall:
    """A system call, as Docker's default seccomp profile treats it on x86-64 with the default capabilities.

    `conditional` depends on its arguments or on the kernel (`min_kernel`). Any one of `capabilities`
    allows it too; an allowed call that has some hangs on them. `number` is None on other architectures.
    """

    number: int | None
    default: Literal["allowed", "conditional", "denied"]
    capabilities: tuple[str, ...]
    arguments: bool
    min_kernel: str | None


@dataclass(frozen=True, slots=True)
class Namespace:
    """A type of namespace: its name in /proc/PID/ns and the value of its clone flag."""

    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Deprecation:
    """A feature of the engine: the release that deprecated it, that removed it or is to remove it."""

    feature: str
    deprecated: str | None
    removed: str | None
    target: str | None


@dataclass(frozen=True, slots=True)
class FoundingDocument:
    """One of the documents that the knowledge base grew from."""

    title: str
    language: str
    year: int
    nature: str


@dataclass(frozen=True, slots=True)
class FoundingFact:
    """A statement of a founding document, in our own words; `now` hints at what has changed since."""

    id: str
    source: str
    kind: str
    fact: str
    now: str | None = None
