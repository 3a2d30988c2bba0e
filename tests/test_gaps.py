"""Gaps: what is missing, thin or suspicious, in a base made to have each of them once."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from threatbase.gaps import Belief, find_gaps
from threatbase.knowledge import Key, KnowledgeBase
from threatbase.models import Text

from tests.small import effect, make

TODAY = datetime.date(2026, 6, 1)


def unmitigated(state: str) -> dict[str, Any]:
    return {"effects": [], "unmitigated": {"state": state, "because": {"en": "So it is."}}}


def test_the_valid_base(knowledge: KnowledgeBase) -> None:
    found = find_gaps(knowledge, TODAY)
    assert found.unmitigated == {"not-written": (), "none-known": (), "accepted": ("crash",)}
    assert (found.unanswered, found.detect_only, found.beliefs) == ((), (), ())
    assert found.cutting_nothing == ()
    assert found.concentrated == (("no-setuid", 1 / 3),)
    assert (found.unsourced, found.stale, found.wanted) == ((), (), ())


@pytest.mark.parametrize(
    ("field", "changes", "expected"),
    [
        (
            "unmitigated",
            {"escape": unmitigated("accepted")},
            {"not-written": (), "none-known": (), "accepted": ("escape",)},
        ),
        (
            "unmitigated",
            {"escape": unmitigated("not-written")},
            {"not-written": ("escape",), "none-known": (), "accepted": ()},
        ),
        (
            "unmitigated",
            {"escape": {**unmitigated("accepted"), "status": "draft"}},
            {"not-written": (), "none-known": (), "accepted": ()},
        ),
        ("unanswered", {}, ("exploit", "read", "sandbox-flaw")),
        ("unanswered", {"read": unmitigated("none-known")}, ("exploit", "sandbox-flaw")),
        ("unanswered", {"read": {"effects": [effect("filter", "limits", to=2)]}}, ("exploit", "sandbox-flaw")),
        ("unanswered", {"read": {"opened_by": ["privileged"]}}, ("exploit", "sandbox-flaw")),
        ("unanswered", {"weak": {"weakness_of": "filter"}}, ("exploit", "read", "sandbox-flaw")),
        ("detect_only", {}, ()),
        ("detect_only", {"read": {"effects": [effect("filter", "detects")]}}, ("read",)),
        ("detect_only", {"setuid": {"effects": [effect("filter", "detects"), effect("no-setuid")]}}, ()),
        ("beliefs", {}, (Belief("non-root", "setuid", Text(en="So it is.", fr=None)),)),
        ("cutting_nothing", {}, ("non-root", "strict-userns")),
        ("cutting_nothing", {"escape": {"effects": [effect("userns", with_=["strict-userns"])]}}, ("non-root",)),
        (
            "cutting_nothing",
            {"escape": {"effects": [effect("userns"), effect("strict-userns", "detects")]}},
            ("non-root",),
        ),
        ("concentrated", {}, (("sandbox", 3 / 8),)),
        ("concentrated", {"escape": {"effects": [effect("userns")]}}, ()),
        ("stale", {"states/code": {"reviewed": "2025-06-01"}}, ()),
        ("stale", {"states/code": {"reviewed": "2025-05-31"}}, (Key("state", "code"),)),
        ("stale", {"states/code": {"reviewed": "2025-05-31", "status": "draft"}}, ()),
    ],
)
def test_each_gap(field: str, changes: Mapping[str, Mapping[str, Any]], expected: object, tmp_path: Path) -> None:
    assert getattr(find_gaps(make(tmp_path, changes), TODAY), field) == expected


def test_what_rests_on_nothing_and_what_wants_a_language(tmp_path: Path) -> None:
    claim = {"source": "paper", "claim": {"en": "It is so.", "fr": "C'est ainsi."}}
    text = {"en": "Nothing.", "fr": "Rien."}
    knowledge = make(
        tmp_path,
        {
            "sources/paper": {
                "authors": ["A"],
                "year": 2020,
                "url": "https://example.org",
                "nature": "paper",
                "consulted": "2026-01-31",
            },
            "mitigations/filter": {"references": [claim], "breaks": text},
            "states/code": {"title": {"fr": "Code"}},
        },
    )
    found = find_gaps(knowledge, TODAY)
    assert Key("mitigation", "filter") not in {*found.unsourced, *found.wanted}
    assert Key("mitigation", "patches") in found.unsourced
    assert Key("state", "code") in found.wanted
    assert {key.kind for key in found.unsourced} == {"threat", "mitigation"}


def test_an_empty_base(tmp_path: Path) -> None:
    found = find_gaps(KnowledgeBase(tmp_path, {}), TODAY)
    assert found.unmitigated == {"not-written": (), "none-known": (), "accepted": ()}
    assert not any((found.unanswered, found.concentrated, found.unsourced, found.stale, found.wanted))
