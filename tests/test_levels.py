"""Levels of hardening: nested, computed, each measure of them with its reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from threatbase.analysis.levels import Levels, Way, as_data, closing_most, from_data, levels
from threatbase.analysis.model import GroundState, build_model
from threatbase.analysis.relevance import acting_on, relevant_steps
from threatbase.analysis.setting import Setting, make_setting
from threatbase.knowledge import KnowledgeBase, load
from threatbase.models import Need

from tests.site import ROOT
from tests.small import effect, make

HOST: GroundState = ("host-root", None)
DATA: GroundState = ("container-data", "other")


def ask(folder: Path, changes: dict[str, Any] | None = None, **given: Any) -> Setting:
    knowledge = make(folder, changes)
    return make_setting(knowledge, build_model(knowledge), "private", **given)


def test_the_levels_of_the_small_base(tmp_path: Path) -> None:
    watch: dict[str, Any] = {
        "mitigations/watch": {},
        "setuid": {"effects": [effect("no-setuid"), effect("watch", "detects")]},
    }
    assert levels(ask(tmp_path, watch), (HOST,)) == Levels(
        keep=("filter", "no:privileged"),
        essential=("no-setuid", "patches"),
        standard=("sandbox",),
        strict=("userns", "watch"),
        closed=(HOST,),
        beyond=(),
        proved=True,
        reopening={
            "filter": Way("outsider", HOST, ("exploit", "rare-call")),
            "no-setuid": Way("outsider", HOST, ("exploit", "setuid", "escape")),
            "patches": Way("outsider", HOST, ("exploit", "kernel-flaw")),
        },
        exclusive=(("sandbox", "userns"),),
        irreplaceable=(),
        not_survivable=("sandbox-flaw",),
    )


def test_what_is_wanted_anyway_is_essential_with_what_it_needs(tmp_path: Path) -> None:
    found = levels(ask(tmp_path), (HOST,), must=["strict-userns", "filter"])
    assert found.essential == ("patches", "strict-userns", "userns")
    assert "filter" in found.keep


def test_goals_that_nothing_closes_are_named_and_left_out(tmp_path: Path) -> None:
    open_: dict[str, Any] = {"leak": {"difficulty": 1, "requires": ["code"], "grants": ["all:container-data"]}}
    found = levels(ask(tmp_path, open_), (HOST, DATA))
    assert (found.closed, found.beyond) == ((HOST,), (DATA,))
    assert found.essential == ("no-setuid", "patches")


def test_where_nothing_can_be_closed_what_applies_is_still_listed(tmp_path: Path) -> None:
    open_: dict[str, Any] = {"leak": {"difficulty": 1, "requires": ["code"], "grants": ["host-root"]}}
    found = levels(ask(tmp_path, open_), (HOST,), must=["non-root"])
    assert (found.closed, found.beyond, found.standard) == ((), (HOST,), ())
    assert found.essential == ("non-root",)
    assert {"patches", "sandbox", "userns"} <= set(found.strict)


def test_as_many_goals_as_can_be_closed_together_are(tmp_path: Path) -> None:
    """Each can be closed, but the measures for both exclude each other."""
    changes: dict[str, Any] = {
        "mitigations/a": {"conflicts": ["b"]},
        "mitigations/b": {},
        "leak": {"difficulty": 1, "requires": ["code"], "grants": ["all:container-data"], "effects": [effect("b")]},
        "hole": {"difficulty": 1, "requires": ["code"], "grants": ["host-root"], "effects": [effect("a")]},
        "states/host-root": {"role": "goal", "implies": []},
    }
    setting = ask(tmp_path, changes, in_place=["patches", "no-setuid"])
    answer = closing_most(setting, (HOST, DATA))
    assert len(answer.closed) == 1
    assert answer.chosen in ({"a"}, {"b"})


def test_steps_that_lead_nowhere_or_that_nobody_can_begin_are_not_relevant(tmp_path: Path) -> None:
    changes: dict[str, Any] = {
        "states/island": {"role": "start"},
        "states/elsewhere": {"role": "goal"},
        "from-island": {
            "difficulty": 1,
            "requires": ["island"],
            "grants": ["host-root"],
            "effects": [effect("non-root")],
        },
        "to-elsewhere": {"difficulty": 1, "requires": ["code"], "grants": ["elsewhere"], "effects": [effect("watch")]},
        "mitigations/watch": {},
    }
    setting = ask(tmp_path, changes)
    steps = relevant_steps(setting, (HOST,))
    assert {step.threat for step in steps} == {
        "exploit", "setuid", "kernel-flaw", "rare-call", "escape", "device", "sandbox-flaw",
    }  # fmt: skip
    assert acting_on(setting.model, steps) == {"filter", "no-setuid", "patches", "sandbox", "userns", "no:privileged"}


@pytest.fixture(scope="module")
def shipped() -> KnowledgeBase:
    return load(ROOT / "threats")[0]


@pytest.mark.parametrize("need", sorted(file.stem for file in (ROOT / "threats" / "needs").glob("*.yaml")))
def test_on_the_shipped_content_levels_are_nested_and_hold(shipped: KnowledgeBase, need: str) -> None:
    """Essential holds against everybody asked, standard when any one thing fails that it does not name."""
    body = shipped.bodies(Need)[need]
    model = build_model(shipped)
    excluded = [choice.mitigation for choice in body.cannot]
    setting = make_setting(shipped, model, body.tenancy, kept=body.keep, excluded=excluded)
    must = [choice.mitigation for choice in body.must]
    goals = tuple(model.ground(goal, "other") for goal in body.goals)
    found = levels(setting, goals, must)
    parts = [found.keep, found.essential, found.standard, found.strict]
    assert len({measure for part in parts for measure in part}) == sum(map(len, parts))
    assert set(must) <= {*found.keep, *found.essential}
    assert not set(excluded) & {*found.essential, *found.standard, *found.strict}
    assert found.proved and {*found.closed, *found.beyond} == set(goals)
    essential = setting.in_place | set(found.essential)
    question = setting.question
    assert all(question.reached(one, essential).isdisjoint(found.closed) for one in setting.scenarios)
    standard = essential | set(found.standard)
    surprises = [*setting.zero_days(), *setting.failures(sorted(standard))]
    opened = [one for one in surprises if not question.reached(one, standard).isdisjoint(found.closed)]
    assert {one.failed for one in opened} - {None} <= set(found.irreplaceable)
    assert {one.zero_day for one in opened} - {None} <= set(found.not_survivable)
    assert from_data(json.loads(json.dumps(as_data(found)))) == found
