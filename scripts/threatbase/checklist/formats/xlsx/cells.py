"""Cells: the sheets of a workbook as text, whatever program saved it. Read with the standard library alone.

The libraries for it lose texts (`_x005F_x0041_` comes back as another one), and a single cell at the far end of a
sheet makes some of them ask for half a terabyte.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from threatbase.checklist.formats.xlsx.looks import letter
from threatbase.checklist.formats.xlsx.package import Package
from threatbase.checklist.formats.xlsx.shared import Book, Strings, Styles, Texts
from threatbase.checklist.formats.xlsx.values import iso, number, unescaped
from threatbase.checklist.sheet import UnreadableError

MOST_TEXT = 32_000_000
"""Characters of a sheet: those of a text that stands in several cells count each time."""
_MOST_ROWS, _MOST_CELLS, _MOST_MERGES = 20_000, 500_000, 1_000
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})", re.ASCII)


@dataclass(frozen=True)
class Sheet:
    """A sheet: its rows by number, from 1, with the texts of cells by column, from 0; blank ones are left out.

    `fault` says why it was not read to its end.
    """

    name: str
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    fault: str = ""


def read_sheets(data: bytes) -> list[Sheet]:
    """The sheets in their order, hidden ones too. Raises UnreadableError for what is no workbook."""
    package = Package(data)
    main = next((path for kind, path in package.relations("").values() if kind == "officeDocument"), "")
    book = Book()
    if not package.parse(main, book) or not book.sheets:
        raise UnreadableError("this is no .xlsx workbook: it has no sheets")
    relations = package.relations(main)
    paths = dict(relations.values())
    strings, styles = Strings(), Styles()
    package.parse(paths.get("sharedStrings", ""), strings)
    package.parse(paths.get("styles", ""), styles)
    cells = [
        _Cells(name, relations[id_][1], strings.all, styles.dated, since_1904=book.since_1904)
        for name, id_ in book.sheets
        if relations.get(id_, ("", ""))[0] == "worksheet"
    ]
    return [one.read(package) for one in cells]


class _TooLargeError(Exception):
    """A sheet that goes beyond what a checklist needs."""


class _Cells(Texts):
    """The cells of one sheet."""

    def __init__(self, name: str, part: str, strings: list[str], dated: list[bool], *, since_1904: bool) -> None:
        super().__init__()
        self._name, self._part, self._strings, self._dated = name, part, strings, dated
        self._since_1904 = since_1904
        self._rows: dict[int, dict[int, str]] = {}
        self._merges: list[tuple[int, int, int]] = []
        self._row, self._column = 0, -1
        self._kind, self._style = "n", 0
        self._formula, self._value = "", ""
        self._seen = self._length = 0

    def read(self, package: Package) -> Sheet:
        """The sheet, as far as it is within bounds."""
        try:
            package.parse(self._part, self)
            self._spread()
        except _TooLargeError as error:
            return Sheet(self._name, self._rows, str(error))
        return Sheet(self._name, self._rows)

    def place(self) -> str:
        """The cell that is being read."""
        return f"sheet '{self._name}', row {self._row}, column {letter(max(self._column, 0))}"

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """A row, a cell, what stands in it, or cells that were merged."""
        if name == "c":
            self._begin(attributes)
        elif name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = -1
        elif name in ("v", "f"):
            self.pieces = []
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))
        else:
            super().start(name, attributes)

    def end(self, name: str) -> None:
        """A cell, or what stands in it, is over."""
        if name == "c":
            self._finish()
        elif name in ("v", "f") and self.pieces is not None:
            text, self.pieces = "".join(self.pieces), None
            if name == "v":
                self._value = text
            else:
                self._formula = text
        else:
            super().end(name)

    def _begin(self, attributes: Mapping[str, str]) -> None:
        place = _REFERENCE.fullmatch(attributes.get("r", ""))
        self._column = _number_of(place[1]) if place else self._column + 1
        self._kind, self._style = attributes.get("t", "n"), int(attributes.get("s", 0))
        self._formula = self._value = ""
        self._seen += 1
        if self._seen > _MOST_CELLS:
            raise _TooLargeError(f"it has more than {_MOST_CELLS:,} cells; delete those that are empty")

    def _finish(self) -> None:
        text = self._shown() or (f"={self._formula}" if self._formula else "")
        self.taken()
        if not text:
            return
        self._rows.setdefault(self._row, {})[self._column] = text
        self._count(text)

    def _count(self, text: str) -> None:
        self._length += len(text)
        if len(self._rows) > _MOST_ROWS:
            raise _TooLargeError(f"it has more than {_MOST_ROWS:,} rows with text; a checklist has not")
        if self._length > MOST_TEXT:
            raise _TooLargeError(f"it has more than {MOST_TEXT:,} characters; a checklist has not")

    def _shown(self) -> str:
        """The text of the cell that ends here; of a formula, what it gave when it was saved."""
        if self._kind == "s":
            return self._strings[int(self._value)] if self._value else ""
        if self._kind == "inlineStr":
            return self.taken()
        if self._kind == "b" and self._value:
            return "TRUE" if self._value.strip() in ("1", "true") else "FALSE"
        if self._kind == "d":
            return iso(self._value)
        if self._kind == "n" and self._value:
            dated = self._style < len(self._dated) and self._dated[self._style]
            return number(self._value.strip(), dated=dated, since_1904=self._since_1904)
        return unescaped(self._value)

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        start, end = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
        if start and end and len(self._merges) < _MOST_MERGES:
            self._merges.append((_number_of(start[1]), int(start[2]), int(end[2])))

    def _spread(self) -> None:
        """A cell that reaches over several rows says the same in each of them."""
        for column, top, bottom in self._merges:
            text = self._rows.get(top, {}).get(column, "")
            for number_, row in self._rows.items() if text else ():
                if top < number_ <= bottom and column not in row:
                    row[column] = text
                    self._count(text)


def _number_of(letters: str) -> int:
    """The number of a column, 0 for A."""
    found = 0
    for one in letters:
        found = found * 26 + ord(one) - ord("A") + 1
    return found - 1
