"""The cheapest set of measures that keeps goals closed: exact, by mixed-integer programming.

Scenarios are added lazily: solve, run the fixpoint on all scenarios, add one that is violated, repeat.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from threatbase.analysis.growth import broken, grow, violated
from threatbase.analysis.program import Answer, Program, Task
from threatbase.analysis.reach import Question, Scenario

__all__ = ["TIME_LIMIT", "Answer", "InfeasibleError", "Task", "alternatives", "cheapest", "violated"]

TIME_LIMIT = 60.0
AT_ONCE = 2
"""Violated scenarios that are added before the program is solved again."""


class InfeasibleError(Exception):
    """No set closes the goals; `scenario` is one in which nothing does, if there is one."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(str(scenario))
        self.scenario = scenario


def cheapest(
    question: Question, task: Task, excluded: Sequence[frozenset[str]] = (), time_limit: float = TIME_LIMIT
) -> Answer:
    """The cheapest set; `excluded` sets (and all that contain them) are left out. Raises InfeasibleError.

    When the time is up, the answer is not `proved` but holds, and `bound` says what no set can undercut;
    raises TimeoutError where no set was found.
    """
    program = Program(question, task, excluded)
    ends = time.monotonic() + time_limit
    asked: list[Scenario] = []
    answer = Answer(frozenset(), 0, True, 0.0, task.goals)
    settled = not _excluded(answer.chosen, excluded)
    while (found := _broken(question, task, answer)) or not settled:
        left = ends - time.monotonic()
        if left <= 0 or any(new in asked for new in found) or not answer.proved:  # the solver ran out of time
            return _in_time(question, task, answer, excluded)
        for new in found:
            asked.append(new)
            program.add(new)
        # Ties are broken once the set holds in every scenario; the new one is then held against them all again.
        settled = not found and not _excluded(answer.chosen, excluded)
        try:
            solved = program.solve(left, first_by_name=settled)
        except TimeoutError:
            return _in_time(question, task, answer, excluded)
        if solved is None:
            raise InfeasibleError(_hopeless(question, task, asked))
        answer = replace(solved, asked=tuple(asked))
    return answer if answer.proved else _in_time(question, task, answer, excluded)


def _broken(question: Question, task: Task, answer: Answer) -> list[Scenario]:
    return list(islice(broken(question, task, answer.chosen, answer.closed, answer.given_up), AT_ONCE))


def _hopeless(question: Question, task: Task, asked: Sequence[Scenario]) -> Scenario:
    """A scenario in which the goals are reached even when everything is in place; else the last one asked."""
    everything = task.in_place | {id_ for id_ in question.model.measures if id_ not in task.impossible}
    for scenario in asked:
        if not question.reached(scenario, everything).isdisjoint(task.goals):
            return scenario
    return asked[-1] if asked else task.scenarios[0]


def _in_time(question: Question, task: Task, answer: Answer, excluded: Sequence[frozenset[str]]) -> Answer:
    """An answer that was not finished, made one that holds and from which nothing can be left out."""
    grown = grow(question, task, answer.chosen, answer.closed, answer.given_up)
    if grown is None or _excluded(grown.chosen, excluded):
        raise TimeoutError("no set was found in the time given")
    cost = sum(question.model.measures[name].cost for name in grown.chosen)
    proved = cost <= math.ceil(answer.bound - 1e-6) and grown.given_up == answer.given_up
    return replace(answer, chosen=grown.chosen, cost=cost, proved=proved, given_up=grown.given_up)


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
        except TimeoutError:
            if not found:
                raise
            break
        found.append(answer)
        if not answer.chosen:
            break
    return found


def _excluded(chosen: frozenset[str], excluded: Sequence[frozenset[str]]) -> bool:
    return any(other <= chosen for other in excluded)
