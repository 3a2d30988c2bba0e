"""The cheapest set of measures that keeps goals closed: exact, by mixed-integer programming.

Scenarios are added lazily: solve, run the fixpoint on all scenarios, add one that is violated, repeat.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace

from threatbase.analysis.growth import grow, violated
from threatbase.analysis.program import Answer, Program, Task
from threatbase.analysis.reach import Question, Scenario

__all__ = ["TIME_LIMIT", "Answer", "InfeasibleError", "Task", "alternatives", "cheapest", "violated"]

TIME_LIMIT = 60.0


class InfeasibleError(Exception):
    """No set closes the goals; `scenario` is one in which nothing does, the last of those `asked`."""

    def __init__(self, scenario: Scenario, asked: Sequence[Scenario] = ()) -> None:
        super().__init__(str(scenario))
        self.scenario = scenario
        self.asked = tuple(asked)


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
    while (scenario := violated(question, task, answer.chosen, answer.closed)) is not None or not settled:
        left = ends - time.monotonic()
        if left <= 0 or scenario in asked or not answer.proved:  # the solver ran out of time
            return _in_time(question, task, answer, excluded)
        if scenario is not None:
            asked.append(scenario)
            program.add(scenario)
        # Ties are broken once the set holds in every scenario; the new one is then held against them all again.
        settled = scenario is None and not _excluded(answer.chosen, excluded)
        try:
            solved = program.solve(left, first_by_name=settled)
        except TimeoutError:
            return _in_time(question, task, answer, excluded)
        if solved is None:
            raise InfeasibleError(scenario or task.scenarios[0], asked)
        answer = replace(solved, asked=tuple(asked))
    return answer if answer.proved else _in_time(question, task, answer, excluded)


def _in_time(question: Question, task: Task, answer: Answer, excluded: Sequence[frozenset[str]]) -> Answer:
    """An answer that was not finished, made one that holds and from which nothing can be left out."""
    chosen = grow(question, task, answer.chosen, answer.closed)
    if chosen is None or _excluded(chosen, excluded):
        raise TimeoutError("no set was found in the time given")
    cost = sum(question.model.measures[name].cost for name in chosen)
    return replace(answer, chosen=chosen, cost=cost, proved=cost <= math.ceil(answer.bound - 1e-6))


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
