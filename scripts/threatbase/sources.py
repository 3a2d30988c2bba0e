"""YAML text to plain data with positions. The only module that imports yaml.

The reader accepts a small, predictable YAML: mappings with string keys, lists, and scalars that
are text, whole numbers, `true`, `false` or nothing. `no`, `off`, `1.10` and `2026-01-02` stay the
text they are. Anchors, aliases, tags and duplicate keys are refused, and size, depth and number
of nodes are bounded, so that hostile input costs no more than a real entry.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from threatbase.problems import Location, Problem, one_line, shorten

Data = Any
"""What a document holds: dict, list, str, int, bool or None, nested."""

FieldPath = tuple[str | int, ...]
"""The way to a value in a document: `("effects", 0, "because")`."""

MAX_BYTES = 256 * 1024
MAX_DEPTH = 16
MAX_NODES = 5_000

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")
"""What no editor shows, or what shows a line in another order than it is read (bidirectional controls)."""

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_WORDS: Mapping[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}


class SourceError(Exception):
    """A document that cannot be read: carries the code, the message and the place (from 1)."""

    def __init__(self, code: str, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.code, self.message, self.line, self.column = code, message, line, column


class _Span(NamedTuple):
    """Where a value stands: its place (a mapping's value: its key), its own start, and its end. From 1."""

    place: tuple[int, int]
    start: tuple[int, int]
    end: tuple[int, int]


_NOWHERE = _Span((1, 1), (1, 1), (1, 1))


@dataclass(frozen=True)
class Document:
    """One YAML file, read: its path as it is reported, its text and its data."""

    path: str
    text: str
    data: Data = field(repr=False)

    @cached_property
    def _spans(self) -> dict[FieldPath, _Span]:
        spans: dict[FieldPath, _Span] = {}
        _Builder(self._source(), spans).build()
        return spans

    @cached_property
    def _lines(self) -> list[int]:
        """The offset at which each line starts."""
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def _source(self) -> str:
        """The YAML in the text: all of it, or the front matter of a Markdown page."""
        if not self.path.endswith(".md"):
            return self.text
        return "\n" + self.text[4:].split("\n---\n")[0] + "\n"

    def locate(self, path: FieldPath = ()) -> Location:
        """Where a value stands (a mapping's value: its key); a missing one: its nearest parent."""
        return Location(self.path, *self._span(path).place)

    def locate_text(self, path: FieldPath, needle: str, skip: int = 0) -> Location:
        """Where `needle` stands in the text of the value at `path`, else where the value stands.

        `skip` is the number of times that it stands there before.
        """
        span = self._span(path)
        start, end = self._offset(*span.start), self._offset(*span.end)
        found = self.text.find(needle, start, end) if needle else -1
        for _ in range(skip):
            found = max(found, self.text.find(needle, found + len(needle), end))
        return self.at(found) if found >= 0 else Location(self.path, *span.place)

    def _offset(self, line: int, column: int) -> int:
        # The parser sees one line more where the last one does not end.
        return self._lines[line - 1] + column - 1 if line <= len(self._lines) else len(self.text)

    def at(self, offset: int) -> Location:
        """The place of a character of the text."""
        return Location(self.path, *_line_and_column(self.text, offset))

    def _span(self, path: FieldPath) -> _Span:
        while path and path not in self._spans:
            path = path[:-1]
        return self._spans.get(path, _NOWHERE)


def decode(raw: bytes) -> str:
    """The text of a file.

    Raises SourceError when it is too large, no UTF-8, has CRLF, a BOM or other control characters.
    """
    if len(raw) > MAX_BYTES:
        raise SourceError("file-too-large", f"the file has more than {MAX_BYTES} bytes, which is too much for an entry")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        place = _line_and_column(before, len(before))
        raise SourceError("not-utf-8", "this byte is not UTF-8; save the file as UTF-8", *place) from None
    if text.startswith("\ufeff"):
        raise SourceError("byte-order-mark", "the file starts with a byte order mark; save it as UTF-8 without BOM")
    if "\r" in text:
        place = _line_and_column(text, text.index("\r"))
        raise SourceError("carriage-return", "lines end with CR; save the file with Unix line ends (LF)", *place)
    control = _CONTROL.search(text)
    if control:
        raise _control_error(control[0], *_line_and_column(text, control.start()))
    return text


def _line_and_column(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _control_error(character: str, line: int, column: int) -> SourceError:
    message = f"the control character U+{ord(character):04X} is not accepted; remove it"
    return SourceError("control-character", message, line, column)


def parse(text: str, path: str = "<text>") -> Document:
    """Reads YAML text; raises SourceError at the first thing that is not accepted."""
    return Document(path, text, _Builder(text).build())


def read(file: Path, path: str) -> Document | Problem:
    """Reads a file that is reported as `path`; a fault comes back as a Problem."""
    try:
        return parse(read_text(file), path)
    except SourceError as error:
        return Problem(Location(path, error.line, error.column), error.code, error.message)


def read_text(file: Path) -> str:
    """The text of a regular file; raises SourceError. A pipe or a device is not waited for."""
    try:
        if not file.is_file():
            raise SourceError("unreadable", "the file cannot be read: it is no regular file")
        with file.open("rb") as stream:
            return decode(stream.read(MAX_BYTES + 1))
    except OSError as error:
        raise SourceError("unreadable", f"the file cannot be read: {error.strerror}") from None


def shown_path(file: Path) -> str:
    """The path as it is reported: relative to the working directory where it lies below it."""
    absolute = os.path.abspath(file)  # noqa: PTH100 - resolve() would follow links
    below = os.path.relpath(absolute)
    shown = Path(absolute if below.startswith("..") else below).as_posix()
    return one_line(shown)


class _Builder:
    """Builds the data from parser events: no recursion in the parser, a bound on everything."""

    def __init__(self, text: str, spans: dict[FieldPath, _Span] | None = None) -> None:
        self._text = text
        self._spans = spans
        self._end = (1, 1)
        self._nodes = 0

    def build(self) -> Data:
        try:
            events = yaml.parse(self._text, Loader=_Loader)
            next(events)  # stream start
            first = next(events)
            if isinstance(first, yaml.StreamEndEvent):
                raise SourceError("empty-file", "the file is empty")
            root = next(events)
            data = self._value(root, events, (), 0, _place(root))
            next(events)  # document end
            last = next(events)
        except yaml.MarkedYAMLError as error:
            raise _syntax_error(error) from None
        except yaml.YAMLError as error:
            raise SourceError("yaml-syntax", f"not valid YAML: {error}".split("\n")[0]) from None
        if not isinstance(last, yaml.StreamEndEvent):
            raise SourceError("many-documents", "one file holds one entry; remove what follows '---'", *_place(last))
        return data

    def _value(self, event: Any, events: Iterator[Any], path: FieldPath, depth: int, place: tuple[int, int]) -> Data:
        self._accept(event, depth)
        self._end = _end(event)
        if type(event) is yaml.MappingStartEvent:
            value: Data = self._mapping(events, path, depth)
        elif type(event) is yaml.SequenceStartEvent:
            value = self._sequence(events, path, depth)
        else:
            value = event.value if event.style else _scalar(event.value)
        if self._spans is not None:
            self._spans[path] = _Span(place, _place(event), self._end)
        return value

    def _accept(self, event: Any, depth: int) -> None:
        kind = type(event)
        if kind is yaml.AliasEvent:
            raise SourceError("alias", "aliases (*name) are not accepted; write the value out", *_place(event))
        if event.anchor is not None:
            raise SourceError("anchor", "anchors (&name) are not accepted; remove it", *_place(event))
        if event.tag is not None:
            raise SourceError("tag", "tags (!name) are not accepted; remove it", *_place(event))
        if depth > MAX_DEPTH:
            raise SourceError("too-deep", f"nested more than {MAX_DEPTH} levels deep", *_place(event))
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise SourceError("too-many-values", f"more than {MAX_NODES} values in one file", *_place(event))
        if kind is yaml.ScalarEvent:
            _refuse_controls(event)

    def _mapping(self, events: Iterator[Any], path: FieldPath, depth: int) -> dict[str, Data]:
        result: dict[str, Data] = {}
        for event in events:
            if type(event) is yaml.MappingEndEvent:
                self._end = _end(event)
                break
            if type(event) is not yaml.ScalarEvent or event.anchor or event.tag:
                raise SourceError("bad-key", "a key is a plain word followed by ':'", *_place(event))
            _refuse_controls(event)
            key = event.value
            if key in result:
                message = f"the key '{shorten(key)}' stands here twice; keep one"
                raise SourceError("duplicate-key", message, *_place(event))
            if key == "<<":
                raise SourceError("merge-key", "merge keys (<<) are not accepted; write the keys out", *_place(event))
            result[key] = self._value(next(events), events, (*path, key), depth + 1, _place(event))
        return result

    def _sequence(self, events: Iterator[Any], path: FieldPath, depth: int) -> list[Data]:
        result: list[Data] = []
        for event in events:
            if type(event) is yaml.SequenceEndEvent:
                self._end = _end(event)
                break
            result.append(self._value(event, events, (*path, len(result)), depth + 1, _place(event)))
        return result


def _scalar(text: str) -> Data:
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _INTEGER.fullmatch(text) else text


def _place(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _end(event: Any) -> tuple[int, int]:
    return event.end_mark.line + 1, event.end_mark.column + 1


def _refuse_controls(event: Any) -> None:
    control = _CONTROL.search(event.value)
    if control:
        raise _control_error(control[0], *_place(event))


_UNFINISHED = ("found unexpected end of stream", "could not find expected ':'")
"""Faults that the parser notices at the end of the file or a line late: what was begun is at fault."""

_HINTS = {
    "mapping values are not allowed in this context": "; put a text that holds ': ' in quotes",
    "did not find expected ',' or '}'": "; put a text that holds ': ', ',' or braces in quotes",
    "found character that cannot start any token": "; put the text in quotes, and indent with spaces",
}


def _syntax_error(error: yaml.MarkedYAMLError) -> SourceError:
    mark = error.problem_mark or error.context_mark
    if error.problem in _UNFINISHED and error.context_mark:
        mark = error.context_mark
    place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    context = error.context or ""
    if error.context_mark and error.context_mark.line + 1 != place[0]:
        context += f" that starts on line {error.context_mark.line + 1}"
    what = ", ".join(part for part in (context, error.problem) if part)
    return SourceError("yaml-syntax", f"not valid YAML: {what}{_HINTS.get(error.problem or '', '')}", *place)
