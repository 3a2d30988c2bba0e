"""What the graph says of one measure: values from a book, and the section “What it is worth”."""

from __future__ import annotations

from typing import Any

import pytest
from threatbase.analysis.book import Book, make_book
from threatbase.knowledge import KnowledgeBase
from threatbase.pages import Page, build_pages
from threatbase.pages.comparisons import _single_points
from threatbase.pages.measures import MOST_PARTNERS, measure_answers
from threatbase.pages.paths import path_id

from tests.small import effect, make
from tests.test_paths import section, step

ATTACK: dict[str, Any] = {"steps": [step("exploit"), step("setuid")]}
ALONE: dict[str, Any] = {"default": False, "closes": ["setuid"], "goals": [["outsider", "host-root"]]}
NOTHING: dict[str, Any] = {"worth": [], "needed": [], "strong": []}


def skilled(**more: Any) -> dict[str, Any]:
    """What a book says of skilled attackers where a set was found."""
    return {
        "measures": ["a"],
        "certificate": {},
        "resilient": None,
        "tried": 9,
        "absorbs": 4,
        "gains": [],
        "alone": {},
        "pairs": [],
        **more,
    }


def book_of(private: dict[str, Any], shared: dict[str, Any] | None = None) -> Book:
    hosts = {"private": {"skilled": private}} | ({"shared": {"skilled": shared}} if shared else {})
    return {"measures": {"a": ALONE}, "goals": {"host-root": hosts}}


WORTH = {"goal": "host-root", "alone": 0, "partners": [], "tried": 9, "absorbed": 4}


@pytest.mark.parametrize(
    ("book", "expected"),
    [
        (book_of(skilled()), {}),
        (book_of({"infeasible": None}), {}),
        (book_of(skilled(alone={"a": 2, "b": 1})), {"worth": [WORTH | {"alone": 2}]}),
        (book_of(skilled(alone={"b": 1})), {}),
        (book_of(skilled(gains=[{"measure": "a", "cost": 1, "absorbed": 3}])), {"worth": [WORTH | {"alone": 3}]}),
        (
            book_of(skilled(pairs=[["b", "c", 9, 9], ["a", "c", 3, 5], ["b", "a", 2, 4], ["a", "d", 1, 1]])),
            {"worth": [WORTH | {"partners": [{"measure": "c", "together": 5}, {"measure": "b", "together": 4}]}]},
        ),
        (book_of(skilled(), skilled(alone={"a": 2})), {}),
        (
            book_of(skilled(certificate={"a": ATTACK, "b": ATTACK}), skilled(certificate={"a": ATTACK})),
            {
                "needed": [
                    {"goal": "host-root", "tenancy": tenancy, "attack": ATTACK, "id": path_id(ATTACK)}
                    for tenancy in ("private", "shared")
                ]
            },
        ),
        (
            book_of(
                skilled(resilient={"measures": ["a", "b"], "irreplaceable": ["b"]}),
                skilled(resilient={"measures": ["a"], "irreplaceable": ["a"]}),
            ),
            {
                "strong": [
                    {"goal": "host-root", "tenancy": "private", "irreplaceable": False},
                    {"goal": "host-root", "tenancy": "shared", "irreplaceable": True},
                ]
            },
        ),
    ],
    ids=[
        "nothing", "no-set", "alone", "another-one-alone", "with-what-it-needs", "the-best-partners",
        "only-a-private-host-is-looked-at", "needed", "strong",
    ],
)  # fmt: skip
def test_what_a_book_says_of_a_measure(book: Book, expected: dict[str, Any]) -> None:
    assert measure_answers("a", book) == ALONE | NOTHING | expected
    assert MOST_PARTNERS == 2


@pytest.mark.parametrize("book", [{}, {"measures": {}}, {"measures": {"b": ALONE}, "goals": {}}])
def test_of_what_the_book_does_not_know_nothing_is_said(book: Book) -> None:
    assert measure_answers("a", book) is None


