"""The command line: what it prints, where, and how it ends."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from threatbase import __version__
from threatbase.cli import main
from threatbase.problems import Location, Problem
from threatbase.schema import schema_files

from tests.conftest import INVALID, LAYER, lay

ERROR = "threats/layers/bad.yaml:6:1: error[unknown-key]: there is no field 'ordr' here; did you mean 'order'?\n"
WARNING = "threats/layers/half.yaml:1:1: warning[missing-translation]: 'title' is wanted in French; add 'fr'\n"


def run(*arguments: str) -> Result:
    """A command, in this process."""
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


@pytest.fixture
def faulty(base: Path) -> Path:
    """The valid base with one error and one warning."""
    (base / "threats/layers/bad.yaml").write_text(LAYER + "ordr: 4\n", "utf-8")
    half = LAYER.replace("title: {en: Extra, fr: Extra}", "title: {en: Extra}")
    (base / "threats/layers/half.yaml").write_text(half, "utf-8")
    return base


# --- check -----------------------------------------------------------------------------------------


def test_no_problems(base: Path) -> None:
    result = run("check")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "no problems\n", "25 entries checked\n")


def test_errors_and_warnings(faulty: Path) -> None:
    result = run("check")
    assert result.stdout == ERROR + WARNING + "1 error, 1 warning\n"
    assert (result.exit_code, result.stderr) == (1, "26 entries checked\n")


def test_warnings_alone_are_no_failure(faulty: Path) -> None:
    (faulty / "threats/layers/bad.yaml").unlink()
    result = run("check")
    assert (result.exit_code, result.stdout) == (0, WARNING + "0 errors, 1 warning\n")


def test_a_release_takes_warnings_for_errors(faulty: Path) -> None:
    (faulty / "threats/layers/bad.yaml").unlink()
    result = run("check", "--release")
    assert (result.exit_code, result.stdout) == (1, WARNING.replace("warning", "error") + "1 error, 0 warnings\n")


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        pytest.param(["threats/layers/bad.yaml"], ERROR + "1 error, 0 warnings\n", id="a-file"),
        pytest.param(["threats/layers/half.yaml"], WARNING + "0 errors, 1 warning\n", id="a-file-with-a-warning"),
        pytest.param(["threats/layers"], ERROR + WARNING + "1 error, 1 warning\n", id="a-folder"),
        pytest.param(["threats/layers/"], ERROR + WARNING + "1 error, 1 warning\n", id="a-folder-with-a-slash"),
        pytest.param(["threats/states/../layers/bad.yaml"], ERROR + "1 error, 0 warnings\n", id="a-detour"),
        pytest.param(["./threats"], ERROR + WARNING + "1 error, 1 warning\n", id="from-here"),
        pytest.param(["."], ERROR + WARNING + "1 error, 1 warning\n", id="here"),
        pytest.param([".."], ERROR + WARNING + "1 error, 1 warning\n", id="above"),
        pytest.param(["/"], ERROR + WARNING + "1 error, 1 warning\n", id="everything"),
        pytest.param(["threats/states"], "no problems\n", id="another-folder"),
        pytest.param(["threats/suid.yaml", "threats/layers/bad.yaml"], ERROR + "1 error, 0 warnings\n", id="two-files"),
        pytest.param(["threats/layers", "threats/layers"], ERROR + WARNING + "1 error, 1 warning\n", id="twice"),
    ],
)
def test_paths_limit_what_is_reported(paths: list[str], expected: str, faulty: Path) -> None:
    for given in (paths, [str(Path(path).absolute()) for path in paths]):
        result = run("check", *given)
        assert result.stdout == expected
        assert result.exit_code == (1 if "error[" in expected else 0)


def test_the_name_of_a_folder_does_not_match_the_beginning_of_another(faulty: Path) -> None:
    (faulty / "threats/lay").mkdir()
    assert run("check", "threats/lay").stdout == (
        "threats/lay:1:1: error[unknown-folder]: no kind of entry has the folder 'lay'; did you mean 'layers'?\n"
        "1 error, 0 warnings\n"
    )


def test_another_root(faulty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (faulty / "elsewhere").mkdir()
    monkeypatch.chdir(faulty / "elsewhere")
    shown = (ERROR + WARNING).replace("threats/", f"{faulty.as_posix()}/threats/")
    for root in ("../threats", str(faulty / "threats")):
        result = run("check", "--root", root)
        assert (result.exit_code, result.stdout) == (1, shown + "1 error, 1 warning\n")


def test_the_guide_beside_the_knowledge_is_checked_too(base: Path) -> None:
    lay(INVALID / "no-front-matter", base)
    result = run("check", "docs/en")
    assert result.stdout.startswith("docs/en/guide/page.md:1:1: error[no-front-matter]: ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["check", "threats/nowhere.yaml"],
            "Invalid value for PATH: there is no file or folder 'threats/nowhere.yaml'",
        ),
        (["check", "--root", "nowhere"], "Invalid value for --root: there is no folder 'nowhere'"),
        (["check", "--root", "threats/suid.yaml"], "Directory 'threats/suid.yaml' is a file."),
        (["check", "--format", "xml"], "'xml' is not one of 'text', 'json', 'github', 'sarif'."),
        (["check", "--strict"], "No such option '--strict'."),
        (["chek"], "No such command 'chek'."),
        (["schema", "--kind", "thread"], "Invalid value for --kind: there is no kind 'thread'; the kinds are threat, "),
        (["pages"], "Missing option '-o' / '--output'."),
        (["pages", "-o", "x", "--language", "de"], "'de' is not one of 'en', 'fr'."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_call_ends_with_2(arguments: list[str], said: str, base: Path) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("text", ERROR + WARNING + "1 error, 1 warning\n"),
        (
            "github",
            "::error file=threats/layers/bad.yaml,line=6,col=1,title=unknown-key"
            "::there is no field 'ordr' here; did you mean 'order'?\n"
            "::warning file=threats/layers/half.yaml,line=1,col=1,title=missing-translation"
            "::'title' is wanted in French; add 'fr'\n",
        ),
    ],
)
def test_formats(form: str, expected: str, faulty: Path) -> None:
    result = run("check", "--format", form)
    assert (result.exit_code, result.stdout) == (1, expected)


@pytest.mark.parametrize(
    ("form", "codes"),
    [
        ("json", lambda text: [item["code"] for item in json.loads(text)]),
        ("sarif", lambda text: [item["ruleId"] for item in json.loads(text)["runs"][0]["results"]]),
    ],
)
def test_formats_for_programs_are_alone_on_the_output(
    form: str, codes: Callable[[str], list[str]], faulty: Path
) -> None:
    result = run("check", "--format", form)
    assert codes(result.stdout) == ["unknown-key", "missing-translation"]
    assert result.stderr == ""
    assert codes(run("check", "--format", form, "threats/states").stdout) == []


# --- a real process --------------------------------------------------------------------------------


def start(*arguments: str, module: bool = True) -> list[str]:
    """The command as a user starts it."""
    script = Path(sys.executable).with_name("threatbase")
    return (
        [sys.executable, "-m", "threatbase", *arguments] if module or not script.exists() else [str(script), *arguments]
    )


@pytest.mark.parametrize("module", [True, False], ids=["module", "script"])
def test_it_runs_as_a_module_and_as_a_command(module: bool, faulty: Path) -> None:
    done = subprocess.run(start("check", module=module), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, ERROR + WARNING + "1 error, 1 warning\n")


def test_output_is_utf_8_whatever_the_locale(faulty: Path) -> None:
    (faulty / "threats/layers/été.yaml").write_text(LAYER, "utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
    done = subprocess.run(start("check"), capture_output=True, check=False, env=environment | {"LC_ALL": "C"})
    assert done.returncode == 1
    assert "threats/layers/été.yaml:1:1: error[bad-id]" in done.stdout.decode("utf-8")


def on_a_terminal(arguments: list[str], **environment: str) -> str:
    """What a command writes where a human looks on."""
    ours, theirs = pty.openpty()
    subprocess.run(arguments, stdout=theirs, stderr=subprocess.DEVNULL, check=False, env=os.environ | environment)
    os.close(theirs)
    with os.fdopen(ours, "rb") as stream:
        shown = b""
        try:
            while part := os.read(stream.fileno(), 4096):
                shown += part
        except OSError:  # how Linux ends a terminal
            pass
    return shown.decode("utf-8").replace("\r\n", "\n")


def test_there_are_colours_on_a_terminal(faulty: Path) -> None:
    assert on_a_terminal(start("check"), TERM="xterm") == (
        "\x1b[1mthreats/layers/bad.yaml:6:1:\x1b[0m \x1b[31merror[unknown-key]\x1b[0m: "
        "there is no field 'ordr' here; did you mean 'order'?\n"
        "\x1b[1mthreats/layers/half.yaml:1:1:\x1b[0m \x1b[33mwarning[missing-translation]\x1b[0m: "
        "'title' is wanted in French; add 'fr'\n"
        "\x1b[31m1 error, 1 warning\x1b[0m\n"
    )


@pytest.mark.parametrize("form", ["json", "github", "sarif"])
def test_there_are_none_in_what_programs_read(form: str, faulty: Path) -> None:
    assert "\x1b" not in on_a_terminal(start("check", "--format", form), TERM="xterm")


def test_what_an_entry_says_cannot_colour_the_terminal(base: Path) -> None:
    (base / "threats/layers/a\x1b[2Jb.yaml").write_text(LAYER, "utf-8")
    (base / "threats/layers/bad.yaml").write_text(LAYER + '"a\\nb": 4\n', "utf-8")
    shown = on_a_terminal(start("check"), TERM="xterm")
    assert "threats/layers/a\\x1b[2Jb.yaml:1:1:" in shown
    assert "there is no field 'a\\nb' here" in shown
    assert "\x1b[2J" not in shown


# --- help and the other commands -------------------------------------------------------------------


def test_version() -> None:
    assert run("--version").stdout == f"threatbase, version {__version__}\n"


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_lists_the_commands(flag: str) -> None:
    result = run(flag)
    assert result.exit_code == 0
    for name, command in main.commands.items():
        assert f"\n  {name} " in result.stdout
        assert command.get_short_help_str() in " ".join(result.stdout.split()) or "..." in result.stdout


@pytest.mark.parametrize(
    "name", [*main.commands, "export graph", "checklist export", "checklist merge", "checklist verify"]
)
def test_every_command_shows_examples_that_name_it(name: str) -> None:
    shown = run(*name.split(), "--help").stdout
    examples = shown.partition("Examples:\n")[2].strip("\n").split("\n")
    assert all(line.startswith(f"    threatbase {name}") for line in examples)


def test_check_says_how_it_ends() -> None:
    words = " ".join(run("check", "--help").stdout.split())
    assert "The exit code is 0 without errors (warnings alone too), 1 with errors, 2 for a wrong call." in words


def test_schemas_are_written_and_printed(base: Path) -> None:
    result = run("schema")
    assert result.exit_code == 0
    assert result.stdout.split() == [f"schemas/{name}" for name in schema_files()]
    assert {file.name: file.read_text("utf-8") for file in Path("schemas").iterdir()} == schema_files()
    assert run("schema", "--kind", "layer").stdout == schema_files()["layer.schema.json"]


@pytest.mark.parametrize(
    ("form", "names"),
    [
        ("json", ["graph.json"]),
        ("graphml", ["graph.graphml"]),
        ("dot", ["graph.dot"]),
        ("svg", ["graph.svg"]),
        ("mermaid", ["graph.mmd"]),
        ("cytoscape", ["graph.cyjs"]),
        ("neo4j", ["nodes.csv", "relationships.csv", "load.cypher"]),
        ("stix", ["stix.json"]),
        ("navigator", ["navigator.json"]),
    ],
)
def test_the_graph_is_exported_into_a_folder_or_printed(form: str, names: list[str], base: Path) -> None:
    result = run("export", "graph", "--format", form, "-o", "made/here")
    assert (result.exit_code, result.stdout.split(), result.stderr) == (0, [f"made/here/{name}" for name in names], "")
    printed = run("export", "graph", "--format", form, "-o", "-").stdout
    assert printed == "".join(Path("made/here", name).read_text("utf-8") for name in names)


def test_pages_are_not_written_from_what_has_errors(faulty: Path) -> None:
    result = run("pages", "-o", "pages")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", ERROR + "1 error, 0 warnings\n")
    assert not Path("pages").exists()


def test_pages_of_a_missing_folder(base: Path) -> None:
    result = run("pages", "-o", "pages", "--root", "nowhere")
    assert result.exit_code == 1
    assert result.stderr == "nowhere:1:1: error[no-folder]: there is no such folder\n1 error, 0 warnings\n"


@pytest.mark.parametrize(("language", "title"), [("en", "Setuid step"), ("fr", "Étape setuid")])
def test_pages_are_written_in_a_language(language: str, title: str, base: Path) -> None:
    result = run("pages", "--language", language, "-o", "pages")
    assert result.exit_code == 0
    files = list(Path("pages").rglob("*.md"))
    assert result.stdout == f"{len(files)} pages written to pages\n"
    assert title in Path("pages/threats/suid.md").read_text("utf-8")


def test_the_same_seed_draws_the_same_claims(base: Path) -> None:
    drawn = [run("claims", "--count", "3", "--seed", "7").stdout for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert drawn[0].count("threats/") == 3
    assert drawn[0].endswith("\nDrawn with --seed 7.\n")
    assert run("claims", "--count", "999", "--seed", "7").stdout.count("threats/") > 3


def test_problems_outside_of_the_working_directory_are_found(tmp_path: Path) -> None:
    from threatbase.cli import within

    problem = Problem(Location(f"{tmp_path.as_posix()}/threats/a.yaml"), "x", "m")
    assert within([problem], [tmp_path]) == [problem]
    assert within([problem], [tmp_path / "threats" / "a"]) == []
    assert within([problem], []) == [problem]
