"""Provenance: what a file was made from, and how far it is behind today's knowledge."""

from __future__ import annotations

from dataclasses import dataclass

from threatbase.checklist.merge import merge
from threatbase.checklist.sheet import Checklist, Filled
from threatbase.knowledge import KnowledgeBase


@dataclass(frozen=True)
class Provenance:
    """A file against today's checklist for the same criteria; ids in the order of the list."""

    version: str
    digest: str
    is_current: bool
    same: tuple[str, ...]
    changed: tuple[str, ...]
    new: tuple[str, ...]
    withdrawn: tuple[str, ...]
    superseded: tuple[str, ...]
    unknown: tuple[str, ...]
    repeated: tuple[str, ...]

    @property
    def is_behind(self) -> bool:
        """Whether something in it no longer is what today's knowledge says."""
        return any((self.changed, self.new, self.withdrawn, self.superseded, self.unknown))


def provenance(file: Filled, today: Checklist, knowledge: KnowledgeBase) -> Provenance:
    """Compares a file with today's checklist, item by item."""
    contents = {line.id: line.content for line in file.lines}
    ids = [line.id for line in file.lines if line.id]
    asked = {row.item.id: row.item.content for row in today.rows}
    found = merge(today, [file], knowledge)
    return Provenance(
        version=file.version,
        digest=file.digest,
        is_current=file.digest == today.digest,
        same=tuple(id_ for id_, content in asked.items() if contents.get(id_) == content),
        changed=tuple(id_ for id_, content in asked.items() if id_ in contents and contents[id_] != content),
        new=tuple(found.flagged("new")),
        withdrawn=tuple(found.flagged("withdrawn")),
        superseded=tuple(found.flagged("superseded")),
        unknown=tuple(found.flagged("unknown")),
        repeated=tuple(dict.fromkeys(id_ for id_ in ids if ids.count(id_) > 1)),
    )
