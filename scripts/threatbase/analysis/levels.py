"""Levels of hardening: what to keep, what is essential, what survives one surprise, and what else applies.

Nested and computed, never typed: each level adds measures to the one before it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from threatbase.analysis.harden import TIME_LIMIT, Answer, InfeasibleError, Task, cheapest
from threatbase.analysis.hardening import attack_through, innocent, resilient
from threatbase.analysis.model import GroundState, Model
from threatbase.analysis.relevance import acting_on, relevant_steps
from threatbase.analysis.setting import Setting, ground_goal, make_setting, usual_goals
from threatbase.knowledge import KnowledgeBase
from threatbase.models import Need

LEVELS = ("essential", "standard", "strict")


@dataclass(frozen=True, slots=True)
class Way:
    """An attack that comes back: who, to which goal, by which threats in order."""

    attacker: str
    goal: GroundState
    threats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Levels:
    """What each level adds, in order of ids.

    `keep` are defaults that matter to the goals, `reopening` the ways that come back without a measure of
    `keep` or `essential`, `exclusive` the pairs that cannot be had together, `beyond` the goals that no set closes.
    """

    keep: tuple[str, ...]
    essential: tuple[str, ...]
    standard: tuple[str, ...]
    strict: tuple[str, ...]
    closed: tuple[GroundState, ...]
    beyond: tuple[GroundState, ...]
    proved: bool
    reopening: Mapping[str, Way] = field(default_factory=dict)
    exclusive: tuple[tuple[str, str], ...] = ()
    irreplaceable: tuple[str, ...] = ()
    not_survivable: tuple[str, ...] = ()


def levels(
    setting: Setting, goals: tuple[GroundState, ...], must: Collection[str] = (), time_limit: float = TIME_LIMIT
) -> Levels:
    """The levels for goals, in a setting in which the measures of `must` are wanted anyway."""
    wanted = _with_needs(setting.model, must) - setting.in_place
    first = closing_most(replace(setting, in_place=setting.in_place | wanted), goals, time_limit)
    essential = wanted | first.chosen
    firm = replace(setting, in_place=setting.in_place | essential)
    survives = resilient(firm, first.closed, time_limit) if first.closed else None
    standard = survives.answer.chosen if survives else frozenset()
    acting = acting_on(setting.model, relevant_steps(setting, goals))
    keep = setting.in_place & acting
    taken = keep | essential | standard
    strict = {id_ for id_ in acting - taken - setting.impossible if not id_.startswith("no:")}
    return Levels(
        keep=_sorted(keep),
        essential=_sorted(essential),
        standard=_sorted(standard),
        strict=_sorted(strict),
        closed=first.closed,
        beyond=tuple(goal for goal in goals if goal not in first.closed),
        proved=first.proved and (survives is None or survives.answer.proved),
        reopening=dict(_reopening(firm, first.closed, _sorted(keep | essential))),
        exclusive=_exclusive(setting.model, taken | strict),
        irreplaceable=survives.irreplaceable if survives else (),
        not_survivable=survives.not_survivable if survives else (),
    )


def levels_for(
    knowledge: KnowledgeBase,
    model: Model,
    *,
    need: str | None = None,
    goals: Collection[str] = (),
    tenancy: str | None = None,
) -> Levels:
    """The levels for a need, or for goals (the usual ones where none is named), against skilled attackers.

    A need brings its tenancy and its goals, where no others are given, and what it must and cannot have.
    """
    body = knowledge.bodies(Need)[need] if need else None
    setting = make_setting(
        knowledge,
        model,
        tenancy or (body.tenancy if body else "private"),
        kept=body.keep if body else (),
        excluded=[choice.mitigation for choice in body.cannot] if body else (),
    )
    wanted = goals or (body.goals if body else usual_goals(model))
    must = [choice.mitigation for choice in body.must] if body else []
    return levels(setting, tuple(ground_goal(model, goal) for goal in wanted), must)


def as_data(found: Levels) -> dict[str, Any]:
    """Levels as plain data, for the book."""
    return asdict(found)


def from_data(data: Mapping[str, Any]) -> Levels:
    """Levels that were kept as plain data."""
    ways = {
        measure: Way(way["attacker"], _state(way["goal"]), tuple(way["threats"]))
        for measure, way in data["reopening"].items()
    }
    names = ("keep", *LEVELS, "irreplaceable", "not_survivable")
    keep, essential, standard, strict, irreplaceable, not_survivable = (tuple(data[name]) for name in names)
    return Levels(
        keep,
        essential,
        standard,
        strict,
        closed=tuple(map(_state, data["closed"])),
        beyond=tuple(map(_state, data["beyond"])),
        proved=data["proved"],
        reopening=ways,
        exclusive=tuple((one, other) for one, other in data["exclusive"]),
        irreplaceable=irreplaceable,
        not_survivable=not_survivable,
    )


def _state(found: Sequence[str | None]) -> GroundState:
    name, container = found
    return str(name), container


def closing_most(setting: Setting, goals: tuple[GroundState, ...], time_limit: float = TIME_LIMIT) -> Answer:
    """The cheapest set that closes as many of the goals as can be closed together."""
    possible = setting.in_place | {id_ for id_ in setting.model.measures if id_ not in setting.impossible}
    question = innocent(setting)
    reached = [question.reached(scenario, possible) for scenario in setting.scenarios]
    closable = tuple(goal for goal in goals if not any(goal in states for states in reached))
    for least in range(len(closable), 0, -1):
        exactly = None if least == len(closable) else least
        task = Task(closable, setting.scenarios, setting.in_place, setting.impossible, exactly)
        try:
            return cheapest(setting.question, task, time_limit=time_limit)
        except InfeasibleError:
            continue
    return Answer(frozenset(), 0, True, 0.0, ())


def _sorted(measures: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(measures))


def _with_needs(model: Model, measures: Collection[str]) -> frozenset[str]:
    """Measures with all that they transitively require, under the names of the model."""
    named = {id_ for measure in measures for id_ in model.instances(measure)}
    return frozenset(named | {needed for needed, items in model.dependants.items() if items & named})


def _reopening(firm: Setting, goals: tuple[GroundState, ...], measures: Iterable[str]) -> Iterable[tuple[str, Way]]:
    """For each measure whose absence reopens a goal, an easiest attack that then comes back."""
    for measure in measures:
        left = firm.in_place - {measure} - firm.model.dependants.get(measure, frozenset())
        found = attack_through(replace(firm, in_place=left), Task(goals, firm.plain, left), ())
        if found is not None:
            yield measure, Way(found.scenario.attacker, found.goal, tuple(step.threat for step in found.steps))


def _exclusive(model: Model, measures: Collection[str]) -> tuple[tuple[str, str], ...]:
    pairs = {
        (min(one, other), max(one, other))
        for one in measures
        for other in model.measures[one].conflicts
        if other in measures
    }
    return tuple(sorted(pairs))
