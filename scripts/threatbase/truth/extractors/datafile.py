"""The form of a data file: a header that says where it comes from, then one item a line, sorted."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

Items = dict[str, Any]
"""What an extractor returns; the writer sorts the keys of the levels that it lays out."""


@dataclass(frozen=True, slots=True)
class Header:
    """Where a data file comes from: addresses, versions, licence, day of extraction."""

    origin: str
    version: str
    licence: str
    extracted: str


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key that counts numbers as numbers: 5.2 before 5.10."""
    parts = re.findall(r"\d+|\D+", text)
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts)


def render(header: Header, items: Items, levels: int = 1) -> str:
    """The text of a data file: `levels` levels of mappings are sorted and laid out, one item a line."""
    lines = [f"  {_compact(key)}: {_compact(value)}," for key, value in asdict(header).items()]
    return "\n".join(["{", *lines, f'  "items": {_lay_out(items, levels, "  ")}', "}"]) + "\n"


def write(path: Path, header: Header, items: Items, levels: int = 1) -> bool:
    """Writes a data file; one that would only change its day is left alone. Says whether it wrote."""
    text = render(header, items, levels)
    if path.is_file() and _undated(path.read_text(encoding="utf-8")) == _undated(text):
        return False
    path.write_text(text, encoding="utf-8")
    return True


def _undated(text: str) -> str:
    return re.sub(r'^  "extracted": .*$', "", text, count=1, flags=re.MULTILINE)


def _lay_out(value: Any, levels: int, indent: str) -> str:
    if levels == 0 or not isinstance(value, Mapping) or not value:
        return _compact(value)
    inner = indent + "  "
    entries = [
        f"{inner}{_compact(key)}: {_lay_out(value[key], levels - 1, inner)}" for key in sorted(value, key=natural)
    ]
    return "{\n" + ",\n".join(entries) + "\n" + indent + "}"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
