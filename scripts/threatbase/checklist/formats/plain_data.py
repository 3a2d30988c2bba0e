"""Checklists as JSON: everything, in plain data; its schema is published with the site."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from threatbase.checklist.criteria import TOOLS
from threatbase.checklist.formats.columns import filled_of, line_of
from threatbase.checklist.items import SECTIONS
from threatbase.checklist.sheet import FLAGS, STATUSES, TYPED, Checklist, Filled, Flag, Line, Typed, UnreadableError


def write_json(checklist: Checklist) -> bytes:
    """UTF-8, indented, keys in order."""
    return (json.dumps(as_data(checklist), indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def as_data(checklist: Checklist) -> dict[str, Any]:
    """The checklist as plain data."""
    items = [{**asdict(row.item), "content": row.content, **_typed(row.typed, row.flag)} for row in checklist.rows]
    strays = [
        {"id": one.id, "title": one.title, "content": one.content, "successor": one.successor}
        | _typed(one.typed, one.flag)
        for one in checklist.strays
    ]
    text = {"title": checklist.title, "remarks": list(checklist.remarks)}
    return {**checklist.header(), **text, "items": items, "strays": strays}


def _typed(typed: Typed, flag: Flag) -> dict[str, str]:
    return {**asdict(typed), "flag": flag}


def read_json(name: str, data: bytes) -> Filled:
    """Takes the file back. Raises UnreadableError with the place that does not fit."""
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UnreadableError(f"byte {error.start + 1} is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise UnreadableError(f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise UnreadableError("it is nested too deep") from None
    if not isinstance(found, dict):
        raise UnreadableError("it is no checklist: an object was expected")
    lines: list[Line] = []
    oddities: list[str] = []
    for field in ("items", "strays"):
        for index, item in enumerate(_list(found, field)):
            line, odd = _line(item, f"{field}[{index}]")
            lines.append(line)
            oddities += odd
    try:
        return filled_of(name, found, lines, oddities)
    except ValueError as error:
        raise UnreadableError(f"the header of the checklist is damaged: {error}") from None


def _list(found: dict[str, Any], field: str) -> list[Any]:
    listed = found.get(field)
    if not isinstance(listed, list):
        raise UnreadableError(f"{field}: a list was expected")
    return listed


def _line(item: Any, place: str) -> tuple[Line, list[str]]:
    if not isinstance(item, dict) or not isinstance(item.get("id"), str):
        raise UnreadableError(f"{place}: an object with an 'id' was expected")
    for field in ("title", "content", "flag", *TYPED):
        if not isinstance(item.get(field, ""), str):
            raise UnreadableError(f"{place}.{field}: text was expected")
    return line_of(item, {}, place)


def schema_file() -> dict[str, str]:
    """The schema as the site publishes it: file name and text."""
    return {"checklist.schema.json": json.dumps(schema(), indent=2, sort_keys=True) + "\n"}


def schema() -> dict[str, Any]:
    """The JSON Schema of the format, derived from what the model allows."""
    text, texts = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
    typed = dict.fromkeys(TYPED, text) | {"status": {"enum": list(STATUSES)}, "flag": {"enum": list(FLAGS)}}
    item = typed | {
        "id": text, "title": text, "summary": text, "section": {"enum": list(SECTIONS)},
        "priority": {"type": "integer", "minimum": 1, "maximum": 4}, "why": texts, "how": {
            "type": "array", "items": _object({"tool": {"enum": list(TOOLS)}, "text": text})
        },
        "checks": {"type": "array", "items": _object({"command": text, "expect": text, "because": text})},
        "cost": {"type": "integer", "minimum": 0}, "breaks": text, "excludes": texts,
        "mappings": {"type": "object", "additionalProperties": texts}, "address": text, "content": text,
    }  # fmt: skip
    stray = typed | {"id": text, "title": text, "successor": text, "content": text}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Threatbase checklist",
        **_object(
            {
                "checklist": {"const": "threatbase"},
                "format": {"const": 1},
                "version": text,
                "digest": text,
                "criteria": {"type": "object"},
                "title": text,
                "remarks": texts,
                "items": {"type": "array", "items": _object(item)},
                "strays": {"type": "array", "items": _object(stray)},
            }
        ),
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": sorted(properties), "additionalProperties": False}
