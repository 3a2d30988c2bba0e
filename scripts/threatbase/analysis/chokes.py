"""Choke points: what every attack on a goal goes through."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from threatbase.analysis.attacks import easiest
from threatbase.analysis.model import GroundState
from threatbase.analysis.reach import Question, Scenario


@dataclass(frozen=True, slots=True)
class Chokes:
    """Threats and states that no attack of a scenario on a goal can do without, in the order of one attack."""

    threats: tuple[str, ...]
    states: tuple[GroundState, ...]


def choke_points(question: Question, scenario: Scenario, goal: GroundState, in_place: Collection[str]) -> Chokes:
    """What stands in one minimal attack and is in all others too; empty where the goal is not reached."""
    attack = easiest(question, scenario, goal, in_place)
    if attack is None:
        return Chokes((), ())
    steps, index = question.open_steps(scenario, in_place), question.index
    starts = question.starts(scenario.attacker, scenario.start)
    threats = []
    for threat in dict.fromkeys(step.threat for step in attack.steps):
        own = set(index.of_threat[threat])
        fewer = {number: closed for number, closed in steps.items() if number not in own}
        if goal not in index.fixpoint(starts, fewer):
            threats.append(threat)
    held = question.derive(scenario, {})
    # Also what is held because another state includes it, and what gets round a measure.
    passed = index.fixpoint(starts, {index.numbers[step]: [] for step in attack.steps})
    states = [
        state
        for state in passed
        if state not in held and state != goal and goal not in index.fixpoint(starts, steps, without=state)
    ]
    return Chokes(tuple(threats), tuple(states))
