"""The formats of the problem list, each as the programs that read it want it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator
from threatbase import __version__
from threatbase.problem_codes import codes, explain
from threatbase.problems import Location, Problem
from threatbase.report import FORMATS, as_github, as_json, as_sarif, as_text, summary

from tests.conftest import DATA

ERROR = Problem(Location("threats/a.yaml", 3, 7), "bad-value", "it is wrong; do 100 % of it: a, b")
WARNING = Problem(Location("threats/été 1.yaml", 10, 1), "unused-state", "it is « unused »", "warning")
ODD = Problem(Location("a,b:c%\n.yaml", 1, 1), "bad-id", "one\r\ntwo\x1b[0m")
SARIF = Draft4Validator(
    json.loads((DATA / "schemas" / "sarif-schema-2.1.0.json").read_text("utf-8")),
    format_checker=Draft4Validator.FORMAT_CHECKER,
)

PROBLEMS = st.lists(
    st.builds(
        Problem,
        st.builds(Location, st.text(min_size=1, max_size=20), st.integers(1, 10**6), st.integers(1, 10**4)),
        st.sampled_from(sorted(codes("en"))),
        st.text(max_size=40),
        st.sampled_from(["error", "warning"]),
    ),
    max_size=5,
)


@pytest.mark.parametrize(
    ("problems", "expected"),
    [
        ([], "no problems"),
        ([ERROR], "1 error, 0 warnings"),
        ([WARNING], "0 errors, 1 warning"),
        ([ERROR, ERROR, WARNING, WARNING], "2 errors, 2 warnings"),
    ],
)
def test_summary(problems: list[Problem], expected: str) -> None:
    assert summary(problems) == expected


def test_text() -> None:
    assert as_text([ERROR, WARNING, ODD]) == (
        "threats/a.yaml:3:7: error[bad-value]: it is wrong; do 100 % of it: a, b\n"
        "threats/été 1.yaml:10:1: warning[unused-state]: it is « unused »\n"
        "a,b:c%\\n.yaml:1:1: error[bad-id]: one\\r\\ntwo\\x1b[0m\n"
        "2 errors, 1 warning\n"
    )
    assert as_text([]) == "no problems\n"


def test_json() -> None:
    assert as_json([WARNING]) == (
        "[\n"
        "  {\n"
        '    "path": "threats/été 1.yaml",\n'
        '    "line": 10,\n'
        '    "column": 1,\n'
        '    "severity": "warning",\n'
        '    "code": "unused-state",\n'
        '    "message": "it is « unused »"\n'
        "  }\n"
        "]\n"
    )
    assert as_json([]) == "[]\n"


def test_github_annotations_escape_what_they_have_to() -> None:
    assert as_github([ERROR, WARNING, ODD]) == (
        "::error file=threats/a.yaml,line=3,col=7,title=bad-value::it is wrong; do 100 %25 of it: a, b\n"
        "::warning file=threats/été 1.yaml,line=10,col=1,title=unused-state::it is « unused »\n"
        "::error file=a%2Cb%3Ac%25%0A.yaml,line=1,col=1,title=bad-id::one%0D%0Atwo\x1b[0m\n"
    )
    assert as_github([]) == ""


COMMAND = re.compile(r"::(error|warning) file=([^,:\r\n]+),line=(\d+),col=(\d+),title=([^,:\r\n]+)::([^\r\n]*)")


@given(PROBLEMS)
def test_an_annotation_says_what_the_problem_says(problems: list[Problem]) -> None:
    """Reads the commands as the runner reads them."""

    def plain(text: str) -> str:
        for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
            text = text.replace(code, character)
        return text

    lines = as_github(problems).split("\n")[:-1]
    assert len(lines) == len(problems)
    for line, problem in zip(lines, problems, strict=True):
        match = COMMAND.fullmatch(line)
        assert match is not None
        severity, path, number, column, code, message = match.groups()
        place = Location(plain(path), int(number), int(column))
        assert (place, severity, code, plain(message)) == (
            problem.location,
            problem.severity,
            problem.code,
            problem.message,
        )


def test_sarif() -> None:
    log = json.loads(as_sarif([ERROR, WARNING]))
    assert log == {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "threatbase",
                        "semanticVersion": __version__,
                        "rules": [rule("bad-value"), rule("unused-state")],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [
                    result("bad-value", 0, "error", ERROR.message, "threats/a.yaml", 3, 7),
                    result("unused-state", 1, "warning", WARNING.message, "threats/%C3%A9t%C3%A9%201.yaml", 10, 1),
                ],
            }
        ],
    }


def rule(code: str) -> dict[str, Any]:
    """A code as SARIF describes it."""
    what, fix = explain(code, "en")
    return {"id": code, "shortDescription": {"text": what}, "help": {"text": fix}}


def result(code: str, index: int, level: str, message: str, uri: str, line: int, column: int) -> dict[str, Any]:
    """A problem as SARIF tells it."""
    region = {"startLine": line, "startColumn": column}
    place = {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
    return {"ruleId": code, "ruleIndex": index, "level": level, "message": {"text": message}, "locations": [place]}


@given(PROBLEMS)
def test_sarif_meets_the_official_schema(problems: list[Problem]) -> None:
    log = json.loads(as_sarif(problems))
    assert [error.message for error in SARIF.iter_errors(log)] == []
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    for found, problem in zip(log["runs"][0]["results"], problems, strict=True):
        assert rules[found["ruleIndex"]]["id"] == found["ruleId"] == problem.code


def test_the_schema_refuses_what_is_no_sarif() -> None:
    """So that the test above means something."""
    log = json.loads(as_sarif([ERROR]))
    log["runs"][0]["results"][0]["level"] = "fatal"
    del log["runs"][0]["tool"]
    assert sorted(error.json_path for error in SARIF.iter_errors(log)) == ["$.runs[0]", "$.runs[0].results[0].level"]


def test_the_schema_is_the_one_that_the_log_names() -> None:
    schema = json.loads(Path(DATA / "schemas" / "sarif-schema-2.1.0.json").read_text("utf-8"))
    assert json.loads(as_sarif([]))["$schema"] == schema["id"]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_takes_no_problems_and_ends_its_line(name: str) -> None:
    text = FORMATS[name]([])
    assert text == "" if name == "github" else text.endswith("\n")
