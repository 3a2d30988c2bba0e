"""Problems: what is wrong in the content, where, and what to do about it.

Faults in content are values, never exceptions, so that one run reports them all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Literal

Severity = Literal["error", "warning"]

_SPACES = "\u00a0\u202f\u2009"
"""Spaces of French typography, which Python does not count as printable."""


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file. `line` and `column` count from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault: where it is, its stable code, and a message that says what to do."""

    location: Location
    code: str
    message: str
    severity: Severity = "error"

    def __str__(self) -> str:
        return one_line(f"{self.location}: {self.severity}[{self.code}]: {self.message}")

    def for_release(self) -> Problem:
        """The same problem as a release sees it: no warning is let through."""
        return replace(self, severity="error")


def one_line(text: str) -> str:
    """The text with line breaks and other control characters written out: it cannot forge a line of output."""
    return "".join(char if char.isprintable() or char in _SPACES else ascii(char)[1:-1] for char in text)


def shorten(text: str) -> str:
    """At most 60 characters of what somebody wrote, to be quoted in a message."""
    return text if len(text) <= 60 else text[:59] + "…"


def did_you_mean(word: str, known: Iterable[str], closeness: float = 0.6) -> str:
    """`"; did you mean 'x'?"` where something close is known, else an empty string. Numbers ask for more closeness."""
    if len(word) > 100:
        return ""
    close = get_close_matches(word, list(known), n=1, cutoff=closeness)
    return f"; did you mean '{close[0]}'?" if close else ""


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """The problems that stop a build."""
    return [problem for problem in problems if problem.severity == "error"]
