"""The JSON Schemas: valid themselves, in step with the models, and met by every entry there is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from threatbase import __version__
from threatbase.models import KINDS, Kind
from threatbase.schema import DIALECT, schema, schema_files, write_schemas
from threatbase.sources import parse

from tests.conftest import VALID

ROOT = Path(__file__).parents[1]
ENTRIES = [
    pytest.param(kind, file, id=f"{place}-{kind.path}-{file.stem}")
    for place, root in (("valid", VALID / "threats"), ("shipped", ROOT / "threats"))
    for kind in KINDS.values()
    for file in sorted((root / kind.folder).glob("*.yaml"))
]
SCHEMAS = {kind.name: schema(kind) for kind in KINDS.values()}


def faults(kind: str, data: Any) -> list[str]:
    """What a JSON Schema validator finds wrong."""
    validator = Draft202012Validator(SCHEMAS[kind], format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(data)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_schema_is_a_valid_one(kind: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[kind])
    assert SCHEMAS[kind]["$schema"] == DIALECT
    assert SCHEMAS[kind]["$id"] == f"{kind}.schema.json"
    assert SCHEMAS[kind]["x-threatbase-version"] == __version__


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_field_has_its_name_its_description_and_its_example(kind: Kind) -> None:
    described = schema(kind)
    assert list(described["properties"]) == [field.alias or name for name, field in kind.model.model_fields.items()]
    for part in (described, *described["$defs"].values()):
        assert part["additionalProperties"] is False
        assert part["description"]
        for field in part["properties"].values():
            # Pydantic leaves out a description that is the one of the model it refers to.
            assert field.get("description") or described["$defs"][field["$ref"].rpartition("/")[2]]["description"]
            assert field["examples"]


@pytest.mark.parametrize(("kind", "file"), ENTRIES)
def test_every_entry_meets_its_schema(kind: Kind, file: Path) -> None:
    assert faults(kind.name, parse(file.read_text("utf-8")).data) == []


ENTRY = {
    "title": {"en": "a"},
    "summary": {"en": "a"},
    "description": {"en": "a"},
    "reviewed": "2026-01-31",
    "order": 1,
}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"order": None}, ["$.order: None is not of type 'integer'"]),
        ({"order": True}, ["$.order: True is not of type 'integer'"]),
        ({"order": 100}, ["$.order: 100 is greater than the maximum of 99"]),
        ({"reviewed": "31/01/2026"}, ["$.reviewed: '31/01/2026' is not a 'date'"]),
        ({"sumary": 1}, ["$: Additional properties are not allowed ('sumary' was unexpected)"]),
        ({"title": {"de": "a"}}, ["$.title: Additional properties are not allowed ('de' was unexpected)"]),
        (
            {"status": "publised"},
            ["$.status: 'publised' is not one of ['draft', 'published', 'deprecated', 'rejected']"],
        ),
    ],
    ids=str,
)
def test_an_editor_sees_what_check_sees(changes: dict[str, Any], expected: list[str]) -> None:
    assert faults("layer", ENTRY | changes) == expected


def test_the_files_are_the_same_every_time() -> None:
    files = schema_files()
    assert files == schema_files()
    assert list(files) == [f"{kind}.schema.json" for kind in KINDS]
    for kind in KINDS:
        text = files[f"{kind}.schema.json"]
        assert json.loads(text) == SCHEMAS[kind]
        assert text == json.dumps(SCHEMAS[kind], indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def test_the_files_are_written(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "schemas"
    for _ in range(2):
        written = write_schemas(folder)
    assert written == [folder / name for name in schema_files()]
    assert {file.name: file.read_text("utf-8") for file in folder.iterdir()} == schema_files()
