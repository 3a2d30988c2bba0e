"""Packages: the parts of a workbook's ZIP archive, within bounds, and their XML without document types."""

from __future__ import annotations

import io
import posixpath
import zlib
from collections.abc import Callable, Mapping
from typing import TypeVar
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from threatbase.checklist.sheet import UnreadableError

_T = TypeVar("_T")

_MOST_BYTES = 32 << 20
"""Of all parts together, once they are decompressed."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE_AS = "open it in a spreadsheet program and save it as “Excel workbook (.xlsx)”"
_DAMAGED = "the workbook is damaged"


class Handler:
    """Takes the elements of a part, by their names without namespace; what a reader does not want is passed over."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Text stands here, or a part of one."""

    def place(self) -> str:
        """Where the reader is, in the words of those who fill in the sheets."""
        return ""


class Package:
    """The parts of a workbook, by their path in the archive."""

    def __init__(self, data: bytes) -> None:
        """Raises UnreadableError for what is no workbook."""
        if data.startswith(_OLE):
            raise UnreadableError(
                f"this is an old .xls workbook, or one with a password; {_SAVE_AS}, without a password"
            )
        if not data.startswith(b"PK"):
            raise UnreadableError(f"this is no .xlsx workbook; {_SAVE_AS}")
        self._left = _MOST_BYTES
        self._archive = _guarded(lambda: ZipFile(io.BytesIO(data)), "the archive")
        self._names = frozenset(self._archive.namelist())
        if "mimetype" in self._names and "content.xml" in self._names:
            raise UnreadableError(f"this is an OpenDocument file; {_SAVE_AS}")

    def parse(self, part: str, handler: Handler) -> bool:
        """Gives the elements of a part to a handler; whether there is such a part."""
        if part not in self._names:
            return False
        data = _guarded(lambda: self._read(part), part)
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = lambda name, found: handler.start(_local(name), _locals(found))
        parser.EndElementHandler = lambda name: handler.end(_local(name))
        parser.CharacterDataHandler = handler.text
        parser.StartDoctypeDeclHandler = _refuse
        try:
            parser.Parse(data, True)
        except expat.ExpatError as error:
            where = f"line {error.lineno}, column {error.offset + 1}"
            raise UnreadableError(f"{_DAMAGED}: {part}, {where}: {expat.ErrorString(error.code)}") from None
        except (ValueError, LookupError, OverflowError) as error:
            raise UnreadableError(f"{_DAMAGED}: {handler.place() or part}: {error}") from None
        return True

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part refers to, by id: the last word of its type, and the path."""
        folder, name = posixpath.split(part)
        found = _Relations(folder)
        self.parse(posixpath.join(folder, "_rels", f"{name}.rels"), found)
        return found.targets

    def _read(self, part: str) -> bytes:
        info = self._archive.getinfo(part)
        if info.flag_bits & 1:
            raise UnreadableError("the workbook is protected by a password; save it without one")
        if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise BadZipFile("a compression that workbooks do not use")
        with self._archive.open(info) as stream:
            data = stream.read(self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise UnreadableError(
                f"the workbook is larger than {_MOST_BYTES >> 20} MB when it is unpacked; a checklist is not"
            )
        return data


class _Relations(Handler):
    """Reads the part that tells what another part refers to."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.targets: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            path = posixpath.normpath(posixpath.join("/", self._folder, attributes.get("Target", "")))
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.targets[attributes.get("Id", "")] = (kind, path.lstrip("/"))


def _guarded(action: Callable[[], _T], what: str) -> _T:
    """Does what can fail on a damaged archive."""
    try:
        return action()
    except (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise UnreadableError(f"{_DAMAGED}: {what}: {error}") from None


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _locals(attributes: Mapping[str, str]) -> dict[str, str]:
    return {_local(name): value for name, value in attributes.items()}


def _refuse(*_: object) -> None:
    raise UnreadableError(f"{_DAMAGED}: it declares a document type, which no spreadsheet program writes")
