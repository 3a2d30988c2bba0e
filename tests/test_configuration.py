"""Configurations: real containers with measures of their own, grounded and asked about."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from threatbase.analysis.configuration import CATALOGUE, Configuration, Container, together
from threatbase.analysis.harden import InfeasibleError
from threatbase.analysis.hardening import harden, resilient
from threatbase.analysis.model import PREVENTS, Block, GroundState, build_model
from threatbase.analysis.reach import Scenario
from threatbase.analysis.setting import Setting, make_setting
from threatbase.knowledge import KnowledgeBase

from tests.small import effect, make

HOST: GroundState = ("host-root", None)


def container(name: str, networks: str = "", volumes: str = "", kept: str = "", in_place: str = "") -> Container:
    return Container(name, *(frozenset(words.split()) for words in (networks, volumes, kept, in_place)))


def setting_of(knowledge: KnowledgeBase, configuration: Configuration, *attackers: str) -> Setting:
    return make_setting(knowledge, build_model(knowledge, configuration), "private", attackers=attackers)


@pytest.mark.parametrize(
    ("name", "reach", "expected"),
    [
        ("a", "other.network", ["b"]),
        ("b", "other.network", ["a", "c"]),
        ("a", "other.volume", ["c"]),
        ("b", "other.volume", []),
        ("c", "other.host", ["a", "b"]),
        (None, "other.network", ["a", "b", "c"]),
    ],
)
def test_others(name: str | None, reach: str, expected: list[str]) -> None:
    all_three = container("a", "n", "v"), container("b", "n m"), container("c", "m", "v w")
    assert list(Configuration(all_three).others(name, reach)) == expected


def test_the_containers_of_the_catalogue_share_everything_and_all_measures() -> None:
    assert together("this", "other") == CATALOGUE
    assert (CATALOGUE.apart, CATALOGUE.names, CATALOGUE.starts("anybody")) == (False, ("this", "other"), ("this",))
    assert list(CATALOGUE.others("this", "other.network")) == ["other"]


def test_measures_of_containers_exist_once_each_and_those_of_the_host_once(tmp_path: Path) -> None:
    knowledge = make(
        tmp_path,
        {
            "mitigations/patches": {"scope": ["host"], "requires": ["filter"]},
            "setuid": {"effects": [effect("no-setuid", with_=["patches"])], "introduced_by": ["filter"]},
        },
    )
    model = build_model(knowledge, Configuration((container("web"), container("ci"))))
    assert {"no-setuid@web", "no-setuid@ci", "patches", "no:privileged@web"} <= model.measures.keys()
    assert "no-setuid" not in model.measures
    assert model.measures["patches"].requires == {"filter@web", "filter@ci"}
    step = next(step for step in model.steps if (step.threat, step.container) == ("setuid", "ci"))
    assert step.blocks == (Block(frozenset({"no-setuid@ci", "patches"}), PREVENTS),)
    assert step.introduced_by == {"filter@ci"}
    assert model.instances("no-setuid") == ("no-setuid@web", "no-setuid@ci")
    assert model.instances("no-setuid", "ci") == ("no-setuid@ci",)
    assert model.instances("patches", "ci") == ("patches",)
    assert model.instances("no-setuid@web") == ("no-setuid@web",)
    assert model.instances("nothing") == ()


def test_an_option_in_use_turns_measures_off_in_its_container_alone(tmp_path: Path) -> None:
    setting = setting_of(make(tmp_path), Configuration((container("web"), container("ci", kept="privileged"))))
    assert {"filter@web", "no:privileged@web"} <= setting.in_place
    assert not {"filter@ci", "no:privileged@ci"} & setting.in_place
    assert {"filter@ci", "no:privileged@ci"} <= setting.impossible
    assert not {"filter@web", "no:privileged@web"} & setting.impossible


def test_what_a_container_has_is_in_place_there(tmp_path: Path) -> None:
    setting = setting_of(make(tmp_path), Configuration((container("web", in_place="no-setuid"), container("ci"))))
    assert "no-setuid@web" in setting.in_place
    assert "no-setuid@ci" not in setting.in_place


def test_attackers_start_in_each_container_or_where_they_are_placed(tmp_path: Path) -> None:
    both = (container("web"), container("ci"))
    everywhere = setting_of(make(tmp_path), Configuration(both), "breached", "outsider")
    # The outsider of the small base starts outside of all containers.
    assert everywhere.plain == (
        Scenario("breached", 2, start="web"),
        Scenario("breached", 2, start="ci"),
        Scenario("outsider", 2),
    )
    placed = setting_of(make(tmp_path), Configuration(both, places={"breached": ("ci",)}), "breached")
    assert placed.plain == (Scenario("breached", 2, start="ci"),)


def test_the_cheapest_set_names_the_container_that_needs_it(tmp_path: Path) -> None:
    """Only `ci` is breached, and `web` shares nothing with it: `ci` alone needs the measure."""
    knowledge = make(tmp_path, {"mitigations/patches": {"default": "on"}, "mitigations/sandbox": {"cost": 16}})
    two = Configuration((container("web", "front"), container("ci", "back")), places={"breached": ("ci",)})
    found = harden(setting_of(knowledge, two, "breached"), (HOST,))
    assert found.best.chosen == {"no-setuid@ci"}
    assert [step.container for step in found.certificate["no-setuid@ci"].steps] == ["ci", "ci"]
    strong = resilient(setting_of(knowledge, two, "breached"), (HOST,))
    assert strong.answer.cost >= found.best.cost


NETWORKS = st.frozensets(st.sampled_from(["m", "n"]), max_size=2)
MEASURES = st.frozensets(st.sampled_from(["no-setuid", "sandbox"]), max_size=2)
OPTIONS = st.frozensets(st.sampled_from(["privileged"]), max_size=1)
CONFIGURATIONS = st.lists(st.tuples(NETWORKS, OPTIONS, MEASURES), min_size=1, max_size=3).map(
    lambda found: Configuration(
        tuple(
            Container(f"c{number}", network, frozenset(), kept, own)
            for number, (network, kept, own) in enumerate(found)
        )
    )
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    move = {"difficulty": 1, "requires": ["code"], "grants": ["other.network:code"]}
    return make(tmp_path_factory.mktemp("small"), {"move": {**move, "effects": [effect("no-setuid")]}})


@given(CONFIGURATIONS)
def test_each_container_is_reached_as_its_own_measures_and_networks_say(
    small: KnowledgeBase, configuration: Configuration
) -> None:
    """Held against a walk over containers that knows nothing of the grounded model."""
    setting = setting_of(small, configuration, "breached")
    containers = {item.name: item for item in configuration.containers}
    for scenario in setting.plain:
        if scenario.start is None:
            continue
        held, queue = {scenario.start}, [scenario.start]
        while queue:
            here = containers[queue.pop()]
            if "no-setuid" in here.in_place:
                continue
            for other in containers.values():
                if other.name not in held and here.networks & other.networks:
                    held.add(other.name)
                    queue.append(other.name)
        reached = setting.question.reached(scenario, setting.in_place)
        host = HOST in reached
        assert {name for state, name in reached if state == "code" and name} == (set(containers) if host else held)


@given(CONFIGURATIONS)
def test_the_answer_holds_in_every_container_and_each_measure_of_it_is_needed(
    small: KnowledgeBase, configuration: Configuration
) -> None:
    setting = setting_of(small, configuration, "breached")
    try:
        found = harden(setting, (HOST,)).best
    except InfeasibleError:
        everything = setting.in_place | (setting.model.measures.keys() - setting.impossible)
        assert any(HOST in setting.question.reached(scenario, everything) for scenario in setting.plain) or any(
            measure.conflicts for measure in setting.model.measures.values()
        )
        return
    in_place = setting.in_place | found.chosen
    assert all(HOST not in setting.question.reached(scenario, in_place) for scenario in setting.scenarios)
    for measure in found.chosen:
        left = in_place - {measure} - setting.model.dependants[measure]
        assert any(HOST in setting.question.reached(scenario, left) for scenario in setting.scenarios)
