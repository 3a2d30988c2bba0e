"""The graph makes sense: steps can be taken, goals can be reached, effects do what they say."""

from __future__ import annotations

from collections.abc import Iterator

from threatbase.graph import reachable_at_most
from threatbase.knowledge import Entry, Key, KnowledgeBase
from threatbase.models import Attacker, DockerOption, Mitigation, State, Tenancy, Threat
from threatbase.models.threat import Effect, split_grant, split_options
from threatbase.problems import Problem
from threatbase.sources import FieldPath

_CONTRADICTIONS = {(0, "V1"), (3, "V3"), (3, "V4")}


def steps_or_weaknesses(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """A threat is a step (difficulty, requires, grants) or the weakness of a mitigation."""
    for entry, threat in _threats(knowledge):
        if threat.weakness_of is not None:
            for name in ("requires", "grants", "introduced_by"):
                if getattr(threat, name):
                    message = f"a weakness is no step of its own; remove '{name}' or 'weakness_of'"
                    yield Problem(entry.document.locate((name,)), "step-and-weakness", message)
            continue
        if threat.difficulty is None:
            yield Problem(
                entry.document.locate(), "missing-difficulty", "a step has a 'difficulty' from 0 to 3; add it"
            )
        for name in ("requires", "grants"):
            if not getattr(threat, name):
                message = f"a step has '{name}'; add it, or name the mitigation that it undoes in 'weakness_of'"
                yield Problem(entry.document.locate(), "missing-step", message)


def effects(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """`to` stands with `limits` alone, and raises the difficulty; an effect is stated once."""
    for entry, threat in _threats(knowledge):
        seen: set[tuple[str, tuple[str, ...]]] = set()
        for index, effect in enumerate(threat.effects):
            place: FieldPath = ("effects", index)
            for key, code, message in _effect_problems(threat, effect):
                yield Problem(entry.document.locate((*place, key)), code, message)
            identity = (effect.mitigation, tuple(sorted(effect.with_)))
            if identity in seen:
                message = f"the effect of '{effect.mitigation}' is stated twice; keep one"
                yield Problem(entry.document.locate(place), "duplicate-effect", message)
            seen.add(identity)


def _effect_problems(threat: Threat, effect: Effect) -> Iterator[tuple[str, str, str]]:
    if effect.effect == "limits" and effect.to is None:
        yield "effect", "missing-level", "'limits' says the difficulty that it raises the step to; add 'to: 1', 2 or 3"
    if effect.effect != "limits" and effect.to is not None:
        yield "to", "stray-level", f"'to' belongs to 'limits'; an effect that {effect.effect} has none"
    if effect.to is not None and threat.difficulty is not None and effect.to <= threat.difficulty:
        yield "to", "useless-level", f"'to: {effect.to}' does not raise the difficulty, which is {threat.difficulty}"
    if effect.mitigation in effect.with_:
        yield "with", "self-reference", "'with' names the mitigation itself; remove it"


def answers(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """A threat that nothing prevents or limits says why; one that something does, does not."""
    for entry, threat in _threats(knowledge):
        closed = any(effect.effect in ("prevents", "limits") for effect in threat.effects) or bool(threat.opened_by)
        if threat.unmitigated is None and not closed and threat.weakness_of is None:
            message = "nothing prevents or limits it; add an effect, or say why in 'unmitigated'"
            yield Problem(entry.document.locate(), "no-answer", message, "warning")
        elif threat.unmitigated is not None and closed:
            message = "something prevents or limits it, so it is not unmitigated; remove 'unmitigated'"
            yield Problem(entry.document.locate(("unmitigated",)), "stray-unmitigated", message)


def reachability(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """Some attacker can come to take every step, and every goal is granted by some threat.

    Not asked before every file can be read.
    """
    if knowledge.invalid:
        return
    reached = reachable_at_most(knowledge)
    for entry, threat in _threats(knowledge):
        for index, state in enumerate(threat.requires):
            if state not in reached and Key("state", state) in knowledge.entries and entry.is_published:
                message = f"no attacker can ever reach '{state}', so this step is never taken; add what grants it"
                yield Problem(entry.document.locate(("requires", index)), "unreachable-state", message)
    for entry in knowledge.of_kind("state"):
        is_goal = isinstance(entry.body, State) and entry.body.role == "goal" and entry.is_published
        if is_goal and entry.key.id not in reached:
            message = "nothing leads to this goal; a threat must grant it, or a reachable state imply it"
            yield Problem(entry.document.locate(("role",)), "ungranted-goal", message)


def roles(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """Facts of a tenancy are fact states; nobody starts from a goal; every state is used."""
    states = {entry.key.id: entry.body for entry in knowledge.of_kind("state") if isinstance(entry.body, State)}
    for entry in knowledge.entries.values():
        if isinstance(entry.body, Tenancy):
            yield from _role(entry, states, "facts", entry.body.facts, ("fact",))
        if isinstance(entry.body, Attacker):
            yield from _role(entry, states, "starts", entry.body.starts, ("start", "held"))
    for id_ in states:
        key = Key("state", id_)
        if not any(
            knowledge[link.source].is_published and not link.mention for link in knowledge.backlinks.get(key, ())
        ):
            message = "no threat, attacker or tenancy uses this state; use it or remove it"
            yield Problem(knowledge[key].document.locate(), "unused-state", message, "warning")


def _role(
    entry: Entry, states: dict[str, State], name: str, ids: tuple[str, ...], allowed: tuple[str, ...]
) -> Iterator[Problem]:
    for index, id_ in enumerate(ids):
        if id_ in states and states[id_].role not in allowed:
            message = f"'{id_}' has the role '{states[id_].role}'; '{name}' takes {' or '.join(allowed)} states"
            yield Problem(entry.document.locate((name, index)), "wrong-role", message)


def containers(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """A grant that reaches another container names a state that each container has."""
    states = knowledge.bodies(State)
    for entry, threat in _threats(knowledge):
        for index, grant in enumerate(threat.grants):
            reach, state = split_grant(grant)
            if reach != "this" and state in states and states[state].per is None:
                message = f"'{state}' is not per container, so '{reach}:' says nothing; write '{state}'"
                yield Problem(entry.document.locate(("grants", index)), "stray-reach", message)


def avoidance(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """An option that opens a threat says what is done instead; others do not."""
    opening = {
        option for _, threat in _threats(knowledge) for item in threat.opened_by for option in split_options(item)
    }
    for entry in knowledge.of_kind("docker-option"):
        option = entry.body
        if isinstance(option, DockerOption) and entry.key.id in opening and option.avoid is None:
            message = "a threat is opened by this option; say in 'avoid' what is done instead"
            yield Problem(entry.document.locate(), "missing-avoid", message)


def likelihoods(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """The likelihood on a private host does not contradict the difficulty."""
    for entry, threat in _threats(knowledge):
        level = threat.risk.likelihood.private.level
        if (threat.difficulty, level) in _CONTRADICTIONS:
            message = f"likelihood {level} contradicts difficulty {threat.difficulty}; correct one of them"
            place = entry.document.locate(("risk", "likelihood", "private", "level"))
            yield Problem(place, "contradictory-likelihood", message, "warning")


def mitigation_relations(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """A mitigation neither requires nor excludes itself, and versions stand with `default: on`."""
    for entry in knowledge.of_kind("mitigation"):
        body = entry.body
        if not isinstance(body, Mitigation):
            continue
        for name in ("requires", "conflicts"):
            if entry.key.id in getattr(body, name):
                place: FieldPath = (name, getattr(body, name).index(entry.key.id))
                yield Problem(entry.document.locate(place), "self-reference", f"'{name}' names the entry itself")
        for both in set(body.requires) & set(body.conflicts):
            message = f"'{both}' is both required and in conflict; remove one"
            place = ("conflicts", body.conflicts.index(both))
            yield Problem(entry.document.locate(place), "required-conflict", message)
        if body.default == "off" and body.default_when:
            message = "'default_when' belongs to 'default: on'"
            yield Problem(entry.document.locate(("default_when",)), "stray-default", message)


def _threats(knowledge: KnowledgeBase) -> Iterator[tuple[Entry, Threat]]:
    for entry in knowledge.of_kind("threat"):
        if isinstance(entry.body, Threat):
            yield entry, entry.body


RULES = (
    steps_or_weaknesses,
    effects,
    answers,
    reachability,
    roles,
    containers,
    avoidance,
    likelihoods,
    mitigation_relations,
)
