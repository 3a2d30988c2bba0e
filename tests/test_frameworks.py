"""Other catalogues: which entries reach which item."""

from __future__ import annotations

from pathlib import Path

import pytest
from threatbase.frameworks import FRAMEWORKS, Framework, Item, coverage
from threatbase.knowledge import Key, KnowledgeBase, load

SUID, NO_SETUID = Key("threat", "suid"), Key("mitigation", "no-setuid")
BY_ID = {framework.id: framework for framework in FRAMEWORKS}


@pytest.mark.parametrize(
    ("framework", "reached"),
    [
        # Microsoft's MS-TA9018 and the techniques are named by the threat, D01 by both.
        ("attack", {"T1548": (SUID,), "T1548.001": (SUID,)}),
        ("microsoft", {"MS-TA9018": (SUID,)}),
        ("cis", {"5.26": (NO_SETUID,)}),
        ("nist", {"3.4.3": (SUID,), "4.4.3": (NO_SETUID,)}),
        ("owasp", {"D01": (SUID, NO_SETUID)}),
    ],
)
def test_the_valid_base_reaches(framework: str, reached: dict[str, tuple[Key, ...]], knowledge: KnowledgeBase) -> None:
    items = coverage(BY_ID[framework], knowledge, "en")
    known = BY_ID[framework].items()
    assert [(item.id, item.title) for item in items] == list(known.items())
    assert {item.id: item.entries for item in items if item.entries} == {
        id_: keys for id_, keys in reached.items() if id_ in known
    }
    # The technique that the threat names is not among those that ATT&CK lists for containers.
    assert framework == "attack" or reached.keys() <= known.keys()


@pytest.mark.parametrize("framework", FRAMEWORKS, ids=lambda framework: str(framework.id))
def test_what_does_not_apply_has_a_reason_in_both_languages(framework: Framework, knowledge: KnowledgeBase) -> None:
    english, french = (coverage(framework, knowledge, language) for language in ("en", "fr"))
    reasons = [(a.not_applicable, b.not_applicable) for a, b in zip(english, french, strict=True)]
    assert all((a is None) == (b is None) for a, b in reasons)
    assert all(a != b for a, b in reasons if a)
    assert framework.version


@pytest.mark.parametrize(
    ("entries", "reason", "gap"),
    [((), None, True), ((), "Not here.", False), ((SUID,), None, False), ((SUID,), "Not here.", False)],
)
def test_a_gap_is_reached_by_nothing_without_a_reason(entries: tuple[Key, ...], reason: str | None, gap: bool) -> None:
    assert Item("T1", "Title", None, entries, reason).is_gap == gap


def test_addresses() -> None:
    assert BY_ID["attack"].address("T1548.001") == "https://attack.mitre.org/techniques/T1548/001/"
    assert BY_ID["cis"].address("5.26") is None


def test_drafts_reach_nothing_and_avoided_options_do(base: Path) -> None:
    suid, option = base / "threats/suid.yaml", base / "threats/docker-options/privileged.yaml"
    suid.write_text(suid.read_text("utf-8").replace("layer: kernel", "status: draft\nlayer: kernel"), "utf-8")
    option.write_text(option.read_text("utf-8") + '  cis: [{benchmark: 1.6.0, id: "5.5"}]\n', "utf-8")
    knowledge, problems = load(base / "threats")
    assert problems == []
    assert not any(item.entries for item in coverage(BY_ID["attack"], knowledge, "en"))
    found = {item.id: item.entries for item in coverage(BY_ID["cis"], knowledge, "en") if item.entries}
    assert found == {"5.5": (Key("docker-option", "privileged"),), "5.26": (NO_SETUID,)}
