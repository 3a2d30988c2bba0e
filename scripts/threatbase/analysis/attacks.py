"""Minimal attacks: sets of steps that lead to a goal and of which none can be left out, easiest first."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from threatbase.analysis.model import GroundState, Step
from threatbase.analysis.reach import Question, Scenario


@dataclass(frozen=True, slots=True)
class Attack:
    """A minimal attack: its steps in an order in which they can be taken, for one scenario and goal."""

    scenario: Scenario
    goal: GroundState
    steps: tuple[Step, ...]

    @property
    def difficulty(self) -> int:
        """The difficulty of its hardest step."""
        return max((step.difficulty for step in self.steps), default=0)


def attacks(
    question: Question, scenario: Scenario, goal: GroundState, in_place: Collection[str], most: int | None = None
) -> Iterator[Attack]:
    """Minimal attacks on a goal, the easiest first; at most `most`, or all of them.

    Each subproblem forbids some steps; its easiest attack is taken out, and forbidding each of the
    attack's steps in turn gives the next subproblems.
    """
    heap: list[tuple[int, int, tuple[str, ...], int, Attack, frozenset[Step]]] = []
    asked: set[frozenset[Step]] = set()
    given: set[frozenset[Step]] = set()

    def ask(forbidden: frozenset[Step]) -> None:
        if forbidden not in asked:
            asked.add(forbidden)
            found = easiest(question, scenario, goal, in_place, forbidden)
            if found is not None:
                names = tuple(sorted(f"{step.threat}@{step.container}" for step in found.steps))
                entry = (found.difficulty, len(found.steps), names, len(asked), found, forbidden)
                heapq.heappush(heap, entry)

    ask(frozenset())
    while heap and (most is None or len(given) < most):
        *_, attack, forbidden = heapq.heappop(heap)
        if frozenset(attack.steps) not in given:
            given.add(frozenset(attack.steps))
            yield attack
        for step in attack.steps:
            ask(forbidden | {step})


def easiest(
    question: Question,
    scenario: Scenario,
    goal: GroundState,
    in_place: Collection[str],
    forbidden: frozenset[Step] = frozenset(),
) -> Attack | None:
    """One minimal attack whose hardest step is as easy as can be; None where the goal is not reached."""
    for level in range(scenario.level + 1):
        steps = [step for step in question.available(scenario, in_place) if step not in forbidden]
        kept = [step for step in steps if step.difficulty <= level or step.threat == scenario.zero_day]
        without = {step for step in question.model.steps if step not in kept}
        if goal in question.reached(scenario, in_place, without):
            return Attack(scenario, goal, _minimised(question, scenario, goal, in_place, without))
    return None


def _minimised(
    question: Question, scenario: Scenario, goal: GroundState, in_place: Collection[str], without: set[Step]
) -> tuple[Step, ...]:
    """The steps of a derivation, the hardest dropped first as long as the goal is still reached."""
    used = _used(question, scenario, goal, in_place, without)
    kept = list(used)
    for step in sorted(used, key=lambda step: (-step.difficulty, step.threat, str(step.container))):
        fewer = [other for other in kept if other != step]
        others = {other for other in question.model.steps if other not in fewer}
        if goal in question.reached(scenario, in_place, others):
            kept = fewer
    return tuple(kept)


def _used(
    question: Question, scenario: Scenario, goal: GroundState, in_place: Collection[str], without: set[Step]
) -> list[Step]:
    """The steps of one derivation of the goal, in order; a bypass counts as a requirement."""
    origin = question.derive(scenario, in_place, without)
    wanted, seen = [goal], set()
    while wanted:
        state = wanted.pop()
        source = origin.get(state)
        if state in seen or state not in origin:
            continue
        seen.add(state)
        if isinstance(source, Step):
            wanted += [*source.requires, *(bypass for block in source.blocks for bypass in block.bypass)]
        elif source is not None:
            wanted.append(source)
    order = [source for state, source in origin.items() if state in seen and isinstance(source, Step)]
    return list(dict.fromkeys(order))
