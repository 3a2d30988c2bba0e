"""The sheet with the list: one row a measure, what people type next to its title, details to the right."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from itertools import chain, repeat
from math import ceil
from typing import TYPE_CHECKING, Any

from threatbase.addresses import published
from threatbase.checklist.formats.columns import cells
from threatbase.checklist.formats.xlsx.looks import (
    CODE_FONT,
    FLAG_FILL,
    HEAD,
    HEAD_TYPED,
    MUTED,
    PAPER,
    SECTION_FILL,
    STATUS_FILL,
    Looks,
    letter,
)
from threatbase.checklist.formats.xlsx.texts import Texts
from threatbase.checklist.items import Item
from threatbase.checklist.sheet import STATUSES, TYPED, Checklist
from threatbase.words import Words

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

WIDTHS = {
    "section": 11, "priority": 20, "title": 50, "status": 15, "owner": 15, "date": 11.5, "evidence": 24, "note": 30,
    "flag": 16, "why": 54, "verify": 46, "expect": 36, "how": 62, "breaks": 60, "cost": 8, "excludes": 24,
    "mappings": 34, "id": 14, "content": 14,
}  # fmt: skip
"""The columns in the order of the sheet, with their widths in characters."""

ORDER = tuple(WIDTHS)
_HIDDEN = ("id", "content")
_FROZEN = ORDER.index("status") + 1
_LAST_PRINTED = ORDER.index("why")
_CODE = ("how", "verify")
_SCROLLED = ("how", "breaks", "mappings")
"""Columns that do not make a row higher than `_LINES_SCROLLED`."""
_LINES_SCROLLED, _MOST_LINES, _LINE_HEIGHT = 3, 30, 13.2
_SPARE = 100
"""Rows below the list in which the drop-down and the colours work too."""
_FIRST_DAY, _LAST_DAY = datetime.date(1900, 3, 1), datetime.date(9999, 12, 31)


def column_letter(column: str) -> str:
    """The letter of a column of the list."""
    return letter(ORDER.index(column))


def write_list(sheet: Worksheet, checklist: Checklist, words: Words, looks: Looks, texts: Texts) -> None:
    """The titles, the rows, and what helps to fill them in."""
    _titles(sheet, words, looks)
    items = chain((row.item for row in checklist.rows), repeat(None))
    rows = list(zip(cells(checklist, words), items, strict=False))
    for at, (values, item) in enumerate(rows, start=1):
        sheet.set_row(at, _height(values))
        _row(sheet, at, values, item, words, looks, texts)
    last = len(rows)
    sheet.freeze_panes(1, _FROZEN)
    sheet.autofilter(0, 0, last, len(ORDER) - 1)
    sheet.hide_gridlines(2)
    sheet.set_selection(min(1, last), _FROZEN - 1, min(1, last), _FROZEN - 1)
    _helps(sheet, last + _SPARE, words)
    _colours(sheet, last + _SPARE, words, looks)
    sheet.print_area(0, 0, last, _LAST_PRINTED)
    sheet.repeat_rows(0)


def _titles(sheet: Worksheet, words: Words, looks: Looks) -> None:
    sheet.set_row(0, 30)
    for at, (column, width) in enumerate(WIDTHS.items()):
        sheet.set_column(at, at, width, None, {"hidden": column in _HIDDEN})
        fill = HEAD_TYPED if column in TYPED else HEAD
        look = looks.of(bold=True, font_color=PAPER, bg_color=fill, valign="vcenter", text_wrap=True, indent=1)
        sheet.write_string(0, at, words(f"checklist.column.{column}"), look)


def _row(
    sheet: Worksheet, at: int, values: Mapping[str, str], item: Item | None, words: Words, looks: Looks, texts: Texts
) -> None:
    for where, column in enumerate(ORDER):
        text, look = values[column], _look(column, item)
        if column == "date" and (day := _day(text)):
            sheet.write_datetime(at, where, day, looks.cell(**look))
        elif column == "cost" and item:
            sheet.write_number(at, where, item.cost, looks.cell(**look))
        else:
            if column == "title" and item:
                # The text is put over that of the link, as XlsxWriter documents it.
                sheet.write_url(at, where, published(item.address, words.language))
            texts.put(sheet, at, where, text, **look)


def _look(column: str, item: Item | None) -> dict[str, Any]:
    look: dict[str, Any] = {"align": "left", "indent": 1}
    if item is None and column not in TYPED:
        look |= {"font_color": MUTED, "italic": True}
    if column == "section":
        fill = SECTION_FILL[item.section if item else None]
        return look | {"bold": True, "font_color": PAPER, "bg_color": fill}
    if column == "title":
        return look | {"bold": True}
    if column == "priority":
        return look | {"font_color": MUTED}
    if column == "date":
        return look | {"num_format": "yyyy-mm-dd"}
    if column == "cost":
        return {"align": "center"}
    if column in TYPED:
        return look | {"num_format": "@"}
    return look | ({"font_name": CODE_FONT, "font_size": 9} if column in _CODE else {})


def _day(text: str) -> datetime.date | None:
    """The day that a text is, if Excel knows it: it counts from a leap year that 1900 was not."""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text and _FIRST_DAY <= day <= _LAST_DAY else None


def _height(values: Mapping[str, str]) -> float:
    """The height in points at which everything but long details can be read."""
    lines = 1
    for column, width in WIDTHS.items():
        if column not in _HIDDEN:
            fit = (width - 2) * (1 if column in _CODE else 1.25)
            wanted = sum(max(1, ceil(len(line) / fit)) for line in values[column].split("\n"))
            lines = max(lines, min(wanted, _LINES_SCROLLED if column in _SCROLLED else _MOST_LINES))
    return round(lines * _LINE_HEIGHT + 4, 1)


def _helps(sheet: Worksheet, last: int, words: Words) -> None:
    status, date = ORDER.index("status"), ORDER.index("date")
    sheet.data_validation(1, status, last, status, {
        "validate": "list",
        "source": [words(f"checklist.status.{one}") for one in STATUSES],
        "error_title": words("checklist.column.status"),
        "error_message": words("checklist.xlsx.no_status"),
    })  # fmt: skip
    sheet.data_validation(1, date, last, date, {
        "validate": "date",
        "criteria": "between",
        "minimum": datetime.date(1990, 1, 1),
        "maximum": datetime.date(2199, 12, 31),
        "error_type": "warning",
        "error_title": words("checklist.column.date"),
        "error_message": words("checklist.xlsx.no_date"),
    })  # fmt: skip


def _colours(sheet: Worksheet, last: int, words: Words, looks: Looks) -> None:
    section, status, flag = (ORDER.index(column) for column in ("section", "status", "flag"))
    for name, colours in STATUS_FILL.items():
        rule = {"type": "cell", "criteria": "==", "value": f'"{words(f"checklist.status.{name}")}"'}
        sheet.conditional_format(1, status, last, status, rule | {"format": looks.tint(colours)})
    for mark, colours in FLAG_FILL.items():
        rule = {"type": "text", "criteria": "begins with", "value": words(f"checklist.flag.{mark}")}
        sheet.conditional_format(1, flag, last, flag, rule | {"format": looks.tint(colours)})
    first = f"${letter(section)}"
    border = {"type": "formula", "criteria": f"={first}3<>{first}2", "format": looks.rule(top=1, top_color=HEAD)}
    sheet.conditional_format(2, 0, last, len(ORDER) - 1, border)
