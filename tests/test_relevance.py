"""Relevance: the steps that could be part of an attack, whatever is in place, and the measures that act on them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from threatbase.analysis.attacks import attacks
from threatbase.analysis.model import GroundState, Model, Step, build_model
from threatbase.analysis.reach import Question, Scenario
from threatbase.analysis.relevance import acting_on, relevant_steps
from threatbase.analysis.setting import make_setting

from tests.random_models import GOAL, MEASURES, models, relaxed, setting_of
from tests.small import effect, make

HOST: GroundState = ("host-root", None)
DATA: GroundState = ("container-data", "other")


def bare(step: Step) -> Step:
    """The step as nothing closes it, and as everybody can take it."""
    return replace(step, difficulty=0, blocks=(), introduced_by=frozenset())


@relaxed
@given(models(), st.frozensets(st.sampled_from(MEASURES)), st.sampled_from([(GOAL,), (GOAL, ("s4", None)), ()]))
def test_no_step_of_an_attack_is_left_out(
    model: Model, in_place: frozenset[str], goals: tuple[GroundState, ...]
) -> None:
    found = relevant_steps(setting_of(model), goals)
    assert list(found) == [step for step in model.steps if step in set(found)]
    scenarios = (Scenario("a", 2), Scenario("a", 2, zero_day="t0"))
    used = {
        step
        for goal in goals
        for scenario in scenarios
        for attack in attacks(Question(model), scenario, goal, in_place)
        for step in attack.steps
    }
    assert used <= set(found)


@relaxed
@given(models())
def test_relevant_is_what_can_be_come_to_and_leads_on(model: Model) -> None:
    reached = Question(replace(model, steps=tuple(map(bare, model.steps)))).reached(Scenario("a", 0), ())
    possible = replace(model, steps=tuple(step for step in model.steps if step.requires <= reached))
    wanted = [step for step in possible.steps if GOAL in gained_from(step.grants, possible)]
    assert list(relevant_steps(setting_of(model), (GOAL,))) == wanted


def gained_from(states: frozenset[GroundState], model: Model) -> set[GroundState]:
    """All that stands behind some states, where each step needs any one of its own."""
    found = set(states)
    while True:
        more = {state for step in model.steps if step.requires & found for state in step.grants}
        more |= {state for holder, held in model.implied.items() if holder in found for state in held}
        if more <= found:
            return found
        found |= more


NARROW: dict[str, Any] = {
    "mitigations/watch": {},
    "mitigations/useless": {},
    "mitigations/alarm": {},
    "setuid": {
        "effects": [effect("no-setuid", with_=["filter"]), effect("watch", "detects"), effect("useless", "none")]
    },
}


@pytest.mark.parametrize(
    ("changes", "asked", "goals", "threats", "measures"),
    [
        (
            {},
            {},
            (HOST,),
            ["device", "escape", "exploit", "kernel-flaw", "rare-call", "sandbox-flaw", "setuid"],
            {"filter", "no-setuid", "no:privileged", "patches", "sandbox", "userns"},
        ),
        (
            NARROW,
            {},
            (("root", "this"),),
            ["device", "escape", "exploit", "kernel-flaw", "rare-call", "sandbox-flaw", "setuid"],
            {"filter", "no-setuid", "no:privileged", "patches", "sandbox", "userns", "watch"},
        ),
        (
            {},
            {},
            (DATA,),
            ["device", "escape", "exploit", "kernel-flaw", "rare-call", "read", "sandbox-flaw", "setuid"],
            {"filter", "no-setuid", "no:privileged", "patches", "sandbox", "userns"},
        ),
        (
            {},
            {"attackers": ["accident"]},
            (HOST,),
            ["device", "escape", "exploit", "kernel-flaw", "rare-call", "sandbox-flaw", "setuid"],
            {"filter", "no-setuid", "no:privileged", "patches", "sandbox", "userns"},
        ),
        (
            {"states/host-root": {"role": "goal", "implies": []}, "attackers/breached": {"starts": ["root"]}},
            {"attackers": ["breached"]},
            (HOST,),
            ["device", "escape", "kernel-flaw", "rare-call", "sandbox-flaw", "setuid"],
            {"filter", "no-setuid", "no:privileged", "patches", "sandbox", "userns"},
        ),
        ({}, {}, (("cloud", None),), [], set()),
        ({}, {}, (), [], set()),
    ],
    ids=[
        "the-usual",
        "detectors-count",
        "other-containers",
        "difficulty-does-not-count",
        "not-what-came-before",
        "a-fact",
        "no-goal",
    ],
)
def test_of_the_small_base(
    changes: dict[str, Any],
    asked: dict[str, Any],
    goals: tuple[GroundState, ...],
    threats: list[str],
    measures: set[str],
    tmp_path: Path,
) -> None:
    knowledge = make(tmp_path, changes)
    setting = make_setting(knowledge, build_model(knowledge), "private", **asked)
    steps = relevant_steps(setting, goals)
    assert sorted({step.threat for step in steps}) == threats
    assert acting_on(setting.model, steps) == measures
