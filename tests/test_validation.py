"""Pydantic's errors as problems: the place, the code and the words of each sort of fault."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import Field, ValidationError
from threatbase.models.base import Model
from threatbase.sources import parse
from threatbase.validation import problems_of


class Inner(Model):
    """A model within."""

    name: Annotated[str, Field(pattern=r"^[a-z]+$", max_length=5)] = Field(description="A name.", examples=["abc"])
    from_: str | None = Field(None, alias="from", description="Since when.", examples=["1.0"])


class Outer(Model):
    """A model with everything that can be wrong."""

    text: str = Field(min_length=1, description="Some text.", examples=["a"])
    number: int | None = Field(None, strict=True, ge=1, description="A number.", examples=[1])
    flag: bool | None = Field(None, description="A flag.", examples=[True])
    choice: Literal["one", "two", "three"] | None = Field(None, description="A choice.", examples=["one"])
    names: tuple[Annotated[str, Field(pattern=r"^[a-z]+$")], ...] = Field((), description="Names.", examples=[["abc"]])
    inner: Inner | None = Field(None, description="One.", examples=[{"name": "abc"}])
    many: tuple[Inner, ...] = Field((), description="Many.", examples=[[{"name": "abc"}]])
    some: tuple[Inner, ...] = Field((Inner(name="a"),), min_length=1, description="Some.", examples=[[{"name": "a"}]])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "number: 1", ["1:1: missing-field: the field 'text' is missing; add it: Some text."], id="missing"
        ),
        pytest.param(
            "text: a\ninner: {}",
            ["2:1: missing-field: the field 'name' is missing; add it: A name."],
            id="missing-within",
        ),
        pytest.param(
            "text: a\nmany:\n  - name: a\n  - {}",
            ["4:5: missing-field: the field 'name' is missing; add it: A name."],
            id="missing-in-a-list",
        ),
        pytest.param(
            "text: a\ntxt: b",
            ["2:1: unknown-key: there is no field 'txt' here; did you mean 'text'?"],
            id="unknown-with-a-guess",
        ),
        pytest.param(
            "text: a\nmany: [{name: a, xyz: b}]",
            ["2:18: unknown-key: there is no field 'xyz' here; the fields are from, name"],
            id="unknown-without-a-guess",
        ),
        pytest.param(
            "text: a\n? " + "k" * 100 + "\n: b",
            [
                f"2:3: unknown-key: there is no field '{'k' * 59}…' here; "
                "the fields are choice, flag, inner, many, names, number, some, text"
            ],
            id="unknown-and-long",
        ),
        pytest.param("text: 5", ["1:1: wrong-type: expected text, found 5; put it in quotes"], id="number-for-text"),
        pytest.param(
            "text: true", ["1:1: wrong-type: expected text, found true; put it in quotes"], id="true-for-text"
        ),
        pytest.param("text:", ["1:1: wrong-type: expected text, found nothing"], id="nothing-for-text"),
        pytest.param("text: [a]", ["1:1: wrong-type: expected text, found a list"], id="list-for-text"),
        pytest.param("text: {a: b}", ["1:1: wrong-type: expected text, found a mapping"], id="mapping-for-text"),
        pytest.param(
            "text: a\nnumber: x", ["2:1: wrong-type: expected a whole number, found 'x'"], id="text-for-number"
        ),
        pytest.param(
            "text: a\nnumber: '1'", ["2:1: wrong-type: expected a whole number, found '1'"], id="quoted-number"
        ),
        pytest.param("text: a\nnumber: 1.5", ["2:1: wrong-type: expected a whole number, found '1.5'"], id="fraction"),
        pytest.param("text: a\nflag: maybe", ["2:1: wrong-type: expected true or false, found 'maybe'"], id="flag"),
        pytest.param("text: a\nnames: b", ["2:1: wrong-type: expected a list, found 'b'"], id="text-for-list"),
        pytest.param(
            "text: a\nnames: [b, 2]", ["2:12: wrong-type: expected text, found 2; put it in quotes"], id="item"
        ),
        pytest.param("text: a\ninner: b", ["2:1: wrong-type: expected a mapping, found 'b'"], id="text-for-mapping"),
        pytest.param("- a", ["1:1: wrong-type: expected a mapping, found a list"], id="list-at-the-top"),
        pytest.param(
            "text: a\nchoice: for",
            ["2:1: bad-value: 'for' is not one of one, two, three"],
            id="choice-without-a-guess",
        ),
        pytest.param(
            "text: a\nchoice: thre",
            ["2:1: bad-value: 'thre' is not one of one, two, three; did you mean 'three'?"],
            id="choice-with-a-guess",
        ),
        pytest.param(
            "text: a\nnumber: 0", ["2:1: bad-value: input should be greater than or equal to 1"], id="too-small"
        ),
        pytest.param(
            "text: a\ninner: {name: abcdef}",
            ["2:9: bad-value: string should have at most 5 characters"],
            id="too-long",
        ),
        pytest.param(
            "text: a\nnames: [a, B]",
            ["2:12: bad-format: 'B' does not have the form required, for example 'abc'"],
            id="form-in-a-list",
        ),
        pytest.param(
            "text: a\nmany: [{name: B}]",
            ["2:9: bad-format: 'B' does not have the form required, for example 'abc'"],
            id="form-within",
        ),
        pytest.param("text: ''", ["1:1: empty-value: the text is empty; write it or remove the key"], id="empty-text"),
        pytest.param(
            "text: a\nsome: []", ["2:1: empty-value: the list is empty; give at least one item"], id="empty-list"
        ),
        pytest.param(
            "text: a\nsome: [{name: B}]",
            ["2:9: bad-format: 'B' does not have the form required, for example 'abc'"],
            id="a-list-of-faulty-items-is-not-empty",
        ),
        pytest.param(
            "nmber: 1\nchoice: four\ntext: ''",
            [
                "1:1: unknown-key: there is no field 'nmber' here; did you mean 'number'?",
                "2:1: bad-value: 'four' is not one of one, two, three",
                "3:1: empty-value: the text is empty; write it or remove the key",
            ],
            id="all-faults-at-once-in-the-order-of-the-file",
        ),
    ],
)
def test_faults(text: str, expected: list[str]) -> None:
    document = parse(text, "a.yaml")
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(document.data)
    problems = problems_of(caught.value, document, Outer)
    assert {problem.location.path for problem in problems} == {"a.yaml"}
    assert [
        f"{problem.location.line}:{problem.location.column}: {problem.code}: {problem.message}" for problem in problems
    ] == expected
