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
from typing import Any

import yaml

from threatbase.problems import Location, Problem

Data = Any
"""What a document holds: dict, list, str, int, bool or None, nested."""

FieldPath = tuple[str | int, ...]
"""The way to a value in a document: `("effects", 0, "because")`."""

MAX_BYTES = 256 * 1024
MAX_DEPTH = 16
MAX_NODES = 20_000

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_WORDS: Mapping[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}


class SourceError(Exception):
    """A document that cannot be read: carries the code, the message and the place (from 1)."""

    def __init__(self, code: str, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.code, self.message, self.line, self.column = code, message, line, column


@dataclass(frozen=True)
class Document:
    """One YAML file, read: its path as it is reported, its text and its data."""

    path: str
    text: str
    data: Data = field(repr=False)

    @cached_property
    def _positions(self) -> dict[FieldPath, tuple[int, int]]:
        positions: dict[FieldPath, tuple[int, int]] = {}
        _Builder(self._source(), positions).build()
        return positions

    def _source(self) -> str:
        """The YAML in the text: all of it, or the front matter of a Markdown page."""
        if not self.text.startswith("---\n"):
            return self.text
        return "\n" + self.text[4:].split("\n---\n")[0] + "\n"

    def locate(self, path: FieldPath = ()) -> Location:
        """Where a value stands (a mapping's value: its key); a missing one: its nearest parent."""
        positions = self._positions
        while path and path not in positions:
            path = path[:-1]
        return Location(self.path, *positions.get(path, (1, 1)))

    def locate_text(self, path: FieldPath, needle: str) -> Location:
        """Where `needle` stands in the text of the value at `path`, else where the value stands."""
        start = self.locate(path)
        lines = self.text.split("\n")
        for number in range(start.line - 1, len(lines)):
            offset = start.column - 1 if number == start.line - 1 else 0
            column = lines[number].find(needle, offset)
            if column >= 0:
                return Location(self.path, number + 1, column + 1)
        return start


def decode(raw: bytes) -> str:
    """The text of a file; raises SourceError when it is too large, no UTF-8, or has CRLF or a BOM."""
    if len(raw) > MAX_BYTES:
        raise SourceError("file-too-large", f"the file has {len(raw)} bytes; an entry has at most {MAX_BYTES}")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        raise SourceError("not-utf-8", "this byte is not UTF-8; save the file as UTF-8", line, column) from None
    if text.startswith("\ufeff"):
        raise SourceError("byte-order-mark", "the file starts with a byte order mark; save it as UTF-8 without BOM")
    if "\r" in text:
        before = text[: text.index("\r")]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise SourceError("carriage-return", "lines end with CR; save the file with Unix line ends (LF)", line, column)
    return text


def parse(text: str, path: str = "<text>") -> Document:
    """Reads YAML text; raises SourceError at the first thing that is not accepted."""
    return Document(path, text, _Builder(text).build())


def read(file: Path, path: str) -> Document | Problem:
    """Reads a file that is reported as `path`; a fault comes back as a Problem."""
    try:
        return parse(decode(file.read_bytes()), path)
    except SourceError as error:
        return Problem(Location(path, error.line, error.column), error.code, error.message)
    except OSError as error:
        return Problem(Location(path), "unreadable", f"the file cannot be read: {error.strerror}")


def shown_path(file: Path) -> str:
    """The path as it is reported: relative to the working directory where it lies below it."""
    absolute = os.path.abspath(file)  # noqa: PTH100 - resolve() would follow links
    below = os.path.relpath(absolute)
    return Path(absolute if below.startswith("..") else below).as_posix()


class _Builder:
    """Builds the data from parser events: no recursion in the parser, a bound on everything."""

    def __init__(self, text: str, positions: dict[FieldPath, tuple[int, int]] | None = None) -> None:
        self._text = text
        self._positions = positions
        self._nodes = 0

    def build(self) -> Data:
        try:
            events = yaml.parse(self._text, Loader=_Loader)
            next(events)  # stream start
            first = next(events)
            if isinstance(first, yaml.StreamEndEvent):
                raise SourceError("empty-file", "the file is empty")
            data = self._value(next(events), events, (), 0)
            next(events)  # document end
            last = next(events)
        except yaml.MarkedYAMLError as error:
            raise _syntax_error(error) from None
        except yaml.YAMLError as error:
            raise SourceError("yaml-syntax", f"not valid YAML: {error}".split("\n")[0]) from None
        if not isinstance(last, yaml.StreamEndEvent):
            raise SourceError("many-documents", "one file holds one entry; remove what follows '---'", *_place(last))
        return data

    def _value(self, event: Any, events: Iterator[Any], path: FieldPath, depth: int) -> Data:
        kind = type(event)
        if kind is yaml.AliasEvent:
            raise SourceError("alias", "aliases (*name) are not accepted; write the value out", *_place(event))
        if event.anchor is not None:
            raise SourceError("anchor", "anchors (&name) are not accepted; remove it", *_place(event))
        if event.tag is not None and event.tag != "!":
            raise SourceError("tag", "tags (!name) are not accepted; remove it", *_place(event))
        if depth > MAX_DEPTH:
            raise SourceError("too-deep", f"nested more than {MAX_DEPTH} levels deep", *_place(event))
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise SourceError("too-many-values", f"more than {MAX_NODES} values in one file", *_place(event))
        if self._positions is not None:
            self._positions.setdefault(path, _place(event))
        if kind is yaml.ScalarEvent:
            return event.value if event.style else _scalar(event.value)
        if kind is yaml.MappingStartEvent:
            return self._mapping(events, path, depth)
        return self._sequence(events, path, depth)

    def _mapping(self, events: Iterator[Any], path: FieldPath, depth: int) -> dict[str, Data]:
        result: dict[str, Data] = {}
        for event in events:
            if type(event) is yaml.MappingEndEvent:
                break
            if type(event) is not yaml.ScalarEvent or event.anchor or event.tag:
                raise SourceError("bad-key", "a key is a plain word followed by ':'", *_place(event))
            key = event.value
            if key in result:
                raise SourceError("duplicate-key", f"the key '{key}' stands here twice; keep one", *_place(event))
            if key == "<<":
                raise SourceError("merge-key", "merge keys (<<) are not accepted; write the keys out", *_place(event))
            inner = (*path, key)
            if self._positions is not None:
                self._positions[inner] = _place(event)
            result[key] = self._value(next(events), events, inner, depth + 1)
        return result

    def _sequence(self, events: Iterator[Any], path: FieldPath, depth: int) -> list[Data]:
        result: list[Data] = []
        for event in events:
            if type(event) is yaml.SequenceEndEvent:
                break
            result.append(self._value(event, events, (*path, len(result)), depth + 1))
        return result


def _scalar(text: str) -> Data:
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _INTEGER.fullmatch(text) else text


def _place(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _syntax_error(error: yaml.MarkedYAMLError) -> SourceError:
    mark = error.problem_mark or error.context_mark
    what = ", ".join(part for part in (error.context, error.problem) if part)
    place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return SourceError("yaml-syntax", f"not valid YAML: {what}", *place)
