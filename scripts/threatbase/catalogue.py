"""The catalogue: the knowledge base read the other way round.

One direction is stored in the files; the reverse is generated here, once, for pages and exports.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from threatbase.knowledge import Entry, Key, KnowledgeBase
from threatbase.models import DockerOption, KernelFeature, Layer, Mitigation, State, Threat
from threatbase.models.base import Reference
from threatbase.models.threat import Case, Effect, split_grant, split_options

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class EffectOn:
    """The effect of a mitigation on a threat."""

    threat: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class Citation:
    """An entry that cites a source, with the claim or the case it cites it for."""

    entry: Key
    by: Reference | Case


@dataclass(frozen=True)
class Catalogue:
    """Reverse look-ups over the published entries of a knowledge base."""

    knowledge: KnowledgeBase

    @cached_property
    def threats(self) -> Mapping[str, Threat]:
        """Published threats by id."""
        return self.knowledge.bodies(Threat)

    @cached_property
    def mitigations(self) -> Mapping[str, Mitigation]:
        """Published mitigations by id."""
        return self.knowledge.bodies(Mitigation)

    @cached_property
    def options(self) -> Mapping[str, DockerOption]:
        """Published Docker options by id."""
        return self.knowledge.bodies(DockerOption)

    @cached_property
    def features(self) -> Mapping[str, KernelFeature]:
        """Published kernel features by id."""
        return self.knowledge.bodies(KernelFeature)

    @cached_property
    def states(self) -> Mapping[str, State]:
        """Published states by id."""
        return self.knowledge.bodies(State)

    @cached_property
    def layers(self) -> Mapping[str, Layer]:
        """Published layers by id, in the order of the model."""
        return dict(sorted(self.knowledge.bodies(Layer).items(), key=lambda item: item[1].order))

    @cached_property
    def threats_by_layer(self) -> Mapping[str, tuple[str, ...]]:
        """Threat ids by layer."""
        return _group((threat.layer, id_) for id_, threat in self.threats.items())

    @cached_property
    def effects_of(self) -> Mapping[str, tuple[EffectOn, ...]]:
        """For each mitigation, its effects on threats."""
        found = (
            (effect.mitigation, EffectOn(id_, effect))
            for id_, threat in self.threats.items()
            for effect in threat.effects
        )
        return _group(found)

    @cached_property
    def introduced_by(self) -> Mapping[str, tuple[str, ...]]:
        """For each mitigation, the threats that it brings with it."""
        return _group((mitigation, id_) for id_, threat in self.threats.items() for mitigation in threat.introduced_by)

    @cached_property
    def weaknesses_of(self) -> Mapping[str, tuple[str, ...]]:
        """For each mitigation, the threats that undo it."""
        return _group((threat.weakness_of, id_) for id_, threat in self.threats.items() if threat.weakness_of)

    @cached_property
    def disabled_by(self) -> Mapping[str, tuple[str, ...]]:
        """For each mitigation, the Docker options that turn it off."""
        return _group((mitigation, id_) for id_, option in self.options.items() for mitigation in option.disables)

    @cached_property
    def opened_by(self) -> Mapping[str, tuple[str, ...]]:
        """For each Docker option, the threats that it opens."""
        found = {
            (option, id_)
            for id_, threat in self.threats.items()
            for item in threat.opened_by
            for option in split_options(item)
        }
        return _group(sorted(found))

    @cached_property
    def mitigations_by_option(self) -> Mapping[str, tuple[str, ...]]:
        """For each Docker option, the mitigations that it puts in place."""
        return _group((option, id_) for id_, item in self.mitigations.items() for option in item.docker_options)

    @cached_property
    def mitigations_by_feature(self) -> Mapping[str, tuple[str, ...]]:
        """For each kernel feature, the mitigations that use it."""
        return _group((feature, id_) for id_, item in self.mitigations.items() for feature in item.kernel_features)

    @cached_property
    def options_by_feature(self) -> Mapping[str, tuple[str, ...]]:
        """For each kernel feature, the Docker options that drive it."""
        return _group((feature, id_) for id_, item in self.options.items() for feature in item.kernel_features)

    @cached_property
    def threats_by_feature(self) -> Mapping[str, tuple[str, ...]]:
        """For each kernel feature, the threats that abuse it."""
        return _group((feature, id_) for id_, item in self.threats.items() for feature in item.kernel_features)

    @cached_property
    def parts_of(self) -> Mapping[str, tuple[str, ...]]:
        """For each kernel feature, the features that are part of it."""
        return _group((item.parent, id_) for id_, item in self.features.items() if item.parent)

    @cached_property
    def granted_by(self) -> Mapping[str, tuple[str, ...]]:
        """For each state, the threats that grant it."""
        found = {(split_grant(grant)[1], id_) for id_, threat in self.threats.items() for grant in threat.grants}
        return _group(sorted(found))

    @cached_property
    def required_by(self) -> Mapping[str, tuple[str, ...]]:
        """For each state, the threats that require it."""
        return _group((state, id_) for id_, threat in self.threats.items() for state in threat.requires)

    @cached_property
    def implied_by(self) -> Mapping[str, tuple[str, ...]]:
        """For each state, the states that imply it."""
        return _group((split_grant(item)[1], id_) for id_, state in self.states.items() for item in state.implies)

    @cached_property
    def citations(self) -> Mapping[str, tuple[Citation, ...]]:
        """For each source, who cites it and for what."""
        return _group(found for entry in self.knowledge.entries.values() for found in _citations(entry))


def _citations(entry: Entry) -> Iterable[tuple[str, Citation]]:
    if entry.is_published:
        for reference in entry.body.references:
            yield reference.source, Citation(entry.key, reference)
        for case in entry.body.cases if isinstance(entry.body, Threat) else ():
            yield case.source, Citation(entry.key, case)


def _group(pairs: Iterable[tuple[K, V]]) -> Mapping[K, tuple[V, ...]]:
    groups: defaultdict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}
