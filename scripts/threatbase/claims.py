"""Claims: every statement that an entry rests on a source, to be drawn at random and checked by a human."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from threatbase.knowledge import Entry, KnowledgeBase
from threatbase.models import Source, Text, Threat
from threatbase.problems import Location


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: where it stands, what it says, and the source that it names."""

    location: Location
    text: Text
    source: str
    locator: str | None
    url: str | None


def claims(knowledge: KnowledgeBase) -> list[Claim]:
    """Every claim of the published entries, in the order of the files."""
    urls = {id_: source.url for id_, source in knowledge.bodies(Source).items()}
    found = [
        Claim(entry.document.locate(path), text, source, locator, urls.get(source))
        for entry in knowledge.entries.values()
        if entry.is_published
        for path, text, source, locator in _claims(entry)
    ]
    return sorted(found, key=lambda claim: claim.location)


def sample(knowledge: KnowledgeBase, count: int, seed: int) -> list[Claim]:
    """`count` claims drawn at random; the same seed draws the same from the same knowledge."""
    found = claims(knowledge)
    return sorted(random.Random(seed).sample(found, min(count, len(found))), key=lambda claim: claim.location)


def _claims(entry: Entry) -> Iterator[tuple[tuple[str | int, ...], Text, str, str | None]]:
    for index, reference in enumerate(entry.body.references):
        yield ("references", index), reference.claim, reference.source, reference.locator
    for index, case in enumerate(entry.body.cases if isinstance(entry.body, Threat) else ()):
        known = (case.cve or case.name or case.component, f"fixed in {case.fixed}" if case.fixed else "")
        yield ("cases", index), case.what, case.source, ", ".join(filter(None, known))
