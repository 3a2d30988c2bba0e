"""Answers in words and as plain data."""

from __future__ import annotations

from pathlib import Path

import pytest
from threatbase.analysis.attacks import Attack
from threatbase.analysis.harden import Answer
from threatbase.analysis.hardening import Gain, Resilience
from threatbase.analysis.model import GroundState, Step, build_model
from threatbase.analysis.reach import Scenario
from threatbase.analysis.setting import Setting, make_setting
from threatbase.analysis.worth import Surprises
from threatbase.answers import (
    Names,
    answer_data,
    answer_lines,
    assumptions,
    attack_data,
    attack_lines,
    gain_lines,
    proof,
    resilience_lines,
    state_name,
)

from tests.small import make

HOST: GroundState = ("host-root", None)


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Setting:
    knowledge = make(tmp_path_factory.mktemp("small"))
    return make_setting(knowledge, build_model(knowledge), "private")


@pytest.fixture
def names(tmp_path: Path) -> Names:
    return Names(make(tmp_path))


@pytest.fixture
def french(tmp_path: Path) -> Names:
    return Names(make(tmp_path), "fr")


def answer(*chosen: str, cost: int = 3, proved: bool = True, bound: float = 3.0) -> Answer:
    return Answer(frozenset(chosen), cost, proved, bound, (HOST, ("container-data", "other")))


@pytest.mark.parametrize(
    ("scenario", "english", "other"),
    [
        (Scenario("breached", 2), "Breached", "Breached (fr)"),
        (
            Scenario("breached", 2, zero_day="kernel-flaw"),
            "Breached, with a zero-day in “Kernel flaw”",
            "Breached (fr), with a zero-day in “Kernel flaw (fr)”",
        ),
        (
            Scenario("breached", 2, failed="patches"),
            "Breached, while “Patches” fails",
            "Breached (fr), while “Patches (fr)” fails",
        ),
    ],
    ids=["plain", "zero-day", "failed"],
)
def test_scenarios(scenario: Scenario, english: str, other: str, names: Names, french: Names) -> None:
    assert (names.scenario(scenario), french.scenario(scenario)) == (english, other)


@pytest.mark.parametrize(("measure", "name"), [("patches", "Patches"), ("no:privileged", "No privileged containers")])
def test_measures(measure: str, name: str, names: Names) -> None:
    assert names.measure(measure) == name


def test_an_option_without_words_for_not_using_it(tmp_path: Path) -> None:
    assert Names(make(tmp_path, {"docker-options/privileged": {"avoid": None}})).measure("no:privileged") == (
        "no:privileged"
    )


@pytest.mark.parametrize(
    ("state", "name", "words"),
    [
        (HOST, "host-root", "Host root"),
        (("container-data", "other"), "other:container-data", "Container data (other)"),
    ],
)
def test_states(state: GroundState, name: str, words: str, names: Names) -> None:
    assert (state_name(state), names.state(state)) == (name, words)


def test_assumptions(setting: Setting) -> None:
    assert assumptions(setting, "private") == [
        "Asked for: a private host; outsider, accident, breached; skilled",
        "Taken as met: seccomp, cloud",
        "In place: filter; 1 dangerous options not in use",
    ]
    assert assumptions(Setting(setting.question, ("breached",), "expert", frozenset()), "shared") == [
        "Asked for: a shared host; breached; expert",
        "Taken as met: nothing",
        "In place: nothing; 0 dangerous options not in use",
    ]


STEPS = (
    Step("exploit", "this", 1, frozenset({("outside", None)}), frozenset({("code", "this")}), (), frozenset()),
    Step("read", None, 2, frozenset({("code", "this")}), frozenset({("root", "other"), HOST}), (), frozenset()),
)


def test_attacks(names: Names) -> None:
    attack = Attack(Scenario("outsider", 2, failed="filter"), HOST, STEPS)
    assert list(attack_lines(attack, names, "  ")) == [
        "  Outsider, while “Filter” fails, difficulty 2",
        "    1. Exploit in this [exploit] → Code (this)",
        "    2. Read [read] → Host root, Root (other)",
    ]
    assert attack_data(attack) == {
        "attacker": "outsider",
        "zero_day": None,
        "failed": "filter",
        "goal": "host-root",
        "difficulty": 2,
        "steps": [
            {
                "threat": "exploit",
                "container": "this",
                "difficulty": 1,
                "requires": ["outside"],
                "grants": ["this:code"],
            },
            {
                "threat": "read",
                "container": None,
                "difficulty": 2,
                "requires": ["this:code"],
                "grants": ["host-root", "other:root"],
            },
        ],
    }


def test_who_is_there_already_needs_no_step(names: Names) -> None:
    attack = Attack(Scenario("breached", 2), ("code", "this"), ())
    assert list(attack_lines(attack, names)) == ["Breached, difficulty 0"]


@pytest.mark.parametrize(
    ("found", "ties", "words"),
    [
        (answer("patches"), 0, "cost 3, proved the cheapest"),
        (answer("patches"), 1, "cost 3, proved the cheapest; another set costs as little"),
        (answer("patches"), 2, "cost 3, proved the cheapest; 2 other sets cost as little"),
        (
            answer("patches", proved=False, bound=1.5),
            1,
            "cost 3, not proved in the time given: no set costs less than 1.5",
        ),
    ],
    ids=["proved", "a-tie", "ties", "not-proved"],
)
def test_what_is_proved(found: Answer, ties: int, words: str) -> None:
    assert proof(found, ties) == words


def test_sets(setting: Setting, names: Names) -> None:
    found = answer("patches", "no:privileged")
    assert list(answer_lines(found, setting, names)) == [
        "  1. No privileged containers [no:privileged], cost 0",
        "  2. Patches [patches], cost 2",
    ]
    assert list(answer_lines(answer(), setting, names)) == ["  Nothing more is needed."]
    assert answer_data(found) == {
        "measures": ["no:privileged", "patches"],
        "cost": 3,
        "proved": True,
        "bound": 3.0,
        "closed": ["host-root", "other:container-data"],
    }


def test_surprises(setting: Setting, names: Names) -> None:
    assert list(
        resilience_lines(Resilience(answer("patches", cost=2), ("filter",), ("kernel-flaw",)), setting, names)
    ) == [
        "Survives any one surprise: cost 2, proved the cheapest",
        "  1. Patches [patches], cost 2",
        "  Irreplaceable: Filter [filter]; when it fails, no set holds.",
        "  Not survivable: a zero-day in “Kernel flaw” [kernel-flaw].",
    ]


def test_gains(names: Names) -> None:
    assert list(gain_lines([Gain("userns", 4, 2)], Surprises(tuple([Scenario("a", 1)] * 3), ()), names)) == [
        "Worth adding (this set absorbs 3 of 3 single surprises):",
        "  1. Userns [userns], cost 4: absorbs 2 more",
    ]
