"""The founding documents: facts named under `covers` exist."""

from __future__ import annotations

from collections.abc import Iterator

from threatbase import truth
from threatbase.knowledge import KnowledgeBase
from threatbase.problems import Location, Problem, did_you_mean
from threatbase.sources import Document, FieldPath


def known_facts(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """Every id under `covers` is a founding fact, and stands there once."""
    for document, covers in _covers(knowledge):
        for index, fact in enumerate(covers):
            place: FieldPath = ("covers", index)
            if fact not in truth.founding_facts():
                yield _unknown(document.locate(place), fact)
            elif fact in covers[:index]:
                yield Problem(document.locate(place), "duplicate-reference", f"'{fact}' stands twice; keep one")


def _covers(knowledge: KnowledgeBase) -> Iterator[tuple[Document, tuple[str, ...]]]:
    for entry in knowledge.entries.values():
        yield entry.document, entry.body.covers
    for page in knowledge.narratives:
        yield page.document, page.meta.covers


def _unknown(place: Location, fact: str) -> Problem:
    known = truth.founding_facts()
    return Problem(place, "unknown-fact", f"no founding fact has the id '{fact}'{did_you_mean(fact, known)}")


RULES = (known_facts,)
