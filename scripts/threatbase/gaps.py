"""Gaps: where the knowledge is thin, said by the knowledge itself."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass

from threatbase.catalogue import Catalogue
from threatbase.knowledge import Key, KnowledgeBase
from threatbase.models import Text

STALE_AFTER = datetime.timedelta(days=365)
CONCENTRATION = 0.3
"""A mitigation that prevents more than this share of all threats makes the model suspicious."""


@dataclass(frozen=True, slots=True)
class Belief:
    """A common belief that is wrong: the mitigation, the threat that it does nothing about, and why."""

    mitigation: str
    threat: str
    because: Text


@dataclass(frozen=True)
class Gaps:
    """What is missing, thin or suspicious; ids in the order of the catalogue."""

    unmitigated: dict[str, tuple[str, ...]]
    unanswered: tuple[str, ...]
    detect_only: tuple[str, ...]
    beliefs: tuple[Belief, ...]
    cutting_nothing: tuple[str, ...]
    concentrated: tuple[tuple[str, float], ...]
    unsourced: tuple[Key, ...]
    stale: tuple[Key, ...]
    wanted: tuple[Key, ...]


def find_gaps(knowledge: KnowledgeBase, today: datetime.date) -> Gaps:
    """Every gap of the published entries."""
    catalogue = Catalogue(knowledge)
    published = [entry for entry in knowledge.entries.values() if entry.is_published]
    return Gaps(
        unmitigated=_unmitigated(catalogue),
        unanswered=tuple(id_ for id_ in _open(catalogue) if catalogue.threats[id_].unmitigated is None),
        detect_only=tuple(
            id_ for id_ in _open(catalogue) if any(e.effect == "detects" for e in catalogue.threats[id_].effects)
        ),
        beliefs=tuple(_beliefs(catalogue)),
        cutting_nothing=tuple(id_ for id_ in catalogue.mitigations if not _cuts(catalogue, id_)),
        concentrated=tuple(_concentrated(catalogue)),
        unsourced=tuple(e.key for e in published if e.key.kind in ("threat", "mitigation") and not e.body.references),
        stale=tuple(e.key for e in published if today - e.body.reviewed > STALE_AFTER),
        wanted=tuple(e.key for e in published if any(not (text.en and text.fr) for _, text in e.texts)),
    )


def _open(catalogue: Catalogue) -> list[str]:
    """Steps that nothing prevents or limits, and that no option opens."""
    return [
        id_
        for id_, threat in catalogue.threats.items()
        if threat.weakness_of is None
        and not threat.opened_by
        and not any(effect.effect in ("prevents", "limits") for effect in threat.effects)
    ]


def _unmitigated(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    states: dict[str, list[str]] = {"not-written": [], "none-known": [], "accepted": []}
    for id_, threat in catalogue.threats.items():
        if threat.unmitigated:
            states[threat.unmitigated.state].append(id_)
    return {state: tuple(ids) for state, ids in states.items()}


def _beliefs(catalogue: Catalogue) -> list[Belief]:
    found = [
        Belief(mitigation, item.threat, item.effect.because)
        for mitigation, items in catalogue.effects_of.items()
        for item in items
        if item.effect.effect == "none"
    ]
    return sorted(found, key=lambda belief: (belief.mitigation, belief.threat))


def _cuts(catalogue: Catalogue, mitigation: str) -> bool:
    effects = catalogue.effects_of.get(mitigation, ())
    joined = any(mitigation in e.with_ for threat in catalogue.threats.values() for e in threat.effects)
    return joined or any(item.effect.effect != "none" for item in effects)


def _concentrated(catalogue: Catalogue) -> list[tuple[str, float]]:
    counts = Counter(
        effect.mitigation
        for threat in catalogue.threats.values()
        for effect in threat.effects
        if effect.effect == "prevents"
    )
    total = max(1, len(catalogue.threats))
    return [(id_, count / total) for id_, count in counts.most_common() if count / total > CONCENTRATION]
