"""Memory: what a preview keeps from one build to the next, so that only what an edit touches is made again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from threatbase.diagrams import Diagram
from threatbase.knowledge import Entry, Key, KnowledgeBase
from threatbase.pages.render import Page


@dataclass
class Memory:
    """Drawn diagrams, and pages with what they were made of: their values, and the entries that they looked at."""

    drawn: dict[Diagram, Markup] = field(default_factory=dict)
    made: dict[str, tuple[Any, dict[Key, Entry | None], Page]] = field(default_factory=dict)

    def draw(self, diagrams: Sequence[Diagram], draw: Callable[[Sequence[Diagram]], list[Markup]]) -> list[Markup]:
        """The drawings, of which only new ones are made."""
        new = [diagram for diagram in diagrams if diagram not in self.drawn]
        if new:
            self.drawn |= dict(zip(new, draw(new), strict=True))
        return [self.drawn[diagram] for diagram in diagrams]

    def page(self, address: str, values: Any, knowledge: KnowledgeBase) -> Page | None:
        """The page made before, if nothing that it was made of has changed."""
        before, seen, page = self.made.get(address, (None, {}, None))
        same = before == values and all(knowledge.entries.get(key) is entry for key, entry in seen.items())
        return page if same else None

    def keep(self, page: Page, values: Any, seen: Collection[Key], knowledge: KnowledgeBase) -> None:
        """Remembers a page."""
        self.made[page.address] = values, {key: knowledge.entries.get(key) for key in seen}, page
