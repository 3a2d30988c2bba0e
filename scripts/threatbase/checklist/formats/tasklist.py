"""Checklists as a Markdown task list, which forges render, and back."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import quote, unquote

from threatbase.addresses import published
from threatbase.checklist.formats.columns import (
    MARK,
    column_of,
    filled,
    header_text,
    line_of,
    mappings_text,
    stray_flag,
    typed_cells,
)
from threatbase.checklist.items import Item
from threatbase.checklist.sheet import TYPED, Checklist, Filled, Flag, Line, Row, Typed, UnreadableError
from threatbase.words import Words

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~&#$])")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])|(<br ?/?>)|(&#\d+;)")
_LINE = re.compile(r"^[-*+] \[(?P<tick>[ xX])\] (?P<title>.*?)\s*(?:<!-- (?P<id>\S*) (?P<content>\S*) -->\s*)?$")
_FIELD = re.compile(r"^\s+[-*+] \*\*(?P<name>[^*:]+?)\s*(?::\*\*|\*\*\s*:|\*\*)(?: (?P<value>.*))?$")
_BULLET = re.compile(r"^\s*(?:[-*+] )?")
_TITLE = re.compile(r"^\*\*\[?(.*?)(?:\]\(\S*\))?\*\*$")
_FOLDED, _UNFOLDED = "<details>", "</details>"
_HEADER = re.compile(rf"^<!-- {MARK} (?P<header>.*) -->\s*$")
_LEXERS = {"run": "sh", "compose": "yaml", "daemon": "json", "dockerfile": "dockerfile", "host": "sh"}


def write_markdown(checklist: Checklist) -> bytes:
    """UTF-8 with LF: a task for each item, with the fields that people type in under it."""
    words = Words(checklist.criteria.language)
    return ("\n".join(_lines(checklist, words)) + "\n").encode()


def _lines(checklist: Checklist, words: Words) -> Iterator[str]:
    header = header_text(checklist).replace("--", "-\\u002d")
    yield f"<!-- {MARK} {header} -->"
    yield f"# {escape(checklist.title)}"
    yield ""
    yield from (f"{escape(remark)}  " for remark in checklist.remarks)
    yield escape(words("checklist.provenance", version=checklist.version, digest=checklist.digest[:12]))
    names = {row.item.id: row.item.title for row in checklist.rows}
    for section, rows in checklist.by_section():
        yield from ("", f"## {escape(words(f'checklist.section.{section}'))}", "")
        for row in rows:
            yield from _task(row, names, checklist, words)
    if checklist.strays:
        yield from ("", f"## {escape(words('checklist.strays'))}", "", escape(words("checklist.strays_note")), "")
        for stray in checklist.strays:
            yield _head(stray.typed, f"**{escape(stray.title or stray.id)}**", stray.id, stray.content)
            yield from _typed(stray.typed, stray.flag, words, stray_flag(stray, words))


def _task(row: Row, names: dict[str, str], checklist: Checklist, words: Words) -> Iterator[str]:
    item = row.item
    link = f"**[{escape(item.title)}]({published(item.address, checklist.criteria.language)})**"
    yield _head(row.typed, link, item.id, row.content)
    cost = f" · {words('mitigation.cost')} {item.cost}" if item.cost else ""
    yield f"  {escape(words(f'checklist.priority.p{item.priority}'))}{cost}"
    yield from (f"  <br>{escape(sentence)}" for sentence in (item.summary, *item.why))
    if item.excludes:
        named = words("checklist.one_of", measures=", ".join(names[other] for other in item.excludes))
        yield f"  <br>{escape(named)}"
    yield from _typed(row.typed, row.flag, words, words(f"checklist.flag.{row.flag}") if row.flag else "")
    yield from _details(item, words)


def _head(typed: Typed, title: str, id_: str, content: str) -> str:
    tick = " " if typed.status == "todo" else "x"
    return f"- [{tick}] {title} <!-- {_token(id_)} {_token(content)} -->"


def _token(text: str) -> str:
    """An id as one word that cannot end the comment; `%` where there is none."""
    return quote(text, safe=":@.>").replace("--", "-%2D") or "%"


def _typed(typed: Typed, flag: Flag, words: Words, shown: str) -> Iterator[str]:
    values = typed_cells(typed, flag, words) | {"flag": shown}
    for column in (*TYPED, *(["flag"] if shown else [])):
        colon = words("colon").rstrip()
        yield f"  - **{words(f'checklist.column.{column}')}{colon}** {escape_field(values[column])}".rstrip()


def _details(item: Item, words: Words) -> Iterator[str]:
    colon = words("colon").rstrip()
    yield from ("", f"  {_FOLDED}<summary>{words('checklist.details')}</summary>", "")
    for snippet in item.how:
        yield from (f"  {words('apply.' + snippet.tool)}{colon}", "")
        yield from _fenced(snippet.text, _LEXERS[snippet.tool])
    for check in item.checks:
        yield from (f"  {words('checklist.column.verify')}{colon}", "")
        yield from _fenced(check.command, "sh")
        if check.expect:
            yield from (f"  {words('checklist.column.expect')}{colon}", "")
            yield from _fenced(check.expect, "text")
        yield from ((f"  {escape(check.because)}", "") if check.because else ())
    if item.breaks:
        yield from (f"  {words('checklist.column.breaks')}{colon}", "")
    for text in (item.breaks, mappings_text(item, words)):
        for line in text.split("\n") if text else ():
            yield from (f"  {escape(line)}", "")
    yield from (f"  {_UNFOLDED}", "")


def _fenced(code: str, language: str) -> Iterable[str]:
    lines = code.rstrip("\n").split("\n")
    fence = "`" * max(3, max((len(run) for run in re.findall("`+", code)), default=0) + 1)
    return (f"  {fence}{language}", *(f"  {line}".rstrip() for line in lines), f"  {fence}", "")


def escape(text: str) -> str:
    """Text of which Markdown takes nothing for markup."""
    return _SPECIAL.sub(r"\\\1", text)


def escape_field(text: str) -> str:
    """What was typed, on one line: line ends as `<br>`, and spaces at the ends of a line so that they stay."""
    lines = [_kept_spaces(escape(line)) for line in text.split("\n")]
    return "<br>".join(lines)


def _kept_spaces(line: str) -> str:
    bare = line.strip()
    start = line[: len(line) - len(line.lstrip())]
    end = line[len(line.rstrip()) :] if bare else ""
    return _entities(start) + bare + _entities(end)


def _entities(spaces: str) -> str:
    return "".join(f"&#{ord(space)};" for space in spaces)


def unescape_field(text: str) -> str:
    """What `escape_field` was given; plain text that a person typed stays as it is."""

    def put(match: re.Match[str]) -> str:
        if match[1]:
            return match[1]
        return "\n" if match[2] else html.unescape(match[3])

    return _ESCAPED.sub(put, text)


def read_markdown(name: str, data: bytes) -> Filled:
    """Takes the list back, with ticks and fields as they are now. Raises UnreadableError with the line."""
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"byte {error.start + 1} is not UTF-8") from None
    header, tasks = "", []
    for number, line in enumerate(text.split("\n"), start=1):
        if match := _HEADER.match(line):
            header = match["header"]
        elif match := _LINE.match(line):
            tasks.append(_Task(number, match))
        elif tasks:
            tasks[-1].take(line)
    if not header:
        raise UnreadableError(f"there is no line '<!-- {MARK} … -->', which says what the checklist was made for")
    found = [task.line() for task in tasks]
    return filled(name, header, [line for line, _ in found], [odd for _, oddities in found for odd in oddities])


def _known(token: str | None) -> str:
    return "" if token in (None, "%") else unquote(str(token))


class _Task:
    """One task that is being read, with the fields under it; a field may go on over several lines."""

    def __init__(self, number: int, match: re.Match[str]) -> None:
        self.place = f"line {number}"
        self.ticked = match["tick"] != " "
        self.values = {name: _known(match[name]) for name in ("id", "content")}
        self.oddities = [] if match["id"] else [f"{self.place}: a task without its comment; kept as a line of your own"]
        self.values["title"] = unescape_field(_TITLE.sub(r"\1", match["title"]))
        self.column: str | None = None
        self.state = "above"

    def take(self, line: str) -> None:
        """One more line: a field, or what a person wrote between the fields and the next task."""
        match = _FIELD.match(line)
        column = column_of(match["name"]) if match and self.state != "folded" else None
        if match and column:
            self._set(column, unescape_field(match["value"] or ""))
        elif line.strip() == _UNFOLDED:
            self.state = "below"
        elif line.strip().startswith(_FOLDED):
            self.state, self.column = "folded", None
        elif line.startswith("#"):
            self.state, self.column = "above", None
        elif not line.strip():
            self.column = None
        elif self.state in ("fields", "below"):
            self._add(line)

    def _set(self, column: str, value: str) -> None:
        """Takes a field; one that stands there twice is kept in full, in the note where it can have one value alone."""
        before = self.values.get(column, "")
        self.column, self.state = column, "fields"
        if not before or column in ("flag", "content"):
            self.values[column] = value
        elif value and column in ("note", "evidence"):
            self.values[column] = f"{before}\n{value}"
        elif value:
            note = self.values.get("note", "")
            self.values["note"] = f"{note}\n[{column}] {value}" if note else f"[{column}] {value}"
            self.oddities.append(f"{self.place}: the field '{column}' stands there twice; both are kept")

    def _add(self, line: str) -> None:
        goes_on = self.column if self.column and line.startswith("    ") else None
        column = goes_on or "note"
        text = unescape_field((line if goes_on else _BULLET.sub("", line, count=1)).strip())
        before = self.values.get(column, "")
        self.values[column] = f"{before}\n{text}" if before else text

    def line(self) -> tuple[Line, list[str]]:
        """What was read. A box that is ticked says that it is done; the word says so too where more was typed."""
        line, oddities = line_of(self.values, {}, self.place)
        status = line.typed.status
        if self.ticked and status == "todo":
            status = "done"
        elif not self.ticked and status == "done":
            typed = line.typed
            status = "done" if typed.owner or typed.date or typed.evidence else "todo"
            oddities.append(f"{self.place}: the box is not ticked, and the status says done; '{status}' was taken")
        return replace(line, typed=replace(line.typed, status=status)), [*self.oddities, *oddities]
