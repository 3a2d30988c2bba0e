"""The cheapest set of measures that keeps goals closed: exact, by mixed-integer programming.

Scenarios are added lazily: solve, run the fixpoint on all scenarios, add one that is violated, repeat.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from threatbase.analysis.model import GroundState, Model, Step
from threatbase.analysis.reach import ZERO_DAY, Question, Scenario

if TYPE_CHECKING:
    from threatbase.analysis.solver import Row, Solution

TIME_LIMIT = 60.0
AT_ONCE = 2
"""Violated scenarios that are added before the program is solved again."""

_State = Callable[[GroundState], int]
"""From a state to its variable in the scenario at hand."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked: the goals, the scenarios, what is in place, and what cannot be had.

    `least` is how many of the goals have to stay closed: all of them where it is None. Of the scenarios that are
    `surprises`, as few as possible are given up; only then does the cost count.
    """

    goals: tuple[GroundState, ...]
    scenarios: tuple[Scenario, ...]
    in_place: frozenset[str]
    impossible: frozenset[str] = frozenset()
    least: int | None = None
    surprises: frozenset[Scenario] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """A set of measures beyond those in place: its cost, what the solver proved about it, what it gives up."""

    chosen: frozenset[str]
    cost: int
    proved: bool
    bound: float
    closed: tuple[GroundState, ...]
    asked: tuple[Scenario, ...] = field(default=(), compare=False)
    given_up: frozenset[Scenario] = frozenset()


class InfeasibleError(Exception):
    """No set closes the goals; `scenario` is one in which nothing does, if there is one."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(str(scenario))
        self.scenario = scenario


def violated(
    question: Question, task: Task, chosen: Collection[str], goals: Collection[GroundState] | None = None
) -> Scenario | None:
    """The first scenario in which one of the goals (all that are asked) is reached with these measures, or None."""
    return next(_violated(question, task, chosen, task.goals if goals is None else goals, ()), None)


def _violated(
    question: Question,
    task: Task,
    chosen: Collection[str],
    goals: Collection[GroundState],
    given_up: Collection[Scenario],
) -> Iterator[Scenario]:
    in_place = task.in_place | set(chosen)
    for scenario in task.scenarios:
        if scenario not in given_up and (scenario.failed is None or scenario.failed in in_place):
            reached = question.reached(scenario, in_place)
            if any(goal in reached for goal in goals):
                yield scenario


def _broken(question: Question, task: Task, answer: Answer) -> list[Scenario]:
    return list(islice(_violated(question, task, answer.chosen, answer.closed, answer.given_up), AT_ONCE))


def cheapest(
    question: Question, task: Task, excluded: Sequence[frozenset[str]] = (), time_limit: float = TIME_LIMIT
) -> Answer:
    """The cheapest set; `excluded` sets (and all that contain them) are left out. Raises InfeasibleError.

    When the time is up, the answer is not `proved`, and `bound` says what no set can undercut; raises
    TimeoutError where not even one set was found by then.
    """
    program = _Program(question, task, excluded)
    ends = time.monotonic() + time_limit
    asked: list[Scenario] = []
    answer = Answer(frozenset(), 0, True, 0.0, task.goals)
    settled = not _excluded(answer.chosen, excluded)
    while (found := _broken(question, task, answer)) or not settled:
        scenario = found[0] if found else None
        if scenario in asked:  # the solver's answer does not hold: it ran out of time
            return replace(answer, proved=False)
        for new in found:
            asked.append(new)
            program.add(new)
        # Ties are broken once the set holds in every scenario; the new one is then held against them all again.
        settled = scenario is None and not _excluded(answer.chosen, excluded)
        solved = program.solve(max(0.1, ends - time.monotonic()), first_by_name=settled)
        if solved is None:
            raise InfeasibleError(_hopeless(question, task, asked))
        answer = replace(solved, asked=tuple(asked))
    return answer


