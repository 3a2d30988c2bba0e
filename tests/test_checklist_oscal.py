"""Checklists as OSCAL: what NIST's schemas and compliance-trestle say of them, and what they hold."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from threatbase.checklist.criteria import Criteria
from threatbase.checklist.formats import FORMATS
from threatbase.checklist.formats.oscal import OSCAL, write_oscal, write_zip
from threatbase.checklist.formats.oscal.edition import NS, statement, token
from threatbase.checklist.formats.oscal.markup import code, line, prose, string
from threatbase.checklist.formats.oscal.results import day_of
from threatbase.checklist.make import make_checklist
from threatbase.checklist.sheet import STATUSES, Checklist, Stray, Typed
from threatbase.knowledge import KnowledgeBase, load
from threatbase.models import LANGUAGES, Language
from trestle.core.base_model import OscalBaseModel
from trestle.core.duplicates_validator import DuplicatesValidator
from trestle.core.profile_resolver import ProfileResolver
from trestle.oscal.assessment_results import AssessmentResults
from trestle.oscal.catalog import Catalog
from trestle.oscal.component import ComponentDefinition
from trestle.oscal.profile import Profile

from tests.conftest import DATA, VALID

ROOT = Path(__file__).parents[1]
GOLDEN = DATA / "checklist" / "oscal"
KINDS: Mapping[str, tuple[str, type[OscalBaseModel]]] = {
    "catalog.json": ("oscal_catalog_schema.json", Catalog),
    "profile.json": ("oscal_profile_schema.json", Profile),
    "component-definition.json": ("oscal_component_schema.json", ComponentDefinition),
    "assessment-results.json": ("oscal_assessment-results_schema.json", AssessmentResults),
}
"""NIST's schema and trestle's model of each document."""

HOSTILE = (
    "", " ", "\n", "\x00\x07\x1b[31m", "\ud800", "\u202eevil\u202c", "\u2028x\u2029", "\ufeffx\ufeff", "x" * 10_000,
    "a\nb\r\nc", "<script>alert(1)</script>", "{{ insert: param, x }}", "*b* _i_ `c` [l](x)", "```\n~~~", "=1+1", "٣",
    "2024-02-29", "1996-02-29", "9999-12-31", "2026-02-30", "https://x.example/%zz", "https://x.example/a?b=c", "é\x85",
)  # fmt: skip


def small(language: Language = "en", **criteria: Any) -> Checklist:
    """Four measures with all that a measure can have; version and digest stay, whatever becomes of them."""
    knowledge, problems = load(VALID / "threats")
    assert problems == []
    made = make_checklist(knowledge, Criteria(level="strict", language=language, **criteria))
    return replace(made, version="1.2.3", digest="0" * 64)


def ticked(language: Language = "en") -> Checklist:
    """Something of every sort, typed on the small one."""
    checklist = small(language)
    typed = (
        Typed("done", "Alice", "https://example.org/run/1?x=%20", "2026-02-01", "Seen on *all* hosts.\nTwice."),
        Typed("accepted-risk", "Team <b>", "mail of the 3rd", "next week", "No `sudo` needed."),
        Typed("not-applicable", "", "", "2026-03-01"),
        Typed(owner="Alice"),
    )
    rows = tuple(replace(row, typed=one) for row, one in zip(checklist.rows, typed, strict=True))
    rows = (replace(rows[0], flag="changed", ticked="0123456789ab"), *rows[1:])
    stray = Stray("old", "An old one", Typed("done", "Bob", "seen"), "superseded", "abcdef012345", "no-setuid")
    return replace(checklist, rows=rows, strays=(stray,))


def hostile() -> Checklist:
    """Every hostile text in every place where people type, and in those that come from entries and files."""
    names = tuple(name for name in HOSTILE if name)
    checklist = small("fr", containers=names)
    texts = [HOSTILE[index % len(HOSTILE)] for index in range(len(checklist.rows))]
    rows = tuple(
        replace(
            row,
            item=replace(row.item, title=text, summary=text, why=(text, text), breaks=text, content=text),
            typed=Typed(STATUSES[index % 4], text, text, text, text),
        )
        for index, (row, text) in enumerate(zip(checklist.rows, texts, strict=True))
    )
    strays = tuple(Stray("same", text, Typed("done", text, text, text), "unknown") for text in HOSTILE)
    return replace(checklist, title="\x00", remarks=HOSTILE, rows=rows, strays=strays)


def stray_alone() -> Checklist:
    """Nothing but a line of an old file."""
    return replace(small(), rows=(), strays=(Stray("old", "", Typed("done"), "unknown"),))


@cache
def content() -> KnowledgeBase:
    return load(ROOT / "threats")[0]


def shipped(language: Language) -> Checklist:
    """The knowledge that is published, as strict as it gets, with a status on every line."""
    criteria = Criteria(need="static-web-server", level="strict", language=language, containers=("web", "my_db"))
    checklist = make_checklist(content(), criteria)
    rows = tuple(
        replace(row, typed=Typed(STATUSES[index % 4], "Alice", "seen", "2026-10-01"))
        for index, row in enumerate(checklist.rows)
    )
    return replace(checklist, rows=rows)


CASES: Mapping[str, Callable[[], Checklist]] = {
    "small-en": small,
    "small-fr": lambda: small("fr"),
    "containers": lambda: small(containers=("web", "my_db", "my_db_smt")),
    "ticked-en": ticked,
    "ticked-fr": lambda: ticked("fr"),
    "hostile": hostile,
    "empty": lambda: replace(small(), rows=()),
    "stray-alone": stray_alone,
    "shipped-en": lambda: shipped("en"),
    "shipped-fr": lambda: shipped("fr"),
}


@cache
def written(case: str) -> Mapping[str, bytes]:
    return write_oscal(CASES[case]())


@cache
def validator(schema: str) -> jsonschema_rs.Draft7Validator:
    return jsonschema_rs.Draft7Validator(
        json.loads((DATA / "schemas" / schema).read_text("utf-8")), validate_formats=True
    )


def data(files: Mapping[str, bytes], name: str) -> Any:
    """What a document says, without its outermost name."""
    (found,) = json.loads(files[name]).values()
    return found


def nodes(tree: Any) -> Iterator[Mapping[str, Any]]:
    """Every object of a document."""
    if isinstance(tree, dict):
        yield tree
    for one in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from nodes(one)


def props(node: Mapping[str, Any]) -> dict[str, str]:
    return {one["name"]: one["value"] for one in node.get("props", ())}


@pytest.mark.parametrize("case", CASES)
def test_every_document_meets_the_schema_of_nist(case: str) -> None:
    found = {
        name: [f"{error.instance_path}: {error.message[:200]}" for error in validator(KINDS[name][0]).iter_errors(doc)]
        for name, doc in ((name, json.loads(text)) for name, text in written(case).items())
    }
    assert found == {name: [] for name in written(case)}


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (("uuid",), "x", ["uuid"]),
        (("metadata", "title"), "", ["metadata", "title"]),
        (("metadata", "roles", 0, "id"), "no:privileged", ["metadata", "roles", 0, "id"]),
        (("groups", 0, "controls", 0, "id"), "no:privileged", ["groups", 0]),
    ],
    ids=["uuid", "empty-title", "colon-in-role", "colon-in-control"],
)
def test_the_schemas_would_tell(path: tuple[Any, ...], value: str, where: list[Any]) -> None:
    """The validator knows `\\p{L}`, so that an id which is no token does not pass."""
    document = json.loads(written("small-en")["catalog.json"])
    node = document["catalog"]
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    (error,) = validator("oscal_catalog_schema.json").iter_errors(document)
    assert list(error.instance_path) == ["catalog", *where]


@pytest.mark.parametrize("case", CASES)
def test_trestle_reads_every_document(case: str, tmp_path: Path) -> None:
    for name, text in written(case).items():
        (tmp_path / name).write_bytes(text)
        model = KINDS[name][1].oscal_read(tmp_path / name)
        assert model is not None
        assert DuplicatesValidator().model_is_valid(model, True)
        assert json.loads(model.oscal_serialize_json().replace("+00:00", "Z")) == json.loads(text)


@pytest.mark.parametrize("case", ["small-fr", "containers", "hostile", "shipped-en"])
def test_trestle_resolves_the_profile(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".trestle").mkdir()
    for name, text in written(case).items():
        (tmp_path / name).write_bytes(text)
    resolved: Any = ProfileResolver.get_resolved_profile_catalog(tmp_path, str(tmp_path / "profile.json"))
    ids = [control.id for group in resolved.groups for control in group.controls]
    assert sorted(ids) == sorted(token(row.item.id) for row in CASES[case]().rows)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_text(language: Language, name: str, request: pytest.FixtureRequest) -> None:
    """What stands in tests/data/checklist/oscal; `--accept` writes it anew."""
    golden = GOLDEN / language / name
    text = written(f"ticked-{language}")[name]
    if request.config.getoption("--accept"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_bytes(text)
    assert text.decode() == golden.read_bytes().decode()


@pytest.mark.parametrize("case", CASES)
def test_every_reference_leads_somewhere(case: str) -> None:
    files = written(case)
    controls = {one["id"]: one for one in nodes(data(files, "catalog.json")) if "parts" in one and "class" in one}
    parts = [one["id"] for one in nodes(data(files, "catalog.json")) if "id" in one]
    assert len(parts) == len(set(parts))
    assert len(controls) == len(CASES[case]().rows)
    links = [link["href"] for one in controls.values() for link in one["links"] if link["href"].startswith("#")]
    assert {href[1:] for href in links} <= set(controls)
    (imported,) = data(files, "profile.json")["imports"]
    assert imported["href"] in files
    assert [id_ for one in imported.get("include-controls", ()) for id_ in one["with-ids"]] == list(controls)
    for name, text in files.items():
        tree = list(nodes(json.loads(text)))
        named = [one["uuid"] for one in tree if "uuid" in one]
        assert len(named) == len(set(named))
        cited = {one[key] for one in tree for key in one if re.fullmatch(".+-uuid", key)}
        cited |= {uuid for one in tree for uuid in one.get("party-uuids", ())}
        assert cited <= set(named), name
        asked = {one["control-id"] for one in tree if "control-id" in one}
        assert asked <= set(controls), name
        assert {one["source"] for one in tree if "source" in one} <= set(files)
        assert {one["target-id"] for one in tree if "target-id" in one} <= set(parts)
        roles = {one["id"] for one in data(files, name)["metadata"]["roles"]}
        assert {one["role-id"] for one in tree if "role-id" in one} <= roles
    if "assessment-results.json" in files:
        results = data(files, "assessment-results.json")
        resources = [f"#{one['uuid']}" for one in results["back-matter"]["resources"]]
        assert results["import-ap"]["href"] in resources


@pytest.mark.parametrize("case", CASES)
def test_every_document_says_what_it_was_made_from(case: str) -> None:
    checklist = CASES[case]()
    for name in written(case):
        metadata = data(written(case), name)["metadata"]
        assert (metadata["oscal-version"], metadata["version"]) == (OSCAL, checklist.version)
        found = props(metadata)
        assert (found["digest"], found["language"]) == (checklist.digest, checklist.criteria.language)
        assert {one["ns"] for one in metadata["props"]} == {NS}


def test_every_item_is_a_control_with_its_original_id() -> None:
    files, checklist = written("shipped-en"), CASES["shipped-en"]()
    groups = data(files, "catalog.json")["groups"]
    found = {group["id"]: [props(control)["alt-identifier"] for control in group["controls"]] for group in groups}
    wanted = {f"section_{section}": [row.item.id for row in rows] for section, rows in checklist.by_section()}
    assert found == wanted


@pytest.mark.parametrize("case", ["small-en", "small-fr", "containers", "empty"])
def test_there_are_no_results_before_anything_is_typed(case: str) -> None:
    assert set(written(case)) == set(KINDS) - {"assessment-results.json"}


@pytest.mark.parametrize(
    ("status", "state", "reason", "implemented", "risks"),
    [
        ("todo", "not-satisfied", "other", "planned", []),
        ("done", "satisfied", "pass", "implemented", []),
        ("not-applicable", "satisfied", "other", "not-applicable", []),
        ("accepted-risk", "not-satisfied", "other", None, ["deviation-approved"]),
    ],
)
def test_what_a_status_becomes(status: Any, state: str, reason: str, implemented: str | None, risks: list[str]) -> None:
    checklist = small()
    rows = (replace(checklist.rows[0], typed=Typed(status, note="Typed.")), *checklist.rows[1:])
    (result,) = data(write_oscal(replace(checklist, rows=rows)), "assessment-results.json")["results"]
    (finding,) = result["findings"]
    target = finding["target"]
    assert (target["status"]["state"], target["status"]["reason"]) == (state, reason)
    assert target.get("implementation-status", {}).get("state") == implemented
    assert target["target-id"] == statement(checklist.rows[0].item.id)
    assert [one["status"] for one in result.get("risks", ())] == risks
    assert [one["risk-uuid"] for one in finding.get("related-risks", ())] == [
        one["uuid"] for one in result.get("risks", ())
    ]
    assert result["reviewed-controls"]["control-selections"] == [
        {"include-controls": [{"control-id": token(checklist.rows[0].item.id)}]}
    ]


@pytest.mark.parametrize("case", ["ticked-en", "ticked-fr", "stray-alone", "hostile"])
def test_nothing_typed_is_lost(case: str) -> None:
    """Whoever renders the Markdown sees what was typed."""
    results = data(written(case), "assessment-results.json")
    (result,) = results["results"]
    parties = {one["uuid"]: one["name"] for one in results["metadata"]["parties"]}
    checklist = CASES[case]()
    lines = [(row.item.id, row.typed) for row in checklist.rows] + [(one.id, one.typed) for one in checklist.strays]
    typed_on = [(id_, typed) for id_, typed in lines if not typed.is_blank]
    for (id_, typed), one in zip(typed_on, result["observations"], strict=True):
        assert props(one)["item"] == string(id_)
        assert props(one)["status"] == typed.status
        owners = [parties[actor["actor-uuid"]] for origin in one.get("origins", ()) for actor in origin["actors"]]
        assert owners == [string(typed.owner)] * bool(string(typed.owner))
        evidence = " ".join(shown(item["description"]) for item in one.get("relevant-evidence", ()))
        assert evidence == shown(prose(typed.evidence))
        remarks = shown(one.get("remarks", ""))
        assert remarks.startswith(shown(prose(typed.note)))
        day = day_of(typed.date)
        assert one["collected"][:10] == (day or checklist.reviewed).isoformat()
        assert day or shown(prose(typed.date)) in remarks


RENDER = MarkdownIt("commonmark").render


def shown(markdown: str) -> str:
    """The words that a reader sees, and no tag but those of paragraphs."""
    html = RENDER(markdown)
    assert not re.search("<(?!/?p>)", html)
    return unescape(re.sub("</?p>", "", html)).strip("\n")


@given(st.one_of(st.text(), st.text("*_`~[]()<>&;#!-+=.1 \\{|}^ax\n\t"), st.sampled_from(HOSTILE)))
def test_no_text_turns_into_markup(text: str) -> None:
    assert string(shown(line(text))) == string(text)
    assert "\n" not in line(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no_new_privs", "no_new_privs"),
        ("_x_ and *y*", r"\_x\_ and \*y\*"),
        ("1. first", r"1\. first"),
        ("- a\n\n+ b\n# c", "\\- a\n\n\\+ b\n\n\\# c"),
        ("{{ insert: param, x }} {a}", r"\{\{ insert: param, x }} {a}"),
        ("a < b & c &lt; d", r"a \< b & c \&lt; d"),
        ("  \n ", ""),
    ],
)
def test_prose(text: str, expected: str) -> None:
    assert prose(text) == expected


@given(st.text())
def test_code_stays_between_its_fences(text: str) -> None:
    (block,) = MarkdownIt("commonmark").parse(code(text, "sh"))
    assert (block.type, block.info) == ("fence", "sh")


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("no-setuid", "no-setuid"),
        ("no:privileged", "no_privileged"),
        ("no:privileged@web", "no_privileged.web"),
        ("no-setuid@my_db", "no-setuid.my__db"),
        ("no-setuid@my db", "no-setuid.my-db-7db90c8c"),
        ("2fa", "_2fa"),
    ],
)
def test_tokens(item: str, expected: str) -> None:
    assert token(item) == expected


IDS = st.from_regex(r"(no:)?[a-z0-9]+(-[a-z0-9]+){0,2}(@[a-zA-Z0-9_.@: é-]*)?", fullmatch=True)


@given(IDS, IDS)
def test_two_items_never_share_a_token(one: str, other: str) -> None:
    assert re.fullmatch("[A-Za-z_][A-Za-z0-9._-]*", token(one))
    assert (token(one) == token(other)) == (one == other)
    assert token(one) != statement(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31", datetime.date(2026, 1, 31)),
        (" 2026-01-31\n", datetime.date(2026, 1, 31)),
        ("2026-02-30", None),
        ("1999-12-31", None),
        ("20260131", None),
        ("٢٠٢٦-٠١-٣١", None),
        ("31/01/2026", None),
        ("", None),
    ],
)
def test_days(text: str, expected: datetime.date | None) -> None:
    assert day_of(text) == expected


def test_another_text_has_another_uuid_and_its_controls_keep_theirs() -> None:
    before, after = (small(), replace(small(), digest="1" * 64))
    found = [data(write_oscal(one), "component-definition.json") for one in (before, after)]
    assert found[0]["uuid"] != found[1]["uuid"]
    assert found[0]["components"] == found[1]["components"]


def test_the_archive_holds_the_documents_and_nothing_of_the_day() -> None:
    files = written("ticked-en")
    packed = FORMATS["oscal"].write(ticked())
    assert packed == write_zip({name: files[name] for name in sorted(files, reverse=True)})
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == files
        assert archive.namelist() == sorted(files)
        assert {(one.date_time, one.external_attr, one.extra, one.create_system) for one in archive.infolist()} == {
            ((1980, 1, 1, 0, 0, 0), 0o100644 << 16, b"", 3)
        }


def test_two_processes_write_the_same_bytes() -> None:
    script = "from tests.test_checklist_oscal import fingerprint; print(fingerprint())"
    path = os.pathsep.join((str(ROOT), str(ROOT / "scripts")))
    found = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"},
            capture_output=True,
            check=True,
            text=True,
        ).stdout.strip()
        for seed, zone in (("1", "Asia/Tokyo"), ("2", "UTC"))
    }
    assert found == {fingerprint()}


def fingerprint() -> str:
    """A hash over the archives of a ticked checklist in both languages."""
    return hashlib.sha256(b"".join(write_zip(write_oscal(ticked(language))) for language in LANGUAGES)).hexdigest()
