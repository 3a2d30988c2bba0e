"""The sheet with the sum of it: title, remarks, and counts by level and status that follow what is typed."""

from __future__ import annotations

from collections import Counter
from math import ceil
from typing import TYPE_CHECKING

from threatbase.checklist.formats.xlsx.listing import column_letter
from threatbase.checklist.formats.xlsx.looks import (
    HEAD,
    INK,
    LINE,
    MUTED,
    PAPER,
    SECTION_FILL,
    SHARE_BAR,
    STATUS_BAR,
    STATUS_FILL,
    Looks,
    letter,
)
from threatbase.checklist.items import Section
from threatbase.checklist.sheet import Checklist, Status
from threatbase.words import Words

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

SHOWN: tuple[Status, ...] = ("done", "not-applicable", "accepted-risk", "todo")
"""The statuses in the order of the chart: what is settled first."""

_WIDTHS = (16, 15, 15, 15, 15, 11, 14, 78)
_TOTAL, _SHARE, _MEANING = len(SHOWN) + 1, len(SHOWN) + 2, len(SHOWN) + 3
_LINE_HEIGHT, _CHARACTERS = 14.0, 190


def write_summary(workbook: Workbook, sheet: Worksheet, checklist: Checklist, words: Words, looks: Looks) -> None:
    """The title, the remarks, the table and the chart."""
    sheet.hide_gridlines(2)
    for at, width in enumerate(_WIDTHS):
        sheet.set_column(at, at, width)
    sheet.set_row(0, 32)
    sheet.write_string(0, 0, checklist.title, looks.of(bold=True, font_size=18, font_color=HEAD, valign="vcenter"))
    provenance = words("checklist.provenance", version=checklist.version, digest=checklist.digest)
    sheet.write_string(1, 0, provenance, looks.of(font_color=MUTED))
    row = _remarks(sheet, 3, checklist, looks)
    sections = [(section, len(rows)) for section, rows in checklist.by_section()]
    _table(sheet, row + 1, checklist, sections, words, looks)
    if sections:
        _chart(workbook, sheet, row + 1, len(sections), words)


def _remarks(sheet: Worksheet, row: int, checklist: Checklist, looks: Looks) -> int:
    """The remarks, each over the whole width. Returns the row below."""
    look = looks.of(text_wrap=True, left=5, left_color=STATUS_BAR["done"], indent=1, valign="vcenter")
    for at, remark in enumerate(checklist.remarks, start=row):
        sheet.set_row(at, ceil(len(remark) / _CHARACTERS) * _LINE_HEIGHT + 5)
        sheet.merge_range(at, 0, at, len(_WIDTHS) - 1, "", look)
        sheet.write_string(at, 0, remark, look)
    return row + len(checklist.remarks)


def _table(
    sheet: Worksheet, top: int, checklist: Checklist, sections: list[tuple[Section, int]], words: Words, looks: Looks
) -> None:
    counts = Counter((row.item.section, row.typed.status) for row in checklist.rows)
    _heads(sheet, top, words, looks)
    number = {"align": "center", "valign": "vcenter"}
    for row, (section, size) in enumerate(sections, start=top + 1):
        sheet.set_row(row, 22)
        band = looks.cell(bold=True, indent=1, font_color=PAPER, bg_color=SECTION_FILL[section], valign="vcenter")
        sheet.write_string(row, 0, words(f"checklist.section_short.{section}"), band)
        for at, status in enumerate(SHOWN, start=1):
            sheet.write_formula(row, at, _count(row, at, top, words), looks.cell(**number), counts[section, status])
        _ends(sheet, row, size, size - counts[section, "todo"], looks, {})
        meaning = words(f"checklist.section.{section}")
        sheet.write_string(row, _MEANING, meaning, looks.cell(font_color=MUTED, valign="vcenter", indent=1))
    _totals(sheet, top, len(sections), checklist, words, looks)
    bar = {"type": "data_bar", "bar_solid": True, "bar_color": SHARE_BAR, "min_type": "num", "max_type": "num"}
    bar |= {"min_value": 0, "max_value": 1, "bar_border_color": SHARE_BAR}
    sheet.conditional_format(top + 1, _SHARE, top + 1 + len(sections), _SHARE, bar)


