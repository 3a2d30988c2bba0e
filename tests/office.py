"""LibreOffice for the tests: it opens and saves files without a window, and a flat file of it can be edited."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from xml.dom import minidom

import pytest

NAMES = ("soffice", "libreoffice")
MISSING = "not run: no LibreOffice; install it with: sudo apt-get install libreoffice-calc"
CSV_IN = "CSV:44,34,UTF-8,1,,1033,true,false"
CSV_OUT = "csv:Text - txt - csv (StarCalc):44,34,UTF-8,1,,1033,false,true,false"
"""Commas, double quotes, UTF-8, from the first line; what is quoted is text; cells as they are shown."""
SETTINGS = """\
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
</item>
</oor:items>
"""
"""Every formula is worked out when a workbook is opened."""


def find_office() -> str:
    """Its program. Skips the test where it is missing; in CI, that is a failure."""
    names = (os.environ.get("THREATBASE_OFFICE", ""), *NAMES)
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return found


class Office:
    """One LibreOffice with settings of its own."""

    def __init__(self, program: str, folder: Path) -> None:
        self._command = [program, f"-env:UserInstallation={(folder / 'settings').as_uri()}", "--headless"]
        self._folder = folder
        self._count = 0
        settings = folder / "settings" / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(SETTINGS, "utf-8")

    def convert(self, data: bytes, suffix: str, to: str, *, infilter: str = "") -> bytes:
        """Opens a file and saves it in another format, or in the same."""
        self._count += 1
        source = self._folder / f"in-{self._count}" / f"list.{suffix}"
        source.parent.mkdir()
        source.write_bytes(data)
        target = self._folder / f"out-{self._count}"
        given = [f"--infilter={infilter}"] if infilter else []
        command = [*self._command, *given, "--convert-to", to, "--outdir", str(target), str(source)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
        files = list(target.glob("list.*"))
        assert len(files) == 1, done.stdout + done.stderr
        return files[0].read_bytes()


class Flat:
    """A flat OpenDocument spreadsheet: the cells of one of its sheets can be changed."""

    def __init__(self, data: bytes, sheet: str) -> None:
        self._document = minidom.parseString(data)
        tables = self._document.getElementsByTagName("table:table")
        self._table = next(table for table in tables if table.getAttribute("table:name") == sheet)

    def as_bytes(self) -> bytes:
        """The file."""
        return bytes(self._document.toxml(encoding="utf-8"))

    def rows(self) -> list[minidom.Element]:
        """The rows of the sheet; those that stand for several are the empty ones at its end."""
        return list(self._table.getElementsByTagName("table:table-row"))

    def type_text(self, row: int, column: int, text: str) -> None:
        """Types a text; each line of it is a paragraph of the cell."""
        cell = self._emptied(row, column)
        cell.setAttribute("office:value-type", "string")
        for line in text.split("\n"):
            paragraph = self._document.createElement("text:p")
            paragraph.appendChild(self._document.createTextNode(line))
            cell.appendChild(paragraph)

    def type_day(self, row: int, column: int, day: str) -> None:
        """Types a date that the program understands as one."""
        cell = self._emptied(row, column)
        cell.setAttribute("office:value-type", "date")
        cell.setAttribute("office:date-value", day)

    def move_row(self, row: int, before: int) -> None:
        """Moves a row up or down, as sorting does."""
        rows = self.rows()
        self._table_of(rows[before]).insertBefore(rows[row], rows[before])

    @staticmethod
    def _table_of(row: minidom.Element) -> minidom.Element:
        assert isinstance(row.parentNode, minidom.Element)
        return row.parentNode

    def _emptied(self, row: int, column: int) -> minidom.Element:
        cell = list(self._cells(self.rows()[row]))[column]
        for name, _ in cell.attributes.items():
            if name != "table:style-name":
                cell.removeAttribute(name)
        while cell.firstChild:
            cell.removeChild(cell.firstChild)
        return cell

    @staticmethod
    def _cells(row: minidom.Element) -> Iterator[minidom.Element]:
        """The cells of a row; one that stands for several is written out."""
        for cell in [node for node in row.childNodes if isinstance(node, minidom.Element)]:
            count = int(cell.getAttribute("table:number-columns-repeated") or 1)
            if count > 100:
                return
            if count > 1:
                cell.removeAttribute("table:number-columns-repeated")
            yield cell
            for _ in range(count - 1):
                copy = cell.cloneNode(deep=True)
                assert isinstance(copy, minidom.Element)
                row.insertBefore(copy, cell)
                yield copy
