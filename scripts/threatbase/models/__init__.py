"""The entries as they stand in YAML: frozen models, one per kind."""

from __future__ import annotations

from dataclasses import dataclass

from threatbase.models.actors import Attacker, Layer, State, Tenancy
from threatbase.models.base import LANGUAGES, Body, Language, Prose, Ref, Text
from threatbase.models.docker_option import DockerOption
from threatbase.models.experiment import Experiment
from threatbase.models.kernel_feature import KernelFeature
from threatbase.models.mitigation import Mitigation
from threatbase.models.need import Need
from threatbase.models.source import Source
from threatbase.models.threat import Threat

__all__ = [
    "KINDS",
    "LANGUAGES",
    "Attacker",
    "Body",
    "DockerOption",
    "Experiment",
    "KernelFeature",
    "Kind",
    "Language",
    "Layer",
    "Mitigation",
    "Need",
    "Prose",
    "Ref",
    "Source",
    "State",
    "Tenancy",
    "Text",
    "Threat",
]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of entry: its name in references, its folder under `threats/` and in addresses."""

    name: str
    folder: str
    model: type[Body]

    @property
    def path(self) -> str:
        """The folder in addresses: `/mitigations/…`; threats stand at the root of the folder."""
        return self.folder or "threats"


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("threat", "", Threat),
        Kind("mitigation", "mitigations", Mitigation),
        Kind("kernel-feature", "kernel-features", KernelFeature),
        Kind("docker-option", "docker-options", DockerOption),
        Kind("state", "states", State),
        Kind("attacker", "attackers", Attacker),
        Kind("tenancy", "tenancies", Tenancy),
        Kind("layer", "layers", Layer),
        Kind("need", "needs", Need),
        Kind("experiment", "experiments", Experiment),
        Kind("source", "sources", Source),
    )
}