def _heads(sheet: Worksheet, top: int, words: Words, looks: Looks) -> None:
    head = {"bold": True, "valign": "vcenter", "bottom": 2, "bottom_color": HEAD, "text_wrap": True}
    sheet.set_row(top, 24)
    sheet.write_string(top, 0, words("checklist.column.section"), looks.of(**head, indent=1))
    for at, status in enumerate(SHOWN, start=1):
        fill, ink = STATUS_FILL[status]
        look = looks.of(**head | {"bg_color": fill, "font_color": ink, "align": "center"})
        sheet.write_string(top, at, words(f"checklist.status.{status}"), look)
    for at, word in ((_TOTAL, "total"), (_SHARE, "settled")):
        sheet.write_string(top, at, words(f"checklist.xlsx.{word}"), looks.of(**head | {"align": "center"}))
    sheet.write_blank(top, _MEANING, None, looks.of(**head))


def _count(row: int, column: int, top: int, words: Words) -> str:
    """How many lines have the level of this row and the status of this column; both stand in this sheet."""
    name = words("checklist.xlsx.sheet.list").replace("'", "''")
    section, status = (f"'{name}'!${at}:${at}" for at in (column_letter("section"), column_letter("status")))
    return f"=COUNTIFS({section},$A{row + 1},{status},{letter(column)}${top + 1})"


def _ends(sheet: Worksheet, row: int, total: int, settled: int, looks: Looks, more: dict[str, object]) -> None:
    """The total of a row and the share of it that is settled."""
    look = {"align": "center", "valign": "vcenter"} | more
    first, last, todo = letter(1), letter(_TOTAL - 1), letter(1 + SHOWN.index("todo"))
    whole = f"{letter(_TOTAL)}{row + 1}"
    sheet.write_formula(row, _TOTAL, f"=SUM({first}{row + 1}:{last}{row + 1})", looks.cell(bold=True, **look), total)
    share = f"=IF({whole}=0,0,({whole}-{todo}{row + 1})/{whole})"
    look = looks.cell(num_format="0%", **look)
    sheet.write_formula(row, _SHARE, share, look, round(settled / total, 15) if total else 0)


def _totals(sheet: Worksheet, top: int, size: int, checklist: Checklist, words: Words, looks: Looks) -> None:
    counts = Counter(row.typed.status for row in checklist.rows)
    row, look = top + 1 + size, {"bold": True, "top": 1, "top_color": HEAD, "valign": "vcenter"}
    sheet.set_row(row, 24)
    sheet.write_string(row, 0, words("checklist.xlsx.total"), looks.cell(**look, indent=1))
    for at, status in enumerate(SHOWN, start=1):
        formula = f"=SUM({letter(at)}{top + 2}:{letter(at)}{row})" if size else "=0"
        sheet.write_formula(row, at, formula, looks.cell(**look | {"align": "center"}), counts[status])
    total = len(checklist.rows)
    _ends(sheet, row, total, total - counts["todo"], looks, {"top": 1, "top_color": HEAD})
    sheet.write_string(row, _MEANING, words("checklist.xlsx.settled_means"), looks.cell(**look | {
        "bold": False, "font_color": MUTED, "indent": 1,
    }))  # fmt: skip


def _chart(workbook: Workbook, sheet: Worksheet, top: int, size: int, words: Words) -> None:
    """A bar a level, as long as the level has lines."""
    name, first, last = sheet.get_name(), top + 1, top + size
    chart = workbook.add_chart({"type": "bar", "subtype": "stacked"})
    for at, status in enumerate(SHOWN, start=1):
        chart.add_series({
            "name": [name, top, at],
            "categories": [name, first, 0, last, 0],
            "values": [name, first, at, last, at],
            "fill": {"color": STATUS_BAR[status]},
            "border": {"none": True},
            "gap": 55,
            "overlap": 100,
        })  # fmt: skip
    font = {"name": "Calibri", "size": 10, "color": INK, "bold": False}
    chart.set_title({"name": words("checklist.xlsx.progress"), "overlay": False, "name_font": font | {
        "size": 12, "bold": True, "color": HEAD,
    }})  # fmt: skip
    chart.set_y_axis({"reverse": True, "num_font": font, "line": {"none": True}, "major_tick_mark": "none"})
    chart.set_x_axis({
        "num_font": font | {"color": MUTED}, "line": {"none": True}, "major_gridlines": {"visible": True, "line": {
            "color": LINE, "width": 0.75,
        }}, "major_tick_mark": "none", "min": 0, "num_format": "0",
    })  # fmt: skip
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_chartarea({"border": {"none": True}})
    chart.set_size({"width": 1290, "height": 130 + 44 * size})
    sheet.insert_chart(top + size + 3, 0, chart, {"description": words("checklist.xlsx.progress")})
