"""The formats of checklists: each writes one, and some take one back. A format's library is loaded when it is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from threatbase.checklist.sheet import Checklist, Filled, UnreadableError

__all__ = ["FORMATS", "Format", "format_of", "read"]


@dataclass(frozen=True, slots=True)
class Format:
    """How a checklist is written, and read where it comes back; `suffix` is the end of its file's name."""

    suffix: str
    write: Callable[[Checklist], bytes]
    read: Callable[[str, bytes], Filled] | None = None


def _csv(checklist: Checklist) -> bytes:
    from threatbase.checklist.formats.table import write_csv

    return write_csv(checklist)


def _from_csv(name: str, data: bytes) -> Filled:
    from threatbase.checklist.formats.table import read_csv

    return read_csv(name, data)


def _json(checklist: Checklist) -> bytes:
    from threatbase.checklist.formats.plain_data import write_json

    return write_json(checklist)


def _from_json(name: str, data: bytes) -> Filled:
    from threatbase.checklist.formats.plain_data import read_json

    return read_json(name, data)


def _markdown(checklist: Checklist) -> bytes:
    from threatbase.checklist.formats.tasklist import write_markdown

    return write_markdown(checklist)


def _from_markdown(name: str, data: bytes) -> Filled:
    from threatbase.checklist.formats.tasklist import read_markdown

    return read_markdown(name, data)


def _oscal(checklist: Checklist) -> bytes:
    from threatbase.checklist.formats.oscal import write_oscal, write_zip

    return write_zip(write_oscal(checklist))


def _html(checklist: Checklist) -> bytes:
    from threatbase.checklist.formats.webpage import write_html

    return write_html(checklist)


def _from_html(name: str, data: bytes) -> Filled:
    from threatbase.checklist.formats.webpage import read_html

    return read_html(name, data)


def _pdf(checklist: Checklist) -> bytes:
    from threatbase.checklist.formats.document import write_pdf

    return write_pdf(checklist)


def _xlsx(checklist: Checklist) -> bytes:
    from threatbase.checklist.formats.workbook import write_xlsx

    return write_xlsx(checklist)


def _from_xlsx(name: str, data: bytes) -> Filled:
    from threatbase.checklist.formats.workbook import read_xlsx

    return read_xlsx(name, data)


FORMATS: Mapping[str, Format] = {
    "md": Format(".md", _markdown, _from_markdown),
    "csv": Format(".csv", _csv, _from_csv),
    "xlsx": Format(".xlsx", _xlsx, _from_xlsx),
    "json": Format(".json", _json, _from_json),
    "oscal": Format(".zip", _oscal),
    "html": Format(".html", _html, _from_html),
    "pdf": Format(".pdf", _pdf),
}


def format_of(file: PurePath) -> str | None:
    """The format that the end of a file's name stands for."""
    return next((name for name, form in FORMATS.items() if file.suffix.lower() == form.suffix), None)


def read(file: PurePath, data: bytes) -> Filled:
    """Takes a file back. Raises UnreadableError for one that is no checklist."""
    form = FORMATS.get(format_of(file) or "")
    if form is None or form.read is None:
        readable = ", ".join(form.suffix for form in FORMATS.values() if form.read)
        raise UnreadableError(f"files of this kind do not come back; those that do end with {readable}")
    return form.read(file.name, data)
