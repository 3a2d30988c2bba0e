"""The commands that ask the graph: what they print, and how they end."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from threatbase.analysis import solver
from threatbase.cli import main, questions

from tests.small import effect, write


@pytest.fixture(autouse=True)
def _small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "threats")
    monkeypatch.chdir(tmp_path)


def run(line: str) -> Result:
    return CliRunner().invoke(main, line.split(), catch_exceptions=False)


PRIVATE = """\
Asked for: a private host; outsider, accident, breached; skilled
Taken as met: seccomp, cloud
In place: filter; 1 dangerous options not in use

"""

HARDEN = """\
To keep out of reach: Host root

Cheapest set: cost 3, proved the cheapest
  1. No setuid [no-setuid], cost 1
     without it:
       Outsider, difficulty 1
         1. Exploit in this [exploit] → Code (this)
         2. Setuid in this [setuid] → Root (this)
         3. Escape in this [escape] → Host root
  2. Patches [patches], cost 2
     without it:
       Outsider, difficulty 2
         1. Exploit in this [exploit] → Code (this)
         2. Kernel flaw in this [kernel-flaw] → Host root
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "reach",
            """\
Outsider
  → Container data (other)
  → Container data (this)
  → Host root
Accident
  → nothing that matters
Breached
  → Container data (other)
  → Container data (this)
  → Host root
""",
        ),
        (
            "paths --goal host-root --most 1",
            """\
Host root
  Outsider, difficulty 1
    1. Exploit in this [exploit] → Code (this)
    2. Setuid in this [setuid] → Root (this)
    3. Escape in this [escape] → Host root

  … and more; --most shows more than 1

  All of them go through: Exploit [exploit]

Host root
  Breached, difficulty 1
    1. Setuid in this [setuid] → Root (this)
    2. Escape in this [escape] → Host root

  … and more; --most shows more than 1

""",
        ),
        ("harden --goal host-root --no-resilient", HARDEN),
        (
            "harden --goal host-root --no-resilient --top 3",
            HARDEN
            + """
No. 2: cost 6, proved the next cheapest
  1. Patches [patches], cost 2
  2. Userns [userns], cost 4

No. 3: cost 16, proved the next cheapest
  1. Sandbox [sandbox], cost 16
""",
        ),
        (
            "harden --goal host-root",
            HARDEN
            + """
Survives any one surprise: cost 19, proved the cheapest
  1. No setuid [no-setuid], cost 1
  2. Patches [patches], cost 2
  3. Sandbox [sandbox], cost 16
  Not survivable: a zero-day in “Sandbox flaw” [sandbox-flaw].

Worth adding (this set absorbs 5 of 13 single surprises):
  1. Userns [userns], cost 4: absorbs 2 more
  2. Strict userns [strict-userns], cost 5: absorbs 2 more
  3. Sandbox [sandbox], cost 16: absorbs 6 more
""",
        ),
        (
            "front --goal host-root --goal container-data",
            """\
Cost 3 closes 2: Host root, Container data (other)
  1. No setuid [no-setuid], cost 1
  2. Patches [patches], cost 2

""",
        ),
        ("front --goal host-root --budget 2", "Nothing can be closed within the budget.\n"),
        (
            "worth userns no-setuid --exclude sandbox",
            """\
On top of the cheapest set: no-setuid, patches
  No setuid is in it already.
  Userns: absorbs +2 (5 → 7 of 13)
  No setuid: absorbs +0 (5 → 5 of 13)
  Userns and No setuid: absorbs +2 (5 → 7 of 13)
""",
        ),
        (
            "whatif",
            """\
With what is in place:
  Nothing more is reached than what is open anyway.
On top of the cheapest set (no-setuid, patches):
  Nothing more is reached than what is open anyway.
""",
        ),
    ],
    ids=["reach", "paths", "harden", "top", "resilient", "front", "budget", "worth", "whatif"],
)
def test_answers(line: str, expected: str) -> None:
    result = run(line)
    assert result.stdout == PRIVATE + expected
    assert (result.exit_code, result.stderr) == (0, "")


def twice(*lines: str) -> list[str]:
    """What `whatif` prints where the answer is the same with what is in place and on top of the cheapest set."""
    said = [f"  {line}" for line in lines]
    return ["With what is in place:", *said, "On top of the cheapest set (no-setuid, patches):", *said]


