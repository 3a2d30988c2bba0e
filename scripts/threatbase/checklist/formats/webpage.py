"""Checklists as one web page that works offline: filled in within a browser, and saved from it as JSON or as a page.

Its data stand in it as JSON, by which a saved page comes back. The page asks for nothing: its script and its style
stand in it too, and it tells the browser to run these two alone.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from threatbase.addresses import published
from threatbase.checklist.formats.columns import mappings_text, stray_flag
from threatbase.checklist.formats.plain_data import as_data, read_json
from threatbase.checklist.items import Item, Section
from threatbase.checklist.sheet import STATUSES, TYPED, Checklist, Filled, Row, UnreadableError
from threatbase.templating import environment
from threatbase.words import Words

_TOLD = ("shown", "progress", "kept", "not_kept", "saved", "reset_sure", "fold", "unfold")
"""Words that the script says; they stand in the locales under `checklist.html`."""

_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


@dataclass(frozen=True, slots=True)
class Level:
    """A section of the page: its rows, with the number that each has in the whole list."""

    id: Section
    rows: tuple[tuple[int, Row], ...]

    @property
    def settled(self) -> int:
        """How many rows have a status other than to do."""
        return settled(row for _, row in self.rows)


def write_html(checklist: Checklist) -> bytes:
    """UTF-8; one file without anything beside it."""
    words = Words(checklist.criteria.language)
    style, script = _part("checklist.css"), _part("checklist.js")
    told = {name: words(f"checklist.html.{name}") for name in _TOLD}
    html = (
        _environment(words)
        .get_template("checklist.html")
        .render(
            checklist=checklist,
            levels=_levels(checklist),
            names={row.item.id: row.item.title for row in checklist.rows},
            policy=policy(style, script),
            style=Markup(style),  # noqa: S704 - our own files
            script=Markup(script),  # noqa: S704
            sheet=embedded(as_data(checklist)),
            told=embedded(told),
        )
    )
    return html.encode()


def read_html(name: str, data: bytes) -> Filled:
    """Takes a saved page back, from the data in it; nothing of it is run. Raises UnreadableError."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"byte {error.start + 1} is not UTF-8") from None
    sheet = _sheet_of(text)
    if sheet is None:
        raise UnreadableError(
            "this is no checklist page saved by Threatbase: the data of a checklist do not stand in it"
        )
    try:
        return read_json(name, sheet.encode())
    except UnreadableError as error:
        raise UnreadableError(f"the data of the checklist in this page: {error}") from None


def _sheet_of(text: str) -> str | None:
    """The text of the first element of a page that holds the data of a checklist."""
    finder = _Finder()
    try:
        finder.feed(text)  # not closed: what is cut off within the data is refused, and the end needs no second look
    except AssertionError:  # how the parser refuses a malformed declaration
        return None
    return "".join(finder.found) if finder.found else None


class _Finder(HTMLParser):
    """Collects what stands in the script element with the id `sheet`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._inside = self._done = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Sees whether the data begin here."""
        wanted = {("type", "application/json"), ("id", "sheet")}
        self._inside = tag == "script" and not self._done and wanted <= set(attrs)

    def handle_endtag(self, tag: str) -> None:
        """Sees whether the data have ended."""
        self._done = self._done or self._inside
        self._inside = False

    def handle_data(self, data: str) -> None:
        """Keeps the data."""
        if self._inside:
            self.found.append(data)


def policy(style: str, script: str) -> str:
    """What the browser may do with the page: run this script, take this style, and nothing else."""
    return (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def embedded(data: Mapping[str, Any]) -> Markup:
    """JSON that can stand in a script element: it has no sign that could end it."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Markup(text.translate(_ESCAPES))  # noqa: S704 - no < is left


def is_day(text: str) -> bool:
    """Whether a text is a day that a date field can show; an empty one can be shown too."""
    try:
        return not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def settled(rows: Iterable[Row]) -> int:
    """How many rows have a status other than to do."""
    return sum(row.typed.status != "todo" for row in rows)


def _levels(checklist: Checklist) -> tuple[Level, ...]:
    numbers = {id(row): number for number, row in enumerate(checklist.rows)}
    return tuple(
        Level(section, tuple((numbers[id(row)], row) for row in rows)) for section, rows in checklist.by_section()
    )


def _part(name: str) -> str:
    return (files("threatbase") / "templates" / name).read_text("utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _environment(words: Words) -> Environment:
    return environment(
        t=words,
        language=words.language,
        statuses=STATUSES,
        typed_fields=TYPED,
        settled=settled,
        is_day=is_day,
        address=lambda item: published(item.address, words.language),
        mappings=lambda item: _mappings(item, words),
        stray_flag=lambda stray: stray_flag(stray, words),
    )


def _mappings(item: Item, words: Words) -> str:
    return mappings_text(item, words).replace("\n", " · ")
