"""Narrative pages: the hand-written Markdown of the guide, with facts and history in front matter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from threatbase.models import LANGUAGES, Language
from threatbase.models.base import History, Id, Model
from threatbase.problems import Location, Problem
from threatbase.sources import Document, SourceError, parse, read_text, shown_path
from threatbase.validation import problems_of

_FRONT_MATTER = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)


class PageMeta(Model):
    """The front matter of a narrative page."""

    title: str = Field(description="The title of the page.", examples=["The threat model"])
    description: str = Field(max_length=200, description="One sentence for search engines.", examples=["…"])
    covers: tuple[Id, ...] = Field((), description="Founding facts that the page carries.", examples=[["tech-chroot"]])
    history: tuple[History, ...] = Field((), description="Statements that have aged.", examples=[[{"year": 2015}]])
    hide: tuple[Literal["toc", "navigation", "path"], ...] = Field(
        (), description="Parts of the page's frame to hide.", examples=[["toc"]]
    )
    template: str | None = Field(None, description="Template of the theme.", examples=["home.html"])


@dataclass(frozen=True)
class Narrative:
    """One page in one language: its address within that language, its front matter and its text."""

    name: str
    language: Language
    meta: PageMeta
    body: str = field(repr=False)
    document: Document = field(repr=False)

    def locate(self, needle: str, skip: int = 0) -> Location:
        """Where `needle` stands in the page below its front matter, after `skip` others like it."""
        found = len(self.document.text) - len(self.body) - len(needle)
        for _ in range(skip + 1):
            found = max(found, self.document.text.find(needle, found + len(needle)))
        return self.document.at(max(found, 0))


def load_narratives(docs: Path) -> tuple[tuple[Narrative, ...], list[Problem]]:
    """Reads `docs/en/**/*.md` and `docs/fr/**/*.md`."""
    pages: list[Narrative] = []
    problems: list[Problem] = []
    for language in LANGUAGES:
        for file in sorted((docs / language).rglob("*.md")):
            loaded = _narrative(file, file.relative_to(docs / language).as_posix(), language)
            if isinstance(loaded, Narrative):
                pages.append(loaded)
            else:
                problems.extend(loaded)
    return tuple(pages), problems + list(_unpaired(docs, pages))


def _narrative(file: Path, name: str, language: Language) -> Narrative | list[Problem]:
    shown = shown_path(file)
    try:
        if file.is_symlink():
            raise SourceError("symlink", "links are not followed; put the page itself here")
        text = read_text(file)
        document = _front_matter(text, shown)
    except SourceError as error:
        return [Problem(Location(shown, error.line, error.column), error.code, error.message)]
    try:
        meta = PageMeta.model_validate(document.data)
    except ValidationError as error:
        return problems_of(error, document, PageMeta)
    return Narrative(name, language, meta, _FRONT_MATTER.sub("", text, count=1), document)


def _front_matter(text: str, shown: str) -> Document:
    match = _FRONT_MATTER.match(text)
    if match is None:
        raise SourceError("no-front-matter", "the page starts with '---', its title and description, '---'")
    # The blank first line stands for '---', so that positions are those of the page.
    data: Any = parse("\n" + match[1]).data
    return Document(shown, text, data)


def _unpaired(docs: Path, pages: list[Narrative]) -> Iterator[Problem]:
    for page in pages:
        for language in LANGUAGES:
            if not (docs / language / page.name).exists():
                message = f"the page has no '{language}' version; write docs/{language}/{page.name}"
                yield Problem(page.document.locate(), "missing-translation", message, "warning")
