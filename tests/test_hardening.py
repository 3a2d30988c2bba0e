"""The full answer to “what suffices”: sets, certificates, surprises, on the small base."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from threatbase.analysis.harden import InfeasibleError, Task
from threatbase.analysis.hardening import (
    Gain,
    Hardening,
    attack_through,
    front,
    harden,
    irreducible,
    resilient,
    single_points,
    worth_adding,
)
from threatbase.analysis.model import GroundState, build_model
from threatbase.analysis.reach import Scenario
from threatbase.analysis.setting import Setting, make_setting

from tests.small import effect, make

HOST: GroundState = ("host-root", None)
DATA: GroundState = ("container-data", "other")
OWN: GroundState = ("container-data", "this")

Changes = Mapping[str, Mapping[str, Any] | None]


def ask(folder: Path, changes: Changes | None = None, tenancy: str = "private", **given: Any) -> Setting:
    knowledge = make(folder, changes)
    return make_setting(knowledge, build_model(knowledge), tenancy, **given)


def steps_of(found: Hardening) -> dict[str, list[str]]:
    return {measure: [step.threat for step in attack.steps] for measure, attack in found.certificate.items()}


@pytest.mark.parametrize(
    ("given", "goals", "sets", "ties"),
    [
        ({}, [HOST], [({"no-setuid", "patches"}, 3), ({"patches", "userns"}, 6), ({"sandbox"}, 16)], 0),
        ({"skill": "opportunist"}, [HOST], [({"no-setuid"}, 1), ({"userns"}, 4), ({"sandbox"}, 16)], 0),
        ({"in_place": ["patches"]}, [HOST], [({"no-setuid"}, 1), ({"userns"}, 4), ({"sandbox"}, 16)], 0),
        ({"in_place": ["patches", "no-setuid"]}, [HOST, DATA, OWN], [(set(), 0)], 0),
        ({"excluded": ["sandbox", "userns"]}, [HOST], [({"no-setuid", "patches"}, 3)], 0),
        ({"kept": ["privileged"]}, [HOST], [({"no-setuid", "sandbox"}, 17)], 0),
        ({"rejected": ["seccomp"]}, [HOST], [({"filter", "no-setuid", "patches"}, 4)], 0),
        ({"attackers": ["accident"]}, [HOST], [(set(), 0)], 0),
    ],
    ids=[
        "skilled", "opportunist", "in-place", "enough", "excluded", "kept", "rejected", "accident",
    ],
)  # fmt: skip
def test_the_cheapest_sets(
    given: dict[str, Any], goals: list[GroundState], sets: list[tuple[set[str], int]], ties: int, tmp_path: Path
) -> None:
    found = harden(ask(tmp_path, **given), tuple(goals), top=len(sets))
    assert [(set(answer.chosen), answer.cost) for answer in found.answers] == sets
    assert all(answer.proved and answer.closed == tuple(goals) for answer in found.answers)
    assert found.ties == ties


def test_ties_are_announced_and_the_first_by_name_is_taken(tmp_path: Path) -> None:
    same: Changes = {
        "mitigations/another": {"cost": 1},
        "setuid": {"effects": [effect("no-setuid"), effect("another")]},
    }
    found = harden(ask(tmp_path, same), (HOST,))
    assert (set(found.best.chosen), found.best.cost, found.ties, len(found.answers)) == (
        {"another", "patches"},
        3,
        1,
        1,
    )


def test_each_measure_has_the_attack_that_reopens_without_it(tmp_path: Path) -> None:
    assert steps_of(harden(ask(tmp_path), (HOST,))) == {
        "no-setuid": ["exploit", "setuid", "escape"],
        "patches": ["exploit", "kernel-flaw"],
    }


def test_what_a_measure_needs_goes_with_it(tmp_path: Path) -> None:
    needs: Changes = {
        "escape": {"effects": [effect("strict-userns")]},
        "setuid": {"effects": []},
        "mitigations/sandbox": {"conflicts": [], "cost": 16},
    }
    found = harden(ask(tmp_path, needs, excluded=["sandbox"], in_place=["patches"]), (HOST,))
    assert (set(found.best.chosen), found.best.cost) == ({"userns", "strict-userns"}, 5)
    assert steps_of(found) == {
        "strict-userns": ["exploit", "setuid", "escape"],
        "userns": ["exploit", "setuid", "escape"],
    }


@pytest.mark.parametrize(
    ("given", "changes", "scenario", "path"),
    [
        (
            {"excluded": ["sandbox"], "kept": ["privileged"], "in_place": ["filter"]},
            {"setuid": {"effects": []}},
            Scenario("outsider", 2),
            ["exploit", "setuid", "device"],
        ),
        (
            {"skill": "expert", "excluded": ["sandbox"]},
            {},
            Scenario("outsider", 2, "kernel-flaw"),
            ["exploit", "kernel-flaw"],
        ),
        (
            {"skill": "expert"},
            {},
            Scenario("outsider", 2, "sandbox-flaw"),
            ["exploit", "sandbox-flaw"],
        ),
    ],
    ids=["a-kept-option", "a-zero-day", "what-the-remedy-brings"],
)
def test_where_nothing_suffices_the_path_says_why(
    given: dict[str, Any], changes: Changes, scenario: Scenario, path: list[str], tmp_path: Path
) -> None:
    setting = ask(tmp_path, changes, **given)
    with pytest.raises(InfeasibleError) as caught:
        harden(setting, (HOST,))
    assert caught.value.scenario == scenario
    attack = irreducible(setting, (HOST,), scenario)
    assert attack is not None
    assert [step.threat for step in attack.steps] == path


def test_measures_in_conflict_leave_no_path_when_all_are_in_place(tmp_path: Path) -> None:
    apart: Changes = {
        "mitigations/patches": {"conflicts": ["no-setuid"]},
        "mitigations/userns": {"conflicts": ["patches"]},
    }
    setting = ask(tmp_path, apart, excluded=["sandbox"])
    with pytest.raises(InfeasibleError) as caught:
        harden(setting, (HOST,))
    assert irreducible(setting, (HOST,), caught.value.scenario) is None


def test_a_set_that_holds_lets_no_attack_through(tmp_path: Path) -> None:
    setting = ask(tmp_path)
    task = Task((HOST,), setting.scenarios, setting.in_place)
    assert attack_through(setting, task, {"no-setuid", "patches"}) is None
    attack = attack_through(setting, task, {"patches"})
    assert attack is not None
    assert [step.threat for step in attack.steps] == ["exploit", "setuid", "escape"]


def test_what_survives_one_surprise(tmp_path: Path) -> None:
    found = resilient(ask(tmp_path), (HOST,))
    assert (set(found.answer.chosen), found.answer.cost) == ({"no-setuid", "patches", "sandbox"}, 19)
    assert found.irreplaceable == ()
    assert found.not_survivable == ("sandbox-flaw",)


def test_a_surprise_that_one_attacker_wins_with_is_given_up_against_all(tmp_path: Path) -> None:
    """`door` would keep the outsider out, but whoever is in already wins with the same flaw."""
    door: Changes = {
        "mitigations/door": {},
        "exploit": {"effects": [effect("door")]},
        "mitigations/strict-userns": {"requires": []},
    }
    found = resilient(ask(tmp_path, door, excluded=["sandbox"]), (HOST,))
    assert set(found.answer.chosen) == {"no-setuid", "patches", "userns"}
    assert (found.irreplaceable, found.not_survivable) == (("filter", "patches"), ("kernel-flaw",))


def test_a_plain_scenario_that_is_too_much_beside_a_surprise_gives_up_the_surprise(tmp_path: Path) -> None:
    """Only `extra` survives the failure of `filter`, and it brings a step that only the breached can take."""
    changes: Changes = {
        "mitigations/extra": {"cost": 1},
        "rare-call": {"requires": ["outside"], "effects": [effect("filter"), effect("extra")]},
        "backdoor": {"difficulty": 1, "requires": ["code"], "grants": ["host-root"], "introduced_by": ["extra"]},
        "exploit": {"difficulty": 3},
        "kernel-flaw": None,
        "sandbox-flaw": None,
        "mitigations/sandbox": {"scope": ["registry"]},
    }
    setting = ask(tmp_path, changes, in_place=["no-setuid"])
    assert harden(setting, (HOST,)).best.chosen == set()
    found = resilient(setting, (HOST,))
    assert "extra" not in found.answer.chosen
    assert "filter" in found.irreplaceable


@pytest.mark.parametrize(
    ("given", "opening"),
    [
        ({}, {("kernel-flaw", None), (None, "filter"), (None, "no-setuid"), (None, "patches")}),
        ({"kept": ["privileged"]}, {("sandbox-flaw", None), (None, "no-setuid"), (None, "sandbox")}),
    ],
    ids=["defaults", "privileged"],
)
def test_single_points_of_failure(
    given: dict[str, Any], opening: set[tuple[str | None, str | None]], tmp_path: Path
) -> None:
    setting = ask(tmp_path, **given)
    found = single_points(setting, (HOST,), harden(setting, (HOST,)).best)
    assert {(scenario.zero_day, scenario.failed) for scenario in found.opening} == opening
    assert found.absorbed == len(found.tried) - len(found.opening)


@pytest.mark.parametrize(
    ("given", "changes", "gains"),
    [
        ({"excluded": ["sandbox"]}, {}, [Gain("userns", 4, 2), Gain("strict-userns", 5, 2)]),
        ({}, {}, [Gain("userns", 4, 2), Gain("strict-userns", 5, 2), Gain("sandbox", 16, 6)]),
        ({"in_place": ["userns"]}, {}, [Gain("no-setuid", 1, 2)]),
        ({"excluded": ["sandbox", "userns"]}, {}, []),
    ],
    ids=["with-what-it-requires", "the-best-bargain-first", "not-what-conflicts", "nor-what-needs-the-impossible"],
)
def test_what_is_worth_adding(given: dict[str, Any], changes: Changes, gains: list[Gain], tmp_path: Path) -> None:
    setting = ask(tmp_path, changes, **given)
    assert worth_adding(setting, (HOST,), harden(setting, (HOST,)).best) == gains


def test_the_front_leaves_out_what_is_dominated(tmp_path: Path) -> None:
    breached: dict[str, Any] = {"attackers": ["breached"], "excluded": ["sandbox"]}
    found = front(ask(tmp_path, **breached), (HOST, DATA, OWN))
    assert [(answer.cost, set(answer.chosen), set(answer.closed)) for answer in found] == [
        (3, {"no-setuid", "patches"}, {HOST, DATA, OWN})
    ]
    leaking: Changes = {
        "leak": {"difficulty": 1, "requires": ["code"], "grants": ["container-data"], "effects": [effect("userns")]}
    }
    found = front(ask(tmp_path / "leaking", leaking, **breached), (HOST, DATA, OWN))
    assert [(answer.cost, set(answer.chosen), set(answer.closed)) for answer in found] == [
        (3, {"no-setuid", "patches"}, {HOST, DATA}),
        (7, {"no-setuid", "patches", "userns"}, {HOST, DATA, OWN}),
    ]
