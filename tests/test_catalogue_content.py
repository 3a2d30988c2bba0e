"""What the shipped catalogue promises: its size, the founding facts, and the coverage of other catalogues."""

from __future__ import annotations

import pytest
from threatbase import truth
from threatbase.frameworks import FRAMEWORKS, Framework, coverage
from threatbase.knowledge import KnowledgeBase, load
from threatbase.models import Layer, Threat

from tests.site import ROOT


@pytest.fixture(scope="module")
def shipped() -> KnowledgeBase:
    return load(ROOT / "threats", ROOT / "docs")[0]


@pytest.mark.parametrize(
    ("kind", "least"),
    [("threat", 110), ("mitigation", 70), ("kernel-feature", 30), ("docker-option", 80), ("need", 12), ("source", 100)],
)
def test_there_are_enough_entries(shipped: KnowledgeBase, kind: str, least: int) -> None:
    assert sum(entry.is_published for entry in shipped.of_kind(kind)) >= least


def test_every_founding_fact_is_carried(shipped: KnowledgeBase) -> None:
    carried = {fact for entry in shipped.entries.values() if entry.is_published for fact in entry.body.covers}
    carried |= {fact for page in shipped.narratives for fact in page.meta.covers}
    assert sorted(set(truth.founding_facts()) - carried) == []


@pytest.mark.parametrize("framework", FRAMEWORKS, ids=lambda framework: framework.id)
def test_every_item_is_reached_or_does_not_apply(shipped: KnowledgeBase, framework: Framework) -> None:
    assert [item.id for item in coverage(framework, shipped, "en") if item.is_gap] == []


def test_every_layer_has_threats(shipped: KnowledgeBase) -> None:
    layers = {threat.layer for threat in shipped.bodies(Threat).values()}
    assert layers == set(shipped.bodies(Layer))
    assert len(layers) == 9
