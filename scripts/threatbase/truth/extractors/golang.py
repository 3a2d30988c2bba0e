"""Just enough Go to read tables out of Go sources: calls, structs, constants, lists of strings.

This is no parser of Go: it knows comments, literals and brackets, which is all that declarative
code (flags, struct tags, constant tables) needs. What it does not find it reports as an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LITERAL = r'"(?:\\.|[^"\\\n])*"|`[^`]*`|\'(?:\\.|[^\'\\])+\''
_COMMENT = re.compile(rf"{_LITERAL}|//[^\n]*|/\*.*?\*/", re.DOTALL)
_PIECE = re.compile(rf"{_LITERAL}|[()\[\]{{}},]|[^\"`'()\[\]{{}},]+", re.DOTALL)
_STRING = re.compile(r'"((?:\\.|[^"\\\n])*)"|`([^`]*)`')
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")


class NotFoundError(ValueError):
    """The source no longer has the shape that the reader expects."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a method: its name and its arguments, as written."""

    method: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a struct. An embedded one has no name; `tag` is its name in JSON, if it has a tag."""

    name: str
    type: str
    tag: str | None


def without_comments(source: str) -> str:
    """The source with its comments taken out; `//` inside a literal stays."""
    return _COMMENT.sub(lambda match: "" if match[0].startswith("/") else match[0], source)


def strings(text: str) -> list[str]:
    """All string literals in a piece of code, unquoted."""
    return [match[1] if match[1] is not None else match[2] for match in _STRING.finditer(text)]


def calls(source: str, receiver: str) -> Iterator[Call]:
    """Every call of a method of `receiver`, in order."""
    code = without_comments(source)
    for match in re.finditer(rf"\b{re.escape(receiver)}\.(\w+)\(", code):
        yield Call(match[1], tuple(_split(_inside(code, match.end()))))


def block(source: str, head: str) -> str:
    """What stands between the braces that follow the first match of the pattern `head`."""
    code = without_comments(source)
    match = re.search(head, code)
    start = code.find("{", match.end() - 1) if match else -1
    if start < 0:
        raise NotFoundError(f"no block follows {head!r}")
    return _inside(code, start + 1)


def structs(source: str) -> dict[str, tuple[Field, ...]]:
    """The struct types that a source declares at top level."""
    code = without_comments(source)
    declared = re.finditer(r"^type (\w+) struct \{", code, re.MULTILINE)
    return {match[1]: tuple(_fields(_inside(code, match.end()))) for match in declared}


def constants(source: str) -> dict[str, str]:
    """`Name = value` and `Name Type = value` in constant blocks; the value as written."""
    lines = re.finditer(r"^(?:const)?\s+(\w+)(?:\s+[\w.]+)?\s+=\s+([^\n{]+)$", without_comments(source), re.MULTILINE)
    return {match[1]: match[2].strip() for match in lines}


def _inside(code: str, start: int) -> str:
    """The code from `start` up to the bracket that closes the one before it."""
    depth = 0
    for match in _PIECE.finditer(code, start):
        if match[0] in _CLOSE and depth == 0:
            return code[start : match.start()]
        depth += (match[0] in _OPEN) - (match[0] in _CLOSE)
    raise NotFoundError(f"no bracket closes the one at {start}")


def _split(arguments: str) -> Iterator[str]:
    depth, current = 0, ""
    for match in _PIECE.finditer(arguments):
        if match[0] == "," and depth == 0:
            yield current.strip()
            current = ""
            continue
        depth += (match[0] in _OPEN) - (match[0] in _CLOSE)
        current += match[0]
    if current.strip():
        yield current.strip()


def _fields(body: str) -> Iterator[Field]:
    for line in body.splitlines():
        code, _, annotation = line.partition("`")
        words = code.split(maxsplit=1)
        if not words:
            continue
        tag = re.search(r'json:"([^",]*)', annotation)
        name = words[0] if len(words) == 2 else ""
        yield Field(name, words[-1].strip(), tag[1] if tag else None)
