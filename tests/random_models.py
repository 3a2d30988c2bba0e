"""Small random models for the tests of the graph's answers, and the semantics word by word to hold them against."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations, pairwise

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from threatbase.analysis.configuration import together
from threatbase.analysis.model import PREVENTS, Block, GroundState, Measure, Model, Step
from threatbase.analysis.reach import Question, Scenario
from threatbase.analysis.setting import Setting
from threatbase.models import Attacker, State

STATES = [f"s{number}" for number in range(6)]
MEASURES = [f"m{number}" for number in range(5)]
TEXT = {"title": {"en": "x"}, "summary": {"en": "x"}, "description": {"en": "x"}, "reviewed": "2026-01-31"}
GOAL: GroundState = ("s5", None)
START = "s0"
ATTACKERS = {"a": Attacker.model_validate({**TEXT, "starts": [START], "level": 2, "zero_days": 1})}


def state(role: str) -> State:
    return State.model_validate({**TEXT, "role": role})


def measure(
    name: str, cost: int, requires: frozenset[str] = frozenset(), conflicts: frozenset[str] = frozenset()
) -> Measure:
    return Measure(name, cost, requires, conflicts, frozenset())


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
    none: frozenset[str] = frozenset()
    introduced = st.one_of(st.just(none), st.just(none), st.frozensets(st.sampled_from(MEASURES), max_size=1))
    # A way to the goal comes first, or few models would have one.
    way = [START, *draw(st.lists(st.sampled_from(STATES[1:5]), max_size=3, unique=True)), GOAL[0]]
    ends = [({one}, {other}) for one, other in pairwise(way)]
    ends += [(draw(some), draw(some)) for _ in range(draw(st.integers(0, 5)))]
    steps = tuple(
        Step(
            threat=f"t{number}",
            container=None,
            difficulty=draw(st.sampled_from([0, 1, 1, 2, 2, 3])),
            requires=frozenset((name, None) for name in requires),
            grants=frozenset((name, None) for name in grants),
            blocks=tuple(draw(st.lists(blocks, max_size=2))),
            introduced_by=draw(introduced),
        )
        for number, (requires, grants) in enumerate(ends)
    )
    relation = st.frozensets(st.sampled_from(MEASURES), max_size=1)
    measures = {
        name: measure(name, draw(st.sampled_from([1, 2, 4])), draw(relation) - {name}, draw(relation) - {name})
        for name in MEASURES
    }
    holder: GroundState = ("s3", None)
    held: tuple[GroundState, ...] = (("s4", None),)
    implied = {holder: held} if draw(st.booleans()) else {}
    states = {name: state("held") for name in STATES}
    return Model(steps, measures, implied, ATTACKERS, states, together("this"))


def naively_reached(
    model: Model, scenario: Scenario, in_place: frozenset[str], starts: Iterable[GroundState] = ((START, None),)
) -> set[GroundState]:
    """The semantics, word by word: repeat until nothing changes."""
    failed = set()
    if scenario.failed is not None:
        failed = {scenario.failed}
        while more := {name for name, item in model.measures.items() if item.requires & failed} - failed:
            failed |= more
    standing = in_place - failed
    reached: set[GroundState] = set(starts)
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
relaxed = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def setting_of(model: Model, skill: str = "skilled", in_place: Iterable[str] = ()) -> Setting:
    return Setting(Question(model), ("a",), skill, frozenset(in_place))


@st.composite
def repeated(draw: st.DrawFn) -> Model:
    """A model in which several steps belong to one threat, as those of several containers do."""
    model = draw(models())
    renamed = (replace(step, threat=f"t{int(step.threat[1:]) % 3}") for step in model.steps)
    return replace(model, steps=tuple(dict.fromkeys(renamed)))


def assert_can_be_taken(model: Model, scenario: Scenario, steps: Iterable[Step], in_place: frozenset[str]) -> None:
    """Each step from what those before it gain, and nothing closes it."""
    taken: list[Step] = []
    for step in steps:
        before = naively_reached(replace(model, steps=tuple(taken)), scenario, in_place)
        taken.append(step)
        after = naively_reached(replace(model, steps=tuple(taken)), scenario, in_place)
        assert step.requires <= before < after
