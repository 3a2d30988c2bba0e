"""The exports of the graph: valid where there is a validator, and read back to the same graph. Neo4j: test_neo4j."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import networkx
import pytest
from threatbase.export import GRAPH_FORMATS, Tables, export_graph, make_tables
from threatbase.knowledge import KnowledgeBase, load

from tests.site import VALID


@pytest.fixture(scope="module")
def knowledge() -> KnowledgeBase:
    found, problems = load(VALID / "threats")
    assert problems == []
    return found


@pytest.fixture(scope="module")
def tables(knowledge: KnowledgeBase) -> Tables:
    return make_tables(knowledge)


def edge_set(graph: Any) -> set[tuple[str, str, str]]:
    return {(source, target, details["relation"]) for source, target, details in graph.edges(data=True)}


def wanted_edges(tables: Tables) -> set[tuple[str, str, str]]:
    return {(str(row["source"]), str(row["target"]), str(row["relation"])) for row in tables.edges}


def test_the_tables_hold_what_is_published(tables: Tables) -> None:
    ids = [row["id"] for row in tables.nodes]
    assert "threat:suid" in ids
    assert not {"threat:idea", "threat:bad-idea", "threat:old-suid", "source:manual"} & set(ids)
    assert ("mitigation:no-setuid", "threat:suid", "prevents") in wanted_edges(tables)


@pytest.mark.parametrize("form", [form for form in GRAPH_FORMATS if form != "svg"])
def test_exports_are_byte_stable_and_say_what_they_were_made_from(knowledge: KnowledgeBase, form: str) -> None:
    first, second = export_graph(knowledge, form), export_graph(load(VALID / "threats")[0], form)
    assert first == second
    digest = make_tables(knowledge).digest
    # STIX has no field for it: the bundle's id is made from the digest.
    assert form == "stix" or any(digest in text for text in first.values())


def test_json_holds_the_tables(knowledge: KnowledgeBase, tables: Tables) -> None:
    data = json.loads(export_graph(knowledge, "json")["graph.json"])
    assert (data["nodes"], data["edges"]) == (list(tables.nodes), list(tables.edges))


def test_graphml_reads_back_to_the_same_graph(knowledge: KnowledgeBase, tables: Tables) -> None:
    graph = networkx.parse_graphml(export_graph(knowledge, "graphml")["graph.graphml"])
    assert {node: data["title_fr"] for node, data in graph.nodes(data=True)} == {
        row["id"]: row["title_fr"] for row in tables.nodes
    }
    assert edge_set(graph) == wanted_edges(tables)


def test_cytoscape_reads_back_to_the_same_graph(knowledge: KnowledgeBase, tables: Tables) -> None:
    graph = networkx.cytoscape_graph(json.loads(export_graph(knowledge, "cytoscape")["graph.cyjs"]))
    assert set(graph.nodes) == {row["id"] for row in tables.nodes}
    assert edge_set(graph) == wanted_edges(tables)


def test_stix_is_valid(knowledge: KnowledgeBase) -> None:
    validator = pytest.importorskip("stix2validator")
    result = validator.validate_string(export_graph(knowledge, "stix")["stix.json"])
    assert result.is_valid, [str(error) for error in result.errors]


def test_stix_relates_mitigations_to_threats(knowledge: KnowledgeBase) -> None:
    bundle = json.loads(export_graph(knowledge, "stix")["stix.json"])
    names = {item["id"]: item.get("name") for item in bundle["objects"]}
    related = {
        (names[item["source_ref"]], names[item["target_ref"]])
        for item in bundle["objects"]
        if item["type"] == "relationship"
    }
    assert related == {("No setuid", "Setuid step"), ("Sandbox", "Setuid step")}


def test_the_navigator_layer_scores_techniques(knowledge: KnowledgeBase) -> None:
    layer = json.loads(export_graph(knowledge, "navigator")["navigator.json"])
    assert layer["versions"]["layer"] == "4.5"
    assert layer["techniques"] == [
        {"techniqueID": "T1548.001", "score": 1, "comment": "suid", "showSubtechniques": True}
    ]


def test_dot_and_mermaid_name_every_node(knowledge: KnowledgeBase, tables: Tables) -> None:
    dot, mermaid = export_graph(knowledge, "dot")["graph.dot"], export_graph(knowledge, "mermaid")["graph.mmd"]
    assert all(str(row["id"]).replace(":", "/") in dot for row in tables.nodes)
    assert mermaid.count(" -->|") == len(tables.edges)


def test_svg_is_drawn(knowledge: KnowledgeBase) -> None:
    assert export_graph(knowledge, "svg")["graph.svg"].rstrip().endswith("</svg>")


def test_an_unknown_format_is_refused(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        export_graph(knowledge, "pdf")
