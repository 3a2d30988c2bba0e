"""The graph as CSV files for Neo4j's bulk import, with a Cypher script that loads them as well."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from threatbase.export.tables import Row, Tables

_Shown = Callable[[str, str | int], str | int]
_INTEGERS = {"difficulty", "cost", "to", "alternative"}

_HEADS = {"id": "id:ID", "kind": ":LABEL", "source": ":START_ID", "target": ":END_ID", "relation": ":TYPE"}

_SCRIPT = """// Threatbase {version}, {digest}
// Bulk:    neo4j-admin database import full --nodes=nodes.csv --relationships=relationships.csv
// Or here: copy both files to the import folder, and run this script on an empty database; it makes the same graph.
CREATE CONSTRAINT entry IF NOT EXISTS FOR (entry:Entry) REQUIRE entry.id IS UNIQUE;
"""
_NODES = """LOAD CSV WITH HEADERS FROM 'file:///nodes.csv' AS row
WITH row WHERE row.`:LABEL` = '{labels}'
CREATE (:{names} {{{properties}}});
"""
_RELATIONSHIPS = """LOAD CSV WITH HEADERS FROM 'file:///relationships.csv' AS row
WITH row WHERE row.`:TYPE` = '{type}'
MATCH (source:Entry {{id: row.`:START_ID`}}), (target:Entry {{id: row.`:END_ID`}})
CREATE (source)-[:`{type}` {{{properties}}}]->(target);
"""


def as_neo4j(tables: Tables) -> dict[str, str]:
    """`nodes.csv` and `relationships.csv` with Neo4j's typed headers, and `load.cypher`."""
    nodes = _columns(tables.nodes, ("id", "kind"))
    relationships = _columns(tables.edges, ("source", "target", "relation"))
    return {
        "nodes.csv": _table(nodes, tables.nodes, _node),
        "relationships.csv": _table(relationships, tables.edges, _relationship),
        "load.cypher": "".join(_script(tables, nodes, relationships)),
    }


def _script(tables: Tables, nodes: Sequence[str], relationships: Sequence[str]) -> Iterator[str]:
    """One statement for each label and type: Cypher takes them from a column only in the newest versions."""
    yield _SCRIPT.format(version=tables.version, digest=tables.digest)
    for labels in _values(tables.nodes, "kind", _node):
        yield _NODES.format(labels=labels, names=labels.replace(";", ":"), properties=_properties(nodes, {"kind"}))
    for type_ in _values(tables.edges, "relation", _relationship):
        properties = _properties(relationships, {"source", "target", "relation"})
        yield _RELATIONSHIPS.format(type=type_, properties=properties)


def _values(rows: Iterable[Row], name: str, shown: _Shown) -> list[str]:
    return sorted({str(shown(name, row[name])) for row in rows})


def _properties(columns: Iterable[str], others: Collection[str]) -> str:
    """A Cypher map of the columns that the bulk import makes properties of; empty ones stay away in both."""
    return ", ".join(f"`{name}`: {_read(name)}" for name in columns if name not in others)


def _read(name: str) -> str:
    field = f"row.`{_head(name)}`"
    return f"toInteger({field})" if name in _INTEGERS else field


def _columns(rows: Sequence[Row], first: Sequence[str]) -> list[str]:
    return [*first, *sorted({name for row in rows for name in row} - set(first))]


def _table(columns: list[str], rows: Iterable[Row], shown: _Shown) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([_head(name) for name in columns])
    writer.writerows([shown(name, row.get(name, "")) for name in columns] for row in rows)
    return stream.getvalue()


def _head(name: str) -> str:
    return _HEADS.get(name, f"{name}:int" if name in _INTEGERS else name)


def _node(name: str, value: str | int) -> str | int:
    return f"Entry;{_camel(str(value))}" if name == "kind" else value


def _relationship(name: str, value: str | int) -> str | int:
    return str(value).upper().replace("-", "_") if name == "relation" else value


def _camel(kind: str) -> str:
    return "".join(part.capitalize() for part in kind.split("-"))
