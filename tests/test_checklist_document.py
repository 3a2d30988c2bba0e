"""Checklists as PDF: what they say, to whom, and that what was typed stays text."""

from __future__ import annotations

import io
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from threatbase.checklist.formats.document import write_pdf
from threatbase.checklist.items import Check
from threatbase.checklist.sheet import Row, Stray, Typed
from threatbase.models import Language

from tests.filled import HOSTILE, empty, filled, item

EXPECTED = Path(__file__).parent / "data" / "checklist"
ROOT = Path(__file__).parents[1]
MM = 72 / 25.4


def opened(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data))


def said(data: bytes) -> str:
    """The text of all pages, a form feed between two."""
    return "\n\f\n".join(page.extract_text() for page in opened(data).pages) + "\n"


def unbroken(data: bytes) -> str:
    """The text without the spaces and line ends that the layout may have put anywhere."""
    return "".join(said(data).split())


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", ["filled", "empty"])
def test_the_whole_text_is_as_expected(name: str, language: Language, request: pytest.FixtureRequest) -> None:
    text = said(write_pdf((filled if name == "filled" else empty)(language)))
    expected = EXPECTED / f"{name}.{language}.pdf.txt"
    if request.config.getoption("--accept"):
        expected.write_text(text, "utf-8")
    assert text == expected.read_text("utf-8")


def test_what_was_typed_stays_text_wherever_it_stands() -> None:
    text = unbroken(write_pdf(filled()))
    hostile = "".join(HOSTILE.split())
    assert text.count(hostile) == 7  # owner, evidence, note twice, two titles (one named by the other), a stray's note
    assert "root:" not in text


@pytest.mark.parametrize(
    "code",
    [
        '#read("/etc/passwd")',
        "#sys.version",
        "#panic()",
        "$x^2$",
        "= Title",
        "*b* _i_",
        "@a <b>",
        "\\",
        '"',
        "//c",
        "/*d*/",
        "```e```",
        "~",
        "--",
        "...",
    ],
)
def test_no_text_is_taken_for_typst(code: str) -> None:
    typed = Typed("done", code, code, code, code)
    row = Row(item("a", code, summary=code, why=(code,), breaks=code), typed)
    text = said(write_pdf(replace(empty(), title=code, remarks=(code,), rows=(row,))))
    assert text.count(code) >= 10


@pytest.mark.parametrize(("language", "title"), [("en", "Checklist: Web"), ("fr", "Checklist: Web")])
def test_a_screen_reader_is_told_title_language_and_structure(language: Language, title: str) -> None:
    data = write_pdf(filled(language))
    pdf = opened(data)
    root: Any = pdf.trailer["/Root"]
    assert pdf.metadata is not None
    assert (pdf.metadata.title, root["/Lang"]) == (title, language)
    assert (root["/MarkInfo"]["/Marked"], root["/ViewerPreferences"]["/DisplayDocTitle"]) == (True, True)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in data


def test_titles_lead_to_the_published_pages() -> None:
    pages = opened(write_pdf(filled("fr"))).pages
    links = [note.get_object() for page in pages for note in page.get("/Annots", [])]
    addresses = [link["/A"]["/URI"] for link in links if "/URI" in link.get("/A", {})]
    base = "https://threatbase.github.io/threatbase/fr/mitigations/"
    assert sorted(set(addresses)) == [base + name for name in ("last/", "memory-limit/", "no-privileged/", "odd/")]


def test_a_long_list_has_contents_and_bookmarks() -> None:
    rows = tuple(Row(item(f"i{number}", f"Item {number}", section="standard")) for number in range(140))
    pdf = opened(write_pdf(replace(empty(), rows=rows)))
    assert "Contents\nStandard: survives one surprise 140 mitigations 1" in pdf.pages[0].extract_text()
    outline: Any = pdf.outline
    assert [outline[0].title, *[one.title for one in outline[1]]] == [
        "Standard: survives one surprise",
        *[f"Item {number}" for number in range(140)],
    ]
    last = len(pdf.pages)
    assert [f"{number}/{last}" in page.extract_text() for number, page in enumerate(pdf.pages, 1)] == [True] * last


@pytest.mark.parametrize(
    "text", ["שלום עולם", "你好", "😀 🇫🇷", "مرحبا", "e\u0301", "\u202e abc", "x" * 20_000, "a\n" * 500, "\n\n"]
)
def test_odd_letters_and_long_texts_do_not_break_it(text: str) -> None:
    data = write_pdf(replace(empty(), rows=(Row(item("a", text), Typed("done", text, text, text, text)),)))
    assert data.startswith(b"%PDF-1.7")


