"""Merging: what people typed in old files, put onto today's checklist. Nothing that was typed is lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from threatbase.checklist.items import Item
from threatbase.checklist.sheet import Checklist, Filled, Flag, Line, Row, Stray, Typed, as_day, is_day
from threatbase.knowledge import Key, KnowledgeBase


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Files that say different things about one item: the field, and what each of them says."""

    id: str
    field: str
    said: tuple[tuple[str, str], ...]
    taken: str


@dataclass(frozen=True)
class Merged:
    """The checklist with what was typed, and what a person should look at."""

    checklist: Checklist
    disagreements: tuple[Disagreement, ...]
    undated: tuple[tuple[str, str, str], ...] = ()
    """Files, ids and what was typed in the place of a date that is no day: it counts as none."""

    def flagged(self, flag: Flag) -> list[str]:
        """The ids of the lines with a flag."""
        lines: list[Row | Stray] = [*self.checklist.rows, *self.checklist.strays]
        return [line.item.id if isinstance(line, Row) else line.id for line in lines if line.flag == flag]


@dataclass(frozen=True, slots=True)
class _Said:
    """One line of one file."""

    file: str
    line: Line


def merge(checklist: Checklist, files: Sequence[Filled], knowledge: KnowledgeBase) -> Merged:
    """Puts the lines of the files onto a fresh checklist, by item id.

    The newest date wins for status and owner; every note and piece of evidence is kept, under its file's name
    where files differ. Lines that the checklist does not ask for become strays, but for untouched ones of a file
    that was made for another checklist.
    """
    own = checklist.criteria.in_language("en")
    asked = {row.item.id for row in checklist.rows}
    said: dict[str, list[_Said]] = {}
    undated: list[tuple[str, str, str]] = []
    nameless: list[_Said] = []
    for file, name in zip(files, _names(files), strict=True):
        for line in file.lines:
            if line.typed.is_blank and line.id and file.criteria.in_language("en") != own and line.id not in asked:
                continue
            (said.setdefault(line.id, []) if line.id else nameless).append(_Said(name, line))
            if line.typed.date and not is_day(as_day(line.typed.date)):
                undated.append((name, line.id, line.typed.date))
    disagreements: list[Disagreement] = []
    rows = tuple(_row(row.item, said.pop(row.item.id, []), bool(files), disagreements) for row in checklist.rows)
    strays = [_stray(id_, lines, knowledge, disagreements) for id_, lines in said.items()]
    strays += [Stray("", one.line.title, one.line.typed, "unknown") for one in nameless]
    return Merged(replace(checklist, rows=rows, strays=tuple(strays)), tuple(disagreements), tuple(undated))


def _names(files: Sequence[Filled]) -> list[str]:
    """The names of the files; those that two of them share are told apart by a number."""
    names = [file.name for file in files]
    return [name if names.count(name) == 1 else f"{name} ({number})" for number, name in enumerate(names, start=1)]


def _row(item: Item, said: list[_Said], is_merge: bool, disagreements: list[Disagreement]) -> Row:
    if not said:
        return Row(item, flag="new" if is_merge else "")
    typed = _combined(item.id, said, disagreements)
    ticked = _newest(said).line.content
    if typed.status == "todo" or not ticked or ticked == item.content:
        return Row(item, typed)
    return Row(item, typed, "changed", ticked)


def _stray(id_: str, said: list[_Said], knowledge: KnowledgeBase, disagreements: list[Disagreement]) -> Stray:
    typed = _combined(id_, said, disagreements)
    newest = _newest(said).line
    flag, successor = _fate(id_, knowledge)
    title = newest.title or next((one.line.title for one in said if one.line.title), "")
    return Stray(id_, title, typed, flag, newest.content, successor)


def _fate(id_: str, knowledge: KnowledgeBase) -> tuple[Flag, str]:
    """Why a line is no longer asked for, and what has taken its place."""
    base = id_.partition("@")[0]
    kind, name = ("docker-option", base[3:]) if base.startswith("no:") else ("mitigation", base)
    entry = knowledge.entries.get(Key(kind, name))
    if entry is None:
        return "unknown", ""
    if entry.body.status == "deprecated":
        successor = entry.body.replaced_by or ""
        return "superseded", f"no:{successor}" if successor and kind == "docker-option" else successor
    return "withdrawn", ""


def _combined(id_: str, said: list[_Said], disagreements: list[Disagreement]) -> Typed:
    """One line from several: the newest for status, owner and date; all notes and all evidence."""
    newest = _newest(said).line.typed
    for field in ("status", "owner"):
        values = _told(said, field)
        if len({value for _, value in values}) > 1:
            disagreements.append(Disagreement(id_, field, tuple(values), getattr(newest, field)))
    owner = newest.owner or next((value for _, value in _told(said, "owner") if value), "")
    evidence, note = (_together(_told(said, field)) for field in ("evidence", "note"))
    dates = dict.fromkeys((one.file, one.line.typed.date) for one in said if _is_lost(one.line.typed.date, newest.date))
    lost = [f"[{file}] {date}" for file, date in dates if f"] {date}" not in note]
    return Typed(newest.status, owner, evidence, newest.date, "\n".join([*([note] if note else []), *lost]))


def _is_lost(date: str, taken: str) -> bool:
    """Whether something other than a day stands in the place of a date that is not taken over."""
    return bool(date) and date != taken and not is_day(as_day(date))


def _told(said: Iterable[_Said], field: str) -> list[tuple[str, str]]:
    """What each file says in a field; lines on which nobody typed anything say nothing."""
    return [(one.file, str(getattr(one.line.typed, field))) for one in said if not one.line.typed.is_blank]


def _together(told: Sequence[tuple[str, str]]) -> str:
    """All texts: one where they agree, else each under the name of its file; one that another quotes stands there."""
    first_said: dict[str, str] = {}
    for file, text in told:
        if text:
            first_said.setdefault(text, file)
    texts = {text: file for text, file in first_said.items() if not any(_quotes(other, text) for other in first_said)}
    if len(texts) < 2:
        return next(iter(texts), "")
    return "\n".join(f"[{file}] {text}" for text, file in texts.items())


def _quotes(whole: str, text: str) -> bool:
    """Whether an earlier merge put a text into another one, under a file's name."""
    return whole != text and re.search(rf"^\[[^\n]*\] {re.escape(text)}$", whole, re.MULTILINE) is not None


def _newest(said: Sequence[_Said]) -> _Said:
    """The line with the newest day; of equals the last one that says anything."""

    def age(position: int) -> tuple[bool, str, int]:
        typed = said[position].line.typed
        day = as_day(typed.date)
        return not typed.is_blank, day if is_day(day) else "", position

    return said[max(range(len(said)), key=age)]
