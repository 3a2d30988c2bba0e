"""The book of answers: what the pages show about every goal, as plain data that does not know a language.

Computed once for both languages, and kept in a file under the digest of the knowledge.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from threatbase.analysis import hardening
from threatbase.analysis.attacks import Attack, attacks
from threatbase.analysis.harden import Answer, InfeasibleError
from threatbase.analysis.model import GroundState, Model, build_model
from threatbase.analysis.reach import SKILLS
from threatbase.analysis.setting import Setting, make_setting
from threatbase.digest import digest
from threatbase.files import write_text
from threatbase.knowledge import KnowledgeBase
from threatbase.models import Tenancy

Book = dict[str, Any]

MOST_PATHS = 8
"""Paths shown for each attacker and goal; the page says when there are more."""


def read_book(knowledge: KnowledgeBase, cache: Path, *, compute: bool) -> Book:
    """The book for this knowledge: the cached one, or a new one. Without `compute`, an older one or none."""
    wanted = digest(knowledge)
    try:
        kept: Book = json.loads(cache.read_text("utf-8"))
    except (OSError, ValueError):
        kept = {}
    if kept.get("digest") == wanted or not compute:
        return kept
    made = {"digest": wanted, "goals": make_book(knowledge)}
    cache.parent.mkdir(parents=True, exist_ok=True)
    write_text(cache, json.dumps(made, ensure_ascii=False, sort_keys=True))
    return made


def make_book(knowledge: KnowledgeBase) -> Book:
    """For every goal and tenancy: the paths, the cheapest sets, and the set that survives one surprise."""
    model = build_model(knowledge)
    # The settings are shared by all goals: what a scenario reaches is computed once.
    settings = {
        tenancy: {skill: make_setting(knowledge, model, tenancy, skill=skill) for skill in SKILLS}
        for tenancy in sorted(knowledge.bodies(Tenancy))
    }
    return {
        id_: {tenancy: _answers(of_skill, goal) for tenancy, of_skill in settings.items()}
        for id_, goal in goals_of(model)
    }


def goals_of(model: Model) -> Iterator[tuple[str, GroundState]]:
    """Every goal: `host-root`; per container, that of another one: an attacker has much of their own."""
    for id_, state in sorted(model.states.items()):
        if state.role == "goal":
            yield id_, model.ground(id_, model.containers[-1])


def _answers(settings: dict[str, Setting], goal: GroundState) -> Book:
    found: Book = {skill: _sets(setting, (goal,), skill == "skilled") for skill, setting in settings.items()}
    found["paths"] = _paths(settings["skilled"], goal)
    return found


def _paths(setting: Setting, goal: GroundState) -> list[Book]:
    found = []
    for scenario in setting.scenarios:
        several = list(islice(attacks(setting.question, scenario, goal, setting.in_place), MOST_PATHS + 1))
        shown = [_attack(attack) for attack in several[:MOST_PATHS]]
        found.append({"attacker": scenario.attacker, "paths": shown, "more": len(several) > MOST_PATHS})
    return found


def _sets(setting: Setting, goals: tuple[GroundState, ...], strong: bool) -> Book:
    try:
        answer = hardening.harden(setting, goals)
    except InfeasibleError as error:
        path = hardening.irreducible(setting, goals, error.scenario)
        return {"infeasible": _attack(path) if path else None}
    made = {**_answer(answer.best), "ties": answer.ties}
    made["certificate"] = {measure: _attack(attack) for measure, attack in answer.certificate.items()}
    if strong:
        made["resilient"] = _resilient(setting, goals)
        points = hardening.single_points(setting, goals, answer.best)
        made["absorbs"], made["tried"] = points.absorbed, len(points.tried)
        gains = hardening.worth_adding(setting, goals, answer.best)
        made["gains"] = [{"measure": gain.measure, "cost": gain.cost, "absorbed": gain.absorbed} for gain in gains]
    return made


def _resilient(setting: Setting, goals: tuple[GroundState, ...]) -> Book | None:
    try:
        found = hardening.resilient(setting, goals)
    except InfeasibleError:
        return None
    lost = sorted({scenario.zero_day for scenario in found.not_survivable if scenario.zero_day})
    return {**_answer(found.answer), "irreplaceable": list(found.irreplaceable), "not_survivable": lost}


def _answer(answer: Answer) -> Book:
    return {"measures": sorted(answer.chosen), "cost": answer.cost, "proved": answer.proved}


def _attack(attack: Attack) -> Book:
    return {
        "attacker": attack.scenario.attacker,
        "zero_day": attack.scenario.zero_day,
        "failed": attack.scenario.failed,
        "difficulty": attack.difficulty,
        "steps": [
            {
                "threat": step.threat,
                "container": step.container,
                "difficulty": step.difficulty,
                "requires": [list(state) for state in sorted(step.requires, key=str)],
                "grants": [list(state) for state in sorted(step.grants, key=str)],
            }
            for step in attack.steps
        ],
    }
