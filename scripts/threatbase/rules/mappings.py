"""Ids of other catalogues exist in the pinned version of that catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from threatbase import truth
from threatbase.knowledge import Entry, KnowledgeBase
from threatbase.models import DockerOption, Mitigation, Threat
from threatbase.models.mitigation import CisRecommendation
from threatbase.problems import Problem, did_you_mean
from threatbase.sources import FieldPath


def threat_mappings(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """Threats name weaknesses, attack patterns and techniques that exist."""
    for entry in knowledge.of_kind("threat"):
        if isinstance(entry.body, Threat):
            mappings = entry.body.mappings
            yield from _known(entry, "attack", mappings.attack, "attack-technique", "ATT&CK technique")
            yield from _known(entry, "microsoft", mappings.microsoft, "microsoft", "technique of Microsoft's matrix")
            yield from _known(entry, "cwe", mappings.cwe, "cwe", "CWE weakness")
            yield from _known(entry, "capec", mappings.capec, "capec", "CAPEC attack pattern")
            yield from _known(entry, "owasp_docker", mappings.owasp_docker, "owasp-docker", "OWASP Docker item")
            yield from _known(entry, "nist_800_190", mappings.nist_800_190, "nist-risk", "risk of NIST SP 800-190")


def mitigation_mappings(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """Mitigations name recommendations and countermeasures that exist."""
    for entry in knowledge.of_kind("mitigation"):
        if isinstance(entry.body, Mitigation):
            mappings = entry.body.mappings
            name = "countermeasure of NIST SP 800-190"
            yield from _known(entry, "nist_800_190", mappings.nist_800_190, "nist-countermeasure", name)
            yield from _known(entry, "attack", mappings.attack, "attack-mitigation", "ATT&CK mitigation")
            yield from _known(entry, "owasp_docker", mappings.owasp_docker, "owasp-docker", "OWASP Docker item")
            yield from _cis(entry, ("mappings", "cis"), mappings.cis)


def avoidance_mappings(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """So does what is done instead of a dangerous option."""
    for entry in knowledge.of_kind("docker-option"):
        if isinstance(entry.body, DockerOption) and entry.body.avoid:
            yield from _cis(entry, ("avoid", "cis"), entry.body.avoid.cis)


def _cis(entry: Entry, field: FieldPath, items: Iterable[CisRecommendation]) -> Iterator[Problem]:
    for index, item in enumerate(items):
        known = truth.cis(item.benchmark) if item.benchmark in truth.cis_versions() else {}
        place: FieldPath = (*field, index)
        if not known:
            message = f"version {item.benchmark} of the CIS Docker Benchmark is not known here; use 1.6.0"
            yield Problem(entry.document.locate((*place, "benchmark")), "unknown-cis", message)
        elif item.id not in known:
            message = f"CIS Docker Benchmark {item.benchmark} has no recommendation {item.id}"
            yield Problem(entry.document.locate((*place, "id")), "unknown-cis", message)


def _known(
    entry: Entry, field: str, ids: Iterable[str | int], catalogue: truth.MappingKind, name: str
) -> Iterator[Problem]:
    known = truth.mapping_ids(catalogue)
    for index, identifier in enumerate(ids):
        if str(identifier) not in known:
            place = entry.document.locate(("mappings", field, index))
            message = f"there is no {name} {identifier}{did_you_mean(str(identifier), known, 0.8)}"
            yield Problem(place, f"unknown-{catalogue}", message)


RULES = (threat_mappings, mitigation_mappings, avoidance_mappings)
