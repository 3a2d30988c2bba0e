"""The grounded model: what a base becomes for some containers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from threatbase.analysis.configuration import together
from threatbase.analysis.model import PREVENTS, Block, GroundState, Measure, Model, Step, build_model
from threatbase.knowledge import KnowledgeBase

from tests.small import effect, make


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return build_model(make(tmp_path))


def steps_of(model: Model, threat: str) -> list[Step]:
    return [step for step in model.steps if step.threat == threat]


def test_the_valid_base_as_a_model(knowledge: KnowledgeBase) -> None:
    model = build_model(knowledge, together("web"))
    code, root = ("code", "web"), ("root", "web")
    assert model.steps == (
        Step("crash", "web", 0, frozenset({("fault", None)}), frozenset({code}), (), frozenset()),
        Step(
            "suid",
            "web",
            2,
            frozenset({code}),
            frozenset({root}),
            (
                Block(frozenset({"no-setuid"}), PREVENTS),
                Block(frozenset({"sandbox", "no-setuid"}), 3, (root,)),
                Block(frozenset({"no:privileged"}), PREVENTS),
            ),
            frozenset({"sandbox"}),
        ),
    )
    nothing: frozenset[str] = frozenset()
    assert model.measures == {
        "no-setuid": Measure("no-setuid", 1, nothing, nothing, frozenset({"container"})),
        "sandbox": Measure("sandbox", 16, frozenset({"no-setuid"}), nothing, frozenset({"daemon"})),
        "watch": Measure("watch", 4, nothing, frozenset({"sandbox"}), frozenset({"host"})),
        "no:privileged": Measure("no:privileged", 0, nothing, nothing, frozenset({"container"})),
    }
    assert model.implied == {root: (code,)}
    assert list(model.attackers) == ["accident"]
    assert model.disables == {"lxc-conf": nothing, "privileged": frozenset({"no-setuid"}), "security-opt": nothing}


@pytest.mark.parametrize(
    ("threat", "containers"),
    [
        ("exploit", ["this", "other"]),
        ("setuid", ["this", "other"]),
        ("escape", ["this", "other"]),
        ("on-the-host", [None]),
        ("to-all", [None]),
    ],
)
def test_a_step_is_there_once_per_container_if_it_is_about_one(
    threat: str, containers: list[str | None], tmp_path: Path
) -> None:
    more: dict[str, dict[str, Any]] = {
        "on-the-host": {"difficulty": 1, "requires": ["outside"], "grants": ["host-root"]},
        "to-all": {"difficulty": 1, "requires": ["host-root"], "grants": ["all:container-data"]},
    }
    model = build_model(make(tmp_path, more))
    assert [step.container for step in steps_of(model, threat)] == containers


@pytest.mark.parametrize(
    ("grant", "granted"),
    [
        ("code", {("code", "b")}),
        ("all:code", {("code", "a"), ("code", "b"), ("code", "c")}),
        ("other.network:code", {("code", "a"), ("code", "c")}),
        ("other.volume:code", {("code", "a"), ("code", "c")}),
        ("other.host:code", {("code", "a"), ("code", "c")}),
        ("host-root", {("host-root", None)}),
    ],
)
def test_grants_reach_containers(grant: str, granted: set[GroundState], tmp_path: Path) -> None:
    knowledge = make(tmp_path, {"move": {"difficulty": 1, "requires": ["root"], "grants": [grant]}})
    model = build_model(knowledge, together("a", "b", "c"))
    assert steps_of(model, "move")[1].grants == granted


@pytest.mark.parametrize(
    ("opened_by", "blocks"),
    [
        (["a"], [{"no:a"}]),
        (["a", "b"], [{"no:a", "no:b"}]),
        (["a+b"], [{"no:a"}, {"no:b"}]),
        (["a", "b+c"], [{"no:a", "no:b"}, {"no:a", "no:c"}]),
        (["a", "a+b"], [{"no:a"}]),
        (["a+b", "b+c"], [{"no:a", "no:c"}, {"no:b"}]),
    ],
    ids=lambda value: " ".join(value) if all(isinstance(item, str) for item in value) else "",
)
def test_not_using_options_closes_a_step(opened_by: list[str], blocks: list[set[str]], tmp_path: Path) -> None:
    avoid = {"avoid": {"title": {"en": "Not so"}, "summary": {"en": "Not so."}}}
    more: dict[str, dict[str, Any]] = {f"docker-options/{name}": {**avoid, "scope": ["daemon"]} for name in "abc"}
    more["move"] = {"difficulty": 1, "requires": ["root"], "grants": ["host-root"], "opened_by": opened_by}
    model = build_model(make(tmp_path, more))
    assert steps_of(model, "move")[0].blocks == tuple(Block(frozenset(one), PREVENTS) for one in blocks)
    used = {option for item in opened_by for option in item.split("+")}
    assert {id_ for id_ in model.measures if id_.startswith("no:")} == {f"no:{name}" for name in used} | {
        "no:privileged"
    }
    assert model.measures[f"no:{min(used)}"].scopes == {"daemon"}


@pytest.mark.parametrize(
    ("stated", "block"),
    [
        (effect("filter"), Block(frozenset({"filter"}), PREVENTS)),
        (effect("filter", "limits", to=2), Block(frozenset({"filter"}), 2)),
        (effect("filter", with_=["userns"]), Block(frozenset({"filter", "userns"}), PREVENTS)),
        (
            effect("filter", bypassed_by=["host-root", "code"]),
            Block(frozenset({"filter"}), PREVENTS, (("host-root", None), ("code", "this"))),
        ),
        (effect("filter", "detects"), None),
        (effect("filter", "none"), None),
    ],
    ids=["prevents", "limits", "with", "bypassed", "detects", "none"],
)
def test_effects_close_a_step(stated: dict[str, Any], block: Block | None, tmp_path: Path) -> None:
    model = build_model(make(tmp_path, {"setuid": {"effects": [stated]}}))
    assert steps_of(model, "setuid")[0].blocks == ((block,) if block else ())


def test_a_weakness_is_no_step_and_drafts_are_left_out(tmp_path: Path) -> None:
    knowledge = make(
        tmp_path,
        {
            "weak": {"weakness_of": "filter"},
            "idea": {"status": "draft", "difficulty": 1, "requires": ["code"], "grants": ["root"]},
            "mitigations/plan": {"status": "draft"},
        },
    )
    model = build_model(knowledge)
    assert {step.threat for step in model.steps} == {
        "exploit", "setuid", "kernel-flaw", "rare-call", "escape", "device", "sandbox-flaw", "read",
    }  # fmt: skip
    assert "plan" not in model.measures


def test_what_requires_a_measure_fails_with_it(tmp_path: Path) -> None:
    chain: dict[str, dict[str, Any]] = {"mitigations/strictest-userns": {"requires": ["strict-userns"]}}
    model = build_model(make(tmp_path, chain))
    assert {id_: found for id_, found in model.dependants.items() if found} == {
        "userns": {"strict-userns", "strictest-userns"},
        "strict-userns": {"strictest-userns"},
    }


def test_implied_states_are_those_of_the_container_or_of_all(model: Model) -> None:
    assert model.implied == {
        ("host-root", None): (("root", "this"), ("root", "other")),
        ("root", "this"): (("code", "this"),),
        ("root", "other"): (("code", "other"),),
    }
    assert model.ground("code", "this") == ("code", "this")
    assert model.ground("host-root", "this") == ("host-root", None)
