"""The book of answers: what the pages of goals show, and how it is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from threatbase.analysis import book as module
from threatbase.analysis.book import goals_of, make_book, read_book
from threatbase.analysis.model import build_model
from threatbase.digest import code_digest, digest
from threatbase.knowledge import KnowledgeBase

from tests.small import make


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    return make(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def book(small: KnowledgeBase) -> dict[str, Any]:
    return make_book(small)


@pytest.fixture(scope="module")
def goals(book: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = book["goals"]
    return found


def threats(attack: dict[str, Any]) -> list[str]:
    return [step["threat"] for step in attack["steps"]]


def test_every_goal_is_asked_about_on_every_tenancy(small: KnowledgeBase, goals: dict[str, Any]) -> None:
    assert list(goals_of(build_model(small))) == [
        ("host-root", ("host-root", None)),
        ("container-data", ("container-data", "other")),
    ]
    assert {goal: set(answers) for goal, answers in goals.items()} == {
        "container-data": {"private", "shared"},
        "host-root": {"private", "shared"},
    }


def test_the_cheapest_set_with_its_reasons(goals: dict[str, Any]) -> None:
    found = goals["host-root"]["private"]["skilled"]
    assert (found["measures"], found["cost"], found["proved"]) == (["no-setuid", "patches"], 3, True)
    assert {measure: threats(attack) for measure, attack in found["certificate"].items()} == {
        "no-setuid": ["exploit", "setuid", "escape"],
        "patches": ["exploit", "kernel-flaw"],
    }
    assert found["certificate"]["patches"]["steps"][1] == {
        "threat": "kernel-flaw",
        "container": "this",
        "difficulty": 2,
        "requires": [["code", "this"]],
        "grants": [["host-root", None]],
    }
    assert found["resilient"]["measures"] == ["no-setuid", "patches", "sandbox"]
    assert found["resilient"]["not_survivable"] == ["sandbox-flaw"]
    assert found["gains"][0] == {"measure": "userns", "cost": 4, "absorbed": 2}
    assert 0 < found["absorbs"] < found["tried"]


def test_only_the_skilled_get_the_surprises(goals: dict[str, Any]) -> None:
    found = goals["host-root"]["private"]
    assert found["opportunist"]["measures"] == ["no-setuid"]
    assert "resilient" not in found["opportunist"]
    assert threats(found["expert"]["infeasible"]) == ["exploit", "sandbox-flaw"]


def test_paths_of_every_attacker_easiest_first(goals: dict[str, Any]) -> None:
    groups = goals["host-root"]["private"]["paths"]
    assert [group["attacker"] for group in groups] == ["outsider", "accident", "breached"]
    assert [[path["difficulty"] for path in group["paths"]] for group in groups][1:] == [[], [1, 2]]
    assert [threats(path) for path in groups[2]["paths"]] == [["setuid", "escape"], ["kernel-flaw"]]
    assert all(group["more"] is False for group in groups)


def test_a_cap_is_announced(small: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PATHS", 1)
    groups = make_book(small)["goals"]["host-root"]["private"]["paths"]
    assert [(len(group["paths"]), group["more"]) for group in groups] == [(1, True), (0, False), (1, True)]


def test_the_book_is_plain_data(book: dict[str, Any]) -> None:
    text = json.dumps(book)
    assert json.dumps(json.loads(text)) == text


def test_doors_that_defaults_keep_closed(goals: dict[str, Any]) -> None:
    doors = goals["host-root"]["private"]["doors"]
    assert [(door["threat"], door["closed_by"]) for door in doors] == [
        ("device", [["no:privileged"]]),
        ("rare-call", [["filter"]]),
    ]


def test_what_all_paths_go_through(goals: dict[str, Any]) -> None:
    assert [(group["attacker"], group["chokes"]) for group in goals["host-root"]["private"]["paths"]] == [
        ("outsider", {"threats": ("exploit",), "states": []}),
        ("accident", {"threats": (), "states": []}),
        ("breached", {"threats": (), "states": []}),
    ]


def test_paths_through_each_threat(book: dict[str, Any]) -> None:
    found = {
        threat: [(path["goal"], threats(path), path["doors"], path["added"]) for path in paths]
        for threat, paths in book["threats"].items()
    }
    host, data = ["host-root", None], ["container-data", "other"]
    assert found == {
        "device": [(host, ["exploit", "setuid", "device"], [["no:privileged"]], [])],
        "escape": [(host, ["exploit", "setuid", "escape"], [], [])],
        "exploit": [(host, ["exploit", "kernel-flaw"], [], [])],
        "kernel-flaw": [(host, ["exploit", "kernel-flaw"], [], [])],
        "rare-call": [(host, ["exploit", "rare-call"], [["filter"]], [])],
        "read": [(data, ["exploit", "setuid", "read"], [], [])],
        "sandbox-flaw": [(host, ["exploit", "sandbox-flaw"], [], ["sandbox"])],
        "setuid": [(host, ["exploit", "setuid", "escape"], [], [])],
    }


def test_what_a_single_measure_closes_or_keeps_closed(book: dict[str, Any]) -> None:
    assert book["measures"]["patches"] == {"default": False, "closes": ["kernel-flaw"], "goals": []}
    assert book["measures"]["filter"] == {"default": True, "closes": ["rare-call"], "goals": []}
    assert book["measures"]["no:privileged"]["closes"] == ["device"]
    assert book["measures"]["non-root"] == {"default": False, "closes": [], "goals": []}


def test_surprises_that_one_or_two_measures_absorb(goals: dict[str, Any]) -> None:
    found = goals["host-root"]["private"]["skilled"]
    assert (found["alone"], found["pairs"]) == ({"userns": 2}, [])
    assert found["failing"] == ["filter", "no-setuid", "patches"]


def test_levels_of_the_ready_made_checklists(book: dict[str, Any]) -> None:
    assert set(book["levels"]) == {"usual", "need/web", "goal/host-root", "goal/container-data"}
    assert book["levels"]["goal/host-root"]["essential"] == ("no-setuid", "patches")


def test_it_is_kept_under_the_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    knowledge, cache = make(tmp_path / "threats"), tmp_path / "deep" / "book.json"
    made: list[KnowledgeBase] = []

    def count(found: KnowledgeBase) -> dict[str, Any]:
        made.append(found)
        return {"goals": {"a": {"number": len(made)}}}

    monkeypatch.setattr(module, "make_book", count)
    assert read_book(knowledge, cache, compute=False) == {}
    assert not cache.exists()
    first = read_book(knowledge, cache, compute=True)
    assert first == {"digest": f"{digest(knowledge)}-{code_digest('analysis')}", "goals": {"a": {"number": 1}}}
    assert read_book(knowledge, cache, compute=True) == first
    other = make(tmp_path / "threats", {"setuid": {"difficulty": 2}})
    assert read_book(other, cache, compute=False) == first
    assert read_book(other, cache, compute=True)["goals"] == {"a": {"number": 2}}
    cache.write_text("{broken", "utf-8")
    assert read_book(other, cache, compute=True)["goals"] == {"a": {"number": 3}}
