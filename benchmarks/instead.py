"""What one would use instead of this project's graph analysis: a loop, networkx, a MaxSAT solver."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator

import networkx
from pysat.examples.rc2 import RC2Stratified
from pysat.formula import WCNF
from threatbase.analysis.model import Block, GroundState, Step
from threatbase.analysis.reach import ZERO_DAY, Question, Scenario


def looped(question: Question, scenario: Scenario, in_place: frozenset[str]) -> set[GroundState]:
    """Reachability as the definition has it: take every step that can be taken, until nothing changes."""
    reached = set(question.starts(scenario.attacker))
    while True:
        before = len(reached)
        for step in question.model.steps:
            if step.requires <= reached and _open(step, scenario, in_place, reached):
                reached |= step.grants
        if len(reached) == before:
            return reached


def descended(question: Question, scenario: Scenario, in_place: frozenset[str]) -> set[GroundState]:
    """Reachability by `networkx.descendants`: one required state is enough for a step, and bypasses are not seen."""
    graph: networkx.DiGraph[GroundState | int] = networkx.DiGraph()
    for number, step in enumerate(question.model.steps):
        if _open(step, scenario, in_place, frozenset()):
            graph.add_edges_from((state, number) for state in step.requires)
            graph.add_edges_from((number, state) for state in step.grants)
    starts = question.starts(scenario.attacker)
    found = {node for start in starts if start in graph for node in networkx.descendants(graph, start)}
    return {node for node in found if not isinstance(node, int)} | set(starts)


def _open(step: Step, scenario: Scenario, in_place: frozenset[str], reached: Collection[GroundState]) -> bool:
    level = ZERO_DAY if step.threat == scenario.zero_day else scenario.level
    return (
        step.difficulty <= level
        and (not step.introduced_by or not step.introduced_by.isdisjoint(in_place))
        and not any(
            block.level > level and block.measures <= in_place and not any(state in reached for state in block.bypass)
            for block in step.blocks
        )
    )


def cheapest_by_maxsat(
    question: Question, goals: Iterable[GroundState], scenarios: Iterable[Scenario], time_limit: float
) -> int | None:
    """The cost of the cheapest set by RC2 of python-sat, from the same logic as clauses; None when the time is up."""
    formula = _Formula(question, goals)
    for scenario in scenarios:
        formula.add(scenario)
    with RC2Stratified(formula.clauses, solver="g4") as solver:
        timer = threading.Timer(time_limit, solver.interrupt)
        timer.start()
        found = solver.compute(expect_interrupt=True)
        timer.cancel()
        return int(solver.cost) if found else None


class _Formula:
    """A variable for each measure, each state of a scenario, and each block of several measures."""

    def __init__(self, question: Question, goals: Iterable[GroundState]) -> None:
        self.question, self.goals = question, tuple(goals)
        self.clauses = WCNF()
        self.last = 0
        self.measures = {name: self.variable() for name in question.model.measures}
        for name, measure in question.model.measures.items():
            self.clauses.append([-self.measures[name]], weight=measure.cost)
            for other in measure.requires:
                self.clauses.append([-self.measures[name], self.measures[other]])
            for other in measure.conflicts:
                self.clauses.append([-self.measures[name], -self.measures[other]])

    def variable(self) -> int:
        self.last += 1
        return self.last

    def add(self, scenario: Scenario) -> None:
        """What the scenario reaches is closed under its steps, and holds no goal."""
        states: dict[GroundState, int] = {}

        def state(name: GroundState) -> int:
            if name not in states:
                states[name] = self.variable()
            return states[name]

        for start in self.question.starts(scenario.attacker):
            self.clauses.append([state(start)])
        for goal in self.goals:
            self.clauses.append([-state(goal)])
        for step in self.question.model.steps:
            if step.difficulty <= scenario.level:
                closed = [self.closing(block, [state(s) for s in block.bypass]) for block in _blocks(step, scenario)]
                taken = [*(-state(needed) for needed in step.requires), *closed]
                for brought in [[-self.measures[name]] for name in sorted(step.introduced_by)] or [[]]:
                    for gained in step.grants:
                        self.clauses.append([*taken, *brought, state(gained)])

    def closing(self, block: Block, bypass: list[int]) -> int:
        """The variable that says that a block holds."""
        if len(block.measures) == 1 and not bypass:
            return self.measures[next(iter(block.measures))]
        holds = self.variable()
        for measure in block.measures:
            self.clauses.append([-holds, self.measures[measure]])
        for state in bypass:
            self.clauses.append([-holds, -state])
        return holds


def _blocks(step: Step, scenario: Scenario) -> Iterator[Block]:
    return (block for block in step.blocks if block.level > scenario.level)
