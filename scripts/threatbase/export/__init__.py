"""Exports: the graph as files for other programs. Same knowledge, same bytes; each carries version and digest."""

from __future__ import annotations

from collections.abc import Callable

from threatbase.export.formats import as_cytoscape, as_dot, as_graphml, as_json, as_mermaid, as_svg
from threatbase.export.navigator import as_navigator
from threatbase.export.neo4j import as_neo4j
from threatbase.export.stix import as_stix
from threatbase.export.tables import Tables, make_tables
from threatbase.knowledge import KnowledgeBase

__all__ = ["GRAPH_FORMATS", "Tables", "export_graph", "make_tables"]

Files = dict[str, str]
"""File name → text."""


def _one(name: str, write: Callable[[Tables], str]) -> Callable[[Tables], Files]:
    return lambda tables: {name: write(tables)}


GRAPH_FORMATS: dict[str, Callable[[Tables], Files]] = {
    "json": _one("graph.json", as_json),
    "graphml": _one("graph.graphml", as_graphml),
    "dot": _one("graph.dot", as_dot),
    "svg": _one("graph.svg", as_svg),
    "mermaid": _one("graph.mmd", as_mermaid),
    "cytoscape": _one("graph.cyjs", as_cytoscape),
    "neo4j": as_neo4j,
    "stix": _one("stix.json", as_stix),
    "navigator": _one("navigator.json", as_navigator),
}


def export_graph(knowledge: KnowledgeBase, form: str) -> Files:
    """The files of one format. Raises KeyError for an unknown format."""
    return GRAPH_FORMATS[form](make_tables(knowledge))
