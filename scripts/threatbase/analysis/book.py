"""The book of answers: what the pages show about goals, threats, measures and checklists, as plain data.

Computed once for both languages, and kept in a file under the digest of the knowledge and of the code that asks it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from threatbase.analysis import hardening
from threatbase.analysis.attacks import attacks
from threatbase.analysis.chokes import choke_points
from threatbase.analysis.harden import Answer, InfeasibleError
from threatbase.analysis.levels import as_data, levels_for
from threatbase.analysis.model import GroundState, Model, build_model
from threatbase.analysis.pairs import closers
from threatbase.analysis.plain import (
    plain_answer,
    plain_attack,
    plain_door,
    plain_state,
    plain_through,
)
from threatbase.analysis.reach import SKILLS
from threatbase.analysis.setting import Setting, make_setting, usual_goals
from threatbase.analysis.through import attacks_through, closed_doors
from threatbase.digest import code_digest, digest
from threatbase.files import write_text
from threatbase.knowledge import KnowledgeBase
from threatbase.models import Need, Tenancy

Book = dict[str, Any]

MOST_PATHS = 8
"""Paths shown for each attacker and goal; the page says when there are more."""

MOST_THROUGH = 3
"""Paths shown through one threat, to different goals."""

TENANCY = "private"
"""The host on which threats and single measures are looked at."""


def read_book(knowledge: KnowledgeBase, cache: Path, *, compute: bool) -> Book:
    """The book for this knowledge: the cached one, or a new one. Without `compute`, an older one or none."""
    wanted = f"{digest(knowledge)}-{code_digest('analysis')}"
    try:
        kept: Book = json.loads(cache.read_text("utf-8"))
    except (OSError, ValueError):
        kept = {}
    if kept.get("digest") == wanted or not compute:
        return kept
    made = {"digest": wanted, **make_book(knowledge)}
    cache.parent.mkdir(parents=True, exist_ok=True)
    write_text(cache, json.dumps(made, ensure_ascii=False, sort_keys=True))
    return made


def make_book(knowledge: KnowledgeBase) -> Book:
    """Every answer that a page shows."""
    model = build_model(knowledge)
    # The settings are shared by all goals: what a scenario reaches is computed once.
    settings = {
        tenancy: {skill: make_setting(knowledge, model, tenancy, skill=skill) for skill in SKILLS}
        for tenancy in sorted(knowledge.bodies(Tenancy))
    }
    goals = dict(goals_of(model))
    answers = {
        id_: {tenancy: _Asked(of_skill, goal).answers() for tenancy, of_skill in settings.items()}
        for id_, goal in goals.items()
    }
    return {
        "goals": answers,
        "threats": dict(_through_threats(knowledge, model, list(goals.values()))),
        "measures": dict(_single_measures(settings[TENANCY]["skilled"])) if TENANCY in settings else {},
        "levels": dict(_levels(knowledge, model)),
    }


def goals_of(model: Model) -> Iterator[tuple[str, GroundState]]:
    """Every goal, the usual ones first: `host-root`; per container, that of another one than the attacker's."""
    every = sorted(id_ for id_, state in model.states.items() if state.role == "goal")
    for id_ in dict.fromkeys([*usual_goals(model), *every]):
        yield id_, model.ground(id_, model.containers[-1])


