"""Problem lists in the formats that people and programs read: text, JSON, annotations, SARIF."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from threatbase import __version__
from threatbase.problem_codes import explain
from threatbase.problems import Problem

Format = Callable[[Sequence[Problem]], str]


def as_text(problems: Sequence[Problem]) -> str:
    """One line a problem, then a count."""
    return "".join(f"{problem}\n" for problem in problems) + summary(problems) + "\n"


def summary(problems: Sequence[Problem]) -> str:
    """`2 errors, 1 warning`, or `no problems`."""
    if not problems:
        return "no problems"
    errors = sum(problem.severity == "error" for problem in problems)
    return f"{_count(errors, 'error')}, {_count(len(problems) - errors, 'warning')}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def as_json(problems: Sequence[Problem]) -> str:
    """A JSON array of objects, one a problem."""
    items = [
        {
            "path": problem.location.path,
            "line": problem.location.line,
            "column": problem.location.column,
            "severity": problem.severity,
            "code": problem.code,
            "message": problem.message,
        }
        for problem in problems
    ]
    return json.dumps(items, indent=2, ensure_ascii=False) + "\n"


def as_github(problems: Sequence[Problem]) -> str:
    """Workflow commands that annotate a pull request at the right line."""
    return "".join(
        f"::{problem.severity} file={_property(problem.location.path)},line={problem.location.line},"
        f"col={problem.location.column},title={_property(problem.code)}::{_data(problem.message)}\n"
        for problem in problems
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def as_sarif(problems: Sequence[Problem]) -> str:
    """SARIF 2.1.0."""
    codes = sorted({problem.code for problem in problems})
    driver = {"name": "threatbase", "semanticVersion": __version__, "rules": [_sarif_rule(code) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(problem, codes.index(problem.code)) for problem in problems],
    }
    log = {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _sarif_rule(code: str) -> dict[str, Any]:
    what, fix = explain(code, "en")
    return {"id": code, "shortDescription": {"text": what}, "help": {"text": fix}}


def _sarif_result(problem: Problem, rule: int) -> dict[str, Any]:
    place = problem.location
    physical = {
        "artifactLocation": {"uri": quote(place.path)},
        "region": {"startLine": place.line, "startColumn": place.column},
    }
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": problem.severity,
        "message": {"text": problem.message},
        "locations": [{"physicalLocation": physical}],
    }


FORMATS: dict[str, Format] = {"text": as_text, "json": as_json, "github": as_github, "sarif": as_sarif}
