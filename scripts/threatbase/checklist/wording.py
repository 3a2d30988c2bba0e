"""Wording: texts and titles of entries in one language, as plain text."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from threatbase.analysis.model import GroundState
from threatbase.catalogue import Catalogue
from threatbase.knowledge import Key, KnowledgeBase
from threatbase.mentions import Mention
from threatbase.models import Language, Text
from threatbase.prose import plain, to_text
from threatbase.words import Words


class Wording:
    """What a checklist says, in one language."""

    def __init__(self, knowledge: KnowledgeBase, language: Language) -> None:
        self.knowledge = knowledge
        self.language = language
        self.words = Words(language)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The knowledge read the other way round."""
        return Catalogue(self.knowledge)

    def line(self, text: Text | None) -> str:
        """One line without markup."""
        return plain(text.get(self.language), self.language, self._resolve) if text else ""

    def prose(self, text: Text) -> str:
        """Markdown as plain text, a line for each paragraph."""
        return to_text(text.get(self.language), self.language, self._resolve)

    def title(self, kind: str, id_: str) -> str:
        """The title of an entry."""
        return self.line(self.knowledge[Key(kind, id_)].body.title)

    def titles(self, kind: str, ids: Iterable[str]) -> str:
        """Titles with commas between them."""
        return ", ".join(self.title(kind, id_) for id_ in ids)

    def measure(self, measure: str) -> str:
        """The title of a mitigation, or of not using an option."""
        if not measure.startswith("no:"):
            return self.title("mitigation", measure)
        option = self.catalogue.options[measure[3:]]
        return self.line(option.avoid.title if option.avoid else option.title)

    def measures(self, measures: Iterable[str]) -> str:
        """Titles of measures with commas between them."""
        return ", ".join(self.measure(measure) for measure in measures)

    def states(self, states: Iterable[GroundState]) -> str:
        """Titles of states with commas between them; `other` says that another container's is meant."""
        return ", ".join(self._state(name, container) for name, container in states)

    def _state(self, name: str, container: str | None) -> str:
        title = self.title("state", name)
        return f"{title} ({self.words('container.other')})" if container == "other" else title

    def _resolve(self, mention: Mention) -> tuple[str, str] | None:
        entry = self.knowledge.entries.get(Key(mention.kind, mention.id))
        if entry is None:
            return None
        title = plain(entry.body.title.get(self.language), self.language, lambda _: None)
        return entry.address, mention.label or title