OPENED = twice("Breached", "  → Container data (other)", "  → Container data (this)", "  → Host root")
NOTHING = twice("Nothing more is reached than what is open anyway.")
HOLDING = "--attacker breached --in-place no-setuid --in-place patches"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"reach {HOLDING}", ["Breached", "  → nothing that matters"]),
        (
            f"reach {HOLDING} --skill expert",
            [
                "Breached",
                "  → nothing that matters",
                "Breached, with a zero-day in “Kernel flaw”",
                "  → Container data (other)",
                "  → Container data (this)",
                "  → Host root",
            ],
        ),
        (f"paths {HOLDING}", ["No attack reaches it."]),
        (
            f"harden --no-resilient {HOLDING}",
            [
                "To keep out of reach: Host root, Container data (other)",
                "",
                "Cheapest set: cost 0, proved the cheapest",
                "  Nothing more is needed.",
            ],
        ),
        (f"whatif {HOLDING} --keep privileged", OPENED),
        (f"whatif {HOLDING} --without filter", OPENED),
        (f"whatif {HOLDING} --reject seccomp", OPENED),
        (f"whatif {HOLDING} --engine 1.9", OPENED),
        (f"whatif {HOLDING} --without no-setuid", OPENED),
        (
            f"whatif {HOLDING} --without sandbox",
            ["Sandbox is not in place: nothing is taken away.", *NOTHING],
        ),
    ],
    ids=lambda value: value.partition(HOLDING)[0] + value.partition(HOLDING)[2] if isinstance(value, str) else "",
)
def test_answers_where_a_set_holds(line: str, expected: list[str]) -> None:
    result = run(line)
    assert result.stdout.split("\n\n", 1)[1] == "\n".join(expected) + "\n"
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("line", "said", "data"),
    [
        ("paths --goal host-root --attacker accident", [], []),
        ("paths --goal host-root --attacker breached --most 1", [], [([], [])]),
        (
            "paths --goal host-root --attacker breached --in-place patches",
            ["  All of them go through: Setuid [setuid], Escape [escape], Root (this)"],
            [(["setuid", "escape"], ["this:root"])],
        ),
        (
            "paths --goal host-root --attacker outsider --in-place patches",
            ["  All of them go through: Exploit [exploit], Setuid [setuid], Escape [escape]"],
            [(["exploit", "setuid", "escape"], [])],
        ),
    ],
    ids=["no-attack", "nothing-in-common", "threats-and-a-state", "threats"],
)
def test_choke_points_follow_the_paths(line: str, said: list[str], data: list[tuple[list[str], list[str]]]) -> None:
    result = run(line)
    assert [text for text in result.stdout.split("\n") if "go through" in text] == said
    found = json.loads(run(f"{line} --format json").stdout)["choke_points"]
    assert [(one["threats"], one["states"]) for one in found] == data
    assert {one["goal"] for one in found} <= {"host-root"}


GUARDED: dict[str, Any] = {
    "mitigations/guard": {},
    "mitigations/lock": {},
    "kernel-flaw": {"effects": [effect("patches", "limits", to=3), effect("guard", with_=["lock"])]},
}


@pytest.mark.parametrize(
    ("measures", "expected"),
    [
        (["guard"], {"guard": (5, 5)}),
        (["guard", "lock"], {"guard": (5, 5), "lock": (5, 5), "guard+lock": (5, 9)}),
        (
            ["guard", "lock", "userns"],
            {
                "guard": (5, 5),
                "lock": (5, 5),
                "userns": (5, 7),
                "guard+lock": (5, 9),
                "guard+userns": (5, 7),
                "lock+userns": (5, 7),
                "guard+lock+userns": (5, 11),
            },
        ),
    ],
    ids=["one", "two", "three"],
)
def test_worth_is_told_alone_in_pairs_and_together(
    measures: list[str], expected: dict[str, tuple[int, int]], tmp_path: Path
) -> None:
    write(tmp_path / "threats", GUARDED)
    line = f"worth {' '.join(measures)} --exclude sandbox"
    found = json.loads(run(f"{line} --format json").stdout)
    assert found["base"] == ["no-setuid", "patches"]
    assert {name: (one["without"], one["with"]) for name, one in found["worth"].items()} == expected
    shown = [text for text in run(line).stdout.split("\n") if "absorbs" in text]
    assert shown == [
        f"  {' and '.join(name.capitalize() for name in names.split('+'))}: absorbs {after - before:+d} "
        f"({before} → {after} of 13)"
        for names, (before, after) in expected.items()
    ]


