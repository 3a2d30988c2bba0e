"""The ready-made checklists that a page offers: which levels, in which formats, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass

from threatbase.analysis.book import Book
from threatbase.analysis.levels import LEVELS

SUFFIXES = ("xlsx", "csv", "md", "pdf", "html", "json", "zip")
"""The ends of their names, in the order in which pages offer them."""


@dataclass(frozen=True, slots=True)
class Download:
    """One list in all formats: what it is for, how far it goes, and its address without the end."""

    kind: str
    id: str
    level: str

    @property
    def address(self) -> str:
        """`checklists/need-database/strict`."""
        return f"checklists/{self.kind}-{self.id}/{self.level}"

    @property
    def answers(self) -> str:
        """Where its levels stand in the book."""
        return "usual" if self.kind == "layer" else f"{self.kind}/{self.id}"


def downloads(kind: str, id_: str, book: Book) -> tuple[Download, ...]:
    """What the page of a need, a layer or a goal offers; nothing where the book holds no levels for it.

    A need has every level; a layer and a goal have the standard one.
    """
    found = [Download(kind, id_, level) for level in (LEVELS if kind == "need" else ("standard",))]
    return tuple(one for one in found if one.answers in book.get("levels", {}))
