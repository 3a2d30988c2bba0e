"""The tables for Neo4j: headers and cells as its bulk import wants them, and one graph wherever they are loaded.

No Neo4j runs here. Ladybug, an embedded property graph that speaks Cypher too, loads the very same files.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ladybug
import networkx
import pytest
from threatbase.export import Tables, export_graph, make_tables
from threatbase.knowledge import load

from tests.site import ROOT, VALID

FIELD = re.compile(r"(?P<name>[^:]*)(:(?P<type>[A-Za-z_]+(\[\])?)(\((?P<group>[^()]+)\))?(\{.*\})?)?")
TYPES = {
    "int", "long", "float", "double", "boolean", "byte", "short", "char", "string", "point", "date", "localtime",
    "time", "localdatetime", "datetime", "duration", "vector",
}  # fmt: skip
"""The property types of neo4j-admin database import: Neo4j Operations Manual, “Import”, “CSV header format”."""

ROLES = {"nodes": ("ID", "LABEL"), "relationships": ("START_ID", "END_ID", "TYPE")}
CELLS = {"int": re.compile(r"-?[0-9]+")}
"""How the cells of a typed column look; all other types that we use are text."""

Table = list[dict[str, str]]


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, the property that it becomes (if any), and its role or type."""

    head: str
    name: str
    type: str

    @property
    def is_property(self) -> bool:
        return self.type in TYPES or self.type == "ID"


def columns(header: list[str]) -> Iterator[Column]:
    for head in header:
        found = FIELD.fullmatch(head)
        assert found, f"'{head}' is no head of a column"
        yield Column(head, found["name"], found["type"] or "string")


def header_faults(header: list[str], table: str) -> Iterator[str]:
    """What the bulk import would refuse or leave out."""
    found = list(columns(header))
    types = Counter(column.type for column in found)
    for role in ROLES[table]:
        if types[role] != 1:
            yield f"{types[role]} columns are {role}"
    for type_ in types.keys() - set(ROLES[table]) - {"IGNORE"}:
        if type_.removesuffix("[]") not in TYPES:
            yield f"{type_} is no type of a property"
    names = Counter(column.name for column in found if column.is_property or column.type == "string")
    yield from (f"{count} columns are called '{name}'" for name, count in names.items() if count > 1)
    if "" in names:
        yield "a property has no name"


def cell_faults(rows: Table, ids: Collection[str]) -> Iterator[str]:
    """Cells that do not fit the type of their column, or that are read otherwise than they were written."""
    for row in rows:
        for column in columns(list(row)):
            cell, form = row[column.head], CELLS.get(column.type)
            if cell and form and not form.fullmatch(cell):
                yield f"'{cell}' is no {column.type}"
            if column.type in ("START_ID", "END_ID") and cell not in ids:
                yield f"no node is called '{cell}'"
            if column.type in ("ID", "LABEL", "TYPE") and not cell:
                yield f"a cell of {column.head} is empty"
            if "\n" in cell or "\\" in cell:  # --multiline-fields is off, and LOAD CSV takes \ for an escape
                yield f"'{cell}' holds a line break or a backslash"


@pytest.mark.parametrize(
    ("table", "header", "faults"),
    [
        ("nodes", "id:ID,:LABEL,cost:int,title", []),
        ("nodes", "id:ID(Entry){id-type: string},:LABEL,tags:string[],:IGNORE", []),
        ("nodes", "id,:LABEL", ["0 columns are ID"]),
        ("nodes", "id:ID,:LABEL,cost:integer", ["integer is no type of a property"]),
        ("nodes", "id:ID,:LABEL,:TYPE", ["TYPE is no type of a property"]),
        ("nodes", "id:ID,:LABEL,id", ["2 columns are called 'id'"]),
        ("nodes", "id:ID,:LABEL,:int", ["a property has no name"]),
        ("relationships", ":START_ID,:END_ID,:TYPE,to:int", []),
        ("relationships", ":START_ID,:TYPE", ["0 columns are END_ID"]),
        ("relationships", ":START_ID,:END_ID,:LABEL", ["0 columns are TYPE", "LABEL is no type of a property"]),
    ],
)
def test_what_the_bulk_import_would_refuse_is_seen(table: str, header: str, faults: list[str]) -> None:
    assert list(header_faults(header.split(","), table)) == faults


