"""The graph as CSV files for Neo4j's bulk import, with a Cypher script that loads them as well."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence

from threatbase.export.tables import Row, Tables

_Shown = Callable[[str, str | int], str | int]
_INTEGERS = {"difficulty", "cost", "to", "alternative"}

_SCRIPT = """// Threatbase {version}, {digest}
// Bulk:    neo4j-admin database import full --nodes=nodes.csv --relationships=relationships.csv
// Or here: copy both files to the import folder, and run this script.
CREATE CONSTRAINT entry IF NOT EXISTS FOR (entry:Entry) REQUIRE entry.id IS UNIQUE;
LOAD CSV WITH HEADERS FROM 'file:///nodes.csv' AS row
MERGE (entry:Entry {{id: row.`id:ID`}})
SET entry.kind = row.`:LABEL`, entry.title_en = row.title_en, entry.title_fr = row.title_fr,
    entry.difficulty = toInteger(row.`difficulty:int`), entry.cost = toInteger(row.`cost:int`), entry.role = row.role;
LOAD CSV WITH HEADERS FROM 'file:///relationships.csv' AS row
MATCH (source:Entry {{id: row.`:START_ID`}}), (target:Entry {{id: row.`:END_ID`}})
CREATE (source)-[:RELATES {{relation: row.`:TYPE`, to: toInteger(row.`to:int`)}}]->(target);
"""


def as_neo4j(tables: Tables) -> dict[str, str]:
    """`nodes.csv` and `relationships.csv` with Neo4j's typed headers, and `load.cypher`."""
    return {
        "nodes.csv": _table(_columns(tables.nodes, ("id", "kind")), tables.nodes, _node),
        "relationships.csv": _table(
            _columns(tables.edges, ("source", "target", "relation")), tables.edges, _relationship
        ),
        "load.cypher": _SCRIPT.format(version=tables.version, digest=tables.digest),
    }


_HEADS = {"id": "id:ID", "kind": ":LABEL", "source": ":START_ID", "target": ":END_ID", "relation": ":TYPE"}


def _columns(rows: Sequence[Row], first: Sequence[str]) -> list[str]:
    return [*first, *sorted({name for row in rows for name in row} - set(first))]


def _table(columns: list[str], rows: Iterable[Row], shown: _Shown) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([_HEADS.get(name, f"{name}:int" if name in _INTEGERS else name) for name in columns])
    writer.writerows([shown(name, row.get(name, "")) for name in columns] for row in rows)
    return stream.getvalue()


def _node(name: str, value: str | int) -> str | int:
    return f"Entry;{_camel(str(value))}" if name == "kind" else value


def _relationship(name: str, value: str | int) -> str | int:
    return str(value).upper().replace("-", "_") if name == "relation" else value


def _camel(kind: str) -> str:
    return "".join(part.capitalize() for part in kind.split("-"))
