"""What the tests of the reading side share: the small valid base, and ways to lay faults over it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir
from threatbase.knowledge import KnowledgeBase, load
from threatbase.models import Threat

set_hypothesis_home_dir(Path(__file__).parents[1] / ".cache" / "hypothesis")
settings.register_profile("threatbase", deadline=None)
settings.load_profile("threatbase")

DATA = Path(__file__).parent / "data"
VALID = DATA / "valid"
INVALID = DATA / "invalid"

LAYER = """\
title: {en: Extra, fr: Extra}
summary: {en: One more layer., fr: Une couche de plus.}
reviewed: 2026-01-31
description: {en: Text., fr: Texte.}
order: 3
"""
"""The smallest entry: a layer, which nothing has to use."""

_JUDGED = {"level": "V2", "because": {"en": "So it is."}}
_THREAT = {
    "title": {"en": "A step"},
    "summary": {"en": "A step in one sentence."},
    "description": {"en": "What it is."},
    "reviewed": "2026-01-31",
    "layer": "kernel",
    "conditions": {"en": "None."},
    "detection": {"en": "None."},
    "risk": {
        "severity": {"level": "G2", "because": {"en": "So it is."}},
        "likelihood": {"private": _JUDGED, "shared": _JUDGED},
    },
    "stride": ["tampering"],
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accept",
        action="store_true",
        help="write what the tests compare with into their files in tests/data; review it with git diff",
    )


def make_threat(**fields: Any) -> Threat:
    """A threat with the fields given, and nothing more than it must have."""
    return Threat.model_validate(_THREAT | fields)


def lay(source: Path, target: Path) -> Path:
    """Lays the files of a folder over those of another one; what `check` shall say of them stays behind."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("expected.txt"), dirs_exist_ok=True)
    return target


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the valid base, as the working directory."""
    monkeypatch.chdir(lay(VALID, tmp_path))
    return tmp_path


@pytest.fixture(scope="session")
def knowledge() -> KnowledgeBase:
    """The valid base, loaded."""
    loaded, problems = load(VALID / "threats")
    assert problems == []
    return loaded
