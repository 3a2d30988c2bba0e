"""Choke points, held against all minimal attacks of small random models."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from threatbase.analysis.attacks import attacks
from threatbase.analysis.chokes import Chokes, choke_points
from threatbase.analysis.model import GroundState, Model, build_model
from threatbase.analysis.reach import Question, Scenario
from threatbase.analysis.setting import make_setting

from tests.random_models import (
    GOAL,
    MEASURES,
    SCENARIOS,
    STATES,
    models,
    naively_reached,
    relaxed,
    repeated,
)
from tests.small import effect, make

HOST: GroundState = ("host-root", None)


@relaxed
@given(st.one_of(models(), repeated()), st.sampled_from(SCENARIOS), st.frozensets(st.sampled_from(MEASURES)))
def test_choke_points_are_what_every_minimal_attack_goes_through(
    model: Model, scenario: Scenario, in_place: frozenset[str]
) -> None:
    question = Question(model)
    found = choke_points(question, scenario, GOAL, in_place)
    every = list(attacks(question, scenario, GOAL, in_place))
    if not every:
        assert found == Chokes((), ())
        return
    used = [{step.threat for step in attack.steps} for attack in every]
    assert set(found.threats) == set.intersection(*used)
    at_first = naively_reached(replace(model, steps=()), scenario, in_place)
    states = {(name, None) for name in STATES} - at_first - {GOAL}
    assert set(found.states) == {one for one in states if GOAL not in reached_without(one, model, scenario, in_place)}
    assert len(set(found.threats)) == len(found.threats)
    assert len(set(found.states)) == len(found.states)


def reached_without(state: GroundState, model: Model, scenario: Scenario, in_place: frozenset[str]) -> set[GroundState]:
    """What is reached where nothing gives that state."""
    return naively_reached(
        replace(
            model,
            steps=tuple(replace(step, grants=step.grants - {state}) for step in model.steps),
            implied={holder: tuple(one for one in held if one != state) for holder, held in model.implied.items()},
        ),
        scenario,
        in_place,
    )


@pytest.mark.parametrize(
    ("attacker", "changes", "expected"),
    [
        ("outsider", {}, Chokes(("exploit",), ())),
        ("breached", {}, Chokes((), ())),
        ("accident", {}, Chokes((), ())),
        ("outsider", {"kernel-flaw": None}, Chokes(("exploit", "setuid", "escape"), ())),
        ("breached", {"kernel-flaw": None}, Chokes(("setuid", "escape"), (("root", "this"),))),
        (
            "breached",
            {"kernel-flaw": None, "attackers/breached": {"starts": ["root"], "level": 2}},
            Chokes(("escape",), ()),
        ),
        (
            "breached",
            {
                "states/shell": {"role": "held", "implies": ["all:code"]},
                "states/door": {"role": "start"},
                "attackers/breached": {"starts": ["door"]},
                "break-in": {"difficulty": 1, "requires": ["door"], "grants": ["shell"]},
            },
            Chokes(("break-in",), (("shell", None),)),
        ),
        (
            "breached",
            {
                "kernel-flaw": None,
                "states/shell": {"role": "held"},
                "break-in": {"difficulty": 1, "requires": ["code"], "grants": ["shell"]},
                "escape": {"requires": ["code"], "effects": [effect("filter", bypassed_by=["shell"])]},
            },
            Chokes(("break-in", "escape"), (("shell", None),)),
        ),
    ],
    ids=[
        "a-threat", "none", "no-attack", "not-the-states-of-either-container", "in-order",
        "not-what-is-held-from-the-start", "what-includes-the-next-state", "what-gets-round-a-measure",
    ],
)  # fmt: skip
def test_choke_points_of_the_small_base(
    attacker: str, changes: dict[str, Any], expected: Chokes, tmp_path: Path
) -> None:
    knowledge = make(tmp_path, changes)
    setting = make_setting(knowledge, build_model(knowledge), "private", attackers=[attacker])
    assert choke_points(setting.question, setting.plain[0], HOST, setting.in_place) == expected