def test_nothing_long_is_cut_off() -> None:
    text = " ".join(f"word{number}" for number in range(5_000))
    shown = said(write_pdf(replace(empty(), rows=(Row(item("a", "A"), Typed("done", "Zoé", "", "", text)),)))).split()
    assert [word for word in shown if word.startswith("word")] == text.split()


LONG = {
    "digest": "sha256:" + "0123456789abcdef" * 4,
    "data": '{"a":[' + '{"key":"value","list":[1,2,3],"on":true},' * 40 + '{"end":1}]}',
    "one letter": "é" * 10_000,
    "braces": "}" * 3_000,
    "wide": "W" * 3_000,
    "path": "/a_b" * 500,
    "sentence": "A sentence that has more than forty letters in it.",
    "lines": "abc\n" * 150,
    "words": "infrastructure " * 30,
}


def widths(font: Any) -> dict[int, float]:
    """How wide each glyph of a font is, in thousandths of its size."""
    listed = iter(font["/DescendantFonts"][0].get_object()["/W"])
    found: dict[int, float] = {}
    for first in listed:
        then = next(listed)
        if isinstance(then, list):
            found |= {first + at: float(width) for at, width in enumerate(then)}
        else:
            found |= dict.fromkeys(range(first, then + 1), float(next(listed)))
    return found


def extents(page: Any) -> list[tuple[float, float, float]]:
    """The height on the page of each run of glyphs, where it starts, and where it ends."""
    fonts = {name: widths(font.get_object()) for name, font in page["/Resources"]["/Font"].items()}
    font, size, found = "", 0.0, []

    def see(operator: bytes, operands: Any, outer: list[float], inner: list[float]) -> None:
        nonlocal font, size
        if operator == b"Tf":
            font, size = operands[0], float(operands[1])
        if operator != b"TJ":
            return
        glyphs = b"".join(part for part in operands[0] if isinstance(part, bytes))
        codes = [int.from_bytes(glyphs[at : at + 2]) for at in range(0, len(glyphs), 2)]
        kerned = sum(float(part) for part in operands[0] if not isinstance(part, bytes))
        left = outer[4] + inner[4] * outer[0]
        width = (sum(fonts[font][code] for code in codes) - kerned) / 1000 * size
        found.append((round(outer[5] + inner[5] * outer[3], 1), left, left + width))

    page.extract_text(visitor_operand_before=see)
    return sorted(found)


@pytest.mark.parametrize("section", ["keep", "standard"])
@pytest.mark.parametrize("name", LONG)
def test_long_texts_are_whole_within_the_margins_and_over_no_other(name: str, section: str) -> None:
    text, short = LONG[name], LONG[name][:300]
    title = " ".join(short.split())
    measure = item("a", title, section=section, checks=(Check("true", ""),))
    typed = Typed("done", short, text, short, text)
    stray = Stray("old", title, typed, "unknown")
    shown = write_pdf(replace(empty(), rows=(Row(measure, typed), Row(measure, Typed("done"))), strays=(stray,)))
    for number, page in enumerate(opened(shown).pages):
        runs = extents(page)
        assert [run for run in runs if run[1] < 17 * MM - 1 or run[2] > 193 * MM + 1] == [], number
        assert [run for run in runs if run[0] < 10 * MM or run[0] > 287 * MM] == [], number
        over = [(one, two) for one, two in pairwise(runs) if one[0] == two[0] and one[2] > two[1] + 0.5]
        assert over == [], number
    least = Counter({letter: 4 * count for letter, count in Counter("".join(text.split())).items()})
    assert least <= Counter(said(shown))  # the words of a page's head may stand between two of these


def test_long_evidence_and_notes_stand_one_below_the_other() -> None:
    def shown(note: str) -> str:
        row = Row(item("a", "A", section="standard"), Typed(evidence="seen", note=note))
        return said(write_pdf(replace(empty(), rows=(row,))))

    assert "Evidence seen Note " + "n" * 40 in shown("n" * 40)
    assert "Evidence seen\nNote " + "n" * 41 in shown("n" * 41)


def test_the_same_checklist_is_the_same_bytes_in_another_process() -> None:
    module = "threatbase.checklist.formats.document"
    code = f"import hashlib, {module} as d, tests.filled as f; print(hashlib.md5(d.write_pdf(f.filled())).digest())"
    path = {"PYTHONPATH": f"{ROOT / 'scripts'}:{ROOT}", "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7"}
    runs = {
        subprocess.run([sys.executable, "-c", code], env=path | more, capture_output=True, text=True, check=True).stdout
        for more in ({}, {"TZ": "UTC", "PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": "1"})
    }
    assert len(runs) == 1
