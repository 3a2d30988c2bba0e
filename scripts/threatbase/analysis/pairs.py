"""Measures that are worth more together than alone: which one or two close what a single surprise opens."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from threatbase.analysis.attacks import Attack, easiest
from threatbase.analysis.model import GroundState, Model
from threatbase.analysis.reach import ZERO_DAY, Scenario
from threatbase.analysis.setting import Setting
from threatbase.analysis.worth import Surprises


@dataclass(frozen=True, slots=True)
class Pair:
    """Two measures: how many surprises are absorbed only by both, and how many in all when both are there."""

    measures: tuple[str, str]
    only_together: int
    together: int


@dataclass(frozen=True)
class Closers:
    """For each surprise that opens a goal, the sets of one or two of the `usable` measures that close it again."""

    usable: frozenset[str]
    sets: dict[Scenario, frozenset[frozenset[str]]]

    def absorbed(self, measures: Collection[str]) -> int:
        """How many of the surprises these measures absorb."""
        present = frozenset(measures)
        return sum(1 for sets in self.sets.values() if any(one <= present for one in sets))

    def pairs(self) -> list[Pair]:
        """The pairs that absorb more than each of the two does, the best first."""
        found = {one for sets in self.sets.values() for one in sets if len(one) == 2}
        pairs = (_pair(self, *sorted(one)) for one in found)
        return sorted(pairs, key=lambda pair: (-pair.only_together, -pair.together, pair.measures))


def _pair(closers: Closers, one: str, other: str) -> Pair:
    both = frozenset({one, other})
    closing = [sets for sets in closers.sets.values() if any(found <= both for found in sets)]
    only = [sets for sets in closing if not any(len(found) == 1 and found <= both for found in sets)]
    return Pair((one, other), len(only), len(closing))


def closers(setting: Setting, goals: Collection[GroundState], base: Surprises, chosen: Collection[str]) -> Closers:
    """What closes each surprise that opens a goal on `chosen` measures.

    Whatever cuts the goal cuts one of its attacks: so only measures are tried that cut the easiest attack, and then
    those that cut the easiest one that is left. Measures that bring a step with them are left out.
    """
    usable = _usable(setting, chosen)
    present = setting.in_place | set(chosen)
    return Closers(usable, {one: frozenset(_closing(setting, goals, one, present, usable)) for one in base.opening})


def _usable(setting: Setting, chosen: Collection[str]) -> frozenset[str]:
    introducing = {measure for step in setting.model.steps for measure in step.introduced_by}
    present = setting.in_place | set(chosen)
    return frozenset(
        id_
        for id_, measure in setting.model.measures.items()
        if id_ not in setting.impossible | introducing | present
        and not measure.is_avoidance
        and measure.requires <= present
        and not _conflicts(setting.model, id_, present)
    )


def _conflicts(model: Model, one: str, others: Collection[str]) -> bool:
    return any(other in model.measures[one].conflicts or one in model.measures[other].conflicts for other in others)


def _closing(
    setting: Setting,
    goals: Collection[GroundState],
    scenario: Scenario,
    present: frozenset[str],
    usable: frozenset[str],
) -> Iterator[frozenset[str]]:
    alone, left = set(), {}
    for first in _cutting(_attack(setting, goals, scenario, present), scenario, present, usable):
        if len(first) == 2 and _in_conflict(setting.model, first):
            continue
        attack = _attack(setting, goals, scenario, present | first)
        if attack is None:
            alone.add(first)
        elif len(first) == 1:
            left[first] = attack
    yield from (one for one in alone if not any(other < one for other in alone))
    for first, attack in left.items():
        for second in _cutting(attack, scenario, present | first, usable):
            both = first | second
            fits = len(both) == 2 and not any(one <= both for one in alone) and not _in_conflict(setting.model, both)
            if fits and _attack(setting, goals, scenario, present | both) is None:
                yield both


def _in_conflict(model: Model, both: frozenset[str]) -> bool:
    one, other = sorted(both)
    return _conflicts(model, one, [other])


def _attack(
    setting: Setting, goals: Collection[GroundState], scenario: Scenario, present: frozenset[str]
) -> Attack | None:
    if setting.question.reached(scenario, present).isdisjoint(goals):
        return None
    found = (easiest(setting.question, scenario, goal, present) for goal in sorted(goals, key=str))
    return next(attack for attack in found if attack is not None)


def _cutting(
    attack: Attack | None, scenario: Scenario, present: frozenset[str], usable: frozenset[str]
) -> set[frozenset[str]]:
    """The sets of at most two usable measures that close a step of an attack."""
    found = set()
    for step in attack.steps if attack else ():
        level = ZERO_DAY if step.threat == scenario.zero_day else scenario.level
        for block in step.blocks:
            missing = block.measures - present
            if (
                block.level > level
                and 0 < len(missing) <= 2
                and missing <= usable
                and scenario.failed not in block.measures
            ):
                found.add(missing)
    return found
