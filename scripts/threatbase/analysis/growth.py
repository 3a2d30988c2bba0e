"""Growth: a set of measures that holds, made by closing one attack after another; seldom the cheapest one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from threatbase.analysis.attacks import Attack, easiest
from threatbase.analysis.model import GroundState, Model
from threatbase.analysis.program import Task
from threatbase.analysis.reach import ZERO_DAY, Question, Scenario


@dataclass(frozen=True, slots=True)
class Grown:
    """A set that holds, and the surprises in which it does not."""

    chosen: frozenset[str]
    given_up: frozenset[Scenario]


def violated(
    question: Question, task: Task, chosen: Collection[str], goals: Collection[GroundState] | None = None
) -> Scenario | None:
    """The first scenario in which one of the goals (all that are asked) is reached with these measures, or None."""
    return next(broken(question, task, chosen, task.goals if goals is None else goals), None)


def broken(
    question: Question,
    task: Task,
    chosen: Collection[str],
    goals: Collection[GroundState],
    given_up: Collection[Scenario] = (),
) -> Iterator[Scenario]:
    """Every scenario in which one of the goals is reached with these measures, but for those given up."""
    in_place = task.in_place | set(chosen)
    for scenario in task.scenarios:
        if scenario not in given_up and (scenario.failed is None or scenario.failed in in_place):
            reached = question.reached(scenario, in_place)
            if any(goal in reached for goal in goals):
                yield scenario


def grow(
    question: Question,
    task: Task,
    chosen: Collection[str],
    goals: Collection[GroundState],
    given_up: Collection[Scenario] = (),
) -> Grown | None:
    """`chosen` with what else it takes, and without what it does not; None where an attack cannot be closed.

    A surprise in which an attack cannot be closed is given up.
    """
    found, lost = frozenset(chosen), set(given_up)
    while (scenario := next(broken(question, task, found, goals, lost), None)) is not None:
        added = _closing(question, task, scenario, found, goals)
        if added is not None:
            found |= added
        elif scenario in task.surprises:
            lost.update(other for other in task.surprises if other.surprise == scenario.surprise)
        else:
            return None
    for name in sorted(found, key=lambda name: (-question.model.measures[name].cost, name)):
        fewer = found - {name} - question.model.dependants[name]
        if next(broken(question, task, fewer, goals, lost), None) is None:
            found = fewer
    return Grown(found, frozenset(lost))


def _closing(
    question: Question, task: Task, scenario: Scenario, chosen: frozenset[str], goals: Collection[GroundState]
) -> frozenset[str] | None:
    """The cheapest measures that close the easiest attack on one of the goals, with all that they need."""
    model, present = question.model, task.in_place | chosen
    attacks = (easiest(question, scenario, goal, present) for goal in goals)
    attack = next(attack for attack in attacks if attack is not None)
    wanted = [_with_needs(model, block) - present for block in _blocks(model, attack)]
    allowed = [added for added in wanted if added and _can_be_had(model, task, added, present)]
    return min(allowed, key=lambda added: (_price(model, added), sorted(added)), default=None)


def _blocks(model: Model, attack: Attack) -> Iterator[frozenset[str]]:
    """The measures that close a step of an attack together; what has a bypass is not relied on."""
    failed = attack.scenario.failed
    lost = frozenset[str]() if failed is None else model.dependants[failed] | {failed}
    for step in attack.steps:
        level = ZERO_DAY if step.threat == attack.scenario.zero_day else attack.scenario.level
        for block in step.blocks:
            if block.level > level and not block.bypass and not block.measures & lost:
                yield block.measures


def _with_needs(model: Model, measures: frozenset[str]) -> frozenset[str]:
    return measures | {needed for needed, items in model.dependants.items() if items & measures}


def _can_be_had(model: Model, task: Task, added: frozenset[str], present: frozenset[str]) -> bool:
    """Whether all of these exist, are possible, and nothing excludes them."""
    if added & task.impossible or any(name not in model.measures or name.startswith("no:") for name in added):
        return False
    together = added | present
    excluded = {
        other for name in together & model.measures.keys() for other in model.measures[name].conflicts & together
    }
    return not any(model.measures[name].conflicts & together for name in added) and not added & excluded


def _price(model: Model, measures: frozenset[str]) -> int:
    return sum(model.measures[name].cost for name in measures)
