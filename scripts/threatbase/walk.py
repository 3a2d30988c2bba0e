"""Walks through an entry's body and meets its references and its texts, whatever the kind.

The plan of a model class is made once from its annotations, so that a new field of a known sort is
checked, linked and translated without another line of code.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from threatbase.models.base import Ref, Text
from threatbase.sources import FieldPath


@dataclass(frozen=True, slots=True)
class _Step:
    attribute: str
    key: str
    many: bool
    ref: Ref | None
    text: bool
    model: type[BaseModel] | None


def references(body: BaseModel, path: FieldPath = ()) -> Iterator[tuple[FieldPath, str, str]]:
    """Every typed reference: its path in the document, the kind and the id that it names."""
    for step, place, value in _visit(body, path):
        if step.ref is not None:
            for identifier in step.ref.split(value):
                yield place, step.ref.kind, identifier
        elif step.model is not None:
            yield from references(value, place)


def texts(body: BaseModel, path: FieldPath = ()) -> Iterator[tuple[FieldPath, Text]]:
    """Every bilingual text, with its path in the document."""
    for step, place, value in _visit(body, path):
        if step.text:
            yield place, value
        elif step.model is not None:
            yield from texts(value, place)


def _visit(body: BaseModel, path: FieldPath) -> Iterator[tuple[_Step, FieldPath, Any]]:
    for step in _plan(type(body)):
        value = getattr(body, step.attribute)
        if step.many:
            for index, item in enumerate(value):
                yield step, (*path, step.key, index), item
        elif value is not None:
            yield step, (*path, step.key), value


@cache
def _plan(model: type[BaseModel]) -> tuple[_Step, ...]:
    steps = []
    for name, field in model.model_fields.items():
        step = _step(name, field.alias or name, field.annotation, tuple(field.metadata))
        if step.ref or step.text or step.model:
            steps.append(step)
    return tuple(steps)


def _step(name: str, key: str, annotation: Any, metadata: tuple[Any, ...], many: bool = False) -> _Step:
    if get_origin(annotation) is Annotated:
        return _step(name, key, get_args(annotation)[0], (*metadata, *get_args(annotation)[1:]), many)
    if get_origin(annotation) in (Union, UnionType):
        (inner, *_) = [item for item in get_args(annotation) if item is not NoneType]
        return _step(name, key, inner, metadata, many)
    if get_origin(annotation) is tuple:
        return _step(name, key, get_args(annotation)[0], metadata, many=True)
    ref = next((item for item in metadata if isinstance(item, Ref)), None)
    is_class = isinstance(annotation, type)
    text = is_class and issubclass(annotation, Text)
    model = annotation if is_class and issubclass(annotation, BaseModel) and not text else None
    return _Step(name, key, many, ref, text, model)
