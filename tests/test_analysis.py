"""The graph's answers, held against brute force on small random models."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from threatbase.analysis.attacks import attacks
from threatbase.analysis.harden import Answer, InfeasibleError, Task, alternatives, cheapest, violated
from threatbase.analysis.model import PREVENTS, Block, GroundState, Measure, Model, Step
from threatbase.analysis.reach import Question, Scenario
from threatbase.models import Attacker, State

STATES = [f"s{number}" for number in range(6)]
MEASURES = [f"m{number}" for number in range(5)]
TEXT = {"title": {"en": "x"}, "summary": {"en": "x"}, "description": {"en": "x"}, "reviewed": "2026-01-31"}
GOAL: GroundState = ("s5", None)
START = "s0"


def state(role: str) -> State:
    return State.model_validate({**TEXT, "role": role})


@st.composite
def models(draw: st.DrawFn) -> Model:
    """Steps over six states and five measures: levels, `with`, bypasses, introductions, relations, cycles."""
    some = st.sets(st.sampled_from(STATES), min_size=1, max_size=2)
    blocks = st.builds(
        Block,
        measures=st.frozensets(st.sampled_from(MEASURES), min_size=1, max_size=2),
        level=st.sampled_from([1, 2, 3, PREVENTS, PREVENTS]),
        bypass=st.lists(st.sampled_from([(name, None) for name in STATES]), max_size=1).map(tuple),
    )
    steps = tuple(
        Step(
            threat=f"t{number}",
            container=None,
            difficulty=draw(st.integers(0, 3)),
            requires=frozenset((name, None) for name in draw(some)),
            grants=frozenset((name, None) for name in draw(some)),
            blocks=tuple(draw(st.lists(blocks, max_size=2))),
            introduced_by=draw(st.frozensets(st.sampled_from(MEASURES), max_size=1)),
        )
        for number in range(draw(st.integers(1, 8)))
    )
    relation = st.frozensets(st.sampled_from(MEASURES), max_size=1)
    measures = {
        name: Measure(name, draw(st.sampled_from([1, 2, 4])), draw(relation) - {name}, draw(relation) - {name}, frozenset())
        for name in MEASURES
    }
    implied = {("s3", None): (("s4", None),)} if draw(st.booleans()) else {}
    attacker = Attacker.model_validate({**TEXT, "starts": [START], "level": 2, "zero_days": 1})
    states = {name: state("held") for name in STATES}
    return Model(steps, measures, implied, {"a": attacker}, states, ("this",))


def naively_reached(model: Model, scenario: Scenario, in_place: frozenset[str]) -> set[GroundState]:
    """The semantics, word by word: repeat until nothing changes."""
    failed = set()
    if scenario.failed is not None:
        failed = {scenario.failed}
        while more := {name for name, item in model.measures.items() if item.requires & failed} - failed:
            failed |= more
    standing = in_place - failed
    reached: set[GroundState] = {(START, None)}
    while True:
        before = set(reached)
        for step in model.steps:
            level = 3 if step.threat == scenario.zero_day else scenario.level
            possible = step.difficulty <= level and (not step.introduced_by or step.introduced_by & standing)
            blocked = any(
                block.level > level and block.measures <= standing and not reached & set(block.bypass)
                for block in step.blocks
            )
            if possible and not blocked and step.requires <= reached:
                reached |= step.grants
        for holder, held in model.implied.items():
            if holder in reached:
                reached |= set(held)
        if reached == before:
            return reached


def sets_of(model: Model) -> list[frozenset[str]]:
    """Every set of measures that their relations allow."""
    found = [frozenset(chosen) for size in range(len(MEASURES) + 1) for chosen in combinations(MEASURES, size)]
    return [
        chosen
        for chosen in found
        if all(model.measures[name].requires <= chosen for name in chosen)
        and not any(model.measures[name].conflicts & chosen for name in chosen)
    ]


def price(model: Model, chosen: frozenset[str]) -> int:
    return sum(model.measures[name].cost for name in chosen)


SCENARIOS = (Scenario("a", 1), Scenario("a", 2), Scenario("a", 2, zero_day="t0"), Scenario("a", 2, failed="m0"))
relaxed = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@relaxed
@given(models(), st.sampled_from(SCENARIOS), st.frozensets(st.sampled_from(MEASURES)))
def test_the_fixpoint_is_the_naive_one(model: Model, scenario: Scenario, in_place: frozenset[str]) -> None:
    assert Question(model).reached(scenario, in_place) == naively_reached(model, scenario, in_place)


@relaxed
@given(models(), st.lists(st.sampled_from(SCENARIOS), max_size=3, unique=True))
def test_the_cheapest_set_is_that_of_brute_force(model: Model, more: list[Scenario]) -> None:
    # A measure that is not in place cannot fail: the plain scenario is always asked beside the others.
    scenarios = list(dict.fromkeys([Scenario("a", 2), *more]))
    closing = [
        chosen
        for chosen in sets_of(model)
        if all(GOAL not in naively_reached(model, scenario, chosen) for scenario in scenarios)
    ]
    task = Task((GOAL,), tuple(scenarios), frozenset())
    if not closing:
        with pytest.raises(InfeasibleError):
            cheapest(Question(model), task)
        return
    answer = cheapest(Question(model), task)
    assert answer.proved
    assert answer.chosen in closing
    assert answer.cost == price(model, answer.chosen) == min(price(model, chosen) for chosen in closing)


@relaxed
@given(models())
def test_alternatives_are_the_next_cheapest_and_none_contains_another(model: Model) -> None:
    question, task = Question(model), Task((GOAL,), SCENARIOS[:2], frozenset())
    closing = [chosen for chosen in sets_of(model) if violated(question, task, chosen) is None]
    if not closing:
        return
    answers = alternatives(question, task, 3)
    taken: list[frozenset[str]] = []
    for answer in answers:
        left = [chosen for chosen in closing if not any(earlier <= chosen for earlier in taken)]
        assert answer.cost == min(price(model, chosen) for chosen in left)
        assert answer.chosen in left
        taken.append(answer.chosen)


@relaxed
@given(models(), st.sampled_from(SCENARIOS), st.frozensets(st.sampled_from(MEASURES)))
def test_attacks_are_all_the_minimal_ones_easiest_first(
    model: Model, scenario: Scenario, in_place: frozenset[str]
) -> None:
    question = Question(model)
    steps = question.open_steps(scenario, in_place)
    leading = [
        frozenset(model.steps[number] for number in kept)
        for size in range(len(steps) + 1)
        for kept in combinations(steps, size)
        if GOAL in question.derive("a", {number: steps[number] for number in kept})
    ]
    minimal = {one for one in leading if not any(other < one for other in leading)}
    found = list(attacks(question, scenario, GOAL, in_place))
    assert {frozenset(attack.steps) for attack in found} == minimal
    assert [attack.difficulty for attack in found] == sorted(attack.difficulty for attack in found)


def test_what_is_in_place_costs_nothing_and_what_is_impossible_is_not_chosen() -> None:
    block = (Block(frozenset({"m0"}), PREVENTS), Block(frozenset({"m1"}), PREVENTS))
    step = Step("t0", None, 1, frozenset({("s0", None)}), frozenset({GOAL}), block, frozenset())
    measures = {name: Measure(name, cost, frozenset(), frozenset(), frozenset()) for name, cost in (("m0", 1), ("m1", 4))}
    attacker = Attacker.model_validate({**TEXT, "starts": [START]})
    model = Model((step,), measures, {}, {"a": attacker}, {name: state("held") for name in STATES}, ("this",))
    question, scenarios = Question(model), (Scenario("a", 2),)
    assert cheapest(question, Task((GOAL,), scenarios, frozenset())) == Answer(frozenset({"m0"}), 1, True, 1.0, (GOAL,))
    assert cheapest(question, Task((GOAL,), scenarios, frozenset(), frozenset({"m0"}))).chosen == {"m1"}
    assert cheapest(question, Task((GOAL,), scenarios, frozenset({"m1"}))).chosen == frozenset()
