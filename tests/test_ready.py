"""The ready-made checklists: those that pages link to, kept until something changes."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

import pytest
from threatbase.analysis.book import Book, make_book
from threatbase.checklist import ready
from threatbase.checklist.formats import FORMATS, read
from threatbase.checklist.ready import put_checklists
from threatbase.digest import digest
from threatbase.knowledge import KnowledgeBase
from threatbase.models import LANGUAGES, Language
from threatbase.pages import build_pages
from threatbase.pages.downloads import SUFFIXES, Download, downloads

from tests.small import SMALL, make

CHANGES: dict[str, Any] = {
    "needs/idea": {**SMALL["needs/web"], "status": "draft"},
    "layers/sketch": {"order": 2, "status": "draft"},
    "layers/network": {"order": 3},
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    return make(tmp_path_factory.mktemp("ready"), CHANGES)


@pytest.fixture(scope="module")
def book(small: KnowledgeBase) -> Book:
    return {"digest": "0", **make_book(small)}


def files(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def put(site: Path, knowledge: KnowledgeBase, book: Book, language: Language = "en") -> set[str]:
    put_checklists(site, knowledge, book, language, site.parent / f"cache.{language}")
    return files(site) if site.exists() else set()


@pytest.mark.parametrize(
    ("kind", "id_", "levels", "expected"),
    [
        ("need", "web", ["need/web"], ["essential", "standard", "strict"]),
        ("need", "web", ["usual", "need/other"], []),
        ("layer", "kernel", ["usual"], ["standard"]),
        ("layer", "kernel", ["layer/kernel"], []),
        ("goal", "host-root", ["goal/host-root"], ["standard"]),
        ("goal", "host-root", [], []),
    ],
)
def test_what_a_page_offers(kind: str, id_: str, levels: list[str], expected: list[str]) -> None:
    book = {"levels": dict.fromkeys(levels)}
    assert downloads(kind, id_, book) == tuple(Download(kind, id_, level) for level in expected)
    assert downloads(kind, id_, {}) == ()


def test_where_a_list_and_its_levels_stand() -> None:
    assert Download("need", "web", "strict").address == "checklists/need-web/strict"
    assert Download("need", "web", "strict").answers == "need/web"
    assert Download("layer", "kernel", "standard").answers == "usual"


def test_pages_offer_every_format_that_there_is() -> None:
    assert sorted(f".{suffix}" for suffix in SUFFIXES) == sorted(form.suffix for form in FORMATS.values())


def linked(knowledge: KnowledgeBase, language: Language, book: Book | None) -> set[str]:
    """What the pages of a language link to for download, from the root of the site."""
    return {
        posixpath.normpath(f"{page.address}{href}")
        for page in build_pages(knowledge, language, book=book)
        for href in re.findall(r'<a href="([^"]*)" download>', page.html)
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_files_that_pages_link_to_exist_and_no_others(
    language: Language, small: KnowledgeBase, book: Book, tmp_path: Path
) -> None:
    found = put(tmp_path / "site", small, book, language)
    assert found == linked(small, language, book)
    assert {name.rpartition(".")[0] for name in found} == {
        "checklists/goal-container-data/standard",
        "checklists/goal-host-root/standard",
        "checklists/layer-kernel/standard",
        "checklists/layer-network/standard",
        "checklists/need-web/essential",
        "checklists/need-web/standard",
        "checklists/need-web/strict",
    }


@pytest.mark.parametrize("empty", [{}, {"digest": "1", "goals": {}}])
def test_without_levels_there_is_nothing(empty: Book, small: KnowledgeBase, tmp_path: Path) -> None:
    assert put(tmp_path / "site", small, empty) == set() == linked(small, "en", empty)


def test_each_list_says_what_it_is_for_and_comes_back(small: KnowledgeBase, book: Book, tmp_path: Path) -> None:
    put(tmp_path / "site", small, book, "fr")
    found = {}
    for name in sorted(files(tmp_path / "site")):
        if name.endswith(".md"):
            file = tmp_path / "site" / name
            criteria = read(file, file.read_bytes()).criteria
            found[name] = criteria.as_data()
    french = {"tenancy": "private", "language": "fr"}
    assert found == {
        "checklists/goal-container-data/standard.md": french | {"goals": ["container-data"], "level": "standard"},
        "checklists/goal-host-root/standard.md": french | {"goals": ["host-root"], "level": "standard"},
        "checklists/layer-kernel/standard.md": french | {"layer": "kernel", "level": "standard"},
        "checklists/layer-network/standard.md": french | {"layer": "network", "level": "standard"},
        "checklists/need-web/essential.md": french | {"need": "web", "level": "essential"},
        "checklists/need-web/standard.md": french | {"need": "web", "level": "standard"},
        "checklists/need-web/strict.md": french | {"need": "web", "level": "strict"},
    }


def test_they_are_kept_until_the_knowledge_or_its_answers_change(
    small: KnowledgeBase, book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    write = ready._write

    def counted(download: Download, *more: Any) -> None:
        made.append(download.address)
        write(download, *more)

    monkeypatch.setattr(ready, "FORMATS", {"md": FORMATS["md"]})
    monkeypatch.setattr(ready, "_write", counted)
    site = tmp_path / "site"
    first = put(site, small, {})
    assert (first, made) == (set(), [])
    second = put(site, small, book)
    assert len(second) == len(made) == 7
    assert put(tmp_path / "again", small, book) == second
    assert len(made) == 7
    kept = {name: (tmp_path / "again" / name).read_bytes() for name in second}
    other = make(tmp_path / "other", {"mitigations/patches": {"cost": 8}})
    assert digest(other) != digest(small)
    third = put(tmp_path / "renewed", other, {"digest": "2", **make_book(other)})
    assert len(made) == 7 + 6
    assert third == second - {"checklists/layer-network/standard.md"}
    assert kept != {name: (tmp_path / "renewed" / name).read_bytes() for name in third}
    monkeypatch.setattr(ready, "code_digest", lambda *parts: "other code")
    put(tmp_path / "renewed", other, {"digest": "2", **make_book(other)})
    assert len(made) == 7 + 6 + 6


def test_the_parts_that_make_them_are_there() -> None:
    package = Path(ready.__file__).parents[1]
    assert [part for part in ready._MADE_BY if not (package / part).exists()] == []
