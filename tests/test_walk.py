"""The walk meets every reference and every text of an entry, wherever its model puts them."""

from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import Field
from threatbase.knowledge import Key, KnowledgeBase
from threatbase.models.base import Model, Prose, Ref, Text
from threatbase.walk import references, texts

Id = Annotated[str, Ref("state")]


class Leaf(Model):
    """A model within."""

    state: Id | None = None
    text: Text | None = None
    with_: tuple[Id, ...] = Field((), alias="with")


class Tree(Model):
    """One field of each sort that entries have."""

    plain: str = ""
    one: Annotated[str, Field(min_length=1), Ref("threat")] = "t"
    maybe: Annotated[str, Ref("layer")] | None = None
    many: tuple[Id, ...] = ()
    joined: tuple[Annotated[str, Ref("docker-option", lambda value: tuple(value.split("+")))], ...] = ()
    title: Text | None = None
    prose: tuple[Prose, ...] = ()
    leaf: Leaf | None = None
    leaves: tuple[Leaf, ...] = ()


TREE = Tree.model_validate(
    {
        "plain": "nothing",
        "many": ["a", "b"],
        "joined": ["x+y", "z"],
        "title": {"en": "Title"},
        "prose": [{"en": "One"}, {"fr": "Deux"}],
        "leaf": {"state": "c", "with": ["d"]},
        "leaves": [{}, {"state": "e", "text": {"en": "Leaf"}}],
    }
)


def test_every_reference_is_met_with_its_path() -> None:
    assert list(references(TREE)) == [
        (("one",), "threat", "t"),
        (("many", 0), "state", "a"),
        (("many", 1), "state", "b"),
        (("joined", 0), "docker-option", "x"),
        (("joined", 0), "docker-option", "y"),
        (("joined", 1), "docker-option", "z"),
        (("leaf", "state"), "state", "c"),
        (("leaf", "with", 0), "state", "d"),
        (("leaves", 1, "state"), "state", "e"),
    ]


def test_every_text_is_met_with_its_path() -> None:
    assert [(path, type(text), text.get("en")) for path, text in texts(TREE)] == [
        (("title",), Text, "Title"),
        (("prose", 0), Prose, "One"),
        (("prose", 1), Prose, "Deux"),
        (("leaves", 1, "text"), Text, "Leaf"),
    ]


def test_what_is_not_there_is_not_met() -> None:
    assert list(references(Tree())) == [(("one",), "threat", "t")]
    assert list(texts(Tree())) == []


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        pytest.param(
            Key("threat", "suid"),
            [
                "references.0.source: source:manual",
                "history.0.source: source:manual",
                "layer: layer:kernel",
                "requires.0: state:code",
                "grants.0: state:root",
                "opened_by.0: docker-option:privileged",
                "introduced_by.0: mitigation:sandbox",
                "effects.0.mitigation: mitigation:no-setuid",
                "effects.1.mitigation: mitigation:sandbox",
                "effects.1.with.0: mitigation:no-setuid",
                "effects.1.bypassed_by.0: state:root",
                "effects.2.mitigation: mitigation:watch",
                "kernel_features.0: kernel-feature:seccomp",
                "cases.0.source: source:manual",
            ],
            id="threat",
        ),
        pytest.param(
            Key("docker-option", "lxc-conf"), ["deprecated.successor: docker-option:security-opt"], id="docker-option"
        ),
        pytest.param(Key("state", "root"), ["implies.0: state:code"], id="state"),
        pytest.param(
            Key("tenancy", "private"), ["attackers.0: attacker:accident", "facts.0: state:cloud"], id="tenancy"
        ),
        pytest.param(
            Key("need", "web"),
            [
                "tenancy: tenancy:private",
                "goals.0: state:root",
                "keep.0: docker-option:privileged",
                "must.0.mitigation: mitigation:no-setuid",
                "cannot.0.mitigation: mitigation:sandbox",
            ],
            id="need",
        ),
    ],
)
def test_references_of_entries(key: Key, expected: list[str], knowledge: KnowledgeBase) -> None:
    found = references(knowledge[key].body)
    assert [f"{'.'.join(map(str, path))}: {kind}:{id_}" for path, kind, id_ in found] == expected
