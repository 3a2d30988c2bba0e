"""What a checklist asks for: sections, priorities, reasons, filters, containers, both languages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from threatbase.checklist.criteria import Criteria, misfits
from threatbase.checklist.items import Check, Item, Snippet
from threatbase.checklist.make import ask_levels, make_checklist
from threatbase.checklist.sheet import Checklist
from threatbase.knowledge import KnowledgeBase

from tests.small import effect, make

CHANGES: dict[str, Any] = {
    "layers/data": {"order": 2},
    "read": {"layer": "data", "effects": [effect("non-root", "limits", to=2)]},
    "mitigations/watch": {"scope": ["host"]},
    "setuid": {"effects": [effect("no-setuid"), effect("watch", "detects")]},
    "mitigations/no-setuid": {
        "apply": {"run": "docker run --read-only web:1", "compose": "services: {}\n"},
        "verify": [
            {"command": "docker inspect CONTAINER", "expect": "^true$", "because": {"en": "So.", "fr": "Ainsi."}}
        ],
        "mappings": {"cis": [{"benchmark": "1.6.0", "id": "5.12"}], "nist_800_190": ["4.4.3"]},
        "breaks": {"en": "What [[mitigation:userns|maps]] users:\n\n- `sudo`\n- *su*", "fr": "Rien."},
    },
    "docker-options/privileged": {
        "names": {"run": "--privileged", "compose": "privileged", "inspect": ".HostConfig.Privileged"},
        "disables": ["filter"],
        "avoid": {
            "title": {"en": "No privileged containers", "fr": "Pas de conteneurs privilégiés"},
            "summary": {"en": "Grant what is needed.", "fr": "Accorder le nécessaire."},
            "unused": "^false$",
            "snippet": "docker run --cap-add X web:1",
            "cis": [{"benchmark": "1.6.0", "id": "5.5"}],
        },
    },
    "needs/web": {
        "tenancy": "private",
        "goals": ["host-root"],
        "keep": [],
        "network": {"en": "None."},
        "must": [{"mitigation": "non-root", "because": {"en": "It can.", "fr": "Il le peut."}}],
        "cannot": [{"mitigation": "sandbox", "because": {"en": "Too slow.", "fr": "Trop lent."}}],
        "compose": "services: {}\n",
        "dockerfile": "FROM debian:13\n",
    },
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    return make(tmp_path_factory.mktemp("base"), CHANGES)


def ids(checklist: Checklist) -> list[tuple[str, str, int]]:
    return [(row.item.section, row.item.id, row.item.priority) for row in checklist.rows]


def item(base: KnowledgeBase, id_: str, **criteria: Any) -> Item:
    rows = make_checklist(base, Criteria(**{"level": "strict", **criteria})).rows
    return next(row.item for row in rows if row.item.id == id_)


KEEP = [("keep", "filter", 1), ("keep", "no:privileged", 4)]
ESSENTIAL = [("essential", "no-setuid", 1), ("essential", "patches", 1)]
STANDARD = [("standard", "sandbox", 2)]
STRICT = [("strict", "userns", 4), ("strict", "watch", 4)]


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (Criteria(goals=("host-root",), level="essential"), KEEP + ESSENTIAL),
        (Criteria(goals=("host-root",)), KEEP + ESSENTIAL + STANDARD),
        (Criteria(goals=("host-root",), level="strict"), KEEP + ESSENTIAL + STANDARD + STRICT),
        (Criteria(need="web", level="essential"), [*KEEP, *ESSENTIAL, ("essential", "non-root", 4)]),
        (Criteria(goals=("host-root",), tool="compose"), [KEEP[1], ESSENTIAL[0]]),
        (Criteria(goals=("host-root",), tool="run"), [KEEP[1], ESSENTIAL[0]]),
        (Criteria(goals=("host-root",), tool="daemon"), []),
        (Criteria(goals=("host-root",), layer="data", level="strict"), []),
        (Criteria(goals=("container-data",), layer="data", level="strict"), [("strict", "non-root", 4)]),
    ],
)
def test_what_is_asked_for(base: KnowledgeBase, criteria: Criteria, expected: list[tuple[str, str, int]]) -> None:
    assert ids(make_checklist(base, criteria)) == expected


def test_an_item_in_full(base: KnowledgeBase) -> None:
    found = item(base, "no-setuid", goals=("host-root",))
    assert found == Item(
        id="no-setuid",
        title="No setuid",
        summary="No setuid in one sentence.",
        section="essential",
        priority=1,
        why=(
            "Without it, “Host root” opens again to “Outsider”: Exploit → Setuid → Escape.",
            "Prevents: Setuid.",
        ),
        how=(Snippet("run", "docker run --read-only web:1"), Snippet("compose", "services: {}\n")),
        checks=(Check("docker inspect CONTAINER", "^true$", "So."),),
        cost=1,
        breaks="What maps users:\n– sudo\n– su",
        excludes=(),
        mappings={"cis": ("1.6.0 5.12",), "nist": ("4.4.3",)},
        address="mitigations/no-setuid/",
        content=found.content,
    )


def test_an_option_to_do_without_in_full(base: KnowledgeBase) -> None:
    found = item(base, "no:privileged", goals=("host-root",), language="fr")
    command = "docker inspect --format '{{json .HostConfig.Privileged}}' CONTAINER"
    read = "C’est la sortie tant que rien de cela n’est employé\u00a0: --privileged, privileged"
    assert found == Item(
        id="no:privileged",
        title="Pas de conteneurs privilégiés",
        summary="Accorder le nécessaire.",
        section="keep",
        priority=4,
        why=("Empêche\u00a0: Device (fr).",),
        how=(Snippet("run", "docker run --cap-add X web:1"),),
        checks=(Check(command, "^false$", read),),
        cost=0,
        breaks="",
        excludes=(),
        mappings={"cis": ("1.6.0 5.5",)},
        address="mitigations/no-privileged/",
        content=found.content,
    )


@pytest.mark.parametrize(
    ("id_", "why"),
    [
        ("sandbox", "Without it, one failed measure or one new flaw is enough to open a goal."),
        ("watch", "Shows: Setuid."),
    ],
)
def test_reasons(base: KnowledgeBase, id_: str, why: str) -> None:
    assert why in item(base, id_, goals=("host-root",)).why


def test_the_reason_of_a_need_comes_first(base: KnowledgeBase) -> None:
    assert item(base, "non-root", need="web", language="fr").why[0] == "Il le peut."


def test_what_cannot_be_had_together_names_each_other(base: KnowledgeBase) -> None:
    assert item(base, "sandbox", goals=("host-root",)).excludes == ("userns",)
    assert item(base, "userns", goals=("host-root",)).excludes == ("sandbox",)
    assert item(base, "sandbox", goals=("host-root",), level="standard").excludes == ()


def test_what_is_set_per_container_is_repeated(base: KnowledgeBase) -> None:
    criteria = Criteria(goals=("host-root",), level="essential", containers=("web", "db"))
    assert [id_ for _, id_, _ in ids(make_checklist(base, criteria))] == [
        "filter@db", "filter@web", "no:privileged@db", "no:privileged@web", "no-setuid@db", "no-setuid@web", "patches",
    ]  # fmt: skip
    assert item(base, "no-setuid@web", goals=("host-root",), containers=("web",)).title == "No setuid (web)"


def test_remarks(base: KnowledgeBase) -> None:
    assert make_checklist(base, Criteria(need="web")).remarks == (
        "For: Private, with Docker’s defaults, against skilled attackers.",
        "Proved to keep out of reach: Host root.",
        "No set survives the failure of: Filter, Patches. Watch these.",
        "No set survives a zero-day in: Kernel flaw.",
        "Left out, because this sort of container cannot have it: Sandbox.",
    )


@pytest.mark.parametrize(
    "criteria", [Criteria(goals=("host-root",), tool="run"), Criteria(goals=("host-root",), layer="kernel")]
)
def test_a_list_that_is_only_a_part_proves_nothing(base: KnowledgeBase, criteria: Criteria) -> None:
    made = make_checklist(base, criteria)
    assert made.remarks[1].startswith("A part only of the set that is proved to keep out of reach: Host root.")
    listed = {row.item.title for row in made.rows}
    watched = [remark for remark in made.remarks if remark.startswith("No set survives the failure of")]
    assert all(name in listed for remark in watched for name in remark[32:].partition(". ")[0].split(", "))


def test_the_content_is_that_of_snippets_checks_and_facts(tmp_path: Path, base: KnowledgeBase) -> None:
    before = item(base, "no-setuid", goals=("host-root",)).content
    fields = CHANGES["mitigations/no-setuid"]
    changes: list[tuple[dict[str, Any], bool]] = [
        ({"title": {"en": "Another", "fr": "Autre"}}, False),
        ({"breaks": {"en": "Another.", "fr": "Autre."}}, False),
        ({"apply": {"run": "docker run --read-only web:2"}}, True),
        ({"verify": []}, True),
        ({"cost": 2}, True),
        ({"default": "on"}, True),
    ]
    for name, (change, differs) in enumerate(changes):
        changed = make(tmp_path / str(name), {**CHANGES, "mitigations/no-setuid": {**fields, **change}})
        rows = make_checklist(changed, Criteria(goals=("host-root",), level="strict")).rows
        now = next(row.item.content for row in rows if row.item.id == "no-setuid")
        assert (now != before) == differs


def test_levels_kept_from_before_give_the_same_list(base: KnowledgeBase) -> None:
    criteria = Criteria(need="web", level="strict")
    kept = ask_levels(base, criteria)
    for one in (criteria, replace(criteria, language="fr", tool="run", level="essential")):
        assert make_checklist(base, one, kept) == make_checklist(base, one)


def test_criteria_that_the_knowledge_does_not_have(base: KnowledgeBase) -> None:
    wrong = Criteria(
        need="wbe", layer="kernle", goals=("host-root", "this:container-data", "this:host-root"), tenancy="p"
    )
    assert [(name, word) for name, word, _ in misfits(wrong, base)] == [
        ("need", "wbe"), ("layer", "kernle"), ("tenancy", "p"), ("goal", "this:host-root"),
    ]  # fmt: skip