USUAL = "a private host; outsider, accident, breached; skilled"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "reach --reject seccomp",
            [USUAL, "cloud", "nothing; 1 dangerous options not in use"],
        ),
        (
            "reach --reject seccomp --reject cloud --keep privileged",
            [USUAL, "nothing", "nothing; 0 dangerous options not in use"],
        ),
        (
            "reach --tenancy shared --skill opportunist --in-place userns --attacker breached",
            ["a shared host; breached; opportunist", "nothing", "userns; 1 dangerous options not in use"],
        ),
        (
            "paths --need web",
            [USUAL, "seccomp, cloud", "nothing; 0 dangerous options not in use"],
        ),
    ],
    ids=["rejected", "all-rejected", "shared", "need"],
)
def test_what_is_taken_for_granted_is_said(line: str, expected: list[str]) -> None:
    names = ("Asked for", "Taken as met", "In place")
    shown = [f"{name}: {what}" for name, what in zip(names, expected, strict=True)]
    assert run(line).stdout.split("\n")[:3] == shown


def test_a_fact_can_be_supposed(tmp_path: Path) -> None:
    write(tmp_path / "threats", {"tenancies/private": {"facts": []}})
    assert "Taken as met: seccomp, cloud\n" in run("reach --assume cloud").stdout
    both = run("reach --assume cloud --reject cloud")
    assert (both.exit_code, both.stdout) == (2, "")
    assert "cloud" in both.stderr


@pytest.mark.parametrize(
    ("line", "path"),
    [
        (
            "harden --need web",
            [
                "Outsider, difficulty 1",
                "1. Exploit in this [exploit] → Code (this)",
                "2. Rare call in this [rare-call] → Host root",
            ],
        ),
        (
            "harden --goal host-root --skill expert --attacker breached --exclude sandbox",
            [
                "Breached, with a zero-day in “Kernel flaw”, difficulty 2",
                "1. Kernel flaw in this [kernel-flaw] → Host root",
            ],
        ),
        (
            "harden --goal host-root --attacker breached --keep privileged --exclude sandbox --exclude no-setuid"
            " --in-place filter --in-place patches --in-place userns",
            [
                "Breached, difficulty 1",
                "1. Setuid in this [setuid] → Root (this)",
                "2. Device in this [device] → Host root",
            ],
        ),
    ],
    ids=["need", "zero-day", "kept-option"],
)
def test_what_nothing_prevents_is_named(line: str, path: list[str]) -> None:
    result = run(line)
    found = [text.strip() for text in result.stdout.split("\n\n")[2].splitlines()]
    assert found == ["No set of measures suffices. What nothing prevents:", *path]
    assert result.exit_code == 1
    data = json.loads(run(f"{line} --format json").stdout)
    threats = [step["threat"] for step in data["infeasible"]["steps"]]
    assert [f"[{threat}]" in step for threat, step in zip(threats, path[1:], strict=True)] == [True] * len(threats)


