"""Local navigation: the entries beside an entry, in its layer for threats, in its kind for others."""

from __future__ import annotations

from collections.abc import Iterable

from threatbase.knowledge import Entry, Key
from threatbase.models import Threat
from threatbase.pages.render import LocalNav, Renderer

MOST_BESIDE = 8
"""Entries shown before and after: a page's size must not grow with the knowledge."""


def siblings(entries: Iterable[Entry]) -> dict[Key, list[Key]]:
    """For each published entry, the line that it stands in, in the order of the ids."""
    lines: dict[tuple[str, str], list[Key]] = {}
    for entry in entries:
        if entry.is_published:
            layer = entry.body.layer if isinstance(entry.body, Threat) else ""
            lines.setdefault((entry.key.kind, layer), []).append(entry.key)
    return {key: line for line in lines.values() for key in line}


def previous_and_next(key: Key, line: list[Key]) -> dict[str, Key | None]:
    """The entries before and after in the line."""
    place = line.index(key)
    return {
        "previous": line[place - 1] if place else None,
        "next": line[place + 1] if place + 1 < len(line) else None,
    }


def local_nav(entry: Entry, line: list[Key], renderer: Renderer) -> LocalNav:
    """The navigation beside an entry's page."""
    place = line.index(entry.key)
    near = line[max(0, place - MOST_BESIDE) : place + MOST_BESIDE + 1]
    items = tuple((renderer.title(key), renderer.href(key), key == entry.key) for key in near)
    if isinstance(entry.body, Threat):
        layer = Key("layer", entry.body.layer)
        return LocalNav(renderer.title(layer), renderer.href(layer), items)
    return LocalNav(renderer.words(f"kind.{entry.key.kind}.many"), renderer.index_href(entry.kind), items)


def crumbs(entry: Entry, renderer: Renderer) -> tuple[tuple[str, str], ...]:
    """The way down to an entry: its kind's index, and its layer."""
    way = [(renderer.words(f"kind.{entry.key.kind}.many"), renderer.index_href(entry.kind))]
    if isinstance(entry.body, Threat):
        layer = Key("layer", entry.body.layer)
        way.append((renderer.title(layer), renderer.href(layer)))
    return tuple(way)
