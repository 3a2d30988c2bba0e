"""The graph in the formats of graph programs: JSON, GraphML, DOT, SVG, Mermaid, Cytoscape."""

from __future__ import annotations

import json
from typing import Any

import graphviz
import networkx

from threatbase.dot import use_dot
from threatbase.export.tables import Tables

_COLOURS = {
    "threat": "#fbe6de",
    "mitigation": "#dff0e6",
    "docker-option": "#e3eaf8",
    "kernel-feature": "#efe7f6",
    "state": "#f4f1e6",
}


def provenance(tables: Tables) -> dict[str, str]:
    """What every export says of itself."""
    return {"generator": "threatbase", "version": tables.version, "digest": tables.digest}


def as_json(tables: Tables) -> str:
    """Nodes and edges as they stand in the tables."""
    return _dump({**provenance(tables), "nodes": list(tables.nodes), "edges": list(tables.edges)})


def network(tables: Tables) -> networkx.MultiDiGraph[str]:
    """The tables as a networkx graph, with plain attributes."""
    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    graph.graph.update(provenance(tables))
    for row in tables.nodes:
        graph.add_node(str(row["id"]), **{name: value for name, value in row.items() if name != "id"})
    for row in tables.edges:
        details = {name: value for name, value in row.items() if name not in ("source", "target")}
        graph.add_edge(str(row["source"]), str(row["target"]), **details)
    return graph


def as_graphml(tables: Tables) -> str:
    """GraphML 1.0, with typed attributes."""
    return "\n".join(networkx.generate_graphml(network(tables))) + "\n"


def as_cytoscape(tables: Tables) -> str:
    """Cytoscape JSON, as Cytoscape and cytoscape.js read it."""
    data: dict[str, Any] = networkx.cytoscape_data(network(tables))
    return _dump(data)


def as_dot(tables: Tables) -> str:
    """DOT, with a colour for each kind."""
    comment = " ".join(f"{name}={value}" for name, value in provenance(tables).items())
    graph = graphviz.Digraph(comment=comment, graph_attr={"overlap": "prism"}, node_attr=_NODE, edge_attr=_EDGE)
    for row in tables.nodes:
        label = graphviz.escape(str(row["title_en"]))
        graph.node(_name(row["id"]), label=label, fillcolor=_COLOURS.get(str(row["kind"]), "white"))
    for row in tables.edges:
        graph.edge(_name(row["source"]), _name(row["target"]), label=str(row["relation"]))
    return str(graph.source)


_NODE = {"shape": "box", "style": "rounded,filled", "fontname": "Arial", "fontsize": "10"}
_EDGE = {"fontname": "Arial", "fontsize": "7", "color": "#8a8a85"}


def as_svg(tables: Tables) -> str:
    """The whole graph, laid out by sfdp: dot would take minutes."""
    use_dot()
    return str(graphviz.pipe_string("sfdp", "svg", as_dot(tables), encoding="utf-8", quiet=True))


def as_mermaid(tables: Tables) -> str:
    """A Mermaid flowchart; large graphs are beyond what Mermaid draws well."""
    numbers = {row["id"]: f"n{number}" for number, row in enumerate(tables.nodes)}
    lines = [f"%% {name}: {value}" for name, value in provenance(tables).items()] + ["flowchart LR"]
    lines += [f'  {numbers[row["id"]]}["{_quoted(str(row["title_en"]))}"]' for row in tables.nodes]
    lines += [f"  {numbers[row['source']]} -->|{row['relation']}| {numbers[row['target']]}" for row in tables.edges]
    return "\n".join(lines) + "\n"


def _name(identifier: str | int) -> str:
    return str(identifier).replace(":", "/")


def _quoted(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")


def _dump(data: object) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
