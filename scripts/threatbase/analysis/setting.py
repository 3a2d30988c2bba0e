"""A setting: the host, its attackers and their skill, what is in place, and what cannot be had."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from threatbase.analysis.model import GroundState, Model
from threatbase.analysis.reach import ZERO_DAY, Question, Scenario
from threatbase.knowledge import KnowledgeBase
from threatbase.models import DockerOption, Mitigation, Tenancy
from threatbase.versions import ENGINE_VERSIONS, holds_in

ALWAYS_ASKED = ("accident", "breached")
"""Attackers that every question is asked for too, or a weak front door would look like a wall."""


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
    def scenarios(self) -> tuple[Scenario, ...]:
        """Each attacker at the level of the skill; an expert also with any one zero-day."""
        plain = [Scenario(attacker, self.question.level(attacker, self.skill)) for attacker in self.attackers]
        return (*plain, *(self.zero_days() if self.skill == "expert" else ()))

    def zero_days(self) -> Iterable[Scenario]:
        """Each attacker who may spend a zero-day, with each threat on which one would change something."""
        for attacker in self.attackers:
            if self.model.attackers[attacker].zero_days:
                level = self.question.level(attacker, self.skill)
                yield from (Scenario(attacker, level, zero_day=threat) for threat in self.weak_to_zero_days(level))

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
        for attacker in self.attackers:
            level = self.question.level(attacker, self.skill)
            yield from (
                Scenario(attacker, level, failed=measure) for measure in measures if not measure.startswith("no:")
            )


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
    engine: str = ENGINE_VERSIONS[-1],
) -> Setting:
    """The setting of a tenancy: Docker's defaults are in place, and `kept` options are in use.

    What a kept option disables cannot be had, unless it is said to be `in_place`.
    `rejected` assumptions (conditions of defaults, or facts) are taken as not met.
    """
    host = knowledge.bodies(Tenancy)[tenancy]
    assumed = tuple(item for item in (*host.conditions, *host.facts) if item not in rejected)
    conditions = frozenset(host.conditions).intersection(assumed)
    defaults = default_measures(knowledge, model, conditions, engine, kept)
    asked = dict.fromkeys(attackers or (*host.attackers, *ALWAYS_ASKED))
    possible = frozenset(host.scopes)
    beyond = {id_ for id_, measure in model.measures.items() if not measure.scopes & possible}
    off = {f"no:{option}" for option in kept}.union(*(model.disables.get(option, ()) for option in kept))
    return Setting(
        question=Question(model, frozenset(host.facts).intersection(assumed)),
        attackers=tuple(attacker for attacker in asked if attacker in model.attackers),
        skill=skill,
        in_place=defaults | frozenset(in_place),
        impossible=frozenset(beyond | off) | frozenset(excluded),
        assumed=assumed,
    )


def default_measures(
    knowledge: KnowledgeBase, model: Model, conditions: Collection[str], engine: str, kept: Collection[str]
) -> frozenset[str]:
    """What an engine has in place by itself, when only the `kept` dangerous options are used."""
    options = knowledge.bodies(DockerOption)
    disabled = {measure for option in kept if option in options for measure in options[option].disables}
    on = {
        id_
        for id_, item in knowledge.bodies(Mitigation).items()
        if is_default(item, conditions, engine) and id_ not in disabled
    }
    return frozenset(on) | {id_ for id_ in model.measures if id_.startswith("no:") and id_[3:] not in kept}


def is_default(mitigation: Mitigation, conditions: Collection[str], engine: str) -> bool:
    """Whether Docker has a mitigation in place by itself in this version, under these conditions."""
    if mitigation.default == "off":
        return False
    windows = mitigation.default_when
    return not windows or any(holds_in(item, engine) and set(item.if_) <= set(conditions) for item in windows)


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
