"""The grounded model: states, steps and measures of real containers, ready for computing.

Containers are grounded: `this` and `other` for the catalogue, real services for a configuration. A
measure is what can be in place: a mitigation, or `no:OPTION`, the mitigation of not using an option.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product

from threatbase.analysis.configuration import CATALOGUE, Configuration
from threatbase.knowledge import KnowledgeBase
from threatbase.models import Attacker, DockerOption, Mitigation, State, Threat
from threatbase.models.threat import split_grant, split_options

PREVENTS = 4
"""The level of an effect that holds whoever the attacker is."""

_PER_CONTAINER = {"image", "container"}
"""Scopes of which each container has its own."""

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
    """What can be put in place: its cost, what it needs, what excludes it.

    In a configuration whose containers are told apart, its id ends with the container: `memory-limit@web`.
    """

    id: str
    cost: int
    requires: frozenset[str]
    conflicts: frozenset[str]
    scopes: frozenset[str]

    @property
    def is_avoidance(self) -> bool:
        """Whether it is `no:OPTION`."""
        return self.id.startswith("no:")


def base_of(measure: str) -> str:
    """The mitigation, or `no:OPTION`, that a measure of one container is: `memory-limit@web` → `memory-limit`."""
    return measure.partition("@")[0]


@dataclass(frozen=True)
class Model:
    """All steps, measures and implications, for some containers."""

    steps: tuple[Step, ...]
    measures: Mapping[str, Measure]
    implied: Mapping[GroundState, tuple[GroundState, ...]]
    attackers: Mapping[str, Attacker]
    states: Mapping[str, State]
    configuration: Configuration = CATALOGUE
    disables: Mapping[str, frozenset[str]] = field(default_factory=dict)
    detectors: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """For each threat, the measures that show it and close nothing."""

    @property
    def containers(self) -> tuple[str, ...]:
        """The names of the containers."""
        return self.configuration.names

    def instances(self, measure: str, container: str | None = None) -> tuple[str, ...]:
        """The ids under which a mitigation stands: one, or one for each container (or for `container` alone)."""
        if measure in self.measures:
            return (measure,)
        names = self.containers if container is None else (container,)
        return tuple(id_ for name in names if (id_ := f"{measure}@{name}") in self.measures)

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


def build_model(knowledge: KnowledgeBase, configuration: Configuration = CATALOGUE) -> Model:
    """Grounds the published entries in the containers of a configuration."""
    builder = _Builder(knowledge, configuration)
    return Model(
        steps=tuple(step for id_, threat in builder.threats.items() for step in builder.steps(id_, threat)),
        measures=builder.measures(),
        implied=builder.implied(),
        attackers=knowledge.bodies(Attacker),
        states=builder.states,
        configuration=configuration,
        disables={id_: frozenset(option.disables) for id_, option in builder.options.items()},
        detectors=builder.detectors(),
    )


class _Builder:
    def __init__(self, knowledge: KnowledgeBase, configuration: Configuration) -> None:
        self.threats = {id_: threat for id_, threat in knowledge.bodies(Threat).items() if threat.weakness_of is None}
        self.options = knowledge.bodies(DockerOption)
        self.mitigations = knowledge.bodies(Mitigation)
        self.states = knowledge.bodies(State)
        self.configuration = configuration
        self.containers = configuration.names
        apart = configuration.apart
        self.per_container = {id_ for id_, scope in self._scopes() if apart and _PER_CONTAINER & set(scope)}

    def _scopes(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        yield from ((id_, item.scope) for id_, item in self.mitigations.items())
        yield from ((f"no:{id_}", item.scope) for id_, item in self.options.items())

    def _ids(self, measure: str, container: str | None) -> frozenset[str]:
        """What a mitigation is called for one container; for a step of no container, all that must be in place."""
        if measure not in self.per_container:
            return frozenset({measure})
        return frozenset(f"{measure}@{name}" for name in ([container] if container else self.containers))

    def _all_ids(self, measures: Iterable[str], container: str | None) -> frozenset[str]:
        return frozenset(id_ for measure in measures for id_ in self._ids(measure, container))

    def steps(self, id_: str, threat: Threat) -> Iterable[Step]:
        for container in self.containers if self._is_per_container(threat) else (None,):
            yield Step(
                threat=id_,
                container=container,
                difficulty=threat.difficulty or 0,
                requires=frozenset(self._ground(state, container) for state in threat.requires),
                grants=frozenset(state for grant in threat.grants for state in self._granted(grant, container)),
                blocks=tuple(self._blocks(threat, container)),
                introduced_by=self._all_ids(threat.introduced_by, container),
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
        names = self.containers if reach == "all" else self.configuration.others(container, reach)
        return [(state, name) for name in names]

    def _blocks(self, threat: Threat, container: str | None) -> Iterable[Block]:
        for effect in threat.effects:
            level = PREVENTS if effect.effect == "prevents" else effect.to if effect.effect == "limits" else None
            if level is not None:
                bypass = tuple(self._ground(state, container) for state in effect.bypassed_by)
                yield Block(self._all_ids((effect.mitigation, *effect.with_), container), level, bypass)
        if threat.opened_by:
            alternatives = [split_options(item) for item in threat.opened_by]
            avoided = {
                self._all_ids((f"no:{option}" for option in choice), container) for choice in product(*alternatives)
            }
            minimal = [one for one in avoided if not any(other < one for other in avoided)]
            yield from (Block(one, PREVENTS) for one in sorted(minimal, key=sorted))

    def measures(self) -> dict[str, Measure]:
        found = [
            Measure(id_, item.cost, frozenset(item.requires), frozenset(item.conflicts), frozenset(item.scope))
            for id_, item in self.mitigations.items()
        ]
        opening = {o for threat in self.threats.values() for item in threat.opened_by for o in split_options(item)}
        for id_ in sorted(opening):
            found.append(Measure(f"no:{id_}", 0, frozenset(), frozenset(), frozenset(self.options[id_].scope)))
        return {item.id: item for measure in found for item in self._of_each_container(measure)}

    def _of_each_container(self, measure: Measure) -> Iterable[Measure]:
        for name in self.containers if measure.id in self.per_container else (None,):
            yield replace(
                measure,
                id=next(iter(self._ids(measure.id, name))),
                requires=self._all_ids(measure.requires, name),
                conflicts=self._all_ids(measure.conflicts, name),
            )

    def detectors(self) -> dict[str, frozenset[str]]:
        return {
            id_: self._all_ids((e.mitigation for e in threat.effects if e.effect == "detects"), None)
            for id_, threat in self.threats.items()
        }

    def implied(self) -> dict[GroundState, tuple[GroundState, ...]]:
        found: dict[GroundState, tuple[GroundState, ...]] = {}
        for id_, state in self.states.items():
            for container in self.containers if state.per else (None,):
                targets = [target for item in state.implies for target in self._granted(item, container)]
                if targets:
                    found[id_, container] = tuple(targets)
        return found
