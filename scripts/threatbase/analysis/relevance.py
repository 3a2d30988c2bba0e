"""Relevance: the steps that may lead from the attackers asked about to the goals, and the measures that act on them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from threatbase.analysis.model import GroundState, Model, Step
from threatbase.analysis.setting import Setting


def relevant_steps(setting: Setting, goals: Collection[GroundState]) -> tuple[Step, ...]:
    """The steps that could be part of an attack on one of the goals, were nothing in place and every option in use."""
    within = _could_be_reached(setting)
    steps = [step for step in setting.model.steps if step.requires <= within]
    leading = _leading_to(setting.model, steps, goals)
    return tuple(step for step in steps if not step.grants.isdisjoint(leading))


def _could_be_reached(setting: Setting) -> set[GroundState]:
    """What the attackers could reach, whatever the difficulty and whatever is in place."""
    question, model = setting.question, setting.model
    everything: dict[int, list[tuple[GroundState, ...]]] = {number: [] for number in range(len(model.steps))}
    return {state for scenario in setting.plain for state in question.derive(scenario, everything)}


def _leading_to(model: Model, steps: Iterable[Step], goals: Collection[GroundState]) -> set[GroundState]:
    """The states from which a goal can be reached, the goals among them."""
    before: dict[GroundState, set[GroundState]] = {}
    for step in steps:
        for gained in step.grants:
            before.setdefault(gained, set()).update(step.requires)
    for holder, implied in model.implied.items():
        for state in implied:
            before.setdefault(state, set()).add(holder)
    found, queue = set(goals), list(goals)
    while queue:
        for state in before.get(queue.pop(), ()):
            if state not in found:
                found.add(state)
                queue.append(state)
    return found


def acting_on(model: Model, steps: Iterable[Step]) -> frozenset[str]:
    """The measures that close, hinder or show one of the steps, alone or together with others."""
    found: set[str] = set()
    for step in steps:
        found.update(measure for block in step.blocks for measure in block.measures)
        found.update(model.detectors.get(step.threat, ()))
    return frozenset(found & model.measures.keys())
