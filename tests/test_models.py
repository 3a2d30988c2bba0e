"""The models: every field is explained, by an example that fits, and takes no value for another one."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from threatbase.glossary import Glossary
from threatbase.models import KINDS, LANGUAGES, Body, Layer, Prose, Source, Text
from threatbase.models.base import Date, Id, Version, Window
from threatbase.models.threat import REACHES, Grant, OptionSet, split_grant, split_options
from threatbase.narrative import PageMeta

from tests.conftest import make_threat


def _models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    for field in model.model_fields.values():
        yield from _in(field.annotation)


def _in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _models(annotation)
    for argument in get_args(annotation):
        yield from _in(argument)


TOPS: list[type[BaseModel]] = [*(kind.model for kind in KINDS.values()), PageMeta, Glossary]
MODELS = {found.__name__: found for top in TOPS for found in _models(top)}
FIELDS = [
    pytest.param(model, name, field, id=f"{model.__name__}.{field.alias or name}")
    for model in MODELS.values()
    for name, field in model.model_fields.items()
]


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_every_model_says_what_it_is_and_is_frozen_and_closed(model: type[BaseModel]) -> None:
    assert model.__doc__
    assert model.model_config.get("frozen") is True
    assert model.model_config.get("extra") == "forbid"


@pytest.mark.parametrize(("model", "name", "field"), FIELDS)
def test_every_field_is_explained_and_has_an_example(model: type[BaseModel], name: str, field: FieldInfo) -> None:
    assert field.description
    assert field.description == field.description.strip()
    assert field.description.endswith((".", "`"))
    assert field.examples


@pytest.mark.parametrize(("model", "name", "field"), FIELDS)
def test_every_example_fits_its_field_as_far_as_it_goes(model: type[BaseModel], name: str, field: FieldInfo) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(model)
    key = field.alias or name
    for example in field.examples or ():
        try:
            adapter.validate_python({key: example})
        except ValidationError as error:
            faults = error.errors()
        else:
            faults = []
        # An example of a large field may show a part of it; what it shows has to be right.
        wrong = [fault for fault in faults if fault["loc"][:1] == (key,) and fault["type"] != "missing"]
        assert wrong == []


def test_every_kind_has_its_own_folder() -> None:
    assert {kind.name: kind.path for kind in KINDS.values()} == {
        "threat": "threats",
        "mitigation": "mitigations",
        "kernel-feature": "kernel-features",
        "docker-option": "docker-options",
        "state": "states",
        "attacker": "attackers",
        "tenancy": "tenancies",
        "layer": "layers",
        "need": "needs",
        "experiment": "experiments",
        "source": "sources",
    }
    assert [kind.name for kind in KINDS.values() if kind.folder == ""] == ["threat"]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_has_the_fields_of_all_kinds(kind: Any) -> None:
    assert issubclass(kind.model, Body)
    assert list(kind.model.model_fields)[: len(Body.model_fields)] == list(Body.model_fields)


# --- values ----------------------------------------------------------------------------------------

ACCEPTED: dict[str, tuple[Any, list[Any]]] = {
    "id": (Id, ["a", "a-b", "no-new-privileges", "4", "a" * 60]),
    "version": (Version, ["1", "1.10", "29.4.2", "20.10.0-rc1", "1.7.0~rc2", "17.06.0-ce", 23]),
    "date": (Date, ["2026-01-31", "2024-02-29", datetime.date(2026, 1, 31)]),
    "grant": (Grant, ["root", "all:root", "other.network:a-b", "other.volume:a", "other.host:a"]),
    "options": (OptionSet, ["privileged", "pid-host+sys-ptrace", "a+b+c"]),
    "text": (Text, [{"en": "a"}, {"fr": "a"}, {"en": "a", "fr": "b"}]),
}
REFUSED: dict[str, tuple[Any, list[Any]]] = {
    "id": (Id, ["", "A", "a_b", "-a", "a-", "a--b", "a\n", "é", "a" * 61, "../a", "a/b", 4, None]),
    "version": (Version, ["", "v1", "latest", "1..2", "1.2.", "1 2", True, 1.5, "1" * 31]),
    "date": (
        Date,
        ["", "2026-1-31", "20260131", "2026-02-30", "2026-01-31T00:00:00", "0", 0, 86400, True, "2026-01-31\n"],
    ),
    "grant": (Grant, ["", "other:root", "other.disk:root", "all:", "this:root", "ALL:root", "a:b:c", "all:all:a"]),
    "options": (OptionSet, ["", "+a", "a+", "a++b", "a b", "a+B"]),
    "text": (Text, [{}, {"en": None}, {"en": ""}, {"en": 1}, {"en": "a", "de": "b"}, "a", ["a"]]),
}


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        pytest.param(annotation, value, id=f"{name}-{value!r:.30}")
        for name, (annotation, values) in ACCEPTED.items()
        for value in values
    ],
)
def test_values_that_are_taken(annotation: Any, value: Any) -> None:
    TypeAdapter(annotation).validate_python(value)


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        pytest.param(annotation, value, id=f"{name}-{value!r:.30}")
        for name, (annotation, values) in REFUSED.items()
        for value in values
    ],
)
def test_values_that_are_refused(annotation: Any, value: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(annotation).validate_python(value)


@pytest.mark.parametrize(
    "fields",
    [
        {"difficulty": True},
        {"difficulty": "1"},
        {"effects": [{"mitigation": "a", "effect": "limits", "to": True, "because": {"en": "b"}}]},
        {"cases": [{"year": "2019", "what": {"en": "a"}, "source": "b"}]},
        {"mappings": {"cwe": ["269"]}},
        {"mappings": {"capec": [True]}},
        {"requires": "code"},
        {"requires": {"code": None}},
        {"stride": []},
        {"description": {"en": "a" * 20_001}},
        {"from": 1},
    ],
    ids=str,
)
def test_no_value_is_taken_for_another_one(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make_threat(**fields)


def test_a_number_of_a_version_becomes_text() -> None:
    assert Window.model_validate({"from": 23, "until": "29.0"}) == Window.model_validate(
        {"from": "23", "until": "29.0", "if": []}
    )


def test_entries_are_frozen() -> None:
    threat = make_threat()
    with pytest.raises(ValidationError):
        threat.layer = "other"  # type: ignore[misc]


@pytest.mark.parametrize("model", [Text, Prose])
@pytest.mark.parametrize(
    ("written", "shown", "exists"),
    [
        ({"en": "E", "fr": "F"}, ["E", "F"], [True, True]),
        ({"en": "E"}, ["E", "E"], [True, False]),
        ({"fr": "F"}, ["F", "F"], [False, True]),
    ],
    ids=["both", "english", "french"],
)
def test_a_missing_language_shows_the_other_one(
    model: type[Text], written: dict[str, str], shown: list[str], exists: list[bool]
) -> None:
    text = model.model_validate(written)
    assert [text.get(language) for language in LANGUAGES] == shown
    assert [text.has(language) for language in LANGUAGES] == exists


def test_a_source_alone_may_do_without_a_description() -> None:
    optional = [kind.name for kind in KINDS.values() if not kind.model.model_fields["description"].is_required()]
    assert optional == ["source"]
    assert Source.model_fields["description"].annotation == Prose | None
    assert Layer.model_fields["description"].annotation is Prose


# --- what stands in a value ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grant", "expected"),
    [
        ("root", ("this", "root")),
        *((f"{reach}:root", (reach, "root")) for reach in REACHES),
    ],
)
def test_split_grant(grant: str, expected: tuple[str, str]) -> None:
    assert split_grant(grant) == expected


@pytest.mark.parametrize(
    ("item", "expected"), [("privileged", ("privileged",)), ("a+b", ("a", "b")), ("a+b+c", ("a", "b", "c"))]
)
def test_split_options(item: str, expected: tuple[str, ...]) -> None:
    assert split_options(item) == expected
