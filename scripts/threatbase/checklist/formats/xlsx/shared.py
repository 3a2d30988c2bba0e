"""Parts that the sheets of a workbook share: its names, its styles, its strings."""

from __future__ import annotations

from collections.abc import Mapping

from threatbase.checklist.formats.xlsx.package import Handler
from threatbase.checklist.formats.xlsx.values import is_date, unescaped


class Book(Handler):
    """The names of the sheets, with the ids of their parts."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.since_1904 = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """A sheet, or the settings of the workbook."""
        if name == "sheet":
            self.sheets.append((unescaped(attributes.get("name", "")), attributes.get("id", "")))
        elif name == "workbookPr":
            self.since_1904 = attributes.get("date1904", "") in ("1", "true")


class Styles(Handler):
    """For each style of cells, whether it shows a day or a time."""

    def __init__(self) -> None:
        self.dated: list[bool] = []
        self._codes: dict[int, str] = {}
        self._of_cells = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """A number format, or a style that uses one."""
        if name == "numFmt":
            self._codes[int(attributes.get("numFmtId", 0))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._of_cells = True
        elif name == "xf" and self._of_cells:
            self.dated.append(is_date(int(attributes.get("numFmtId", 0)), self._codes))

    def end(self, name: str) -> None:
        """The styles of cells are over."""
        if name == "cellXfs":
            self._of_cells = False


class Texts(Handler):
    """Puts the runs of a text together; how it is pronounced (`rPh`) is left out."""

    def __init__(self) -> None:
        self._runs: list[str] = []
        self.pieces: list[str] | None = None
        self._pronounced = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """A run begins."""
        if name == "t" and not self._pronounced:
            self.pieces = []
        elif name == "rPh":
            self._pronounced = True

    def text(self, text: str) -> None:
        """A piece of a run."""
        if self.pieces is not None:
            self.pieces.append(text)

    def end(self, name: str) -> None:
        """A run is over."""
        if name == "t" and self.pieces is not None:
            self._runs.append(unescaped("".join(self.pieces)))
            self.pieces = None
        elif name == "rPh":
            self._pronounced = False

    def taken(self) -> str:
        """The text so far; the next one begins."""
        text = "".join(self._runs)
        self._runs.clear()
        return text


class Strings(Texts):
    """The strings that cells refer to by number."""

    def __init__(self) -> None:
        super().__init__()
        self.all: list[str] = []

    def end(self, name: str) -> None:
        """A string is over."""
        super().end(name)
        if name == "si":
            self.all.append(self.taken())
