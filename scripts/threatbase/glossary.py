"""The glossary: the field's terms in both languages, and the abbreviations that get a tooltip."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, ValidationError

from threatbase.models import Language
from threatbase.models.base import Model, Text
from threatbase.problems import Location, Problem
from threatbase.sources import Document, read, shown_path
from threatbase.validation import problems_of


class Term(Model):
    """One term: its name in each language, its abbreviation, and what it means."""

    en: str = Field(min_length=1, description="The term in English.", examples=["control group"])
    fr: str = Field(min_length=1, description="The term in French.", examples=["groupe de contrôle"])
    abbreviation: str | None = Field(
        None, pattern=r"^[A-Za-z][A-Za-z0-9/.-]{1,11}$", description="Its abbreviation.", examples=["cgroup"]
    )
    definition: Text = Field(description="What it means, in one sentence.", examples=[{"en": "A group of processes …"}])

    def name(self, language: Language) -> str:
        """The term in a language."""
        return self.fr if language == "fr" else self.en


class Glossary(Model):
    """The file `docs/glossary.yaml`."""

    terms: tuple[Term, ...] = Field(description="The terms.", examples=[[{"en": "layer", "fr": "couche"}]])


def load_glossary(docs: Path) -> tuple[tuple[Term, ...], list[Problem]]:
    """Reads `docs/glossary.yaml`, where there is one."""
    file = docs / "glossary.yaml"
    if not file.is_file():
        return (), []
    document = read(file, shown_path(file))
    if isinstance(document, Problem):
        return (), [document]
    return _terms(document)


def _terms(document: Document) -> tuple[tuple[Term, ...], list[Problem]]:
    try:
        terms = Glossary.model_validate(document.data).terms
    except ValidationError as error:
        return (), problems_of(error, document, Glossary)
    return terms, list(_duplicates(terms, document))


def _duplicates(terms: tuple[Term, ...], document: Document) -> list[Problem]:
    seen: set[str] = set()
    problems = []
    for index, term in enumerate(terms):
        place: Location = document.locate(("terms", index))
        if term.en.casefold() in seen:
            problems.append(Problem(place, "duplicate-term", f"the term '{term.en}' stands twice; keep one"))
        seen.add(term.en.casefold())
    return problems


def abbreviations(terms: tuple[Term, ...], language: Language) -> dict[str, str]:
    """Abbreviation → the full term in a language, for those that are not the term itself."""
    return {
        term.abbreviation: term.name(language)
        for term in terms
        if term.abbreviation and term.abbreviation.casefold() != term.name(language).casefold()
    }
