"""The sheets beside the list: what the file is and how to use it, and texts too long for one cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threatbase.addresses import published
from threatbase.checklist.formats.columns import MARK, header_text
from threatbase.checklist.formats.xlsx.looks import HEAD, MUTED, Looks
from threatbase.checklist.formats.xlsx.texts import Texts
from threatbase.checklist.sheet import Checklist
from threatbase.words import Words

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_HINTS = ("fill", "look", "details", "change", "print", "bring_back", "keep")


def write_about(sheet: Worksheet, checklist: Checklist, words: Words, looks: Looks) -> None:
    """The mark and the header of the file in the first row, hints below."""
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 110)
    small = looks.of(font_size=8, font_color=MUTED)
    sheet.write_string(0, 0, MARK, small)
    sheet.write_string(0, 1, header_text(checklist), small)
    sheet.set_row(2, 26)
    sheet.write_string(2, 1, checklist.title, looks.of(bold=True, font_size=14, font_color=HEAD))
    for row, hint in enumerate(_HINTS, start=3):
        text = words(f"checklist.xlsx.about.{hint}")
        sheet.set_row(row, 18 if len(text) < 140 else 32)
        sheet.write_number(row, 0, row - 2, looks.of(align="right", font_color=MUTED, indent=1))
        sheet.write_string(row, 1, text, looks.of(text_wrap=True))
    site = published("", words.language)
    sheet.write_url(4 + len(_HINTS), 1, site, looks.of(font_color=HEAD, underline=1), site)


def write_rest(sheet: Worksheet, texts: Texts, words: Words) -> None:
    """A line for each part of a text that did not fit into its cell: mark, number, part."""
    sheet.set_column(0, 0, 26)
    sheet.set_column(2, 2, 120)
    for row, (mark, number, part) in enumerate(texts.rest):
        sheet.set_row(row, 60)
        sheet.write_string(row, 0, mark)
        sheet.write_number(row, 1, number)
        texts.put(sheet, row, 2, part, num_format="@")
