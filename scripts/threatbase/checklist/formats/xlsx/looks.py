"""Looks: the formats of a workbook's cells, by what they stand for. A muted palette; colour carries a meaning."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from threatbase.checklist.items import Section
from threatbase.checklist.sheet import Flag, Status

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

INK, MUTED, LINE, PAPER = "#1F2933", "#6B7783", "#DDE3E8", "#FFFFFF"
HEAD, HEAD_TYPED = "#22384D", "#0F6674"
"""Fills of the titles: of what Threatbase says, and of what people type."""

SECTION_FILL: Mapping[Section | None, str] = {
    "keep": "#7A8794", "essential": "#1F4E79", "standard": "#3A7CA5", "strict": "#7FB2CF", None: "#C9D0D6",
}  # fmt: skip
STATUS_FILL: Mapping[Status, tuple[str, str]] = {
    "todo": ("#FFF4D6", "#7A5A00"),
    "done": ("#DDF1E2", "#1D6B3A"),
    "not-applicable": ("#E9EDF0", "#55616D"),
    "accepted-risk": ("#F1E3F3", "#72307E"),
}
"""Fill and ink of each status."""
STATUS_BAR: Mapping[Status, str] = {
    "todo": "#F2D27A", "done": "#4E9F6B", "not-applicable": "#B4BEC7", "accepted-risk": "#B07FBA",
}  # fmt: skip
SHARE_BAR = "#A8D5B7"
FLAG_FILL: Mapping[Flag, tuple[str, str]] = {
    "new": ("#DCEBFA", "#1A5490"),
    "changed": ("#FFE4CC", "#8F4300"),
    "withdrawn": ("#E9EDF0", "#55616D"),
    "superseded": ("#F1E3F3", "#72307E"),
    "unknown": ("#F9DCDC", "#8C1D1D"),
}
CODE_FONT = "Consolas"
_BASE = {"font_name": "Calibri", "font_size": 10, "font_color": INK, "valign": "top"}
_CELL = _BASE | {"text_wrap": True, "bottom": 1, "bottom_color": LINE}


class Looks:
    """Makes each format once."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def of(self, **properties: Any) -> Format:
        """The format with these properties over those of plain text."""
        return self._format(_BASE | properties)

    def cell(self, **properties: Any) -> Format:
        """The format of a cell of a table."""
        return self._format(_CELL | properties)

    def rule(self, **properties: Any) -> Format:
        """A format that a condition lays over a cell's own."""
        return self._format(properties)

    def tint(self, colours: tuple[str, str], **properties: Any) -> Format:
        """A fill and an ink that a condition lays over a cell's own."""
        fill, ink = colours
        return self.rule(bg_color=fill, font_color=ink, **properties)

    def _format(self, properties: dict[str, Any]) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(properties)
        return self._made[key]


@cache
def letter(column: int) -> str:
    """The name of a column, A for 0."""
    return (letter(column // 26 - 1) if column >= 26 else "") + chr(ord("A") + column % 26)
