"""The knowledge as it is shipped: no errors. Warnings may stand until a release."""

from __future__ import annotations

from pathlib import Path

import pytest
from threatbase.problems import errors
from threatbase.rules import examine

ROOT = Path(__file__).parents[1]


def test_the_shipped_knowledge_has_no_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    knowledge, problems = examine(Path("threats"))
    assert [str(problem) for problem in errors(problems)] == []
    assert knowledge.entries
