"""The mixed-integer program of a task: which measures, at what cost, so that the goals stay out of reach."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from threatbase.analysis.model import GroundState, Model, Step
from threatbase.analysis.reach import ZERO_DAY, Question, Scenario, Surprise

if TYPE_CHECKING:
    from threatbase.analysis.solver import Row, Solution

_State = Callable[[GroundState], int]
"""From a state to its variable in the scenario at hand."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked: the goals, the scenarios, what is in place, and what cannot be had.

    `least` is how many of the goals have to stay closed: all of them where it is None. Of the surprises of the
    scenarios in `surprises`, as few as possible are given up, each for all attackers; only then does the cost count.
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


class Program:
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
        # One surprise more that is given up weighs more than all measures together.
        self._heavy = 1.0 + sum(self._cost)
        self._given_up: dict[Surprise, int] = {}
        self._rows: list[Row] = []
        self._goals = {goal: self._variable(1.0 if task.least is None else 0.0, 1.0) for goal in task.goals}
        if task.least is not None:
            self._rows.append((dict.fromkeys(self._goals.values(), 1.0), float(task.least), math.inf))
        self._relations(model)
        for one in excluded:
            self._rows.append(({self._z[name]: 1.0 for name in one}, -math.inf, len(one) - 1.0))
        self._scenarios = 0
        self._solved: Solution | None = None
        """The solution of the rows that there are, once it was asked for."""

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
        self._solved, self._scenarios = None, self._scenarios + 1
        question, model = self._question, self._question.model
        starts = set(question.starts(scenario.attacker, scenario.start))
        x: dict[GroundState, int] = {}
        lost: dict[int, float] = {}
        if scenario in self._task.surprises:
            if scenario.surprise not in self._given_up:
                self._given_up[scenario.surprise] = self._variable(0.0, 1.0, self._heavy)
            lost = {self._given_up[scenario.surprise]: -1.0}

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
        if self._solved is None:
            self._solved = self._minimise(self._cost, [], time_limit)
        first = self._solved
        if first is None:
            return None
        values = self._first_by_name(first, time_limit) if first.proved and first_by_name else first.values
        model, in_place = self._question.model, self._task.in_place
        chosen = frozenset(name for name in self._names if values[self._z[name]] > 0.5 and name not in in_place)
        closed = tuple(goal for goal, number in self._goals.items() if values[number] > 0.5)
        cost = sum(model.measures[name].cost for name in chosen)
        lost = {surprise for surprise, number in self._given_up.items() if values[number] > 0.5}
        bound = max(0.0, first.bound - self._heavy * len(lost))
        given_up = frozenset(scenario for scenario in self._task.surprises if scenario.surprise in lost)
        return Answer(chosen, cost, first.proved, bound, closed, given_up=given_up)

    def _first_by_name(self, first: Solution, time_limit: float) -> Sequence[float]:
        """Among sets of the same cost, the one whose names come first: the same on every machine."""
        weights = [0.0] * len(self._cost)
        free = [name for name in self._names if self._cost[self._z[name]] > 0]
        for rank, name in enumerate(free):
            # Not linear in the rank, or {a, d} and {b, c} would tie again.
            weights[self._z[name]] = 1.0 + (rank / len(free)) ** 1.37
        # It costs as much, and its names come no later: what the solver knows already it need not find again.
        same = ({number: cost for number, cost in enumerate(self._cost) if cost}, -math.inf, first.optimum + 0.5)
        weight = sum(weights[number] for number in self._z.values() if first.values[number] > 0.5)
        no_later = ({number: value for number, value in enumerate(weights) if value}, -math.inf, weight + 1e-6)
        try:
            second = self._minimise(weights, [same, no_later], time_limit)
        except TimeoutError:
            return first.values
        return second.values if second is not None else first.values

    def _minimise(self, cost: Sequence[float], extra: Sequence[Row], time_limit: float) -> Solution | None:
        from threatbase.analysis.solver import minimise  # loads scipy: only who solves pays

        whole = len(self._names) + len(self._goals)
        # The rows of several scenarios are much alike, and worth simplifying; those of one are not.
        simplify = self._scenarios > 1
        return minimise(cost, [*self._rows, *extra], self._lower, self._upper, whole, time_limit, presolve=simplify)
