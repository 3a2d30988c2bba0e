"""Shapes: the real entries, taken as moulds for synthetic ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from threatbase.knowledge import Entry
from threatbase.models import KINDS
from threatbase.models.base import Text
from threatbase.rules import examine
from threatbase.sources import Data, FieldPath
from threatbase.walk import references


@dataclass(frozen=True)
class Link:
    """A typed reference of a shape: where it stands, and the entry that it names."""

    path: FieldPath
    kind: str
    id: str


@dataclass(frozen=True)
class Shape:
    """One real entry: its data, its bilingual texts, its links, and its size in bytes."""

    kind: str
    id: str
    size: int
    data: Data = field(repr=False)
    texts: tuple[tuple[FieldPath, Text], ...] = field(repr=False)
    links: tuple[Link, ...] = field(repr=False)

    @property
    def sort(self) -> Any:
        """What an entry must have in common with this one to stand in its place in a link."""
        if self.kind == "state":
            return self.data.get("role"), self.data.get("per")
        return bool(self.data.get("avoid")) if self.kind == "docker-option" else None


def read_shapes(root: Path) -> Mapping[str, list[Shape]]:
    """The published entries below `root` that have no problem, by kind, smallest first."""
    knowledge, problems = examine(root)
    faulty = {problem.location.path for problem in problems}
    shapes: dict[str, list[Shape]] = {kind: [] for kind in KINDS}
    for entry in knowledge.entries.values():
        if entry.is_published and entry.document.path not in faulty:
            shapes[entry.key.kind].append(_shape(entry))
    return {kind: sorted(found, key=lambda shape: (shape.size, shape.id)) for kind, found in shapes.items() if found}


def _shape(entry: Entry) -> Shape:
    links = tuple(Link(*found) for found in references(entry.body))
    size = len(entry.document.text.encode())
    return Shape(entry.key.kind, entry.key.id, size, entry.document.data, entry.texts, links)
