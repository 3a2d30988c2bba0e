"""Measures that are worth more together: held against every set of one or two measures."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threatbase.analysis.harden import Answer
from threatbase.analysis.hardening import single_points, worth_adding
from threatbase.analysis.model import GroundState, Model, build_model
from threatbase.analysis.pairs import Closers, Pair, closers
from threatbase.analysis.reach import Scenario
from threatbase.analysis.setting import make_setting

from tests.random_models import GOAL, MEASURES, models, naively_reached, price, relaxed, sets_of, setting_of
from tests.small import effect, make

HOST: GroundState = ("host-root", None)


@settings(relaxed, max_examples=150)
@given(models(), st.data())
def test_closers_are_all_the_smallest_sets_of_one_or_two_that_close(model: Model, data: st.DataObject) -> None:
    chosen = data.draw(st.sampled_from(sets_of(model)))
    setting, answer = setting_of(model), answer_of(chosen)
    base = single_points(setting, (GOAL,), answer)
    found = closers(setting, (GOAL,), base, chosen)
    assert found.usable == {name for name in MEASURES if is_usable(name, model, chosen)}
    assert found.sets.keys() == set(base.opening)
    for scenario in base.opening:
        assert found.sets[scenario] == smallest(closing(scenario, model, chosen, found.usable))


def answer_of(chosen: frozenset[str]) -> Answer:
    return Answer(chosen, 0, True, 0.0, (GOAL,))


def is_usable(name: str, model: Model, chosen: frozenset[str]) -> bool:
    introduces = any(name in step.introduced_by for step in model.steps)
    return name not in chosen and not introduces and chosen | {name} in sets_of(model)


def closing(
    scenario: Scenario, model: Model, chosen: frozenset[str], usable: Collection[str]
) -> Iterator[frozenset[str]]:
    for size in (1, 2):
        for added in map(frozenset, combinations(sorted(usable), size)):
            if chosen | added in sets_of(model) and GOAL not in naively_reached(model, scenario, chosen | added):
                yield added


def smallest(found: Iterator[frozenset[str]]) -> set[frozenset[str]]:
    every = set(found)
    return {one for one in every if not any(other < one for other in every)}


@settings(relaxed, max_examples=150)
@given(models(), st.data())
def test_what_is_worth_adding_is_the_same_with_and_without_them(model: Model, data: st.DataObject) -> None:
    chosen = data.draw(st.sampled_from(sets_of(model)))
    setting, answer = setting_of(model), answer_of(chosen)
    base = single_points(setting, (GOAL,), answer)
    known = closers(setting, (GOAL,), base, chosen)
    found = worth_adding(setting, (GOAL,), answer, known=known)
    assert found == worth_adding(setting, (GOAL,), answer)
    gains = {}
    for name in set(MEASURES) - chosen:
        added = min((one for one in with_needs(name, model)), key=len)
        if chosen | added in sets_of(model):
            opening = [one for one in base.tried if GOAL in naively_reached(model, one, chosen | added)]
            more = len(base.opening) - len(opening)
            if more > 0:
                gains[name] = price(model, added - chosen), more
    assert {gain.measure: (gain.cost, gain.absorbed) for gain in found} == gains


def with_needs(name: str, model: Model) -> Iterator[frozenset[str]]:
    for size in range(1, len(MEASURES) + 1):
        for one in map(frozenset, combinations(MEASURES, size)):
            if name in one and all(model.measures[other].requires <= one for other in one):
                yield one


@settings(relaxed, max_examples=150)
@given(models(), st.data())
def test_pairs_absorb_more_than_each_of_the_two_the_best_first(model: Model, data: st.DataObject) -> None:
    chosen = data.draw(st.sampled_from(sets_of(model)))
    setting = setting_of(model)
    base = single_points(setting, (GOAL,), answer_of(chosen))
    found = closers(setting, (GOAL,), base, chosen)

    def absorbed(*measures: str) -> set[Scenario]:
        return {one for one in base.opening if GOAL not in naively_reached(model, one, chosen | set(measures))}

    wanted = []
    for one, other in combinations(sorted(found.usable), 2):
        if chosen | {one, other} in sets_of(model):
            both, each = absorbed(one, other), absorbed(one) | absorbed(other)
            if both > each:
                wanted.append(Pair((one, other), len(both - each), len(both)))
    assert found.pairs() == sorted(wanted, key=lambda pair: (-pair.only_together, -pair.together, pair.measures))


# --- on the small base -----------------------------------------------------------------------------

FLAW: dict[str, Any] = {"difficulty": 2, "requires": ["code"], "grants": ["host-root"]}
"""A step that only one who spends a zero-day takes, once the kernel is patched."""


@pytest.mark.parametrize(
    ("effects", "measures", "closing", "pairs"),
    [
        ([effect("a"), effect("b")], {}, [{"a"}, {"b"}], []),
        ([effect("a", with_=["b"])], {}, [{"a", "b"}], [Pair(("a", "b"), 2, 2)]),
        ([effect("a", with_=["b"]), effect("a")], {}, [{"a"}], []),
        ([effect("a", with_=["b"])], {"a": {"conflicts": ["b"]}}, [], []),
        ([effect("a", with_=["b"])], {"b": {"requires": ["c"]}}, [], []),
        ([effect("a", with_=["b"])], {"b": {"requires": ["no-setuid"]}}, [{"a", "b"}], [Pair(("a", "b"), 2, 2)]),
        ([effect("a"), effect("b", "detects"), effect("c", "none")], {}, [{"a"}], []),
        ([effect("a", with_=["b", "c"])], {}, [], []),
        ([effect("a", "limits", to=3)], {}, [], []),
    ],
    ids=[
        "either", "both", "one-of-both-suffices", "they-exclude-each-other", "one-needs-a-third",
        "one-needs-what-is-there", "what-closes-nothing", "three", "not-against-a-zero-day",
    ],
)  # fmt: skip
def test_what_closes_a_zero_day(
    effects: list[dict[str, Any]],
    measures: dict[str, dict[str, Any]],
    closing: list[set[str]],
    pairs: list[Pair],
    tmp_path: Path,
) -> None:
    changes: dict[str, Any] = {f"mitigations/{name}": measures.get(name, {}) for name in "abc"}
    changes |= {"flaw": {**FLAW, "effects": [effect("patches", "limits", to=3), *effects]}, "sandbox-flaw": None}
    changes |= {"kernel-flaw": None, "mitigations/sandbox": None, "rare-call": None, "needs/web": None}
    changes |= {"escape": {"effects": [effect("userns")]}, "mitigations/userns": {"conflicts": []}}
    knowledge = make(tmp_path, changes)
    setting = make_setting(knowledge, build_model(knowledge), "private", attackers=["breached"])
    chosen = frozenset({"patches", "no-setuid"})
    base = single_points(setting, (HOST,), Answer(chosen, 0, True, 0.0, (HOST,)))
    zero_day = Scenario("breached", 2, zero_day="flaw")
    found = closers(setting, (HOST,), base, chosen)
    assert sorted(map(sorted, found.sets[zero_day])) == sorted(map(sorted, closing))
    assert [pair for pair in found.pairs() if not {"userns"} & {*pair.measures}] == pairs


@pytest.mark.parametrize(
    ("sets", "expected", "absorbed"),
    [
        ({}, [], 0),
        ({1: ["a"], 2: ["b"]}, [], 2),
        ({1: ["a"], 2: ["ab"]}, [Pair(("a", "b"), 1, 2)], 2),
        (
            {1: ["a"], 2: ["ab", "bc"], 3: ["bc", "ac"], 4: ["bc"]},
            [Pair(("b", "c"), 3, 3), Pair(("a", "b"), 1, 2), Pair(("a", "c"), 1, 2)],
            2,
        ),
    ],
    ids=["nothing", "one-each", "one-and-both", "the-best-first"],
)
def test_pairs_are_counted_and_ordered(sets: dict[int, list[str]], expected: list[Pair], absorbed: int) -> None:
    found = Closers(
        frozenset("abc"),
        {Scenario("x", level): frozenset(map(frozenset, these)) for level, these in sets.items()},
    )
    assert found.pairs() == expected
    assert found.absorbed(["a", "b"]) == absorbed
    assert found.absorbed([]) == 0
