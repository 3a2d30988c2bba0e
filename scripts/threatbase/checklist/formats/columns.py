"""Columns: a checklist as a table, for the formats that are tables, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from threatbase.checklist.criteria import criteria_of
from threatbase.checklist.items import Item
from threatbase.checklist.sheet import (
    STATUSES,
    TYPED,
    Checklist,
    Filled,
    Flag,
    Line,
    Status,
    Stray,
    Typed,
    UnreadableError,
    cleaned,
    looked_at,
)
from threatbase.models import LANGUAGES
from threatbase.words import Words

COLUMNS = (
    "id", "section", "priority", "title", "why", "how", "verify", "expect", "cost", "breaks", "excludes", "mappings",
    *TYPED, "flag", "content",
)  # fmt: skip
"""The columns, in order; their titles stand in the locales under `checklist.column`."""

NEEDED = ("id", *TYPED)
"""Columns without which a table cannot come back."""

MARK = "#threatbase"
"""The id of the line that carries the header of the file."""


def titles(words: Words) -> list[str]:
    """The titles of the columns in one language."""
    return [words(f"checklist.column.{column}") for column in COLUMNS]


def cells(checklist: Checklist, words: Words) -> Iterator[dict[str, str]]:
    """Every line of the table by column: the rows, then the strays."""
    names = {row.item.id: row.item.title for row in checklist.rows}
    for row in checklist.rows:
        yield _described(row.item, names, words) | typed_cells(row.typed, row.flag, words) | {"content": row.content}
    for stray in checklist.strays:
        empty = dict.fromkeys(COLUMNS, "")
        known = {"id": stray.id, "title": stray.title, "content": stray.content}
        yield empty | known | typed_cells(stray.typed, stray.flag, words) | {"flag": stray_flag(stray, words)}


def _described(item: Item, names: Mapping[str, str], words: Words) -> dict[str, str]:
    return {
        "id": item.id,
        "section": words(f"checklist.section_short.{item.section}"),
        "priority": words(f"checklist.priority.p{item.priority}"),
        "title": item.title,
        "why": "\n".join((item.summary, *item.why)),
        "how": how_text(item, words),
        "verify": "\n".join(check.command for check in item.checks),
        "expect": "\n".join(" — ".join(part for part in (one.expect, one.because) if part) for one in item.checks),
        "cost": str(item.cost),
        "breaks": item.breaks,
        "excludes": ", ".join(names[other] for other in item.excludes),
        "mappings": mappings_text(item, words),
    }


def how_text(item: Item, words: Words) -> str:
    """The snippets of an item, each under the name of its tool."""
    return "\n\n".join(
        f"{words('apply.' + one.tool)}{words('colon').rstrip()}\n{one.text.rstrip()}" for one in item.how
    )


def mappings_text(item: Item, words: Words) -> str:
    """The same measure in other catalogues, a line for each."""
    return "\n".join(
        f"{words('checklist.mapping.' + name)}{words('colon')}{', '.join(_shown(name, id_) for id_ in ids)}"
        for name, ids in item.mappings.items()
    )


def _shown(catalogue: str, id_: str) -> str:
    """An id of another catalogue; a number of the CIS benchmark with its version behind it."""
    version, _, number = id_.partition(" ")
    return f"{number} ({version})" if catalogue == "cis" else id_


def typed_cells(typed: Typed, flag: Flag, words: Words) -> dict[str, str]:
    """What was typed, and the flag, by column."""
    return {
        "status": words(f"checklist.status.{typed.status}"),
        "owner": typed.owner,
        "evidence": typed.evidence,
        "date": typed.date,
        "note": typed.note,
        "flag": words(f"checklist.flag.{flag}") if flag else "",
    }


def stray_flag(stray: Stray, words: Words) -> str:
    """The flag of a stray, with its successor where it has one."""
    flag = words(f"checklist.flag.{stray.flag}") if stray.flag else ""
    return f"{flag}{words('colon')}{stray.successor}" if stray.successor else flag


def header_text(checklist: Checklist) -> str:
    """The header of a file as one line of JSON."""
    return json.dumps(checklist.header(), ensure_ascii=False, sort_keys=True)


def filled(name: str, header: str, lines: Sequence[Line], oddities: Sequence[str]) -> Filled:
    """A file that came back, from its header and its lines. Raises UnreadableError."""
    try:
        data = json.loads(header)
        return filled_of(name, data, lines, oddities)
    except ValueError as error:
        raise UnreadableError(f"the header of the checklist is damaged: {error}") from None


def filled_of(name: str, header: Any, lines: Sequence[Line], oddities: Sequence[str] = ()) -> Filled:
    """A file that came back, from the data of its header. Raises ValueError."""
    if not isinstance(header, dict) or header.get("checklist") != "threatbase":
        raise ValueError("it is not one of Threatbase")
    if header.get("format") != 1:
        raise ValueError(f"it is of format {header.get('format')!r}, and only 1 is known; update threatbase")
    criteria = header.get("criteria")
    if not isinstance(criteria, dict):
        raise ValueError("it has no criteria")
    version, digest = header.get("version"), header.get("digest")
    if not isinstance(version, str) or not isinstance(digest, str):
        raise ValueError("it has no version or no digest")
    return Filled(name, criteria_of(criteria), version, digest, tuple(lines), tuple(oddities))


def columns_of(row: Sequence[str]) -> dict[str, int]:
    """Where each column stands, by the titles of the first row in any language; the first of two wins."""
    found: dict[str, int] = {}
    for index, title in enumerate(row):
        column = column_of(title)
        if column:
            found.setdefault(column, index)
    return found


def column_of(title: str) -> str | None:
    """The column that a title in one of the languages stands for."""
    return _columns_by_title().get(_folded(title))


@cache
def _columns_by_title() -> dict[str, str]:
    return {
        _folded(Words(language)(f"checklist.column.{column}")): column for language in LANGUAGES for column in COLUMNS
    }


@cache
def _statuses_by_word() -> dict[str, Status]:
    words = {_folded(Words(lang)(f"checklist.status.{status}")): status for lang in LANGUAGES for status in STATUSES}
    return words | {status: status for status in STATUSES}


def _folded(text: str) -> str:
    return " ".join(text.replace("’", "'").replace("\u00a0", " ").split()).casefold()


def status_of(text: str) -> tuple[Status, str]:
    """The status that was typed, in either language, and what was typed where it is none."""
    folded = _folded(text)
    if not folded:
        return "todo", ""
    known = _statuses_by_word().get(folded)
    return (known, "") if known else ("todo", text)


def line_of(values: Mapping[str, str], more: Mapping[str, str], place: str) -> tuple[Line, list[str]]:
    """A line from its cells by column and those of columns that people added, and what was odd about it.

    A status that is none and the cells of other columns are kept in the note.
    """
    status, odd = status_of(values.get("status", ""))
    owner, evidence, date, note = (values.get(column, "") for column in TYPED[1:])
    kept = ([f"[status] {odd}"] if odd else []) + [f"[{title}] {cell}" for title, cell in more.items()]
    note = "\n".join([note, *kept] if note else kept)
    content = looked_at(values.get("content", ""), values.get("flag", ""))
    typed = cleaned(Typed(status, owner, evidence, date, note))
    oddities = [f"{place}: '{odd}' is no status; it was kept in the note"] if odd else []
    return Line(values.get("id", "").strip(), values.get("title", ""), typed, content, place), oddities