@pytest.mark.parametrize(
    ("goals", "expected"),
    [
        ({}, []),
        ({"host-root": {"private": {"skilled": {"infeasible": None}}}}, []),
        ({"host-root": {"private": {"skilled": skilled()}}}, []),
        (
            {
                "one": {"private": {"skilled": skilled(resilient={"measures": [], "irreplaceable": ["b", "c"]})}},
                "two": {
                    "private": {"skilled": skilled(resilient={"measures": [], "irreplaceable": ["c"]})},
                    "shared": {"skilled": skilled(resilient={"measures": [], "irreplaceable": ["a", "c"]})},
                },
            },
            [
                ("c", [("one", "private"), ("two", "private"), ("two", "shared")]),
                ("a", [("two", "shared")]),
                ("b", [("one", "private")]),
            ],
        ),
    ],
    ids=["no-goal", "no-set", "none-survives", "those-of-most-goals-first"],
)
def test_single_points(goals: Book, expected: list[Any]) -> None:
    assert _single_points({"goals": goals}) == expected
    assert _single_points({}) == []


# --- on pages --------------------------------------------------------------------------------------

CHANGES: dict[str, Any] = {
    "mitigations/guard": {"scope": ["host"]},
    "mitigations/lock": {"scope": ["host"]},
    "kernel-flaw": {"effects": [effect("patches", "limits", to=3), effect("guard", with_=["lock"])]},
    "rare-call": {"effects": [effect("filter")]},
    "mitigations/sandbox": None,
    "mitigations/userns": {"conflicts": []},
    "escape": {"effects": [effect("userns")]},
    "sandbox-flaw": None,
    "needs/web": None,
    **{
        f"extra-{n}": {"difficulty": 1, "requires": ["root"], "grants": ["code"], "effects": [effect("userns")]}
        for n in range(9)
    },
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    return make(tmp_path_factory.mktemp("measures"), CHANGES)


@pytest.fixture(scope="module")
def pages(small: KnowledgeBase) -> dict[str, Page]:
    return {page.address: page for page in build_pages(small, "en", book=make_book(small))}


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (
            "mitigations/filter/",
            "It is in place by default. Without it, these steps would be open on a private host: Rare call",
        ),
        (
            "mitigations/no-privileged/",
            "It is in place by default. Without it, these steps would be open on a private host: Device",
        ),
        (
            "mitigations/no-setuid/",
            "On top of Docker’s defaults, it closes these steps to the attackers that one expects on a private host: "
            "Setuid "
            "It is part of these cheapest sets against a skilled attacker. What comes back without it: "
            "Host root (Private host) Without it: Exploit → Setuid → Escape "
            "Container data (Private host) Without it: Exploit → Setuid → Read "
            "It is part of the set that survives one surprise for "
            "Host root (Private host), Container data (Private host, irreplaceable).",
        ),
        (
            "mitigations/guard/",
            "Alone, on top of Docker’s defaults, it closes no step for good to the attackers that one expects on a "
            "private host. "
            "Single surprises (one failed measure, or one new flaw) that are absorbed on top of the cheapest set "
            "Goal Alone Together with "
            "Host root +0 (3 → 3 of 11) Lock +4 Container data +0 (3 → 3 of 11) Lock +4 "
            "It is part of the set that survives one surprise for Host root (Private host), "
            "Container data (Private host).",
        ),
        (
            "mitigations/non-root/",
            "Alone, on top of Docker’s defaults, it closes no step for good to the attackers that one expects on a "
            "private host.",
        ),
    ],
)
def test_the_page_says_what_it_is_worth(address: str, expected: str, pages: dict[str, Page]) -> None:
    page = pages[address]
    assert "worth" in dict(page.headings)
    assert section(page, "worth") == "What it is worth¶ " + expected


def test_of_many_steps_the_first_are_shown_and_the_rest_is_folded(pages: dict[str, Page]) -> None:
    html = pages["mitigations/userns/"].html
    found = html[html.index('id="worth"') : html.index("<details")]
    assert found.count('href="../../threats/') == 8
    assert "<summary>2 more</summary>" in html


def test_the_page_of_gaps_names_single_points(pages: dict[str, Page], small: KnowledgeBase) -> None:
    assert section(pages["gaps/"], "single-points") == (
        "Single points of failure 2 "
        "Measures that nothing replaces: when one fails, the goals behind it open, whatever else is in place. "
        "Filter Host root (private host), Container data (private host) No setuid Container data (private host)"
    )
    empty = {page.address: page for page in build_pages(small, "en")}["gaps/"]
    assert section(empty, "single-points").endswith("0 None.")


def test_a_goal_that_nothing_closes_has_a_page(pages: dict[str, Page]) -> None:
    """On a shared host, where no condition of the filter is met, nothing closes the rare call."""
    found = section(pages["goals/host-root/"], "sets")
    assert found.count("No set of measures suffices. What nothing prevents: Rare call") == 3
    assert found.count("No set of measures suffices.") == 4
