"""Answers as plain data that does not know a language: what the book of answers is made of."""

from __future__ import annotations

from typing import Any

from threatbase.analysis.attacks import Attack
from threatbase.analysis.harden import Answer
from threatbase.analysis.model import GroundState, Step
from threatbase.analysis.through import Door, Through

Plain = dict[str, Any]


def plain_state(state: GroundState) -> list[str | None]:
    """A state with its container."""
    return list(state)


def plain_step(step: Step) -> Plain:
    """A step: its threat, where, and what it needs and gives."""
    return {
        "threat": step.threat,
        "container": step.container,
        "difficulty": step.difficulty,
        "requires": [plain_state(state) for state in sorted(step.requires, key=str)],
        "grants": [plain_state(state) for state in sorted(step.grants, key=str)],
    }


def plain_attack(attack: Attack) -> Plain:
    """An attack: who, with what surprise, and its steps in order."""
    return {
        "attacker": attack.scenario.attacker,
        "zero_day": attack.scenario.zero_day,
        "failed": attack.scenario.failed,
        "difficulty": attack.difficulty,
        "steps": [plain_step(step) for step in attack.steps],
    }


def plain_answer(answer: Answer) -> Plain:
    """A set of measures, its cost, and whether that is proved."""
    return {"measures": sorted(answer.chosen), "cost": answer.cost, "proved": answer.proved}


def plain_through(found: Through) -> Plain:
    """An attack through a threat, and on what it depends."""
    return {
        **plain_attack(found.attack),
        "goal": plain_state(found.attack.goal),
        "doors": [sorted(measures) for measures in found.doors],
        "added": sorted(found.added),
        "facts": sorted(found.facts),
    }


def plain_door(door: Door) -> Plain:
    """A closed door, and the sets of measures of which each closes it."""
    return {**plain_step(door.step), "closed_by": [list(measures) for measures in door.closed_by]}
