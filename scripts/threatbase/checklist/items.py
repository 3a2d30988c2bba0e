"""Items: what a checklist asks for, one measure each, in the words of one language."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Section = Literal["keep", "essential", "standard", "strict"]
SECTIONS: tuple[Section, ...] = ("keep", "essential", "standard", "strict")


@dataclass(frozen=True, slots=True)
class Snippet:
    """How to put a measure in place with one tool: run, compose, daemon, dockerfile or host."""

    tool: str
    text: str


@dataclass(frozen=True, slots=True)
class Check:
    """A command, the regular expression that its output matches, and how to read it."""

    command: str
    expect: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One measure as a checklist asks for it.

    `id` is the mitigation's, `no:OPTION` for an option to do without, `@container` at its end where there are
    several; `priority` runs from 1 (a goal reopens without it) to 4; `why` are sentences; `excludes` are ids of
    items that cannot be had together with it; `mappings` are ids by catalogue; `content` tells whether it changed.
    """

    id: str
    title: str
    summary: str
    section: Section
    priority: int
    why: tuple[str, ...]
    how: tuple[Snippet, ...]
    checks: tuple[Check, ...]
    cost: int
    breaks: str
    excludes: tuple[str, ...]
    mappings: Mapping[str, tuple[str, ...]]
    address: str
    content: str


def content_of(how: tuple[Snippet, ...], checks: tuple[Check, ...], facts: tuple[str, ...]) -> str:
    """Twelve letters and digits over what does not depend on a language: snippets, checks, versions, cost.

    The first is a letter: a spreadsheet that opens a CSV file would take 420803018434 or 12e456789012 for a number.
    """
    neutral = [[(one.tool, one.text) for one in how], [(one.command, one.expect) for one in checks], facts]
    return "c" + hashlib.sha256(json.dumps(neutral).encode()).hexdigest()[:11]
