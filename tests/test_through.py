"""Attacks through one threat, and closed doors: held against the semantics on random models, and by example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threatbase.analysis.model import GroundState, Model, Step, build_model
from threatbase.analysis.reach import Question, Scenario
from threatbase.analysis.setting import Setting, make_setting
from threatbase.analysis.through import Through, attacks_through, closed_doors, through

from tests.random_models import (
    ATTACKERS,
    GOAL,
    MEASURES,
    SCENARIOS,
    START,
    STATES,
    assert_can_be_taken,
    models,
    naively_reached,
    relaxed,
    repeated,
    setting_of,
    state,
)
from tests.small import SMALL, effect, make

HOST: GroundState = ("host-root", None)
DATA: GroundState = ("container-data", "other")
SKILLED = Scenario("a", 2)


@settings(max_examples=250, deadline=None)
@given(st.one_of(models(), repeated()), st.sampled_from(SCENARIOS), st.frozensets(st.sampled_from(MEASURES)))
def test_an_attack_through_a_step_is_minimal_and_needs_its_threat(
    model: Model, scenario: Scenario, in_place: frozenset[str]
) -> None:
    for number, step in enumerate(model.steps):
        found = through(Question(model), scenario, number, GOAL, in_place)
        if found is None:
            continue
        assert (found.scenario, found.goal) == (scenario, GOAL)
        assert step in found.steps
        assert_can_be_taken(model, scenario, found.steps, in_place)
        assert GOAL in reached(model, scenario, in_place, found.steps)
        for one in found.steps:
            assert GOAL not in reached(model, scenario, in_place, [other for other in found.steps if other != one])
        others = {one.threat for one in found.steps} - {step.threat}
        of_others = [one for one in model.steps if one.threat in others]
        assert GOAL not in reached(model, scenario, in_place, of_others)


def reached(model: Model, scenario: Scenario, in_place: frozenset[str], steps: Any) -> set[GroundState]:
    return naively_reached(replace(model, steps=tuple(steps)), scenario, in_place)


@settings(max_examples=250, deadline=None)
@given(models(), st.frozensets(st.sampled_from(MEASURES)))
def test_what_it_depends_on_is_what_it_depends_on(model: Model, in_place: frozenset[str]) -> None:
    """With the absent measures away and the added ones in place it works; with any absent one back it does not."""
    setting = setting_of(model, in_place=in_place)
    for threat in dict.fromkeys(step.threat for step in model.steps):
        for found in attacks_through(setting, threat, [GOAL]):
            there = (in_place - found.absent) | found.added
            attack = found.attack
            assert threat in {step.threat for step in attack.steps}
            assert found.absent <= in_place
            assert not found.added & in_place
            assert_can_be_taken(model, attack.scenario, attack.steps, there)
            for measure in found.added:
                assert GOAL not in reached(model, attack.scenario, there - {measure}, attack.steps)
            blocks = [block.measures for step in attack.steps for block in step.blocks if block.measures <= in_place]
            # One of each door has to be missing, and nothing else: with a whole door back, the attack is over.
            for measures in found.doors:
                assert measures & found.absent
                assert GOAL not in reached(model, attack.scenario, there | measures, attack.steps)
            assert found.absent <= frozenset().union(*found.doors)
            for measure in found.absent:
                together = [measures for measures in blocks if measure in measures]
                assert any(GOAL not in reached(model, attack.scenario, there | back, attack.steps) for back in together)


@relaxed
@given(models(), st.frozensets(st.sampled_from(MEASURES)))
def test_doors_are_what_the_measures_in_place_close_on_the_way_to_the_goal(
    model: Model, in_place: frozenset[str]
) -> None:
    doors = {door.step: door.closed_by for door in closed_doors(setting_of(model, in_place=in_place), GOAL)}
    assert list(doors) == [step for step in model.steps if is_door(step, model, in_place)]
    for step, sets in doors.items():
        opened = in_place - closing(step, in_place)
        assert [opens(step, model, opened | set(measures)) for measures in sets] == [False] * len(sets) != []


def is_door(step: Step, model: Model, in_place: frozenset[str]) -> bool:
    """Whether it is closed, could be taken by those who come to it were it not, and leads to the goal."""
    return (
        not opens(step, model, in_place)
        and opens(step, model, in_place - closing(step, in_place))
        and step.requires <= naively_reached(model, SKILLED, in_place)
        and GOAL in naively_reached(model, SKILLED, in_place, step.grants)
    )


def opens(step: Step, model: Model, in_place: frozenset[str]) -> bool:
    """Whether a step can be taken by somebody who has all that it needs and all that opens a bypass."""
    bypasses = {state for block in step.blocks for state in block.bypass}
    gained: GroundState = ("gained", None)
    alone = replace(model, steps=(replace(step, grants=frozenset({gained})),))
    return gained in naively_reached(alone, SKILLED, in_place, {*step.requires, *bypasses})


def closing(step: Step, in_place: frozenset[str]) -> set[str]:
    return {one for block in step.blocks if block.level > 2 and block.measures <= in_place for one in block.measures}


# --- on the small base -----------------------------------------------------------------------------

CHANGES: Mapping[str, Any] = {
    "states/account": {"role": "start"},
    "states/island": {"role": "start"},
    "states/gpu": {"role": "fact"},
    "attackers/insider": {"starts": ["account"], "level": 1, "zero_days": 0},
    "tenancies/private": {**SMALL["tenancies/private"], "on_request": ["insider"]},
    "docker-options/host-network": {"names": {"run": "--network"}},
    "driver": {"difficulty": 1, "requires": ["code", "gpu"], "grants": ["host-root"]},
    "metadata": {"difficulty": 1, "requires": ["code", "cloud"], "grants": ["host-root"]},
    "both": {"difficulty": 1, "requires": ["code"], "grants": ["root"], "opened_by": ["privileged+host-network"]},
    "either": {"difficulty": 1, "requires": ["code"], "grants": ["root"], "opened_by": ["privileged", "host-network"]},
    "login": {"difficulty": 1, "requires": ["account"], "grants": ["host-root"], "effects": [effect("patches")]},
    "shipwreck": {"difficulty": 1, "requires": ["island"], "grants": ["host-root"]},
    "detour": {"difficulty": 1, "requires": ["code"], "grants": ["code"]},
}


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Setting:
    knowledge = make(tmp_path_factory.mktemp("through"), CHANGES)
    attackers = ["outsider", "breached", "insider"]
    return make_setting(knowledge, build_model(knowledge), "private", attackers=attackers)


@pytest.mark.parametrize(
    ("threat", "expected"),
    [
        ("exploit", ["outsider: exploit, kernel-flaw"]),
        ("setuid", ["outsider: exploit, setuid, escape"]),
        ("kernel-flaw", ["outsider: exploit, kernel-flaw"]),
        ("rare-call", ["outsider: exploit, rare-call; absent: filter"]),
        ("device", ["outsider: exploit, either, device; absent: no:privileged"]),
        ("sandbox-flaw", ["outsider with sandbox-flaw: exploit, sandbox-flaw; added: sandbox"]),
        ("driver", ["outsider: exploit, driver; facts: gpu"]),
        ("metadata", ["outsider: exploit, metadata"]),
        ("both", ["outsider: exploit, both, device; absent: no:host-network, no:privileged"]),
        ("either", ["outsider: exploit, either, device; absent: no:privileged"]),
        ("login", ["insider: login"]),
        ("shipwreck", []),
        ("detour", []),
        ("unknown", []),
    ],
    ids=[
        "the-first-step", "one-in-between", "the-last-step", "a-default-is-absent", "an-option-is-open",
        "a-measure-brings-it", "a-fact-that-is-not-taken-as-true", "one-that-is", "two-options-together",
        "either-of-two-options", "an-insider-alone", "nobody-comes-there", "it-gains-nothing",
        "there-is-no-such-threat",
    ],
)  # fmt: skip
def test_what_leads_through_a_threat(threat: str, expected: list[str], setting: Setting) -> None:
    assert [told(one) for one in attacks_through(setting, threat, [HOST])] == expected


def told(found: Through) -> str:
    scenario, steps = found.attack.scenario, [step.threat for step in found.attack.steps]
    with_ = f" with {scenario.zero_day}" if scenario.zero_day else ""
    rests_on = {"absent": found.absent, "added": found.added, "facts": found.facts}
    rest = [f"; {name}: {', '.join(sorted(ids))}" for name, ids in rests_on.items() if ids]
    return "".join([f"{scenario.attacker}{with_}: {', '.join(steps)}", *rest])


def test_what_an_attack_gets_round_by_itself_is_not_missed(tmp_path: Path) -> None:
    """The filter does nothing for who is root already; who is not needs it away."""
    changes = {"rare-call": {"requires": ["root"], "effects": [effect("filter", bypassed_by=["root"])]}}
    knowledge = make(tmp_path, changes)
    found = attacks_through(make_setting(knowledge, build_model(knowledge), "private"), "rare-call", [HOST])
    assert [told(one) for one in found] == ["outsider: exploit, setuid, rare-call"]


def test_each_goal_that_it_leads_to_has_an_attack(setting: Setting) -> None:
    found = attacks_through(setting, "setuid", [DATA, HOST, ("gpu", None)])
    assert [(one.attack.goal, told(one)) for one in found] == [
        (DATA, "outsider: exploit, setuid, escape, read"),
        (HOST, "outsider: exploit, setuid, escape"),
    ]


def test_a_step_that_another_one_of_its_threat_makes_needless_is_not_shown() -> None:
    start = frozenset({(START, None)})
    grants = {"a": frozenset({GOAL}), "b": frozenset({("s1", None)})}
    steps = tuple(Step("t0", name, 1, start, gained, (), frozenset()) for name, gained in grants.items())
    model = Model(steps, {}, {}, ATTACKERS, {name: state("held") for name in STATES})
    found = [through(Question(model), SKILLED, number, GOAL, ()) for number in range(2)]
    assert [one and one.steps for one in found] == [model.steps[:1], None]


def test_the_doors_of_the_small_base(setting: Setting) -> None:
    doors = closed_doors(setting, HOST)
    assert [(door.step.threat, door.step.container, door.closed_by) for door in doors] == [
        ("both", "this", (("no:host-network",), ("no:privileged",))),
        ("both", "other", (("no:host-network",), ("no:privileged",))),
        ("device", "this", (("no:privileged",),)),
        ("device", "other", (("no:privileged",),)),
        ("either", "this", (("no:host-network", "no:privileged"),)),
        ("either", "other", (("no:host-network", "no:privileged"),)),
        ("rare-call", "this", (("filter",),)),
        ("rare-call", "other", (("filter",),)),
    ]


@pytest.mark.parametrize(("goal", "doors"), [(DATA, ["both", "device", "either", "rare-call"]), (("gpu", None), [])])
def test_doors_lead_to_the_goal(goal: GroundState, doors: list[str], setting: Setting) -> None:
    assert list(dict.fromkeys(door.step.threat for door in closed_doors(setting, goal))) == doors
