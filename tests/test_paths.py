"""Path cards: what they say of each step, and where pages show them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from threatbase.analysis.book import Book, make_book
from threatbase.knowledge import KnowledgeBase
from threatbase.models import LANGUAGES
from threatbase.pages import Page, build_pages
from threatbase.pages.paths import path_card, path_id
from threatbase.pages.render import Renderer

from tests.small import effect, make

CHANGES: dict[str, Any] = {
    "states/gpu": {"role": "fact"},
    "driver": {"difficulty": 1, "requires": ["code", "gpu"], "grants": ["host-root"]},
    "lonely": {"difficulty": 1, "requires": ["gpu"], "grants": ["code"], "effects": [effect("patches")]},
    "docker-options/flag": {"names": {"run": "--flag"}},
}


def step(threat: str, container: str | None = "this", **more: Any) -> dict[str, Any]:
    return {"threat": threat, "container": container, "difficulty": 1, "requires": [], "grants": [], **more}


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([step("suid")], "path-1ea126ae"),
        ([step("suid", "other")], "path-e6e8ba6c"),
        ([], "path-e3b0c442"),
    ],
    ids=["one", "elsewhere", "none"],
)
def test_the_name_of_a_path_is_made_from_its_steps(steps: list[dict[str, Any]], expected: str) -> None:
    assert path_id({"steps": steps}) == expected
    assert path_id({"steps": steps, "attacker": "x", "difficulty": 2}) == expected


def test_names_of_paths_tell_steps_and_their_order_apart() -> None:
    paths = [[step("a"), step("b")], [step("b"), step("a")], [step("a", None), step("b")], [step("a")], [step("a/b")]]
    assert len({path_id({"steps": steps}) for steps in paths}) == len(paths)


def test_a_card_says_what_a_step_rests_on_and_what_cuts_it(knowledge: KnowledgeBase) -> None:
    path = {"difficulty": 2, "zero_day": "suid", "steps": [step("suid", grants=[["root", "this"]]), step("crash")]}
    assert path_card(path, Renderer(knowledge, "en")) == {
        "id": path_id(path),
        "difficulty": 2,
        "zero_day": "suid",
        "steps": [
            {
                "threat": "suid",
                "container": "this",
                "grants": [("root", "this")],
                "features": ("seccomp",),
                "options": ["privileged"],
                "cuts": ["no-setuid", "sandbox"],
            },
            {"threat": "crash", "container": "this", "grants": [], "features": (), "options": [], "cuts": []},
        ],
    }


def test_options_and_cuts_are_named_once(tmp_path: Path) -> None:
    changes = {
        **CHANGES,
        "device": {
            "opened_by": ["privileged+flag", "privileged"],
            "effects": [effect("userns"), effect("patches", "limits", to=3), effect("userns", "limits", to=2)],
        },
    }
    card = path_card(
        {"difficulty": 1, "zero_day": None, "steps": [step("device")]}, Renderer(make(tmp_path, changes), "en")
    )
    assert (card["steps"][0]["options"], card["steps"][0]["cuts"]) == (["privileged", "flag"], ["userns", "patches"])


# --- on pages --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    return make(tmp_path_factory.mktemp("small"), CHANGES)


@pytest.fixture(scope="module")
def book(small: KnowledgeBase) -> Book:
    return make_book(small)


@pytest.fixture(scope="module")
def pages(small: KnowledgeBase, book: Book) -> dict[str, dict[str, Page]]:
    return {language: {p.address: p for p in build_pages(small, language, book=book)} for language in LANGUAGES}


def words(html: str) -> str:
    spaced = re.sub("(?=</(caption|th|td)>)", " ", html)
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", "", spaced)).strip()


def section(page: Page, anchor: str) -> str:
    """The words of a section."""
    return words(
        re.split('<h[12]|<nav|<p class="tb-meta', page.html[page.html.index(f'id="{anchor}"') :])[0].partition(">")[2]
    )


INTRO = (
    "Paths through it¶ Attacks in which this step is needed, on a private host: each is minimal, no step of it can be "
    "left out. "
)


@pytest.mark.parametrize(
    ("threat", "expected"),
    [
        (
            "kernel-flaw",
            "Host root Outsider · takes skill Exploit → Code Kernel flaw → Host root cut by Patches, Sandbox",
        ),
        (
            "device",
            "Host root Outsider · within an opportunist’s reach Exploit → Code Setuid → Root cut by No setuid "
            "Device → Host root Docker option: Privileged "
            "Only where this option is used: Privileged.",
        ),
        (
            "sandbox-flaw",
            "Host root Outsider · takes a zero-day Exploit → Code Sandbox flaw with a zero-day → Host root "
            "Only where this is in place: Sandbox.",
        ),
        (
            "driver",
            "Host root Outsider · within an opportunist’s reach Exploit → Code Driver → Host root "
            "Only where this is true: Gpu.",
        ),
    ],
)
def test_a_threat_shows_the_paths_through_it(threat: str, expected: str, pages: dict[str, dict[str, Page]]) -> None:
    assert section(pages["en"][f"threats/{threat}/"], "paths") == INTRO + expected


@pytest.mark.parametrize(
    ("chokes", "said"),
    [
        ([(["exploit"], [])], ["Every path of “Outsider” on a private host goes through Exploit."]),
        ([([], [])], []),
        (
            [(["exploit", "setuid"], [["code", "this"], ["root", "other"]]), ([], [["host-root", None]])],
            [
                "Every path of “Outsider” on a private host goes through Exploit, Setuid, Code, "
                "Root (another container).",
                "Every path of “Outsider” on a private host goes through Host root.",
            ],
        ),
    ],
    ids=["a-threat", "nothing", "threats-and-states"],
)
def test_choke_points_are_named(chokes: list[Any], said: list[str], small: KnowledgeBase, book: Book) -> None:
    group = {"attacker": "outsider", "paths": [], "more": False}
    groups = [{**group, "chokes": {"threats": threats, "states": states}} for threats, states in chokes]
    private = {**book["goals"]["host-root"]["private"], "paths": groups}
    changed = {**book, "goals": {"host-root": {"private": private}}}
    pages = {page.address: page for page in build_pages(small, "en", book=changed)}
    html = pages["goals/host-root/"].html
    assert [text for text in map(words, re.findall("<p>.*?</p>", html)) if text.startswith("Every path")] == said


def test_every_threat_with_paths_has_the_section_and_no_other(book: Book, pages: dict[str, dict[str, Page]]) -> None:
    for language in LANGUAGES:
        shown = {
            address.split("/")[1]
            for address, page in pages[language].items()
            if address.startswith("threats/") and "paths" in dict(page.headings)
        }
        assert shown == {threat for threat, paths in book["threats"].items() if paths}


@pytest.mark.parametrize("empty", [None, {}, {"threats": {}, "measures": {}, "goals": {}, "levels": {}}])
def test_nothing_is_shown_of_an_empty_book(empty: Book | None, small: KnowledgeBase) -> None:
    for page in build_pages(small, "en", book=empty):
        anchors = {anchor for anchor, _ in page.headings}
        assert not anchors & {"paths", "worth", "checklists"}
        assert not re.search('id="(paths|worth|checklists|doors|map)"', page.html)
        assert "tb-card" not in page.html


def test_pages_are_the_same_in_both_languages_but_for_words(pages: dict[str, dict[str, Page]]) -> None:
    assert pages["en"].keys() == pages["fr"].keys()
    for address, page in pages["en"].items():
        other = pages["fr"][address]
        assert [anchor for anchor, _ in page.headings] == [anchor for anchor, _ in other.headings]
        if address.split("/")[0] in ("goals", "threats", "mitigations", "needs", "layers", "gaps"):
            assert shape(page) == shape(other), address


def shape(page: Page) -> Counter[str]:
    """Elements, ids, classes and links, without diagrams and the marks of texts that are not translated."""
    html = re.sub("<svg.*?</svg>", "", page.html, flags=re.DOTALL)
    html = re.sub('<(div|span) lang="en" class="tb-wanted"[^>]*>', "", html)
    return Counter(re.findall(r'<\w+|(?: (?:id|class|href)="[^"]*")', html))


def test_anchors_are_unique_and_headings_lead_somewhere(pages: dict[str, dict[str, Page]]) -> None:
    for page in [*pages["en"].values(), *pages["fr"].values()]:
        ids = Counter(re.findall(r'\sid="([^"]*)"', page.html))
        assert [anchor for anchor, count in ids.items() if count > 1] == [], page.address
        assert {anchor for anchor, _ in page.headings} <= ids.keys()
        inside = re.findall(r'href="#([^"]*)"', page.html)
        assert set(inside) <= ids.keys(), page.address