@dataclass(frozen=True)
class _Asked:
    """One goal on one kind of host, against each skill."""

    settings: Mapping[str, Setting]
    goal: GroundState

    def answers(self) -> Book:
        skilled = self.settings["skilled"]
        found: Book = {skill: self._sets(setting, skill == "skilled") for skill, setting in self.settings.items()}
        found["paths"] = self._paths(skilled)
        found["doors"] = [
            plain_door(door) for door in closed_doors(skilled, self.goal) if _is_first(door.step.container)
        ]
        return found

    def _paths(self, setting: Setting) -> list[Book]:
        found = []
        for scenario in setting.scenarios:
            several = list(islice(attacks(setting.question, scenario, self.goal, setting.in_place), MOST_PATHS + 1))
            shown = [plain_attack(attack) for attack in several[:MOST_PATHS]]
            chokes = choke_points(setting.question, scenario, self.goal, setting.in_place)
            found.append(
                {
                    "attacker": scenario.attacker,
                    "paths": shown,
                    "more": len(several) > MOST_PATHS,
                    "chokes": {"threats": chokes.threats, "states": [plain_state(state) for state in chokes.states]},
                }
            )
        return found

    def _sets(self, setting: Setting, strong: bool) -> Book:
        try:
            answer = hardening.harden(setting, (self.goal,))
        except InfeasibleError as error:
            path = hardening.irreducible(setting, (self.goal,), error.scenario)
            return {"infeasible": plain_attack(path) if path else None}
        certificate = {measure: plain_attack(attack) for measure, attack in answer.certificate.items()}
        made = {**plain_answer(answer.best), "ties": answer.ties, "certificate": certificate}
        return made | self._surprises(setting, answer.best) if strong else made

    def _surprises(self, setting: Setting, best: Answer) -> Book:
        goals = (self.goal,)
        points = hardening.single_points(setting, goals, best)
        known = closers(setting, goals, points, best.chosen)
        gains = hardening.worth_adding(setting, goals, best, known=known)
        return {
            "resilient": self._resilient(setting),
            "absorbs": points.absorbed,
            "tried": len(points.tried),
            "failing": sorted({one.failed for one in points.opening if one.failed}),
            "gains": [{"measure": gain.measure, "cost": gain.cost, "absorbed": gain.absorbed} for gain in gains],
            "alone": {id_: n for id_ in sorted(known.usable) if (n := known.absorbed([id_]))},
            "pairs": [[*pair.measures, pair.only_together, pair.together] for pair in known.pairs()],
        }

    def _resilient(self, setting: Setting) -> Book | None:
        try:
            found = hardening.resilient(setting, (self.goal,))
        except InfeasibleError:
            return None
        lost = {"irreplaceable": list(found.irreplaceable), "not_survivable": list(found.not_survivable)}
        return {**plain_answer(found.answer), **lost}


def _is_first(container: str | None) -> bool:
    """Whether a step is one of the container that is attacked first, or of none."""
    return container in (None, "this")


def _through_threats(
    knowledge: KnowledgeBase, model: Model, goals: list[GroundState]
) -> Iterator[tuple[str, list[Book]]]:
    """For each threat, paths through it to different goals; none where an earlier path is part of it."""
    host = knowledge.bodies(Tenancy).get(TENANCY)
    if host is None:
        return
    setting = make_setting(knowledge, model, TENANCY, attackers=[*host.attackers, *host.on_request])
    for threat in dict.fromkeys(step.threat for step in model.steps):
        shown: list[Book] = []
        taken: list[set[object]] = []
        for found in attacks_through(setting, threat, goals):
            steps: set[object] = set(found.attack.steps)
            if len(shown) < MOST_THROUGH and not any(earlier <= steps for earlier in taken):
                shown.append(plain_through(found))
                taken.append(steps)
        yield threat, shown


def _single_measures(setting: Setting) -> Iterator[tuple[str, Book]]:
    """For each measure, what it closes on top of Docker's defaults, or keeps closed where it is one of them."""
    question, usual = setting.question, setting.in_place
    before = _reach(setting, usual)
    for id_ in sorted(setting.model.measures):
        present = id_ in usual
        other = usual - {id_} if present else usual | {id_}
        after = _reach(setting, frozenset(other))
        (more_open, more_reached), (less_open, less_reached) = (after, before) if present else (before, after)
        threats = {question.model.steps[number].threat for number in more_open - less_open}
        yield id_, {"default": present, "closes": sorted(threats), "goals": sorted(more_reached - less_reached)}


def _reach(setting: Setting, in_place: frozenset[str]) -> tuple[set[int], set[tuple[str, str]]]:
    """The steps that are open to somebody, and the goals that somebody reaches: attacker and goal."""
    steps: set[int] = set()
    goals: set[tuple[str, str]] = set()
    for scenario in setting.plain:
        steps |= setting.question.open_steps(scenario, in_place).keys()
        reached = setting.question.reached(scenario, in_place)
        goals |= {(scenario.attacker, id_) for id_, state in goals_of(setting.model) if state in reached}
    return steps, goals


def _levels(knowledge: KnowledgeBase, model: Model) -> Iterator[tuple[str, Book]]:
    """The levels of the ready-made checklists: of each need, of each goal, and of no need (for layers)."""
    yield "usual", as_data(levels_for(knowledge, model))
    for need in sorted(knowledge.bodies(Need)):
        yield f"need/{need}", as_data(levels_for(knowledge, model, need=need))
    for goal, _ in goals_of(model):
        yield f"goal/{goal}", as_data(levels_for(knowledge, model, goals=(goal,)))