@dataclass(frozen=True)
class Exported:
    """The files of one export, in a folder, and the rows of their tables."""

    tables: Tables
    folder: Path
    nodes: Table
    relationships: Table
    script: str

    def kinds(self) -> Counter[str]:
        return Counter(row[":LABEL"] for row in self.nodes)

    def relations(self) -> Counter[str]:
        return Counter(row[":TYPE"] for row in self.relationships)


@pytest.fixture(scope="module", params=[VALID / "threats", ROOT / "threats"], ids=["small", "real"])
def exported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    folder = tmp_path_factory.mktemp("neo4j")
    knowledge, _ = load(request.param)
    files = export_graph(knowledge, "neo4j")
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    nodes, relationships = (
        list(csv.DictReader(io.StringIO(files[name]))) for name in ("nodes.csv", "relationships.csv")
    )
    return Exported(make_tables(knowledge), folder, nodes, relationships, files["load.cypher"])


def test_the_bulk_import_takes_every_column_and_every_cell(exported: Exported) -> None:
    ids = [row["id:ID"] for row in exported.nodes]
    assert len(set(ids)) == len(ids) == len(exported.tables.nodes)
    assert len(exported.relationships) == len(exported.tables.edges)
    assert list(header_faults(list(exported.nodes[0]), "nodes")) == []
    assert list(header_faults(list(exported.relationships[0]), "relationships")) == []
    assert list(cell_faults([*exported.nodes, *exported.relationships], set(ids))) == []
    assert {column.name: column.type for column in columns(list(exported.nodes[0])) if column.type == "int"} == {
        "cost": "int",
        "difficulty": "int",
    }


# --- load.cypher -----------------------------------------------------------------------------------

NODES = re.compile(
    r"LOAD CSV WITH HEADERS FROM 'file:///nodes\.csv' AS row\n"
    r"WITH row WHERE row\.`:LABEL` = '(?P<value>[^']+)'\n"
    r"CREATE \(:(?P<made>[\w:]+) \{(?P<properties>.*)\}\)"
)
RELATIONSHIPS = re.compile(
    r"LOAD CSV WITH HEADERS FROM 'file:///relationships\.csv' AS row\n"
    r"WITH row WHERE row\.`:TYPE` = '(?P<value>[^']+)'\n"
    r"MATCH \(source:Entry \{id: row\.`:START_ID`\}\), \(target:Entry \{id: row\.`:END_ID`\}\)\n"
    r"CREATE \(source\)-\[:`(?P<made>\w+)` \{(?P<properties>.*)\}\]->\(target\)"
)


def made_by(script: str, form: re.Pattern[str]) -> Iterator[tuple[str, str, frozenset[str]]]:
    """What the statements of one form make: the value of the column, the labels or the type, the properties."""
    for statement in script.split(";\n"):
        if found := form.fullmatch(statement.strip()):
            yield found["value"], found["made"], frozenset(found["properties"].split(", "))


def wanted(header: list[str]) -> frozenset[str]:
    """The properties that the bulk import makes of these columns, as Cypher reads them."""
    found = [column for column in columns(header) if column.is_property]
    read = {"int": "`{0.name}`: toInteger(row.`{0.head}`)"}
    return frozenset(read.get(column.type, "`{0.name}`: row.`{0.head}`").format(column) for column in found)


def test_the_script_makes_what_the_bulk_import_makes(exported: Exported) -> None:
    nodes = wanted(list(exported.nodes[0]))
    assert set(made_by(exported.script, NODES)) == {
        (labels, labels.replace(";", ":"), nodes) for labels in exported.kinds()
    }
    relationships = wanted(list(exported.relationships[0]))
    assert set(made_by(exported.script, RELATIONSHIPS)) == {
        (type_, type_, relationships) for type_ in exported.relations()
    }
    statements = [part for part in exported.script.split(";\n") if part]
    assert len(statements) == 1 + len(exported.kinds()) + len(exported.relations())


# --- the same files in another property graph ------------------------------------------------------


