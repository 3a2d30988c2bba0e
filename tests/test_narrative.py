"""The pages of the guide: front matter, body, and where things stand in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from threatbase.narrative import Narrative, PageMeta, load_narratives
from threatbase.problems import Location

PAGE = """\
---
title: The page
description: 'A page with [[state:code]] in its description.'
covers: [tech-chroot]
---

# The page

See [[state:code]], and [[state:code]] again.
"""


def write(folder: Path, pages: dict[str, str]) -> Path:
    """The pages in files below a folder."""
    for name, text in pages.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return folder


def only(folder: Path) -> Narrative:
    """The one page there is."""
    (page,), _ = load_narratives(folder)
    return page


def test_a_page_is_its_front_matter_and_its_body(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = only(write(Path("docs"), {"en/guide/page.md": PAGE}))
    assert (page.name, page.language) == ("guide/page.md", "en")
    assert page.meta == PageMeta(
        title="The page", description="A page with [[state:code]] in its description.", covers=("tech-chroot",)
    )
    assert page.body == "\n# The page\n\nSee [[state:code]], and [[state:code]] again.\n"
    assert page.document.locate(("covers", 0)) == Location("docs/en/guide/page.md", 4, 10)


@pytest.mark.parametrize(
    ("needle", "skip", "line", "column"),
    [
        pytest.param("[[state:code]]", 0, 9, 5, id="below-the-front-matter"),
        pytest.param("[[state:code]]", 1, 9, 25, id="second"),
        pytest.param("[[state:code]]", 7, 9, 25, id="no-more-than-there-are"),
    ],
)
def test_where_a_text_stands(needle: str, skip: int, line: int, column: int, tmp_path: Path) -> None:
    place = only(write(tmp_path, {"en/page.md": PAGE})).locate(needle, skip)
    assert (place.line, place.column) == (line, column)


def test_pages_of_both_languages_are_read_and_paired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(Path("docs"), {"en/a.md": PAGE, "fr/a.md": PAGE, "en/b.md": PAGE, "fr/b.md": "no front matter"})
    write(Path("docs"), {"fr/c/d.md": PAGE, "de/e.md": PAGE, "en/notes.txt": "no page"})
    pages, problems = load_narratives(Path("docs"))
    assert [(page.language, page.name) for page in pages] == [
        *(("en", "a.md"), ("en", "b.md"), ("fr", "a.md"), ("fr", "c/d.md"))
    ]
    assert [str(problem) for problem in problems] == [
        "docs/fr/b.md:1:1: error[no-front-matter]: the page starts with '---', its title and description, '---'",
        "docs/fr/c/d.md:2:1: warning[missing-translation]: the page has no 'en' version; write docs/en/c/d.md",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1:1: no-front-matter: the page starts with '---', its title and description, '---'"),
        ("---\n---\n", "1:1: no-front-matter: the page starts with '---', its title and description, '---'"),
        ("---\n\n---\n", "1:1: empty-file: the file is empty"),
        ("---\ntext\n---\n", "2:1: wrong-type: expected a mapping, found 'text'"),
        ("---\ntitle: A\n---\n", "2:1: missing-field: the field 'description' is missing; add it: One sentence"),
        ("---\ntitle: A\na: &b c\n---\n", "3:4: anchor: anchors (&name) are not accepted; remove it"),
        ("---\ntitle: A\n---\n\x07", "4:1: control-character: the control character U+0007 is not accepted"),
        ("---\r\ntitle: A\r\n---\r\n", "1:4: carriage-return: lines end with CR;"),
        ("---\ntitle: A\ndescription: b\nhistory: [{year: x}]\n---\n", "4:11: missing-field: the field 'now' is"),
    ],
    ids=["empty", "bare", "blank", "text", "half", "anchor", "control", "crlf", "history"],
)
def test_front_matter_that_is_none(text: str, expected: str, tmp_path: Path) -> None:
    file = write(tmp_path, {"en/page.md": "", "fr/page.md": ""}) / "en" / "page.md"
    file.write_bytes(text.encode())
    pages, problems = load_narratives(tmp_path)
    assert pages == ()
    place = problems[0].location
    assert f"{place.line}:{place.column}: {problems[0].code}: {problems[0].message}".startswith(expected)


def test_no_folder_means_no_pages(tmp_path: Path) -> None:
    assert load_narratives(tmp_path / "docs") == ((), [])
