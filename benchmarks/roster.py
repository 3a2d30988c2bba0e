"""The roster: which synthetic entries there are, and which one a link of a shape leads to."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

from benchmarks.shapes import Shape

SPREAD = 7
"""Copies of the real base that prose and kernel features link across: the base is no heap of islands."""


@dataclass(frozen=True)
class Member:
    """One entry to be: its shape, which copy of the shape it is, and its id."""

    shape: Shape
    copy: int
    id: str


@dataclass(frozen=True)
class Roster:
    """All entries to be, kind by kind."""

    members: tuple[Member, ...]
    sorts: Mapping[tuple[str, str], Any]
    """The sort of every shape, whether a copy of it is on the roster or not."""

    @cached_property
    def _copies(self) -> Mapping[tuple[str, str], list[str]]:
        copies: dict[tuple[str, str], list[str]] = {}
        for member in self.members:
            copies.setdefault((member.shape.kind, member.shape.id), []).append(member.id)
        return copies

    @cached_property
    def _sorts(self) -> Mapping[tuple[str, Any], list[str]]:
        sorts: dict[tuple[str, Any], list[str]] = {}
        for member in self.members:
            sorts.setdefault((member.shape.kind, member.shape.sort), []).append(member.id)
        return sorts

    @cached_property
    def _ids(self) -> Mapping[str, list[str]]:
        ids: dict[str, list[str]] = {}
        for member in self.members:
            ids.setdefault(member.shape.kind, []).append(member.id)
        return ids

    def target(self, member: Member, kind: str, id_: str, place: str) -> str | None:
        """The entry that stands for `id_` where `member` links to it; None where the roster has none.

        Within a copy links are those of the real base. What is named in prose, and kernel features, lie
        some copies further on, always as many for the same place: each is linked as often as in the real base.
        """
        copies = self._copies.get((kind, id_))
        if not copies:
            return None
        across = place.startswith("prose") or kind == "kernel-feature"
        step = zlib.crc32(f"{member.shape.kind}:{member.shape.id}:{place}".encode()) % SPREAD if across else 0
        return copies[(member.copy + step) % len(copies)]

    def instead(self, kind: str, id_: str, taken: Collection[str], random: Random) -> str | None:
        """Another entry of the same sort that is not taken."""
        same = self._sorts.get((kind, self.sorts.get((kind, id_))), ())
        free = [candidate for candidate in same if candidate not in taken]
        return random.choice(free) if free else None

    def anyone(self, kind: str, random: Random) -> str | None:
        """Any entry of a kind."""
        ids = self._ids.get(kind)
        return random.choice(ids) if ids else None


def muster(shapes: Mapping[str, list[Shape]], number: int) -> Roster:
    """A roster of `number` entries in the proportions of the shapes: whole copies of each kind, then
    some more, evenly from the smallest shape to the largest."""
    counts = _shares({kind: len(found) for kind, found in shapes.items()}, number)
    members = [member for kind, found in shapes.items() for member in _members(found, counts[kind])]
    sorts = {(shape.kind, shape.id): shape.sort for found in shapes.values() for shape in found}
    return Roster(tuple(members), sorts)


def _members(shapes: list[Shape], number: int) -> Iterator[Member]:
    for index, shape in enumerate(_chosen(shapes, number)):
        yield Member(shape, index // len(shapes), f"{shape.id[:50].rstrip('-')}-{index + 1}")


def _chosen(shapes: list[Shape], number: int) -> Iterator[Shape]:
    whole, rest = divmod(number, len(shapes))
    for _ in range(whole):
        yield from shapes
    for index in range(rest):
        yield shapes[(2 * index + 1) * len(shapes) // (2 * rest)]


def _shares(counts: Mapping[str, int], number: int) -> dict[str, int]:
    """Divides `number` in proportion, at least one each, by largest remainders."""
    if number < len(counts):
        raise ValueError(f"a base has at least one entry of each kind: {len(counts)}")
    total = sum(counts.values())
    exact = {kind: count * number / total for kind, count in counts.items()}
    shares = {kind: max(1, int(share)) for kind, share in exact.items()}
    order = sorted(counts, key=lambda kind: shares[kind] - exact[kind])
    while sum(shares.values()) < number:
        shares[order[0]] += 1
        order.append(order.pop(0))
    while sum(shares.values()) > number:
        shares[max(shares, key=lambda kind: shares[kind])] -= 1
    return shares
