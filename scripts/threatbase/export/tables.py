"""The graph as two tables, nodes and edges: what every format is written from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from threatbase import __version__
from threatbase.digest import digest
from threatbase.graph import edges
from threatbase.knowledge import Entry, Key, KnowledgeBase
from threatbase.models import Mitigation, State, Threat

Row = dict[str, str | int]

GRAPH_KINDS = ("threat", "mitigation", "state", "docker-option", "kernel-feature", "attacker", "tenancy", "layer")


@dataclass(frozen=True)
class Tables:
    """Nodes and edges in a stable order, with the knowledge that they were made from."""

    knowledge: KnowledgeBase
    version: str
    digest: str
    nodes: tuple[Row, ...]
    edges: tuple[Row, ...]


def make_tables(knowledge: KnowledgeBase) -> Tables:
    """The published entries that the graph is about, and the edges between them."""
    entries = [entry for entry in knowledge.entries.values() if entry.is_published and entry.key.kind in GRAPH_KINDS]
    nodes = sorted((_node(entry) for entry in entries), key=lambda row: str(row["id"]))
    known = {entry.key for entry in entries}
    found = [_edge(*edge) for edge in edges(entries) if edge[0] in known and edge[1] in known]
    rows = sorted(found, key=lambda row: (str(row["source"]), str(row["target"]), str(row["relation"]), str(row)))
    return Tables(knowledge, __version__, digest(knowledge), tuple(nodes), tuple(rows))


def _node(entry: Entry) -> Row:
    title = entry.body.title
    row: Row = {
        "id": str(entry.key),
        "kind": entry.key.kind,
        "title_en": title.get("en"),
        "title_fr": title.get("fr"),
        "address": entry.address,
    }
    return row | dict(_facts(entry.body))


def _facts(body: object) -> Iterator[tuple[str, str | int]]:
    match body:
        case Threat():
            if body.difficulty is not None:
                yield "difficulty", body.difficulty
            yield "severity", body.risk.severity.level
            yield "likelihood_private", body.risk.likelihood.private.level
            yield "likelihood_shared", body.risk.likelihood.shared.level
        case Mitigation():
            yield "cost", body.cost
            yield "default", body.default
        case State():
            yield "role", body.role
            yield "per", body.per or "host"


def _edge(source: Key, target: Key, relation: str, details: dict[str, Any]) -> Row:
    row: Row = {"source": str(source), "target": str(target), "relation": relation}
    for name, value in details.items():
        if isinstance(value, tuple):
            value = " ".join(value)
        if value not in (None, ""):
            row[name] = value
    return row
