"""The grounded model: states, steps and measures of real containers, ready for computing.

Containers are grounded: `this` and `other` for the catalogue, real services for a configuration. A
measure is what can be in place: a mitigation, or `no:OPTION`, the mitigation of not using an option.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

from threatbase.knowledge import KnowledgeBase
from threatbase.models import Attacker, DockerOption, Mitigation, State, Threat
from threatbase.models.threat import split_grant, split_options

PREVENTS = 4
"""The level of an effect that holds whoever the attacker is."""

CATALOGUE_CONTAINERS = ("this", "other")

GroundState = tuple[str, str | None]
"""A state and the container that it is about, if any."""


@dataclass(frozen=True, slots=True)
class Block:
    """Closes a step for attackers below `level` while all `measures` are in place and no bypass is reached."""

    measures: frozenset[str]
    level: int
    bypass: tuple[GroundState, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One threat of one container: an AND over `requires`, with what it grants and what closes it."""

    threat: str
    container: str | None
    difficulty: int
    requires: frozenset[GroundState]
    grants: frozenset[GroundState]
    blocks: tuple[Block, ...]
    introduced_by: frozenset[str]


@dataclass(frozen=True, slots=True)
class Measure:
    """What can be put in place: its cost, what it needs, what excludes it."""

    id: str
    cost: int
    requires: frozenset[str]
    conflicts: frozenset[str]
    scopes: frozenset[str]

    @property
    def is_avoidance(self) -> bool:
        """Whether it is `no:OPTION`."""
        return self.id.startswith("no:")


@dataclass(frozen=True)
class Model:
    """All steps, measures and implications, for some containers."""

    steps: tuple[Step, ...]
    measures: Mapping[str, Measure]
    implied: Mapping[GroundState, tuple[GroundState, ...]]
    attackers: Mapping[str, Attacker]
    states: Mapping[str, State]
    containers: tuple[str, ...] = CATALOGUE_CONTAINERS
    disables: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def dependants(self) -> Mapping[str, frozenset[str]]:
        """For each measure, all that transitively require it: they fail with it."""
        direct: dict[str, set[str]] = {}
        for measure in self.measures.values():
            for needed in measure.requires:
                direct.setdefault(needed, set()).add(measure.id)
        return {id_: frozenset(_closure(id_, direct)) for id_ in self.measures}

    def ground(self, state: str, container: str | None) -> GroundState:
        """A state of a container, or the state itself where it is not per container."""
        return (state, container) if self.states[state].per else (state, None)


def _closure(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    queue = [start]
    while queue:
        for following in edges.get(queue.pop(), ()):
            if following not in found:
                found.add(following)
                queue.append(following)
    return found


def build_model(knowledge: KnowledgeBase, containers: tuple[str, ...] = CATALOGUE_CONTAINERS) -> Model:
    """Grounds the published entries; every measure is shared by all containers."""
    builder = _Builder(knowledge, containers)
    return Model(
        steps=tuple(step for id_, threat in builder.threats.items() for step in builder.steps(id_, threat)),
        measures=builder.measures(),
        implied=builder.implied(),
        attackers=knowledge.bodies(Attacker),
        states=builder.states,
        containers=containers,
        disables={id_: frozenset(option.disables) for id_, option in builder.options.items()},
    )


class _Builder:
    def __init__(self, knowledge: KnowledgeBase, containers: tuple[str, ...]) -> None:
        self.threats = {id_: threat for id_, threat in knowledge.bodies(Threat).items() if threat.weakness_of is None}
        self.options = knowledge.bodies(DockerOption)
        self.mitigations = knowledge.bodies(Mitigation)
        self.states = knowledge.bodies(State)
        self.containers = containers

    def steps(self, id_: str, threat: Threat) -> Iterable[Step]:
        for container in self.containers if self._is_per_container(threat) else (None,):
            yield Step(
                threat=id_,
                container=container,
                difficulty=threat.difficulty or 0,
                requires=frozenset(self._ground(state, container) for state in threat.requires),
                grants=frozenset(state for grant in threat.grants for state in self._granted(grant, container)),
                blocks=tuple(self._blocks(threat, container)),
                introduced_by=frozenset(threat.introduced_by),
            )

    def _is_per_container(self, threat: Threat) -> bool:
        own = [*threat.requires, *(state for reach, state in map(split_grant, threat.grants) if reach != "all")]
        return any(self.states[state].per for state in own)

    def _ground(self, state: str, container: str | None) -> GroundState:
        return (state, container) if self.states[state].per else (state, None)

    def _granted(self, grant: str, container: str | None) -> Iterable[GroundState]:
        reach, state = split_grant(grant)
        if not self.states[state].per:
            return [(state, None)]
        if reach == "this":
            return [(state, container)]
        return [(state, name) for name in self.containers if reach == "all" or name != container]

    def _blocks(self, threat: Threat, container: str | None) -> Iterable[Block]:
        for effect in threat.effects:
            level = PREVENTS if effect.effect == "prevents" else effect.to if effect.effect == "limits" else None
            if level is not None:
                bypass = tuple(self._ground(state, container) for state in effect.bypassed_by)
                yield Block(frozenset((effect.mitigation, *effect.with_)), level, bypass)
        if threat.opened_by:
            alternatives = [split_options(item) for item in threat.opened_by]
            avoided = {frozenset(f"no:{option}" for option in choice) for choice in product(*alternatives)}
            minimal = [one for one in avoided if not any(other < one for other in avoided)]
            yield from (Block(one, PREVENTS) for one in sorted(minimal, key=sorted))

    def measures(self) -> dict[str, Measure]:
        found = {
            id_: Measure(id_, item.cost, frozenset(item.requires), frozenset(item.conflicts), frozenset(item.scope))
            for id_, item in self.mitigations.items()
        }
        opening = {o for threat in self.threats.values() for item in threat.opened_by for o in split_options(item)}
        for id_ in sorted(opening):
            found[f"no:{id_}"] = Measure(f"no:{id_}", 0, frozenset(), frozenset(), frozenset(self.options[id_].scope))
        return found

    def implied(self) -> dict[GroundState, tuple[GroundState, ...]]:
        found: dict[GroundState, tuple[GroundState, ...]] = {}
        for id_, state in self.states.items():
            for container in self.containers if state.per else (None,):
                targets = [target for item in state.implies for target in self._granted(item, container)]
                if targets:
                    found[id_, container] = tuple(targets)
        return found
