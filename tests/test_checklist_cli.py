"""The commands about checklists, as people call them."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from threatbase.checklist.formats import FORMATS, read
from threatbase.cli import main

from tests.small import write
from tests.test_checklist_make import CHANGES


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path / "threats", CHANGES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(line: str) -> Result:
    return CliRunner().invoke(main, shlex.split(line))


@pytest.mark.parametrize("form", [name for name in FORMATS if name != "pdf"])
def test_export_writes_each_format(place: Path, form: str) -> None:
    file = f"out/list{FORMATS[form].suffix}"
    result = run(f"checklist export --goal host-root -o {file}")
    assert (result.exit_code, result.stderr) == (0, f"{file}: 2 keep, 2 essential, 1 standard\n")
    assert (place / file).stat().st_size > 500


def test_export_takes_tenancy_and_goals_from_the_need(place: Path) -> None:
    assert run("checklist export --need web --lang fr --level essential -o a.json").exit_code == 0
    data = json.loads((place / "a.json").read_text("utf-8"))
    assert data["criteria"] == {"need": "web", "tenancy": "private", "level": "essential", "language": "fr"}


def test_a_goal_given_twice_counts_once(place: Path) -> None:
    assert run("checklist export --goal host-root --goal host-root -o a.md").exit_code == 0
    assert run("checklist merge a.md -o b.html").exit_code == 0
    assert run("checklist merge b.html -o c.json").exit_code == 0
    assert json.loads((place / "c.json").read_text("utf-8"))["criteria"]["goals"] == ["host-root"]


def test_export_prints(place: Path) -> None:
    result = run("checklist export --goal host-root --format json -o -")
    assert json.loads(result.stdout)["checklist"] == "threatbase"
    assert run("checklist export --format csv --no-bom -o -").stdout.startswith("Id,")
    assert run("checklist export --format csv -o -").stdout.startswith("\ufeffId,")


def test_an_empty_list_is_said_to_be(place: Path) -> None:
    result = run("checklist export --goal host-root --tool daemon -o a.md")
    assert result.exit_code == 0
    assert result.stderr == "Nothing fits all of these criteria: the list is empty.\na.md: no items\n"


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (
            "export --need wbe -o a.md",
            2,
            "Invalid value for --need: there is no need called 'wbe'; did you mean 'web'?",
        ),
        ("export --layer kernle -o a.md", 2, "there is no layer called 'kernle'; did you mean 'kernel'?"),
        ("export --goal host-rot -o a.md", 2, "there is no goal called 'host-rot'; did you mean 'host-root'?"),
        ("export --tenancy privat -o a.md", 2, "there is no tenancy called 'privat'; did you mean 'private'?"),
        ("export --tool helm -o a.md", 2, "'helm' is not one of 'run', 'compose'"),
        ("export --level best -o a.md", 2, "'best' is not one of 'essential'"),
        ("export --container a/b -o a.md", 2, "'a/b' is no name of a container"),
        ("export --container a --container a -o a.md", 2, "'a' is given twice"),
        ("export -o list", 2, "the format is not clear; give --format, or a file that ends with .md"),
        ("export -o -", 2, "Invalid value for --format: the format is not clear"),
        ("export", 2, "Missing option '-o'"),
        ("export -o threats/layers/kernel.yaml/a.md", 1, "cannot be written"),
        ("merge -o a.md", 2, "Missing argument 'OLD...'"),
        ("merge none.md -o a.md", 2, "does not exist"),
        ("merge bad.md -o a.md", 1, "Error: bad.md: there is no line '<!-- #threatbase"),
        (
            "merge foreign.json -o a.md",
            1,
            "foreign.json was made for the need 'wbe', which is not in this knowledge; did",
        ),
        ("verify bad.md", 1, "Error: bad.md: there is no line"),
        ("verify foreign.json", 1, "was made for the need 'wbe'"),
    ],
)
def test_wrong_calls_say_what_to_do(place: Path, line: str, code: int, said: str) -> None:
    (place / "bad.md").write_text("# Not a checklist\n", "utf-8")
    header = {"checklist": "threatbase", "format": 1, "version": "1", "digest": "d", "criteria": {"need": "wbe"}}
    (place / "foreign.json").write_text(json.dumps(header | {"items": [], "strays": []}), "utf-8")
    result = run(f"checklist {line}")
    assert result.exit_code == code
    assert said in " ".join(result.output.split())


def tick(file: Path, id_: str, **typed: str) -> None:
    data = json.loads(file.read_text("utf-8"))
    for item in data["items"]:
        if item["id"] == id_:
            item.update(typed)
    file.write_text(json.dumps(data), "utf-8")


def test_a_checklist_comes_back_after_the_knowledge_has_moved_on(place: Path) -> None:
    run("checklist export --goal host-root --level strict -o old.json")
    tick(place / "old.json", "no-setuid", status="done", owner="Zoé", date="2026-01-31", note="=x")
    tick(place / "old.json", "userns", status="accepted-risk")
    changed = {**CHANGES["mitigations/no-setuid"], "cost": 2}
    retired = {"status": "deprecated", "replaced_by": "userns", "why": {"en": "Merged.", "fr": "Fusionné."}}
    more = {
        "mitigations/no-setuid": changed,
        "mitigations/watch": {"scope": ["host"], **retired},
        "mitigations/guard": {},
        "setuid": {"effects": CHANGES["setuid"]["effects"][:1]},
    }
    write(place / "threats", CHANGES | more)
    verified = run("checklist verify old.json")
    assert verified.exit_code == 1
    assert "have changed since they were looked at: no-setuid\n" in verified.stdout
    merged = run("checklist merge old.json -o new.csv")
    assert merged.exit_code == 0
    assert (
        "1 changed since ticked: look again, then empty “Since last time” (« Depuis la dernière fois »): no-setuid\n"
        in merged.stderr
    )
    assert "superseded; kept at the end: watch\n" in merged.stderr
    file = Path("new.csv")
    lines = {line.id: line.typed for line in read(file, file.read_bytes()).lines}
    assert (lines["no-setuid"].owner, lines["no-setuid"].note) == ("Zoé", "=x")
    assert lines["userns"].status == "accepted-risk"


def test_files_that_differ_are_told(place: Path) -> None:
    for name, owner, date in (("a.json", "Zoé", "2026-01-01"), ("b.json", "Bob", "2026-01-02")):
        run(f"checklist export --goal host-root -o {name}")
        tick(place / name, "no-setuid", status="done", owner=owner, date=date)
    run("checklist export --need web -o c.json")
    result = run("checklist merge a.json b.json c.json -o together.md")
    assert result.exit_code == 0
    assert "c.json was made for another checklist than a.json, whose criteria are taken\n" in result.stderr
    assert "no-setuid: the files differ on owner (a.json: Zoé; b.json: Bob); taken: Bob\n" in result.stderr


def test_verify_of_a_fresh_file(place: Path) -> None:
    run("checklist export --goal host-root -o a.md")
    result = run("checklist verify a.md")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1:] == ["That is the current knowledge.", "5 items are as they were."]


def test_a_failure_leaves_the_old_file(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "a.md").write_text("precious", "utf-8")
    monkeypatch.setattr("threatbase.files.Path.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
    result = run("checklist export --goal host-root -o a.md")
    assert (result.exit_code, result.stderr) == (1, "Error: a.md cannot be written: No space left\n")
    assert (place / "a.md").read_text("utf-8") == "precious"


def test_oscal_goes_into_a_folder_or_into_one_file(place: Path) -> None:
    assert run("checklist export --goal host-root --format oscal -o oscal").exit_code == 0
    assert sorted(file.name for file in (place / "oscal").iterdir()) == [
        "catalog.json", "component-definition.json", "profile.json",
    ]  # fmt: skip
    assert run("checklist export --goal host-root -o oscal.zip").exit_code == 0
    assert (place / "oscal.zip").read_bytes().startswith(b"PK")
