"""Checklists as workbooks (XLSX) that people fill in with Excel or LibreOffice, and back."""

from __future__ import annotations

import datetime
import io
from typing import TYPE_CHECKING

import xlsxwriter

from threatbase.checklist.formats.xlsx.about import write_about, write_rest
from threatbase.checklist.formats.xlsx.cells import read_sheets
from threatbase.checklist.formats.xlsx.comeback import read_book
from threatbase.checklist.formats.xlsx.listing import write_list
from threatbase.checklist.formats.xlsx.looks import HEAD, HEAD_TYPED, MUTED, Looks
from threatbase.checklist.formats.xlsx.summary import write_summary
from threatbase.checklist.formats.xlsx.texts import Texts
from threatbase.checklist.sheet import Checklist, Filled
from threatbase.words import Words

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
_MADE = datetime.datetime(2026, 1, 1)
"""A constant, so that the same checklist gives the same bytes."""


def write_xlsx(checklist: Checklist) -> bytes:
    """A workbook with the list, a summary, and what the file was made for."""
    words, stream = Words(checklist.criteria.language), io.BytesIO()
    with xlsxwriter.Workbook(stream, _OPTIONS) as workbook:
        workbook.set_properties({"title": checklist.title, "author": "Threatbase", "created": _MADE})
        workbook.set_size(2400, 1350)
        looks = Looks(workbook)
        texts = Texts(looks)
        names = ("list", "summary", "about")
        sheets = {name: workbook.add_worksheet(words(f"checklist.xlsx.sheet.{name}")) for name in names}
        for sheet, colour in zip(sheets.values(), (HEAD_TYPED, HEAD, MUTED), strict=True):
            sheet.set_tab_color(colour)
            _page(sheet, checklist, words)
        write_list(sheets["list"], checklist, words, looks, texts)
        write_summary(workbook, sheets["summary"], checklist, words, looks)
        write_about(sheets["about"], checklist, words, looks)
        if texts.rest:
            write_rest(workbook.add_worksheet(words("checklist.xlsx.sheet.more")), texts, words)
    return stream.getvalue()


def _page(sheet: Worksheet, checklist: Checklist, words: Words) -> None:
    """A4, on its side, one page wide; header and footer hold up to 255 characters."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.75, bottom=0.65)
    sheet.set_header(f"&L&9{_escaped(checklist.title)}&R&9&A")
    provenance = words("checklist.provenance", version=checklist.version, digest=checklist.digest)
    sheet.set_footer(f"&L&8{_escaped(provenance)}&R&8{words('checklist.xlsx.page')} &P / &N")


def _escaped(text: str) -> str:
    """A text in which `&` starts no code; digits behind a size would count as part of it."""
    return " " * text[:1].isdigit() + text[:100].replace("&", "&&")


def read_xlsx(name: str, data: bytes) -> Filled:
    """Takes a workbook back. Raises UnreadableError with sheet and row."""
    return read_book(name, read_sheets(data))
