"""Texts: strings put into cells so that they come back as they were, whatever they look like.

A cell of Excel holds 32,767 characters at most. What is longer goes on in a sheet of its own, and the cell ends
with a mark that names the line there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from threatbase.checklist.formats.table import as_text
from threatbase.checklist.formats.xlsx.looks import Looks
from threatbase.checklist.sheet import clean

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

LONGEST = 16_000
"""Characters that fit into any cell: Excel counts UTF-16 units, of which a character has up to two."""

CONTINUED = "#threatbase-continued"
_REFERENCE = re.compile(rf"\n\[({CONTINUED} [0-9]{{1,6}})\]\Z", re.ASCII)
_ESCAPED = re.compile("(?=(_x[0-9a-fA-F]{4}_))")


class Texts:
    """Writes texts, and keeps what did not fit into their cells."""

    def __init__(self, looks: Looks) -> None:
        self._looks = looks
        self._rest: list[tuple[str, int, str]] = []

    @property
    def rest(self) -> Iterable[tuple[str, int, str]]:
        """What did not fit: the mark, the number of the part, and the part."""
        return self._rest

    def put(self, sheet: Worksheet, row: int, column: int, text: str, **properties: Any) -> None:
        """Writes a text as text, never as a formula, a number or a link."""
        text = self._fitting(clean(text))
        if as_text(text) != text:
            # So that it stays a text when a person edits it: Excel shows an apostrophe before it.
            properties["quote_prefix"] = True
        look = self._looks.cell(**properties)
        pieces = list(_pieces(text))
        if len(pieces) < 2:
            sheet.write_string(row, column, text, look)
            return
        font = self._looks.of(**{name: value for name, value in properties.items() if name.startswith("font")})
        runs = [part for piece in pieces for part in (font, piece)]
        sheet.write_rich_string(row, column, *runs, look)

    def _fitting(self, text: str) -> str:
        if len(text) <= LONGEST and not mark_of(text):
            return text
        mark = f"{CONTINUED} {len({mark for mark, _, _ in self._rest}) + 1}"
        starts = range(LONGEST, len(text), LONGEST) or [len(text)]
        self._rest += [(mark, number, text[at : at + LONGEST]) for number, at in enumerate(starts, start=1)]
        return f"{text[:LONGEST]}\n[{mark}]"


def _pieces(text: str) -> Iterator[str]:
    """The runs of a text that XlsxWriter would not write as it stands.

    It takes `<r>…</r>` for a rich string of its own, and escapes every second one of `_x0041_x0041_`. Cut through
    their middle, neither is what it was.
    """
    starts = [match.start() for match in _ESCAPED.finditer(text)]
    overlap = any(at - before == 6 for before, at in pairwise(starts))
    cuts = [at + 3 for at in starts] if overlap else []
    if text.startswith("<r>") and text.endswith("</r>"):
        cuts.insert(0, 1)
    for start, end in pairwise([0, *cuts, len(text)]):
        yield text[start:end]


def is_mark(text: str) -> bool:
    """Whether a cell names a text that goes on in its row."""
    return _REFERENCE.fullmatch(f"\n[{text}]") is not None


def mark_of(text: str) -> str:
    """The mark at the end of a text that goes on elsewhere; empty for others."""
    found = _REFERENCE.search(text) if text.endswith("]") else None
    return found[1] if found else ""


def whole(text: str, rest: Mapping[str, Mapping[int, str]]) -> str:
    """The text of a cell with what did not fit into it, by mark and number of the part."""
    mark = mark_of(text)
    if mark not in rest:
        return text
    return text.removesuffix(f"\n[{mark}]") + "".join(part for _, part in sorted(rest[mark].items()))
