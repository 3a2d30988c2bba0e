"""Comeback: finds the list, the header and long texts among the sheets of a workbook, whoever moved them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from threatbase.checklist.formats.columns import MARK, NEEDED, columns_of, filled
from threatbase.checklist.formats.table import read_table
from threatbase.checklist.formats.xlsx.cells import MOST_TEXT, Sheet
from threatbase.checklist.formats.xlsx.looks import letter
from threatbase.checklist.formats.xlsx.texts import is_mark, mark_of, whole
from threatbase.checklist.sheet import Filled, UnreadableError
from threatbase.models import LANGUAGES
from threatbase.words import Words

_MOST_COLUMNS, _LONGEST_TITLE = 256, 200
_SEARCHED = 50
"""Rows in which the titles are looked for: people put things above them."""

Rest = dict[str, dict[int, str]]
"""What did not fit into cells: parts by number, by the mark at the end of the cell."""


def read_book(name: str, sheets: Sequence[Sheet]) -> Filled:
    """The checklist in the sheets of a workbook. Raises UnreadableError."""
    lists = [(sheet, top) for sheet in sheets if (top := _titles_of(sheet))]
    if not lists:
        raise UnreadableError(_nearest(sheets))
    usual = {Words(language)("checklist.xlsx.sheet.list") for language in LANGUAGES}
    sheet, top = next((one for one in lists if one[0].name in usual), lists[0])
    header, rest = _header(name, sheets), _rest(sheets)
    rows = _table(sheet, top, rest)
    ids = columns_of(rows[0][1])["id"]
    rows = [(place, cells) for place, cells in rows if cells[ids : ids + 1] != [MARK]]
    read = read_table(name, [*rows, ("", [""] * ids + [MARK, header])])
    others = [one.name for one, _ in lists if one is not sheet]
    return replace(read, oddities=(*_oddities(sheet, top, others, rest), *read.oddities))


def _dense(row: dict[int, str]) -> list[str]:
    """The cells of a row as far as a list may have columns."""
    last = min(max(row, default=-1) + 1, _MOST_COLUMNS)
    return [row.get(column, "") for column in range(last)]


def _titles_of(sheet: Sheet) -> int:
    """The number of the row with the titles, 0 where there is none."""
    for number in islice(sorted(sheet.rows), _SEARCHED):
        if set(NEEDED) <= columns_of(_dense(sheet.rows[number])).keys():
            return number
    return 0


def _nearest(sheets: Sequence[Sheet]) -> str:
    """What is missing in the row that looks most like the titles of a list."""
    rows = [
        (len(there), -at, sheet.name, number, [column for column in NEEDED if column not in there])
        for at, sheet in enumerate(sheets)
        for number in islice(sorted(sheet.rows), _SEARCHED)
        if (there := set(NEEDED) & columns_of(_dense(sheet.rows[number])).keys())
    ]
    if not rows:
        return "no sheet has the titles of a checklist; this is none, or its first row was deleted"
    _, _, name, number, missing = max(rows)
    words = ", ".join(f"'{Words('en')(f'checklist.column.{column}')}'" for column in missing)
    return f"sheet '{name}', row {number}: there is no column {words}; put the title back"


def _header(name: str, sheets: Sequence[Sheet]) -> str:
    """The header of the file: it stands in the row of the mark. The first that can be read counts."""
    fault = (
        f"no sheet has '{MARK}' in a cell and, beside it, what the checklist was made for; "
        "put the sheet 'About' of the exported file back"
    )
    for place, row in _rows(sheets):
        header = next((cell for cell in row.values() if cell.startswith("{")), "")
        if MARK in row.values() and header:
            try:
                filled(name, header, (), ())
            except UnreadableError as error:
                fault = f"{place}: {error}"
            else:
                return header
    raise UnreadableError(fault)


def _rows(sheets: Sequence[Sheet]) -> Iterator[tuple[str, dict[int, str]]]:
    for sheet in sheets:
        for number in sorted(sheet.rows):
            yield f"sheet '{sheet.name}', row {number}", sheet.rows[number]


def _rest(sheets: Sequence[Sheet]) -> Rest:
    found: Rest = {}
    for _, row in _rows(sheets):
        cells = [row[column] for column in sorted(row)]
        if len(cells) > 1 and is_mark(cells[0]) and cells[1].isdecimal():
            found.setdefault(cells[0], {})[int(cells[1][:9])] = "".join(cells[2:3])
    return found


def _table(sheet: Sheet, top: int, rest: Rest) -> list[tuple[str, list[str]]]:
    """The titles and the rows below. A column without a title that people filled is called by its letter."""
    below = {number: row for number, row in sorted(sheet.rows.items()) if number > top}
    used = {column for row in below.values() for column in row}
    _check_size(sheet, max(used, default=0), rest)
    titles = {column: letter(column) for column in used} | sheet.rows[top]
    # A title stands in the note of every row of its column.
    short = {column: title[:_LONGEST_TITLE] for column, title in titles.items()}
    return [
        (f"sheet '{sheet.name}', row {number}", [whole(cell, rest) for cell in _dense(row)])
        for number, row in ((top, short), *below.items())
    ]


def _check_size(sheet: Sheet, last: int, rest: Rest) -> None:
    fault = sheet.fault
    if last >= _MOST_COLUMNS:
        fault = f"column {letter(last)} has text; a checklist has {_MOST_COLUMNS} columns at most"
    marks = (mark_of(cell) for row in sheet.rows.values() for cell in row.values())
    if sum(len(part) for mark in marks for part in rest.get(mark, {}).values()) > MOST_TEXT:
        fault = f"it has more than {MOST_TEXT:,} characters; a checklist has not"
    if fault:
        raise UnreadableError(f"sheet '{sheet.name}': {fault}")


def _oddities(sheet: Sheet, top: int, others: Sequence[str], rest: Rest) -> Iterator[str]:
    for name in others:
        yield f"sheet '{name}' has the titles of a list too; only '{sheet.name}' was read"
    if any(number < top for number in sheet.rows):
        yield f"sheet '{sheet.name}': what stands above row {top}, the titles, was not read"
    told = {mark_of(cell) for row in sheet.rows.values() for cell in row.values()}
    for mark in rest:
        if mark not in told:
            yield f"no text ends with [{mark}]: what goes on under this mark was not read"
