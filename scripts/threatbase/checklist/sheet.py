"""Sheets: a checklist with what people typed into it, and what comes back out of a file."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from threatbase.checklist.criteria import Criteria
from threatbase.checklist.items import SECTIONS, Item, Section

Status = Literal["todo", "done", "not-applicable", "accepted-risk"]
STATUSES: tuple[Status, ...] = ("todo", "done", "not-applicable", "accepted-risk")

Flag = Literal["", "new", "changed", "withdrawn", "superseded", "unknown"]
FLAGS: tuple[Flag, ...] = ("", "new", "changed", "withdrawn", "superseded", "unknown")

TYPED = ("status", "owner", "evidence", "date", "note")
"""What people type, in the order of the columns."""

FIRST_DAY = datetime.date(2026, 11, 23)
"""The day of a checklist that lists nothing: that on which the knowledge began."""

_NOT_CARRIED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed on one item. `date` is a day, 2026-01-31, or whatever was typed in its place."""

    status: Status = "todo"
    owner: str = ""
    evidence: str = ""
    date: str = ""
    note: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nobody has typed anything."""
        return self == Typed()


@dataclass(frozen=True, slots=True)
class Row:
    """An item with what was typed on it. `ticked` is the content that it was ticked at, if that is another one."""

    item: Item
    typed: Typed = Typed()
    flag: Flag = ""
    ticked: str = ""

    @property
    def content(self) -> str:
        """What a file carries: the content, or `ticked>content` as long as a change has not been looked at."""
        return f"{self.ticked}>{self.item.content}" if self.ticked else self.item.content


@dataclass(frozen=True, slots=True)
class Stray:
    """A line of an old file that the checklist no longer asks for: kept, with the reason."""

    id: str
    title: str
    typed: Typed
    flag: Flag
    content: str = ""
    successor: str = ""


@dataclass(frozen=True)
class Checklist:
    """Everything that a format writes: the rows in their order, and the strays at the end.

    `remarks` are sentences that belong above the list: what nothing closes, what is irreplaceable. `reviewed` is the
    day of the newest review among the entries that it lists.
    """

    criteria: Criteria
    version: str
    digest: str
    title: str
    remarks: tuple[str, ...]
    rows: tuple[Row, ...]
    strays: tuple[Stray, ...] = ()
    reviewed: datetime.date = FIRST_DAY

    def by_section(self) -> Iterator[tuple[Section, list[Row]]]:
        """The sections that have rows, in order."""
        for section in SECTIONS:
            rows = [row for row in self.rows if row.item.section == section]
            if rows:
                yield section, rows

    def header(self) -> dict[str, object]:
        """What every file says of itself, as plain data: `read_header` takes it back."""
        return {
            "checklist": "threatbase",
            "format": 1,
            "version": self.version,
            "digest": self.digest,
            "criteria": self.criteria.as_data(),
        }


@dataclass(frozen=True, slots=True)
class Line:
    """One line that came back: `content` is what it was last looked at with, `place` where it stands in its file."""

    id: str
    title: str
    typed: Typed
    content: str = ""
    place: str = ""


@dataclass(frozen=True)
class Filled:
    """A file that came back: its name, what it says of itself, its lines, and what was odd in it."""

    name: str
    criteria: Criteria
    version: str
    digest: str
    lines: tuple[Line, ...]
    oddities: tuple[str, ...] = ()


class UnreadableError(Exception):
    """A file that is no checklist, or a damaged one; the message tells where, and what does not fit."""


def clean(text: str) -> str:
    """Text that every format can carry: without control characters, with `\\n` for every end of line."""
    return _NOT_CARRIED.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n"))


def cleaned(typed: Typed) -> Typed:
    """What was typed, with every text cleaned."""
    return Typed(typed.status, clean(typed.owner), clean(typed.evidence), clean(typed.date), clean(typed.note))


def as_day(text: str) -> str:
    """A day as it is compared, 2026-01-31, also where it was typed 31/01/2026, 31.1.2026 or 31-01-2026."""
    match = _TYPED_DAY.fullmatch(text.strip())
    if match is None:
        return text
    day, month, year = (int(part) for part in match.groups())
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return text


_TYPED_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def is_day(text: str) -> bool:
    """Whether a text is a day, 2026-01-31."""
    try:
        return _DAY.fullmatch(text) is not None and bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


def looked_at(content: str, flag: str) -> str:
    """The content that a line was last looked at with: deleting the word “changed” says that one has."""
    before, arrow, now = content.partition(">")
    return now if arrow and not flag.strip() else before
