"""Pydantic's errors become problems: at their place, with a stable code and words that help."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from threatbase.problems import Problem, did_you_mean, shorten
from threatbase.sources import Document, FieldPath

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "dict_type": "a mapping",
    "date_type": "a date (2026-01-31)",
    "date_parsing": "a date (2026-01-31)",
    "date_from_datetime_parsing": "a date (2026-01-31)",
    "date_from_datetime_inexact": "a date (2026-01-31)",
}
_BOUNDS = {
    "string_too_short": "the text is empty; write it or remove the key",
    "too_short": "the list is empty; give at least one item",
}


def problems_of(error: ValidationError, document: Document, model: type[BaseModel]) -> list[Problem]:
    """One problem for each error of pydantic, in the order of the file."""
    found = error.errors(include_url=False)
    return sorted(_problem(details, document, model) for details in found if not _is_echo(details))


def _is_echo(details: ErrorDetails) -> bool:
    """Whether it is said of a list that it is too short, because what stands in it is faulty."""
    return details["type"] == "too_short" and bool(details["input"])


def _problem(details: ErrorDetails, document: Document, model: type[BaseModel]) -> Problem:
    path: FieldPath = tuple(details["loc"])
    kind, name = details["type"], str(details["loc"][-1]) if details["loc"] else ""
    if kind == "missing":
        return Problem(document.locate(path[:-1]), "missing-field", _missing(name, path, model))
    if kind == "extra_forbidden":
        known = _fields_at(model, path[:-1])
        message = f"there is no field '{shorten(name)}' here{did_you_mean(name, known) or _fields_are(known)}"
        return Problem(document.locate(path), "unknown-key", message)
    if kind == "string_pattern_mismatch":
        message = f"'{shorten(details['input'])}' does not have the form required{_example(path, model)}"
        return Problem(document.locate(path), "bad-format", message)
    code, message = _value_problem(details)
    return Problem(document.locate(path), code, message)


def _value_problem(details: ErrorDetails) -> tuple[str, str]:
    kind, value, context = details["type"], details["input"], details.get("ctx", {})
    if kind in _EXPECTED:
        hint = "; put it in quotes" if kind == "string_type" and isinstance(value, (int, bool)) else ""
        return "wrong-type", f"expected {_EXPECTED[kind]}, found {_found(value)}{hint}"
    if kind == "literal_error":
        choices = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        return (
            "bad-value",
            f"{_found(value)} is not one of {', '.join(choices)}{did_you_mean(str(value), choices)}",
        )
    if kind in _BOUNDS:
        return "empty-value", _BOUNDS[kind]
    if kind == "value_error":
        return "bad-value", str(context["error"])
    return "bad-value", details["msg"][:1].lower() + details["msg"][1:]


def _missing(name: str, path: FieldPath, model: type[BaseModel]) -> str:
    field = _fields_at(model, path[:-1]).get(name)
    return f"the field '{name}' is missing; add it" + (f": {field.description}" if field else "")


def _example(path: FieldPath, model: type[BaseModel]) -> str:
    """`", for example 'x'"`, from the field that holds the value, or the list with the value."""
    length = max(index for index, part in enumerate(path, start=1) if isinstance(part, str))
    field = _fields_at(model, path[: length - 1]).get(str(path[length - 1]))
    example = (field.examples or [None])[0] if field else None
    while isinstance(example, list):
        example = example[0]
    return f", for example '{example}'" if example else ""


def _fields_are(known: Iterable[str]) -> str:
    return f"; the fields are {', '.join(sorted(known))}" if known else ""


def _fields_at(model: type[BaseModel], path: FieldPath) -> dict[str, FieldInfo]:
    """The fields, by their names in YAML, of the model that stands at a path in the document."""
    current: Any = model
    for part in path:
        if isinstance(part, int):
            continue
        fields = {field.alias or name: field for name, field in current.model_fields.items()}
        models = list(_models_in(fields[part].annotation)) if part in fields else []
        if not models:
            return {}
        current = models[0]
    return {field.alias or name: field for name, field in current.model_fields.items()}


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _found(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, int):
        return str(value).lower()
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return f"'{shorten(str(value))}'"
