"""The page on why the answers are what they are claims what the analysis answers, in both languages.

A cell that differs names the goal and the row: the page is then out of date, or the change of the catalogue is wrong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import pytest
from threatbase.analysis.harden import InfeasibleError, Task, cheapest
from threatbase.analysis.hardening import Resilience, resilient
from threatbase.analysis.model import GroundState
from threatbase.analysis.setting import Setting, ground_goal, make_setting
from threatbase.analysis.worth import worth
from threatbase.models import DockerOption

from tests.shipped import Shipped
from tests.site import ROOT

HOST: GroundState = ("host-root", None)
PATCHES = ("patched-engine", "patched-kernel")
SANDBOXES = ("gvisor", "kata", "vm-per-workload")
DEFAULTS = {
    "seccomp-default": "seccomp-unconfined",
    "apparmor": "apparmor-unconfined",
    "masked-paths": "systempaths-unconfined",
}
"""Defaults of the page, each with the option that turns it off and nothing else."""

LANGUAGES = {
    "en": {
        "private": "private",
        "shared": "shared",
        "opportunist": "opportunist",
        "skilled": "skilled",
        "expert": "expert",
        "one surprise": "surprise",
        "without substitute": "irreplaceable",
        "zero-day that remains": "remains",
        "opportunist, outside": "outsider opportunist",
        "skilled, outside": "outsider skilled",
        "skilled, in the container": "breached skilled",
        "nothing": "",
        "no set": "none",
    },
    "fr": {
        "privé": "private",
        "partagé": "shared",
        "opportuniste": "opportunist",
        "compétent": "skilled",
        "expert": "expert",
        "une surprise": "surprise",
        "sans remplaçante": "irreplaceable",
        "faille jour zéro qui reste": "remains",
        "opportuniste, dehors": "outsider opportunist",
        "compétent, dehors": "outsider skilled",
        "compétent, dans le conteneur": "breached skilled",
        "rien": "",
        "aucun ensemble": "none",
    },
}

Row = tuple[str, ...]
Found = tuple[str, frozenset[str]]
"""A cost as it is written, and the ids of the measures or threats."""


class Asked(Shipped):
    """Questions on the shipped content; settings and answers are computed once."""

    @cache  # noqa: B019 - lives as long as the module's tests
    def cheapest(self, goal: str, tenancy: str, skill: str) -> Found:
        return cost_of(self.setting(tenancy, skill), ground_goal(self.model, goal))

    @cache  # noqa: B019
    def resilient(self, goal: str, tenancy: str) -> Resilience:
        return resilient(self.setting(tenancy, "skilled"), (ground_goal(self.model, goal),))

    def row(self, goal: str, tenancy: str, asked: str) -> Found:
        """What a row of a goal's table ought to say."""
        if asked == "surprise":
            answer = self.resilient(goal, tenancy).answer
            return str(answer.cost), answer.chosen
        if asked == "irreplaceable":
            return "–", frozenset(self.resilient(goal, tenancy).irreplaceable)
        return self.cheapest(goal, tenancy, asked)

    def zero_days(self, *kept: str) -> frozenset[str]:
        """Zero-days that open a patched private host while some options are in use."""
        setting = make_setting(self.knowledge, self.model, "private", skill="expert", in_place=PATCHES, kept=kept)
        opening = (one for one in setting.zero_days() if HOST in setting.question.reached(one, setting.in_place))
        return frozenset(one.zero_day or "" for one in opening)


def cost_of(setting: Setting, goal: GroundState) -> Found:
    task = Task((goal,), setting.scenarios, setting.in_place, setting.impossible)
    try:
        answer = cheapest(setting.question, task)
    except InfeasibleError:
        return "–", frozenset({"none"})
    return str(answer.cost), answer.chosen


@pytest.fixture(scope="module")
def asked() -> Asked:
    return Asked.load()


@dataclass(frozen=True)
class Page:
    """The tables of a page, each with the text between the table before it and itself."""

    words: dict[str, str]
    tables: tuple[tuple[str, tuple[Row, ...]], ...]

    def after(self, command: str) -> tuple[Row, ...]:
        """The table that follows a command."""
        (found,) = (rows for before, rows in self.tables if f"`{command}`" in before)
        return found

    def ids(self, cell: str, kind: str = "mitigation") -> frozenset[str]:
        """The entries that a cell links to; the word for nothing, or for no set at all, where it links to none."""
        links = frozenset(re.findall(rf"\[\[{kind}:([a-z0-9-]+)\]\]", cell))
        return links or frozenset({self.words[cell]} - {""})


@pytest.fixture(params=LANGUAGES)
def page(request: pytest.FixtureRequest) -> Page:
    text = (ROOT / "docs" / request.param / "guide" / "calibration.md").read_text("utf-8")
    tables, before, rows = [], "", []
    for line in text.splitlines():
        if line.startswith("|"):
            rows.append(tuple(cell.strip() for cell in line.strip("|").split("|")))
        elif rows:
            tables.append((before, tuple(rows[2:])))
            before, rows = line, []
        else:
            before += line + "\n"
    return Page({**LANGUAGES[request.param], "–": ""}, tuple(tables))


