"""Settings: what is in place, what cannot be had, and whom a question is asked for."""

from __future__ import annotations

from typing import Any

import pytest
from threatbase.analysis.model import GroundState, Model, build_model
from threatbase.analysis.reach import Scenario
from threatbase.analysis.setting import Setting, ground_goal, is_default, make_setting
from threatbase.knowledge import KnowledgeBase
from threatbase.models import Mitigation

from tests.small import make


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    return make(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def model(small: KnowledgeBase) -> Model:
    return build_model(small)


@pytest.mark.parametrize(
    ("given", "in_place", "impossible"),
    [
        ({}, {"filter", "no:privileged"}, set()),
        ({"in_place": ["patches"]}, {"filter", "no:privileged", "patches"}, set()),
        ({"excluded": ["sandbox"]}, {"filter", "no:privileged"}, {"sandbox"}),
        ({"rejected": ["seccomp"]}, {"no:privileged"}, set()),
        ({"engine": "1.9"}, {"no:privileged"}, set()),
        ({"engine": "1.10"}, {"filter", "no:privileged"}, set()),
        ({"kept": ["privileged"]}, set(), {"filter", "no:privileged"}),
        ({"kept": ["privileged"], "in_place": ["filter"]}, {"filter"}, {"filter", "no:privileged"}),
    ],
    ids=["defaults", "in-place", "excluded", "rejected", "before", "since", "kept", "kept-but-said-to-be-in-place"],
)
def test_what_is_in_place_and_what_cannot_be_had(
    given: dict[str, Any], in_place: set[str], impossible: set[str], small: KnowledgeBase, model: Model
) -> None:
    setting = make_setting(small, model, "private", **given)
    assert (set(setting.in_place), set(setting.impossible)) == (in_place, impossible)
    assert setting.model is model


def test_scopes_that_one_does_not_control_are_impossible(small: KnowledgeBase, model: Model) -> None:
    setting = make_setting(small, model, "shared")
    # What Docker has in place stays in place, whoever could set it; without its condition it is not there.
    assert setting.impossible == {"no-setuid", "non-root", "filter", "no:privileged"}
    assert setting.in_place == {"no:privileged"}


@pytest.mark.parametrize(
    ("given", "attackers"),
    [
        ({}, ("outsider", "accident", "breached")),
        ({"attackers": ["breached"]}, ("breached",)),
        ({"attackers": ["breached", "breached"]}, ("breached",)),
    ],
)
def test_accidents_and_breaches_are_always_asked_for(
    given: dict[str, Any], attackers: tuple[str, ...], small: KnowledgeBase, model: Model
) -> None:
    assert make_setting(small, model, "private", **given).attackers == attackers


def test_facts_hold_unless_rejected(small: KnowledgeBase, model: Model) -> None:
    usual, without = (make_setting(small, model, "private", rejected=names) for names in ((), ("cloud",)))
    assert usual.question.starts("breached") == [("code", "this"), ("cloud", None)]
    assert without.question.starts("breached") == [("code", "this")]


@pytest.mark.parametrize(
    ("skill", "levels"),
    [
        ("opportunist", {"outsider": 1, "accident": 0, "breached": 1}),
        ("skilled", {"outsider": 2, "accident": 0, "breached": 2}),
        ("expert", {"outsider": 2, "accident": 0, "breached": 2}),
    ],
)
def test_the_level_of_an_attacker_caps_the_skill(
    skill: str, levels: dict[str, int], small: KnowledgeBase, model: Model
) -> None:
    setting = make_setting(small, model, "private", skill=skill)
    plain = [scenario for scenario in setting.scenarios if scenario.zero_day is None]
    assert {scenario.attacker: scenario.level for scenario in plain} == levels
    assert len(plain) == 3


def test_an_expert_has_one_zero_day_where_it_changes_something(small: KnowledgeBase, model: Model) -> None:
    setting = make_setting(small, model, "private", skill="expert")
    # `kernel-flaw` is merely limited, `sandbox-flaw` too hard; what is prevented stays prevented.
    assert setting.scenarios[3:] == (
        Scenario("outsider", 2, "kernel-flaw"),
        Scenario("outsider", 2, "sandbox-flaw"),
        Scenario("breached", 2, "kernel-flaw"),
        Scenario("breached", 2, "sandbox-flaw"),
    )


def test_options_that_are_not_used_do_not_fail(small: KnowledgeBase, model: Model) -> None:
    setting = make_setting(small, model, "private", attackers=["breached"])
    assert list(setting.failures(["filter", "no:privileged"])) == [Scenario("breached", 2, failed="filter")]


@pytest.mark.parametrize(
    ("default", "windows", "held"),
    [
        ("off", [], False),
        ("on", [], True),
        ("on", [{"from": "20.10"}], True),
        ("on", [{"from": "25.0"}], False),
        ("on", [{"until": "23.0"}], False),
        ("on", [{"until": "25.0"}], True),
        ("on", [{"if": ["seccomp"]}], True),
        ("on", [{"if": ["seccomp", "apparmor"]}], False),
        ("on", [{"if": ["apparmor"]}, {"from": "1.10", "until": "99.0"}], True),
    ],
)
def test_defaults_by_version_and_condition(default: str, windows: list[dict[str, Any]], held: bool) -> None:
    text = {"en": "So it is."}
    fields = {"title": text, "summary": text, "description": text, "breaks": text, "reviewed": "2026-01-31", "cost": 1}
    mitigation = Mitigation.model_validate({**fields, "scope": ["host"], "default": default, "default_when": windows})
    assert is_default(mitigation, {"seccomp"}, "24.0") == held


@pytest.mark.parametrize(
    ("goal", "state"),
    [
        ("host-root", ("host-root", None)),
        ("container-data", ("container-data", "other")),
        ("this:container-data", ("container-data", "this")),
        ("this:host-root", ("host-root", None)),
    ],
)
def test_goals_are_those_of_another_container_unless_said(goal: str, state: GroundState, model: Model) -> None:
    assert ground_goal(model, goal) == state


@pytest.mark.parametrize(("goal", "missing"), [("nowhere:code", "nowhere"), ("host-rot", "host-rot"), ("", "")])
def test_unknown_goals(goal: str, missing: str, model: Model) -> None:
    with pytest.raises(KeyError) as caught:
        ground_goal(model, goal)
    assert caught.value.args == (missing,)


def test_a_setting_of_nobody_asks_nothing(model: Model, small: KnowledgeBase) -> None:
    usual = make_setting(small, model, "private")
    assert Setting(usual.question, (), "expert", frozenset()).scenarios == ()