def test_measures_in_conflict_are_said_to_be(tmp_path: Path) -> None:
    write(
        tmp_path / "threats",
        {"mitigations/patches": {"conflicts": ["no-setuid"]}, "mitigations/userns": {"conflicts": ["patches"]}},
    )
    result = run("harden --goal host-root --exclude sandbox")
    assert result.stdout.endswith("What nothing prevents:\n  (only measures in conflict would)\n")
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("reach --tenancy privat", "--tenancy: there is no tenancy called 'privat'; did you mean 'private'?"),
        ("reach --attacker breach", "--attacker: there is no attacker called 'breach'; did you mean 'breached'?"),
        ("reach --in-place patch", "--in-place: there is no mitigation called 'patch'; did you mean 'patches'?"),
        ("reach --in-place no:privileged", "--in-place: there is no mitigation called 'no:privileged'"),
        ("reach --exclude sand-box", "--exclude: there is no mitigation called 'sand-box'; did you mean 'sandbox'?"),
        (
            "reach --keep privilege",
            "--keep: there is no dangerous option called 'privilege'; did you mean 'privileged'?",
        ),
        ("reach --reject secomp", "--reject: there is no assumption called 'secomp'; did you mean 'seccomp'?"),
        ("reach --reject seccomp --tenancy shared", "--reject: there is no assumption called 'seccomp'"),
        ("reach --need wep", "--need: there is no need called 'wep'; did you mean 'web'?"),
        ("reach --engine latest", "--engine: 'latest' is no version of Docker; write it like 29.0"),
        ("harden --goal host-rot", "--goal: there is no state called 'host-rot'; did you mean 'host-root'?"),
        ("front --goal this:rot", "--goal: there is no state called 'rot'; did you mean 'root'?"),
        ("paths --goal othr:root", "--goal: there is no container called 'othr'; did you mean 'other'?"),
        ("worth nosetuid", "MEASURES: there is no mitigation called 'nosetuid'; did you mean 'no-setuid'?"),
        ("whatif --without filtre", "--without: there is no mitigation called 'filtre'; did you mean 'filter'?"),
        ("export graph --format stx -o x", "--format: there is no format called 'stx'; did you mean 'stix'?"),
    ],
)
def test_unknown_ids_end_with_2_and_a_suggestion(line: str, said: str) -> None:
    result = run(line)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"Error: Invalid value for {said}" in result.stderr


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("worth", "Missing argument 'MEASURES...'."),
        ("reach --skill wizard", "'wizard' is not one of 'opportunist', 'skilled', 'expert'."),
        ("harden --top 0", "0 is not in the range x>=1."),
        ("harden --time-limit 0", "0.0 is not in the range x>=0.1."),
        ("front --budget -1", "-1 is not in the range x>=0."),
        ("paths --most 0", "0 is not in the range x>=1."),
        ("reach --root nowhere", "there is no folder 'nowhere'; run it in a copy of the repository"),
        ("export --format stix -o x", "No such option '--format'."),
        ("export grap", "No such command 'grap'."),
        ("export graph --format stix", "Missing option '-o' / '--output'."),
        ("export graph -o x", "Missing option '--format'."),
    ],
)
def test_wrong_calls_end_with_2(line: str, said: str) -> None:
    result = run(line)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


@pytest.mark.parametrize(
    ("setuid", "said"),
    [
        ({"grant": ["root"]}, "error[unknown-key]: there is no field 'grant' here; did you mean 'grants'?"),
        (
            {"effects": [effect("no-setuidd")]},
            "error[unknown-mitigation]: no mitigation is called 'no-setuidd'; did you mean 'no-setuid'?",
        ),
        ({"opened_by": ["privilege"]}, "error[unknown-docker-option]: no Docker option is called 'privilege'"),
        ({"requires": ["cod"]}, "error[unknown-state]: no state is called 'cod'; did you mean 'code'?"),
    ],
    ids=["invalid", "unknown-mitigation", "unknown-option", "unknown-state"],
)
@pytest.mark.parametrize("line", ["reach", "harden", "export graph --format json -o -"])
def test_faulty_knowledge_is_no_answer(line: str, setuid: dict[str, list[object]], said: str, tmp_path: Path) -> None:
    write(tmp_path / "threats", {"setuid": setuid})
    result = run(line)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "threats/setuid.yaml:1:" in result.stderr
    assert said in result.stderr
    assert result.stderr.endswith("1 error, 0 warnings\n")


def test_what_rests_on_a_draft_is_no_answer(tmp_path: Path) -> None:
    write(tmp_path / "threats", {"states/root": {"status": "draft"}})
    result = run("reach")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error[link-to-draft]: 'state:root' is a draft" in result.stderr


def test_all_goals_are_asked_about_where_none_of_the_usual_ones_exists(tmp_path: Path) -> None:
    write(tmp_path / "threats", {"states/root": {"role": "goal"}})
    for file in tmp_path.rglob("*.yaml"):
        file.write_text(
            file.read_text("utf-8").replace("host-root", "top").replace("container-data", "secrets"), "utf-8"
        )
    for name, new in (("host-root", "top"), ("container-data", "secrets")):
        (tmp_path / f"threats/states/{name}.yaml").rename(tmp_path / f"threats/states/{new}.yaml")
    found = run("harden --no-resilient").stdout.split("\n")[4]
    assert found == "To keep out of reach: Root (other), Container data (other), Host root"