def goals_of(page: Page) -> dict[str, tuple[Row, ...]]:
    commands = {
        goal for before, _ in page.tables for goal in re.findall(r"`threatbase harden --goal ([a-z-]+)`", before)
    }
    return {goal: page.after(f"threatbase harden --goal {goal}") for goal in sorted(commands)}


def test_each_goal_has_a_table_with_every_attacker_on_every_host(page: Page, asked: Asked) -> None:
    tables = goals_of(page)
    assert set(tables) == {id_ for id_, state in asked.model.states.items() if state.role == "goal"}
    wanted = {(host, skill) for host in ("private", "shared") for skill in ("opportunist", "skilled", "expert")}
    for goal, rows in tables.items():
        found = {(page.words[host], page.words[row[1]]) for row in rows for host in row[0].split(", ")}
        assert wanted <= found, goal


def test_the_sets_are_those_that_are_computed(page: Page, asked: Asked) -> None:
    for goal, rows in goals_of(page).items():
        for hosts, who, cost, measures in rows:
            for host in hosts.split(", "):
                expected = asked.row(goal, page.words[host], page.words[who])
                assert (cost, page.ids(measures)) == expected, (goal, host, who)


def test_what_survives_without_a_sandbox(page: Page, asked: Asked) -> None:
    setting = make_setting(asked.knowledge, asked.model, "private", attackers=["breached"], excluded=SANDBOXES)
    found = resilient(setting, (HOST,))
    options = " ".join(f"--exclude {measure}" for measure in SANDBOXES)
    survives, irreplaceable, remains = page.after(f"threatbase harden --goal host-root --attacker breached {options}")
    assert (survives[2], page.ids(survives[3])) == (str(found.answer.cost), found.answer.chosen)
    assert page.ids(irreplaceable[3]) == set(found.irreplaceable)
    assert page.ids(remains[3], "threat") == set(found.not_survivable)


def test_ones_own_container(page: Page, asked: Asked) -> None:
    rows = page.after("threatbase harden --goal this:container-data --attacker outsider")
    assert len(rows) >= 4
    for goal, who, cost, measures in rows:
        attacker, skill = page.words[who].split()
        setting = make_setting(asked.knowledge, asked.model, "private", skill=skill, attackers=[attacker])
        (state,) = page.ids(goal, "state")
        expected = cost_of(setting, ground_goal(asked.model, f"this:{state}"))
        assert (cost, page.ids(measures)) == expected, (goal, who)


def test_what_measures_are_worth(page: Page, asked: Asked) -> None:
    setting = asked.setting("private", "skilled")
    _, base = asked.cheapest("host-root", "private", "skilled")
    for measures, more in page.after("threatbase worth --goal host-root non-root-user no-new-privileges"):
        alone, together = worth(setting, (HOST,), base, page.ids(measures))
        assert int(more.replace("−", "-")) == together.absorbed - alone.absorbed, measures


def test_what_the_defaults_hold(page: Page, asked: Asked) -> None:
    in_place = " ".join(f"--in-place {measure}" for measure in reversed(PATCHES))
    rows = page.after(f"threatbase paths --goal host-root --skill expert {in_place} --keep seccomp-unconfined")
    found = {next(iter(page.ids(default))): page.ids(threats, "threat") for default, threats in rows}
    base = asked.zero_days()
    assert found == {default: asked.zero_days(option) - base for default, option in DEFAULTS.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_options_that_give_the_host_away(language: str, asked: Asked) -> None:
    text = (ROOT / "docs" / language / "guide" / "calibration.md").read_text("utf-8")
    section = text.partition("`threatbase whatif --keep docker-socket")[2].partition("\n## ")[0]
    listed = set(re.findall(r"\[\[docker-option:([a-z0-9-]+)\]\]", section))
    opening = set()
    for option in asked.knowledge.bodies(DockerOption):
        setting = make_setting(
            asked.knowledge,
            asked.model,
            "private",
            skill="opportunist",
            attackers=["breached"],
            in_place=PATCHES,
            kept=[option],
        )
        (scenario,) = setting.plain
        if HOST in setting.question.reached(scenario, setting.in_place):
            opening.add(option)
    assert listed == opening


def test_both_languages_claim_the_same() -> None:
    claims = []
    for language in LANGUAGES:
        text = (ROOT / "docs" / language / "guide" / "calibration.md").read_text("utf-8")
        cells = [
            re.findall(r"\[\[[a-z-]+:[a-z0-9-]+\]\]|[−–]?\d+", line) for line in text.splitlines() if line[:1] == "|"
        ]
        claims.append(cells)
    assert claims[0] == claims[1]
