"""Claims: what entries rest on, drawn at random."""

from __future__ import annotations

from pathlib import Path

import pytest
from threatbase.claims import claims, sample
from threatbase.knowledge import KnowledgeBase, load

MANUAL = "https://example.org/manual"


def test_every_claim_of_the_valid_base(knowledge: KnowledgeBase) -> None:
    found = [
        (Path(claim.location.path).name, claim.text.en, claim.source, claim.locator, claim.url)
        for claim in claims(knowledge)
    ]
    assert found == [
        ("crash.yaml", "It is so: crash.", "manual", None, MANUAL),
        ("seccomp.yaml", "It filters.", "manual", None, MANUAL),
        ("no-setuid.yaml", "The bit is inherited.", "manual", None, MANUAL),
        ("sandbox.yaml", "It is so: sandbox.", "manual", None, MANUAL),
        ("watch.yaml", "It is so: watch.", "manual", None, MANUAL),
        ("no-filter.yaml", "It is so: no-filter.", "manual", None, MANUAL),
        ("suid.yaml", "A heap overflow.", "manual", "CVE-2021-3156, fixed in sudo 1.9.5p2", MANUAL),
        ("suid.yaml", "Setuid raises rights.", "manual", "page 1", MANUAL),
    ]


def test_a_claim_says_where_it_stands(base: Path) -> None:
    loaded, _ = load(base / "threats")
    line = (base / "threats/suid.yaml").read_text("utf-8").split("\n").index("references:") + 2
    place = claims(loaded)[-1].location
    assert (place.path, place.line, place.column) == ("threats/suid.yaml", line, 5)


@pytest.mark.parametrize("count", [0, 1, 5, 8, 9, 1000])
def test_as_many_as_asked_for_each_once_in_order(count: int, knowledge: KnowledgeBase) -> None:
    drawn = sample(knowledge, count, seed=7)
    assert len(drawn) == len({claim.location for claim in drawn}) == min(count, 8)
    assert drawn == sorted(drawn, key=lambda claim: claim.location)
    assert set(drawn) <= set(claims(knowledge))


def test_the_seed_decides(knowledge: KnowledgeBase) -> None:
    assert sample(knowledge, 3, 7) == sample(knowledge, 3, 7)
    assert len({tuple(sample(knowledge, 3, seed)) for seed in range(20)}) > 1


def test_drafts_claim_nothing_and_a_case_without_a_cve_has_its_name(base: Path) -> None:
    file = base / "threats/suid.yaml"
    file.write_text(file.read_text("utf-8").replace("cve: CVE-2021-3156, ", ""), "utf-8")
    assert "Baron Samedit, fixed in sudo 1.9.5p2" in {claim.locator for claim in claims(load(base / "threats")[0])}
    file.write_text(file.read_text("utf-8").replace("layer: kernel", "status: draft\nlayer: kernel"), "utf-8")
    assert "suid.yaml" not in {Path(claim.location.path).name for claim in claims(load(base / "threats")[0])}


def test_a_case_that_nobody_fixed_says_so_in_words(base: Path) -> None:
    file = base / "threats/suid.yaml"
    file.write_text(file.read_text("utf-8").replace("fixed: sudo 1.9.5p2, ", ""), "utf-8")
    locators = [claim.locator or "" for claim in claims(load(base / "threats")[0])]
    assert "CVE-2021-3156" in locators
    assert not any("None" in locator for locator in locators)
