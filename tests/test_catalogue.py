"""The catalogue: the valid base read the other way round."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from threatbase.catalogue import Catalogue, Citation, EffectOn
from threatbase.knowledge import Key, KnowledgeBase

Reverse = Callable[[Catalogue], Mapping[str, tuple[Any, ...]]]


@pytest.fixture(scope="module")
def catalogue(knowledge: KnowledgeBase) -> Catalogue:
    """Of the valid base."""
    return Catalogue(knowledge)


@pytest.mark.parametrize(
    ("reverse", "expected"),
    [
        pytest.param(
            lambda c: c.threats_by_layer, {"application": ("crash",), "kernel": ("no-filter", "suid")}, id="layers"
        ),
        pytest.param(lambda c: c.introduced_by, {"sandbox": ("suid",)}, id="introduced"),
        pytest.param(lambda c: c.weaknesses_of, {"no-setuid": ("no-filter",)}, id="weaknesses"),
        pytest.param(lambda c: c.disabled_by, {"no-setuid": ("privileged",)}, id="disabled"),
        pytest.param(lambda c: c.opened_by, {"privileged": ("no-filter", "suid")}, id="opened"),
        pytest.param(lambda c: c.mitigations_by_option, {"security-opt": ("no-setuid",)}, id="mitigations-of-options"),
        pytest.param(lambda c: c.mitigations_by_feature, {"seccomp": ("no-setuid",)}, id="mitigations-of-features"),
        pytest.param(lambda c: c.options_by_feature, {"seccomp": ("security-opt",)}, id="options-of-features"),
        pytest.param(lambda c: c.threats_by_feature, {"seccomp": ("suid",)}, id="threats-of-features"),
        pytest.param(lambda c: c.parts_of, {"seccomp": ("pid-namespace",)}, id="parts"),
        pytest.param(lambda c: c.granted_by, {"code": ("crash",), "root": ("suid",)}, id="granted"),
        pytest.param(lambda c: c.required_by, {"fault": ("crash",), "code": ("suid",)}, id="required"),
        pytest.param(lambda c: c.implied_by, {"code": ("root",)}, id="implied"),
    ],
)
def test_what_is_stored_one_way_is_read_the_other(
    reverse: Reverse, expected: dict[str, tuple[str, ...]], catalogue: Catalogue
) -> None:
    assert reverse(catalogue) == expected


def test_only_what_is_published_is_in_it(catalogue: Catalogue) -> None:
    assert list(catalogue.threats) == ["crash", "no-filter", "suid"]
    assert list(catalogue.mitigations) == ["no-setuid", "sandbox", "watch"]
    assert list(catalogue.options) == ["lxc-conf", "privileged", "security-opt"]
    assert list(catalogue.features) == ["pid-namespace", "seccomp"]
    assert list(catalogue.states) == ["cloud", "code", "fault", "root"]


def test_layers_come_in_the_order_of_the_model(catalogue: Catalogue) -> None:
    assert [(id_, layer.order) for id_, layer in catalogue.layers.items()] == [("application", 1), ("kernel", 2)]


def test_effects_come_with_what_is_said_of_them(catalogue: Catalogue) -> None:
    effects = catalogue.threats["suid"].effects
    assert catalogue.effects_of == {
        "no-setuid": (EffectOn("suid", effects[0]),),
        "sandbox": (EffectOn("suid", effects[1]),),
        "watch": (EffectOn("suid", effects[2]),),
    }


def test_citations_are_references_and_cases(catalogue: Catalogue, knowledge: KnowledgeBase) -> None:
    citing = [citation.entry for citation in catalogue.citations["manual"]]
    assert sorted(map(str, citing)) == [
        *("kernel-feature:seccomp", "mitigation:no-setuid", "mitigation:sandbox", "mitigation:watch"),
        *("threat:crash", "threat:no-filter", "threat:suid", "threat:suid"),
    ]
    suid = catalogue.threats["suid"]
    assert [citation for citation in catalogue.citations["manual"] if citation.entry == Key("threat", "suid")] == [
        Citation(Key("threat", "suid"), suid.references[0]),
        Citation(Key("threat", "suid"), suid.cases[0]),
    ]
