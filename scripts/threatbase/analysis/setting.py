"""A setting: the host, its attackers and their skill, what is in place, and what cannot be had."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from threatbase.analysis.configuration import Container
from threatbase.analysis.model import GroundState, Model
from threatbase.analysis.reach import ZERO_DAY, Question, Scenario
from threatbase.knowledge import KnowledgeBase
from threatbase.models import Mitigation, Tenancy
from threatbase.versions import ENGINE_VERSIONS, holds_in

ALWAYS_ASKED = ("accident", "breached")
"""Attackers that every question is asked for too, or a weak front door would look like a wall."""

USUAL_GOALS = ("host-root", "container-data", "host-down", "data-lost")
"""Goals that are asked about where none is named."""


@dataclass(frozen=True)
class Setting:
    """What a question is asked under."""

    question: Question
    attackers: tuple[str, ...]
    skill: str
    in_place: frozenset[str]
    impossible: frozenset[str] = frozenset()
    assumed: tuple[str, ...] = ()

    @property
    def model(self) -> Model:
        """The grounded model."""
        return self.question.model

    @cached_property
    def plain(self) -> tuple[Scenario, ...]:
        """Each attacker at the level of the skill, in each place where they may start, without a surprise."""
        return tuple(
            Scenario(attacker, self.question.level(attacker, self.skill), start=start)
            for attacker in self.attackers
            for start in self._places(attacker)
        )

    def _places(self, attacker: str) -> tuple[str | None, ...]:
        model = self.model
        if not model.configuration.apart or not any(
            model.states[state].per for state in model.attackers[attacker].starts
        ):
            return (None,)
        return model.configuration.starts(attacker)

    @cached_property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The plain ones; for an expert also each with any one zero-day."""
        return (*self.plain, *(self.zero_days() if self.skill == "expert" else ()))

    def zero_days(self) -> Iterable[Scenario]:
        """Each attacker who may spend a zero-day, with each threat on which one would change something."""
        for plain in self.plain:
            if self.model.attackers[plain.attacker].zero_days:
                yield from (replace(plain, zero_day=threat) for threat in self.weak_to_zero_days(plain.level))

    def weak_to_zero_days(self, level: int) -> list[str]:
        """Threats that a zero-day makes easier to take: too hard otherwise, or merely limited."""
        found = {
            step.threat
            for step in self.model.steps
            if level < step.difficulty <= ZERO_DAY or any(level < block.level <= ZERO_DAY for block in step.blocks)
        }
        return sorted(found)

    def failures(self, measures: Iterable[str]) -> Iterable[Scenario]:
        """Each attacker, with each of these measures failed; not using an option does not fail."""
        for plain in self.plain:
            yield from (replace(plain, failed=measure) for measure in measures if not measure.startswith("no:"))


def make_setting(
    knowledge: KnowledgeBase,
    model: Model,
    tenancy: str,
    *,
    skill: str = "skilled",
    attackers: Collection[str] = (),
    in_place: Collection[str] = (),
    excluded: Collection[str] = (),
    kept: Collection[str] = (),
    rejected: Collection[str] = (),
    supposed: Collection[str] = (),
    engine: str = ENGINE_VERSIONS[-1],
) -> Setting:
    """The setting of a tenancy: Docker's defaults are in place, and `kept` options are in use.

    What a kept option disables cannot be had, unless it is said to be `in_place`.
    `rejected` assumptions (conditions of defaults, or facts) are taken as not met, `supposed` ones as met.
    """
    host = knowledge.bodies(Tenancy)[tenancy]
    assumed = tuple(item for item in dict.fromkeys((*host.conditions, *host.facts, *supposed)) if item not in rejected)
    facts = frozenset(id_ for id_, state in model.states.items() if state.role == "fact").intersection(assumed)
    conditions = frozenset(assumed) - facts
    asked = dict.fromkeys(attackers or (*host.attackers, *ALWAYS_ASKED))
    possible = frozenset(host.scopes)
    beyond = {id_ for id_, measure in model.measures.items() if not measure.scopes & possible}
    return Setting(
        question=Question(model, facts),
        attackers=tuple(attacker for attacker in asked if attacker in model.attackers),
        skill=skill,
        in_place=default_measures(knowledge, model, conditions, engine, kept) | _instances(model, in_place),
        impossible=frozenset(beyond) | _switched_off(model, kept) | _instances(model, excluded),
        assumed=assumed,
    )


def default_measures(
    knowledge: KnowledgeBase, model: Model, conditions: Collection[str], engine: str, kept: Collection[str]
) -> frozenset[str]:
    """What an engine has in place by itself, and what containers have beyond that.

    Only the `kept` dangerous options are used, and those that a container of the configuration keeps.
    """
    on = [id_ for id_, item in knowledge.bodies(Mitigation).items() if is_default(item, conditions, engine)]
    avoided = [id_ for id_ in model.measures if id_.startswith("no:")]
    own = (id_ for container in model.configuration.containers for id_ in _own(model, container))
    return (_instances(model, on).union(avoided) - _switched_off(model, kept)).union(own)


def _own(model: Model, container: Container) -> Iterable[str]:
    return (id_ for measure in container.in_place for id_ in model.instances(measure, container.name))


def _instances(model: Model, measures: Iterable[str]) -> frozenset[str]:
    """Measures by what they are called in the model; one that is named with its container stands for itself."""
    return frozenset(id_ for measure in measures for id_ in model.instances(measure))


def _switched_off(model: Model, kept: Collection[str]) -> frozenset[str]:
    """What options that stay in use turn off: not using them, and the measures that they disable."""
    found: set[str] = set()
    for container in model.configuration.containers:
        for option in {*kept, *container.kept}:
            for measure in (f"no:{option}", *model.disables.get(option, ())):
                place = container.name if model.configuration.apart else None
                found.update(model.instances(measure, place))
    return frozenset(found)


def is_default(mitigation: Mitigation, conditions: Collection[str], engine: str) -> bool:
    """Whether Docker has a mitigation in place by itself in this version, under these conditions."""
    if mitigation.default == "off":
        return False
    windows = mitigation.default_when
    return not windows or any(holds_in(item, engine) and set(item.if_) <= set(conditions) for item in windows)


def usual_goals(model: Model) -> list[str]:
    """The usual goals that the model has; all its goals where it has none of them."""
    every = [id_ for id_, state in model.states.items() if state.role == "goal"]
    return [goal for goal in USUAL_GOALS if goal in every] or every


def ground_goal(model: Model, goal: str) -> GroundState:
    """`host-root`, or `other:container-data`; a bare per-container goal means another container's.

    Raises KeyError for an unknown state or container.
    """
    container, _, state = goal.rpartition(":")
    if state not in model.states:
        raise KeyError(state)
    if container and container not in model.containers:
        raise KeyError(container)
    return model.ground(state, container or model.containers[-1])
