"""Other catalogues: what they list, which entries reach each item, and what does not apply here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from threatbase import truth
from threatbase.knowledge import Key, KnowledgeBase
from threatbase.locales import read_locale
from threatbase.models import DockerOption, Language, Mitigation, Threat

CIS_VERSION = "1.6.0"


@dataclass(frozen=True, slots=True)
class Framework:
    """A catalogue: its id in addresses, its data file, its items, and where one item is published."""

    id: str
    data: str
    items: Callable[[], Mapping[str, str]]
    address: Callable[[str], str | None] = lambda item: None

    @property
    def version(self) -> str:
        """The version of the catalogue that the items are taken from."""
        return CIS_VERSION if self.id == "cis" else truth.provenance(self.data).version


def _attack_address(item: str) -> str:
    return f"https://attack.mitre.org/techniques/{item.replace('.', '/')}/"


def _nist() -> Mapping[str, str]:
    return {**truth.mapping_ids("nist-risk"), **truth.mapping_ids("nist-countermeasure")}


FRAMEWORKS = (
    Framework("attack", "attack", truth.attack_on_containers, _attack_address),
    Framework("microsoft", "microsoft-kubernetes", lambda: truth.mapping_ids("microsoft")),
    Framework("cis", "cis-docker", lambda: truth.cis(CIS_VERSION)),
    Framework("nist", "nist-800-190", _nist),
    Framework("owasp", "owasp-docker", lambda: truth.mapping_ids("owasp-docker")),
)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a catalogue: the entries that reach it, or the reason why it does not apply."""

    id: str
    title: str
    address: str | None
    entries: tuple[Key, ...]
    not_applicable: str | None

    @property
    def is_gap(self) -> bool:
        """Whether the item should be reached by an entry and is not."""
        return not self.entries and self.not_applicable is None


def coverage(framework: Framework, knowledge: KnowledgeBase, language: Language) -> list[Item]:
    """Every item of a catalogue, in its order, with what reaches it."""
    reached = _reached(framework.id, knowledge)
    excluded: Mapping[str, Mapping[str, str]] = read_locale("not-applicable").get(framework.id) or {}
    return [
        Item(id_, title, framework.address(id_), tuple(reached.get(id_, ())), excluded.get(id_, {}).get(language))
        for id_, title in framework.items().items()
    ]


def _reached(framework: str, knowledge: KnowledgeBase) -> Mapping[str, list[Key]]:
    found: defaultdict[str, list[Key]] = defaultdict(list)
    for entry in knowledge.entries.values():
        for id_ in dict.fromkeys(_ids(framework, entry.body)) if entry.is_published else ():
            found[id_].append(entry.key)
    return found


def _ids(framework: str, body: object) -> Iterable[str]:
    match framework, body:
        case "attack", Threat():
            # Whoever reaches a sub-technique reaches its technique.
            return [id_ for item in body.mappings.attack for id_ in (item, item.split(".")[0])]
        case "microsoft", Threat():
            return body.mappings.microsoft
        case "cis", Mitigation():
            return [item.id for item in body.mappings.cis if item.benchmark == CIS_VERSION]
        case "cis", DockerOption() if body.avoid:
            return [item.id for item in body.avoid.cis if item.benchmark == CIS_VERSION]
        case "nist", Threat() | Mitigation():
            return body.mappings.nist_800_190
        case "owasp", Threat() | Mitigation():
            return body.mappings.owasp_docker
    return ()
