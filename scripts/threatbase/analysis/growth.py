"""Growth: a set of measures that holds, made by closing one attack after another; seldom the cheapest one."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from threatbase.analysis.attacks import Attack, easiest
from threatbase.analysis.model import GroundState, Model
from threatbase.analysis.program import Task
from threatbase.analysis.reach import ZERO_DAY, Question, Scenario


def violated(
    question: Question, task: Task, chosen: Collection[str], goals: Collection[GroundState] | None = None
) -> Scenario | None:
    """The first scenario in which one of the goals (all that are asked) is reached with these measures, or None."""
    in_place = task.in_place | set(chosen)
    wanted = task.goals if goals is None else goals
    for scenario in task.scenarios:
        if scenario.failed is None or scenario.failed in in_place:
            reached = question.reached(scenario, in_place)
            if any(goal in reached for goal in wanted):
                return scenario
    return None


def grow(
    question: Question, task: Task, chosen: Collection[str], goals: Collection[GroundState]
) -> frozenset[str] | None:
    """`chosen` with what else it takes, and without what it does not; None where an attack cannot be closed."""
    found = frozenset(chosen)
    while (scenario := violated(question, task, found, goals)) is not None:
        added = _closing(question, task, scenario, found, goals)
        if added is None:
            return None
        found |= added
    for name in sorted(found, key=lambda name: (-question.model.measures[name].cost, name)):
        fewer = found - {name} - question.model.dependants[name]
        if violated(question, task, fewer, goals) is None:
            found = fewer
    return found


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