def test_a_set_that_is_not_proved_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "milp", lambda *_, **__: SimpleNamespace(x=None, status=solver.OUT_OF_TIME))
    result = run("harden --goal host-root --no-resilient")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Cheapest set: cost 3, not proved in the time given: no set costs less than 0\n" in result.stdout


def test_no_solution_in_the_time_given_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(solver, "milp", lambda *_, **__: SimpleNamespace(x=None, status=solver.OUT_OF_TIME))
    write(tmp_path / "threats", {"kernel-flaw": {"effects": []}})
    result = run("harden --goal host-root")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", "Error: no set was found in the time given\n")


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        ("reach", {"reached"}),
        ("paths --goal host-root", {"attacks", "choke_points"}),
        ("harden --goal host-root", {"sets", "ties", "certificate", "resilient", "worth_adding"}),
        ("harden --goal host-root --no-resilient", {"sets", "ties", "certificate"}),
        ("front", {"front"}),
        ("worth userns", {"worth", "base"}),
        ("whatif --without filter", {"opened", "opened_on_top"}),
        ("gaps", {"gaps"}),
    ],
)
def test_json_is_alone_on_the_output(line: str, keys: set[str]) -> None:
    result = run(f"{line} --format json")
    data = json.loads(result.stdout)
    assert set(data) == {"assumptions", *keys}
    assert data["assumptions"] == PRIVATE.splitlines()[:3]
    assert (result.exit_code, result.stderr) == (0, "")


def test_json_says_what_the_text_says() -> None:
    data = json.loads(run("harden --goal host-root --format json").stdout)
    assert data["sets"] == [
        {"measures": ["no-setuid", "patches"], "cost": 3, "proved": True, "bound": 3.0, "closed": ["host-root"]}
    ]
    assert data["certificate"]["patches"] == {
        "attacker": "outsider",
        "zero_day": None,
        "failed": None,
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
                "threat": "kernel-flaw",
                "container": "this",
                "difficulty": 2,
                "requires": ["this:code"],
                "grants": ["host-root"],
            },
        ],
    }
    assert data["worth_adding"][0] == {"measure": "userns", "cost": 4, "absorbed": 2}
    worth = json.loads(run("worth userns no-setuid --exclude sandbox --format json").stdout)
    assert worth["worth"] == {
        "userns": {"without": 5, "with": 7, "tried": 13},
        "no-setuid": {"without": 5, "with": 5, "tried": 13},
        "userns+no-setuid": {"without": 5, "with": 7, "tried": 13},
    }


class _Someday(datetime.datetime):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> _Someday:
        return cls(2027, 1, 31, tzinfo=tz)


def test_gaps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(questions, "datetime", SimpleNamespace(datetime=_Someday, UTC=datetime.UTC))
    write(tmp_path / "threats", {"states/code": {"reviewed": "2026-01-30"}})
    shown = run("gaps").stdout
    assert (
        "unanswered: 3\n  exploit\n  read\n  sandbox-flaw\ndetect only: 0\n"
        "beliefs that are wrong: 1\n  non-root does nothing about setuid\n"
        "mitigations that cut nothing: 2\n  non-root\n  strict-userns\n"
        "mitigations that prevent over 30 % of all threats: 1\n  sandbox\n"
    ) in shown
    assert "not reviewed for a year: 1\n  state:code\n" in shown


def test_the_same_answer_whatever_the_order_of_the_files(tmp_path: Path) -> None:
    """The files are read by name: other names for the threats are another order."""
    first = run("harden --goal host-root --top 3").stdout
    for number, name in enumerate(("exploit", "setuid", "escape")):
        (tmp_path / f"threats/{name}.yaml").rename(tmp_path / f"threats/z{9 - number}.yaml")
    second = run("harden --goal host-root --top 3").stdout
    for number, name in enumerate(("exploit", "setuid", "escape")):
        second = second.replace(f"[z{9 - number}]", f"[{name}]")
    assert second == first
