"""The ready-made checklists of the site, kept between builds: making all of them takes a minute."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from threatbase.analysis.book import Book
from threatbase.analysis.levels import from_data
from threatbase.checklist.criteria import Criteria
from threatbase.checklist.formats import FORMATS
from threatbase.checklist.make import make_checklist
from threatbase.digest import code_digest, digest
from threatbase.files import write_bytes, write_text
from threatbase.knowledge import KnowledgeBase
from threatbase.models import Language, Layer, Need
from threatbase.pages.downloads import Download, downloads

_STAMP = "made-from"
_MADE_BY = (
    *("__init__.py", "addresses.py", "analysis", "catalogue.py", "checklist", "locales", "pages/downloads.py"),
    *("prose.py", "risk.py", "templates", "truth", "typography.py", "words.py"),
)
"""The parts of this package whose change may change a checklist; the first of them holds the version."""


def put_checklists(site: Path, knowledge: KnowledgeBase, book: Book, language: Language, cache: Path) -> None:
    """Puts every ready-made checklist of one language into the site; the cached ones where nothing has changed."""
    wanted = f"{digest(knowledge)}-{book.get('digest', '')}-{code_digest(*_MADE_BY)}"
    stamp = cache / _STAMP
    if not stamp.is_file() or stamp.read_text("utf-8") != wanted:
        shutil.rmtree(cache, ignore_errors=True)
        for download in _offered(knowledge, book):
            _write(download, knowledge, book, language, cache)
        cache.mkdir(parents=True, exist_ok=True)
        write_text(stamp, wanted)
    shutil.copytree(cache, site, ignore=shutil.ignore_patterns(_STAMP), dirs_exist_ok=True)


def _offered(knowledge: KnowledgeBase, book: Book) -> Iterator[Download]:
    for need in knowledge.bodies(Need):
        yield from downloads("need", need, book)
    for layer in knowledge.bodies(Layer):
        yield from downloads("layer", layer, book)
    for goal in book.get("goals", {}):
        yield from downloads("goal", goal, book)


def _write(download: Download, knowledge: KnowledgeBase, book: Book, language: Language, cache: Path) -> None:
    made = make_checklist(
        knowledge, _criteria(download, knowledge, language), from_data(book["levels"][download.answers])
    )
    for form in FORMATS.values():
        file = cache / f"{download.address}{form.suffix}"
        file.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(file, form.write(made))


def _criteria(download: Download, knowledge: KnowledgeBase, language: Language) -> Criteria:
    level, id_ = download.level, download.id
    if download.kind == "need":
        tenancy = knowledge.bodies(Need)[id_].tenancy
        return Criteria(need=id_, tenancy=tenancy, level=level, language=language)
    if download.kind == "layer":
        return Criteria(layer=id_, level=level, language=language)
    return Criteria(goals=(id_,), level=level, language=language)
