"""Checklists as PDF, to be printed and filled in at a meeting: A4, tagged for screen readers, written only.

Text goes to Typst as data, which it never evaluates; fonts come with packages, so that a machine's own change nothing.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from threatbase.addresses import published
from threatbase.checklist.formats.columns import mappings_text, stray_flag
from threatbase.checklist.items import Item
from threatbase.checklist.sheet import Checklist, Row, Stray, Typed
from threatbase.words import Words

FONTS = ("SourceSansPro-Regular.otf", "SourceSansPro-Semibold.otf")
"""Files of the font's package; those that come with Typst take over where it has no glyph."""

LONG = 12
"""Items from which a document has a table of contents."""

_COLUMNS = (
    "why",
    "how",
    "verify",
    "expect",
    "breaks",
    "excludes",
    "mappings",
    "status",
    "owner",
    "evidence",
    "date",
    "note",
)
_STANDARD: Any = "ua-1"


def write_pdf(checklist: Checklist) -> bytes:
    """PDF/UA-1; where a text has a letter that no font has, a tagged PDF. The same bytes for the same checklist."""
    template = (files("threatbase") / "templates" / "checklist.typ").read_bytes()
    inputs = {"checklist": json.dumps(_sheet(checklist), ensure_ascii=False)}
    with _fonts() as folder:
        fonts = typst.Fonts(include_system_fonts=False, font_paths=[folder])
        compiler = typst.Compiler(root=folder, font_paths=fonts, sys_inputs=inputs)
        try:
            made = compiler.compile(template, format="pdf", pdf_standards=_STANDARD, timestamp=0)
        except typst.TypstError:
            made = compiler.compile(template, format="pdf", timestamp=0)
    assert isinstance(made, bytes)
    return made


@contextmanager
def _fonts() -> Iterator[Path]:
    """A folder with the font's files and nothing else: the package has each style twice, in no certain order."""
    with TemporaryDirectory() as folder, as_file(files("font_source_sans_pro") / "files") as package:
        for name in FONTS:
            shutil.copyfile(package / name, Path(folder) / name)
        yield Path(folder)


def _sheet(checklist: Checklist) -> dict[str, Any]:
    """What the template lays out, in the words of the language."""
    language = checklist.criteria.language
    words = Words(language)
    names = {row.item.id: row.item.title for row in checklist.rows}
    provenance = words("checklist.provenance", version=checklist.version, digest=checklist.digest[:12])
    return {
        "language": language,
        "title": checklist.title,
        "remarks": checklist.remarks,
        "provenance": f"{provenance} · {words(f'language.{language}')}",
        "contents": len(checklist.rows) > LONG,
        "words": _words(words),
        "levels": [
            {
                "id": section,
                "title": words(f"checklist.section.{section}"),
                "summary": _summary(rows, words),
                "items": [_item(row, names, words) for row in rows],
            }
            for section, rows in checklist.by_section()
        ],
        "strays": [_stray(stray, words) for stray in checklist.strays],
    }


def _words(words: Words) -> dict[str, Any]:
    own = {name: words(f"checklist.pdf.{name}") for name in ("contents", "empty", "follow_up")}
    columns = {name: words(f"checklist.column.{name}") for name in _COLUMNS}
    states = {"done": "done", "not_applicable": "not-applicable", "accepted_risk": "accepted-risk"}
    return {
        **own,
        **columns,
        **{name: words(f"checklist.status.{status}") for name, status in states.items()},
        "priorities": [words(f"checklist.priority.p{level}").partition(" · ")[2] for level in range(1, 5)],
        "measure": words("checklist.column.title"),
        "strays": words("checklist.strays"),
        "strays_note": words("checklist.strays_note"),
    }


def _summary(rows: list[Row], words: Words) -> str:
    """How many measures a level has, and how many are settled."""
    settled = sum(row.typed.status != "todo" for row in rows)
    count = words.count("checklist.pdf.measures", len(rows))
    return f"{count} · {words('checklist.pdf.settled', n=settled)}" if settled else count


def _item(row: Row, names: Mapping[str, str], words: Words) -> dict[str, Any]:
    item = row.item
    flag = words(f"checklist.flag.{row.flag}") if row.flag else ""
    return {
        "title": item.title,
        "link": published(item.address, words.language),
        "priority": item.priority,
        "summary": item.summary,
        "why": item.why,
        "how": [{"tool": words(f"apply.{one.tool}"), "text": one.text.rstrip()} for one in item.how],
        "checks": [{"command": one.command, "expect": one.expect, "because": one.because} for one in item.checks],
        "cost": _cost(item, words),
        "breaks": item.breaks,
        "excludes": words("checklist.pdf.this_or", measures=", ".join(names[id_] for id_ in item.excludes))
        if item.excludes
        else "",
        "mappings": mappings_text(item, words).replace("\n", " · "),
    } | _typed(row.typed, flag, words)


def _cost(item: Item, words: Words) -> str:
    return words("checklist.pdf.cost", cost=item.cost, means=words(f"cost.c{item.cost}"))


def _typed(typed: Typed, flag: str, words: Words) -> dict[str, Any]:
    """What was typed; its `length` tells whether it can be kept on one page."""
    return {
        "length": sum(
            len(text) + 60 * text.count("\n") for text in (typed.owner, typed.evidence, typed.date, typed.note)
        ),
        "status": typed.status,
        "state": words(f"checklist.status.{typed.status}"),
        "flag": flag,
        "owner": typed.owner,
        "evidence": typed.evidence,
        "date": typed.date,
        "note": typed.note,
    }


def _stray(stray: Stray, words: Words) -> dict[str, Any]:
    return {"title": stray.title or stray.id} | _typed(stray.typed, stray_flag(stray, words), words)
