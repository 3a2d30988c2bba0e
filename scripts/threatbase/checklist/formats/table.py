"""Checklists as CSV (RFC 4180): what starts a formula in a spreadsheet is told to be text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from threatbase.checklist.formats.columns import (
    COLUMNS,
    MARK,
    NEEDED,
    cells,
    columns_of,
    filled,
    header_text,
    line_of,
    titles,
)
from threatbase.checklist.sheet import Checklist, Filled, UnreadableError
from threatbase.models import LANGUAGES
from threatbase.words import Words

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_BOM = "\ufeff"
_LONGEST_CELL = 1 << 22


def write_csv(checklist: Checklist, *, bom: bool = True) -> bytes:
    """UTF-8 with CRLF; the mark at its beginning tells Excel that it is UTF-8. The last line is the header."""
    words = Words(checklist.criteria.language)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(titles(words))
    for row in cells(checklist, words):
        writer.writerow([as_text(row[column]) for column in COLUMNS])
    writer.writerow([MARK, header_text(checklist)] + [""] * (len(COLUMNS) - 2))
    return ((_BOM if bom else "") + stream.getvalue()).encode("utf-8")


def as_text(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe is put before what could start one."""
    return f"'{cell}" if cell.startswith((*_FORMULA, "'")) else cell


def from_text(cell: str) -> str:
    """What `as_text` was given."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*_FORMULA, "'")) else cell


def read_csv(name: str, data: bytes) -> Filled:
    """Takes a table back, with commas or semicolons. Raises UnreadableError with line and column."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(
            f"byte {error.start + 1} is not UTF-8; save the table as “CSV UTF-8 (comma delimited)”"
        ) from None
    rows = list(_rows(text))
    if not rows:
        raise UnreadableError("the file is empty")
    return read_table(name, rows)


def _rows(text: str) -> Iterator[tuple[str, list[str]]]:
    csv.field_size_limit(_LONGEST_CELL)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            yield f"line {reader.line_num}", [from_text(cell) for cell in row]
    except csv.Error as error:
        raise UnreadableError(f"line {reader.line_num}: {error}") from None


def read_table(name: str, rows: list[tuple[str, list[str]]]) -> Filled:
    """A checklist from the rows of a table, each with the place that it stands at; the first holds the titles."""
    place, first = rows[0]
    where = columns_of(first)
    missing = [column for column in NEEDED if column not in where]
    if missing:
        wanted = "' or '".join(Words(language)(f"checklist.column.{missing[0]}") for language in LANGUAGES)
        raise UnreadableError(
            f"{place}: there is no column '{wanted}'; this is no checklist, or its titles were changed"
        )
    others = {index: title for index, title in enumerate(first) if title.strip() and index not in where.values()}
    header, lines, oddities = "", [], []
    for place, row in rows[1:]:
        values = {column: row[index] for column, index in where.items() if index < len(row)}
        more = {title: row[index] for index, title in others.items() if index < len(row) and row[index].strip()}
        if values.get("id") == MARK and header:
            raise UnreadableError(f"{place}: a second line '{MARK}'; merge each list by itself")
        if values.get("id") == MARK:
            header = next((cell for cell in row if cell.startswith("{")), "")
        elif more or any(value.strip() for value in values.values()):
            line, oddity = line_of(values, more, place)
            lines.append(line)
            oddities += oddity
    if not header:
        raise UnreadableError(f"there is no line '{MARK}', which says what the checklist was made for; put it back")
    return filled(name, header, lines, oddities)