def _hopeless(question: Question, task: Task, asked: Sequence[Scenario]) -> Scenario:
    """A scenario in which the goals are reached even when everything is in place; else the last one asked."""
    everything = task.in_place | {id_ for id_ in question.model.measures if id_ not in task.impossible}
    for scenario in asked:
        if not question.reached(scenario, everything).isdisjoint(task.goals):
            return scenario
    return asked[-1] if asked else task.scenarios[0]


def alternatives(question: Question, task: Task, count: int, time_limit: float = TIME_LIMIT) -> list[Answer]:
    """The `count` cheapest sets of which none contains another, the cheapest first."""
    found: list[Answer] = []
    while len(found) < count:
        try:
            answer = cheapest(question, task, [item.chosen for item in found], time_limit)
        except InfeasibleError:
            if not found:
                raise
            break
        found.append(answer)
        if not answer.chosen:
            break
    return found


def _excluded(chosen: frozenset[str], excluded: Sequence[frozenset[str]]) -> bool:
    return any(other <= chosen for other in excluded)


class _Program:
    """The mixed-integer program: z for measures, shared; x and b for each scenario."""

    def __init__(self, question: Question, task: Task, excluded: Sequence[frozenset[str]]) -> None:
        self._question, self._task = question, task
        model = question.model
        self._names = sorted(model.measures)
        self._z = {name: number for number, name in enumerate(self._names)}
        self._cost = [0.0 if name in task.in_place else float(model.measures[name].cost) for name in self._names]
        self._lower = [1.0 if name in task.in_place else 0.0 for name in self._names]
        self._upper = [0.0 if name in task.impossible and name not in task.in_place else 1.0 for name in self._names]
        # A measure that nobody chose freely: not using an option is either so already or not to be had.
        for name in self._names:
            if name.startswith("no:") and name not in task.in_place:
                self._upper[self._z[name]] = 0.0
        # One scenario more that is given up weighs more than all measures together.
        self._heavy = 1.0 + sum(self._cost)
        self._given_up: dict[Scenario, int] = {}
        self._rows: list[Row] = []
        self._goals = {goal: self._variable(1.0 if task.least is None else 0.0, 1.0) for goal in task.goals}
        if task.least is not None:
            self._rows.append((dict.fromkeys(self._goals.values(), 1.0), float(task.least), math.inf))
        self._relations(model)
        for one in excluded:
            self._rows.append(({self._z[name]: 1.0 for name in one}, -math.inf, len(one) - 1.0))

    def _relations(self, model: Model) -> None:
        for name, measure in model.measures.items():
            if name in self._task.in_place:
                continue
            for needed in measure.requires & self._z.keys():
                self._rows.append(({self._z[name]: 1.0, self._z[needed]: -1.0}, -math.inf, 0.0))
        for name, measure in model.measures.items():
            for other in measure.conflicts & self._z.keys():
                if not {name, other} <= self._task.in_place:
                    self._rows.append(({self._z[name]: 1.0, self._z[other]: 1.0}, -math.inf, 1.0))

    def _variable(self, low: float, high: float, cost: float = 0.0) -> int:
        self._cost.append(cost)
        self._lower.append(low)
        self._upper.append(high)
        return len(self._cost) - 1

    def add(self, scenario: Scenario) -> None:
        """The rows that keep the goals out of reach in one scenario, or that count it as given up."""
        question, model = self._question, self._question.model
        starts = set(question.starts(scenario.attacker, scenario.start))
        x: dict[GroundState, int] = {}
        lost: dict[int, float] = {}
        if scenario in self._task.surprises:
            self._given_up[scenario] = self._variable(0.0, 1.0, self._heavy)
            lost = {self._given_up[scenario]: -1.0}

        def state(name: GroundState) -> int:
            if name not in x:
                x[name] = self._variable(1.0 if name in starts else 0.0, 1.0)
                if name in self._goals:
                    self._rows.append(({x[name]: 1.0, self._goals[name]: 1.0, **lost}, -math.inf, 1.0))
            return x[name]

        for start in starts:
            state(start)
        failed = frozenset() if scenario.failed is None else model.dependants[scenario.failed] | {scenario.failed}
        for step in model.steps:
            self._step_rows(step, scenario, failed, state)
        for implying, implied in model.implied.items():
            for following in implied:
                self._rows.append(({state(following): 1.0, state(implying): -1.0}, 0.0, math.inf))

    def _step_rows(self, step: Step, scenario: Scenario, failed: Collection[str], state: _State) -> None:
        level = ZERO_DAY if step.threat == scenario.zero_day else scenario.level
        if step.difficulty > level:
            return
        blocks = [block for block in step.blocks if block.level > level and not block.measures & set(failed)]
        if any(not block.bypass and block.measures <= self._task.in_place for block in blocks):
            return
        base = {state(needed): -1.0 for needed in step.requires}
        for block in blocks:
            for variable in self._block_variables(block.measures, block.bypass, state):
                base[variable] = base.get(variable, 0.0) + 1.0
        introduced = sorted(step.introduced_by - set(failed)) if step.introduced_by else [None]
        for measure in introduced:
            for gained in step.grants - step.requires:
                row, bound = dict(base), 1.0 - len(step.requires)
                row[state(gained)] = row.get(state(gained), 0.0) + 1.0
                if measure is not None:
                    row[self._z[measure]] = row.get(self._z[measure], 0.0) - 1.0
                    bound -= 1.0
                self._rows.append((row, bound, math.inf))

    def _block_variables(self, measures: frozenset[str], bypass: Iterable[GroundState], state: _State) -> Iterable[int]:
        known = [name for name in sorted(measures) if name in self._z]
        if len(known) < len(measures):
            return
        bypasses = list(bypass)
        if len(known) == 1 and not bypasses:
            yield self._z[known[0]]
            return
        variable = self._variable(0.0, 1.0)
        for name in known:
            self._rows.append(({variable: 1.0, self._z[name]: -1.0}, -math.inf, 0.0))
        for bypassing in bypasses:
            self._rows.append(({variable: 1.0, state(bypassing): 1.0}, -math.inf, 1.0))
        yield variable

    def solve(self, time_limit: float, *, first_by_name: bool) -> Answer | None:
        """The cheapest set for the scenarios added so far; None where there is no set."""
        first = self._minimise(self._cost, [], time_limit)
        if first is None:
            return None
        values = self._first_by_name(first, time_limit) if first.proved and first_by_name else first.values
        model, in_place = self._question.model, self._task.in_place
        chosen = frozenset(name for name in self._names if values[self._z[name]] > 0.5 and name not in in_place)
        closed = tuple(goal for goal, number in self._goals.items() if values[number] > 0.5)
        cost = sum(model.measures[name].cost for name in chosen)
        lost = frozenset(scenario for scenario, number in self._given_up.items() if values[number] > 0.5)
        bound = max(0.0, first.bound - self._heavy * len(lost))
        return Answer(chosen, cost, first.proved, bound, closed, given_up=lost)

    def _first_by_name(self, first: Solution, time_limit: float) -> Sequence[float]:
        """Among sets of the same cost, the one whose names come first: the same on every machine."""
        weights = [0.0] * len(self._cost)
        free = [name for name in self._names if self._cost[self._z[name]] > 0]
        for rank, name in enumerate(free):
            # Not linear in the rank, or {a, d} and {b, c} would tie again.
            weights[self._z[name]] = 1.0 + (rank / len(free)) ** 1.37
        row = ({number: cost for number, cost in enumerate(self._cost) if cost}, -math.inf, first.optimum + 0.5)
        try:
            second = self._minimise(weights, [row], time_limit)
        except TimeoutError:
            return first.values
        return second.values if second is not None else first.values

    def _minimise(self, cost: Sequence[float], extra: Sequence[Row], time_limit: float) -> Solution | None:
        from threatbase.analysis.solver import minimise  # loads scipy: only who solves pays

        whole = len(self._names) + len(self._goals)
        return minimise(cost, [*self._rows, *extra], self._lower, self._upper, whole, time_limit)
