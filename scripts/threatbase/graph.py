"""The attack and mitigation graph: states (OR), threats (AND), mitigations, options, features.

networkx holds the structure; only published entries enter. Analyses come on top of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal

from threatbase.knowledge import Entry, Key, KnowledgeBase
from threatbase.models import Attacker, DockerOption, KernelFeature, Mitigation, State, Tenancy, Threat
from threatbase.models.threat import split_grant, split_options

if TYPE_CHECKING:
    from networkx import MultiDiGraph

Relation = Literal[
    "requires", "grants", "opens", "introduces", "prevents", "limits", "detects", "none", "undoes", "implies",
    "disables", "uses", "sets", "needs", "conflicts", "starts", "part-of",
]  # fmt: skip
"""What an edge says, read from its source to its target."""

Edge = tuple[Key, Key, Relation, dict[str, Any]]


def build(knowledge: KnowledgeBase) -> MultiDiGraph[Key]:
    """The typed graph: nodes are keys with `kind` and `entry`, edges carry `relation` and details."""
    import networkx  # takes a tenth of a second: only who asks for the graph pays

    graph: MultiDiGraph[Key] = networkx.MultiDiGraph()
    for key, entry in knowledge.entries.items():
        if entry.is_published:
            graph.add_node(key, kind=key.kind, entry=entry)
    for source, target, relation, details in edges(knowledge.entries.values()):
        if source in graph and target in graph:
            graph.add_edge(source, target, relation=relation, **details)
    return graph


def edges(entries: Iterable[Entry]) -> Iterator[Edge]:
    """Every edge that the entries state, each read off the file that stores it."""
    for entry in entries:
        if entry.is_published:
            yield from _edges(entry.key, entry.body)


def _edges(key: Key, body: object) -> Iterator[Edge]:
    match body:
        case Threat():
            yield from _threat_edges(key, body)
        case Mitigation():
            yield from _to(key, "kernel-feature", body.kernel_features, "uses")
            yield from _from(key, "docker-option", body.docker_options, "sets")
            yield from _to(key, "mitigation", body.requires, "needs")
            yield from _to(key, "mitigation", body.conflicts, "conflicts")
        case DockerOption():
            yield from _to(key, "kernel-feature", body.kernel_features, "uses")
            yield from _to(key, "mitigation", body.disables, "disables")
        case KernelFeature():
            yield from _to(key, "kernel-feature", (body.parent,) if body.parent else (), "part-of")
        case State():
            for item in body.implies:
                reach, state = split_grant(item)
                yield key, Key("state", state), "implies", {"reach": reach}
        case Attacker():
            yield from _to(key, "state", body.starts, "starts")
        case Tenancy():
            yield from _to(key, "attacker", body.attackers, "starts")


def _threat_edges(key: Key, threat: Threat) -> Iterator[Edge]:
    yield from _from(key, "state", threat.requires, "requires")
    for grant in threat.grants:
        reach, state = split_grant(grant)
        yield key, Key("state", state), "grants", {"reach": reach}
    for index, item in enumerate(threat.opened_by):
        yield from _from(key, "docker-option", split_options(item), "opens", alternative=index)
    yield from _from(key, "mitigation", threat.introduced_by, "introduces")
    yield from _to(key, "kernel-feature", threat.kernel_features, "uses")
    yield from _to(key, "layer", (threat.layer,), "part-of")
    if threat.weakness_of:
        yield key, Key("mitigation", threat.weakness_of), "undoes", {}
    for effect in threat.effects:
        details = {"to": effect.to, "with": effect.with_, "bypassed_by": effect.bypassed_by}
        yield Key("mitigation", effect.mitigation), key, effect.effect, details


def _to(key: Key, kind: str, ids: Iterable[str], relation: Relation) -> Iterator[Edge]:
    for identifier in ids:
        yield key, Key(kind, identifier), relation, {}


def _from(key: Key, kind: str, ids: Iterable[str], relation: Relation, **details: Any) -> Iterator[Edge]:
    for identifier in ids:
        yield Key(kind, identifier), key, relation, details


def reachable(starts: Iterable[str], threats: Iterable[Threat], implied: dict[str, tuple[str, ...]]) -> frozenset[str]:
    """The least fixpoint: every state that the steps lead to from the start states, in linear time.

    Containers are merged (a grant to another container counts as one to this one), so the answer is an
    upper bound: what is not in it can be reached in no configuration.
    """
    waiting: dict[str, list[int]] = {}
    missing: list[int] = []
    gained: list[tuple[str, ...]] = []
    reached: set[str] = set()
    queue = list(starts)
    for index, threat in enumerate(threats):
        needs = set(threat.requires)
        missing.append(len(needs))
        gained.append(tuple(split_grant(grant)[1] for grant in threat.grants))
        for state in needs:
            waiting.setdefault(state, []).append(index)
        if not needs:
            queue.extend(gained[index])
    while queue:
        state = queue.pop()
        if state in reached:
            continue
        reached.add(state)
        queue.extend(implied.get(state, ()))
        for index in waiting.get(state, ()):
            missing[index] -= 1
            if missing[index] == 0:
                queue.extend(gained[index])
    return frozenset(reached)


def reachable_at_most(knowledge: KnowledgeBase) -> frozenset[str]:
    """What is reachable with every option in use, no mitigation in place and every attacker at work."""
    states = knowledge.bodies(State)
    starts = [id_ for id_, state in states.items() if state.role in ("start", "fact")]
    for attacker in knowledge.bodies(Attacker).values():
        starts.extend(attacker.starts)
    implied = {id_: tuple(split_grant(item)[1] for item in state.implies) for id_, state in states.items()}
    return reachable(starts, knowledge.bodies(Threat).values(), implied)
