"""Minimal attacks: sets of steps that lead to a goal and of which none can be left out, easiest first."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from threatbase.analysis.model import GroundState, Step
from threatbase.analysis.reach import OpenSteps, Question, Scenario, steps_behind


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


def attacks(question: Question, scenario: Scenario, goal: GroundState, in_place: Collection[str]) -> Iterator[Attack]:
    """All minimal attacks on a goal, lazily, the easiest first.

    Each subproblem forbids some steps; its easiest attack is taken out, and forbidding each of the
    attack's steps in turn gives the next subproblems.
    """
    search = _Search(question, scenario, goal, question.open_steps(scenario, in_place))
    heap: list[tuple[int, int, tuple[str, ...], int, tuple[int, ...], frozenset[int]]] = []
    asked: set[frozenset[int]] = set()
    given: set[frozenset[int]] = set()

    def ask(forbidden: frozenset[int]) -> None:
        if forbidden not in asked:
            asked.add(forbidden)
            found = search.easiest(forbidden)
            if found is not None:
                steps = [question.model.steps[number] for number in found]
                hardest = max((step.difficulty for step in steps), default=0)
                names = tuple(sorted(f"{step.threat}@{step.container}" for step in steps))
                heapq.heappush(heap, (hardest, len(found), names, len(asked), found, forbidden))

    ask(frozenset())
    while heap:
        *_, found, forbidden = heapq.heappop(heap)
        if frozenset(found) not in given:
            given.add(frozenset(found))
            yield search.attack(found)
        for number in found:
            ask(forbidden | {number})


def easiest(question: Question, scenario: Scenario, goal: GroundState, in_place: Collection[str]) -> Attack | None:
    """One minimal attack whose hardest step is as easy as can be; None where the goal is not reached."""
    search = _Search(question, scenario, goal, question.open_steps(scenario, in_place))
    found = search.easiest(frozenset())
    return None if found is None else search.attack(found)


@dataclass(frozen=True)
class _Search:
    question: Question
    scenario: Scenario
    goal: GroundState
    steps: OpenSteps

    def attack(self, numbers: tuple[int, ...]) -> Attack:
        return Attack(self.scenario, self.goal, tuple(self.question.model.steps[number] for number in numbers))

    def easiest(self, forbidden: frozenset[int]) -> tuple[int, ...] | None:
        model = self.question.model
        for level in range(self.scenario.level + 1):
            kept = {
                number: closed
                for number, closed in self.steps.items()
                if number not in forbidden
                and (model.steps[number].difficulty <= level or model.steps[number].threat == self.scenario.zero_day)
            }
            used = self._used(kept)
            if used is not None:
                return self._minimised(used, kept)
        return None

    def _minimised(self, used: list[int], steps: OpenSteps) -> tuple[int, ...]:
        return minimised(self.question, self.scenario, self.goal, {number: steps[number] for number in used})

    def _used(self, steps: OpenSteps) -> list[int] | None:
        """The steps of one derivation of the goal, in order."""
        origin = self.question.derive(self.scenario, steps, self.goal)
        if self.goal not in origin:
            return None
        numbers = self.question.index.numbers
        return [numbers[step] for step in steps_behind(origin, [self.goal])]


def minimised(
    question: Question, scenario: Scenario, goal: GroundState, steps: OpenSteps, needed: int | None = None
) -> tuple[int, ...]:
    """The steps, the hardest dropped first as long as the goal is still reached; `needed` is never dropped."""

    def hardest_first(number: int) -> tuple[int, str, str]:
        step = question.model.steps[number]
        return -step.difficulty, step.threat, str(step.container)

    kept = dict(steps)
    for number in sorted(steps, key=hardest_first):
        fewer = {other: closed for other, closed in kept.items() if other != number}
        if number != needed and goal in question.derive(scenario, fewer, goal):
            kept = fewer
    return tuple(kept)