@pytest.fixture(scope="module")
def database(exported: Exported) -> Iterator[ladybug.Connection]:
    """Ladybug with the files loaded: a node table, and a relationship table for each type."""
    with ladybug.Database(":memory:") as held, ladybug.Connection(held) as connection:
        header = _typed(exported.nodes)
        connection.execute(f"CREATE NODE TABLE Entry({_listed(header)}, PRIMARY KEY(id))")
        connection.execute(f"COPY Entry FROM '{exported.folder}/nodes.csv' (HEADER=true)")
        header = _typed(exported.relationships)
        details = {name: type_ for name, type_ in header.items() if name not in ("START_ID", "END_ID", "TYPE")}
        read = f"LOAD WITH HEADERS ({_listed(header)}) FROM '{exported.folder}/relationships.csv' (HEADER=true)"
        for type_ in exported.relations():
            kept = {f"_{name}": form for name, form in details.items()}  # `to` is a word of its language
            connection.execute(f"CREATE REL TABLE `{type_}`(FROM Entry TO Entry, {_listed(kept)})")
            returned = ", ".join(f"`{name}`" for name in ("START_ID", "END_ID", *details))
            connection.execute(f"COPY `{type_}` FROM ({read} WHERE TYPE = '{type_}' RETURN {returned})")
        yield connection


def _typed(rows: Table) -> dict[str, str]:
    return {
        column.name or column.type: "INT64" if column.type == "int" else "STRING" for column in columns(list(rows[0]))
    }


def _listed(header: dict[str, str]) -> str:
    return ", ".join(f"`{name}` {type_}" for name, type_ in header.items())


def asked(database: ladybug.Connection, query: str, **given: Any) -> list[list[Any]]:
    answer = database.execute(query, given)
    assert isinstance(answer, ladybug.QueryResult)
    return [list(row) for row in answer.get_all()]


def network(exported: Exported) -> networkx.MultiDiGraph[str]:
    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    graph.add_nodes_from((row["id:ID"], {"kind": row[":LABEL"]}) for row in exported.nodes)
    for row in exported.relationships:
        graph.add_edge(row[":START_ID"], row[":END_ID"], row[":TYPE"])
    return graph


def test_another_property_graph_counts_the_same(database: ladybug.Connection, exported: Exported) -> None:
    kinds = asked(database, "MATCH (entry:Entry) RETURN entry.LABEL, count(*)")
    assert dict(kinds) == exported.kinds()
    relations = asked(database, "MATCH ()-[relation]->() RETURN label(relation), count(*)")
    assert dict(relations) == exported.relations()


def test_another_property_graph_reads_the_same_numbers_and_titles(
    database: ladybug.Connection, exported: Exported
) -> None:
    read = asked(database, "MATCH (entry:Entry) RETURN entry.id, entry.difficulty, entry.cost, entry.title_fr")
    assert sorted(map(tuple, read)) == sorted(
        (row["id:ID"], _number(row["difficulty:int"]), _number(row["cost:int"]), row["title_fr"])
        for row in exported.nodes
    )


def _number(cell: str) -> int | None:
    return int(cell) if cell else None


@pytest.mark.parametrize("most", [1, 2, 4])
def test_another_property_graph_finds_the_same_paths(
    database: ladybug.Connection, exported: Exported, most: int
) -> None:
    """From every start state to every threat, by `requires` and `grants`, within some edges."""
    graph = network(exported)
    steps = networkx.DiGraph([edge[:2] for edge in graph.edges if edge[2] in ("REQUIRES", "GRANTS")])
    threats = {node for node in steps if graph.nodes[node]["kind"] == "Entry;Threat"}
    starts = sorted({target for _, target, relation in graph.edges if relation == "STARTS"} & set(steps))
    expected = {
        tuple(path) for start in starts for path in networkx.all_simple_paths(steps, start, threats, cutoff=most)
    }
    found = asked(
        database,
        f"MATCH path = (source:Entry)-[:REQUIRES|GRANTS*1..{most}]->(threat:Entry) "
        "WHERE source.id IN $held AND threat.LABEL = 'Entry;Threat' AND is_acyclic(path) "
        "RETURN properties(nodes(path), 'id')",
        held=starts,
    )
    assert {tuple(path) for (path,) in found} == expected
    assert expected
