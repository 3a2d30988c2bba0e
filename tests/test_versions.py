"""Versions of the engine: their order, and what holds in which."""

from __future__ import annotations

from itertools import pairwise

import pytest
from threatbase.models.base import Window
from threatbase.versions import ENGINE_VERSIONS, holds_in, version_key


@pytest.mark.parametrize(
    ("older", "newer"),
    [*pairwise(["1.9", "1.10", "1.13", "17.03", "17.06", "20.10", "20.10.1", "23.0", "29.0", "29.4.2"])],
)
def test_versions_are_compared_part_by_part(older: str, newer: str) -> None:
    assert version_key(older) < version_key(newer)


def test_the_lines_are_in_order_and_once() -> None:
    keys = [version_key(version) for version in ENGINE_VERSIONS]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize(
    ("window", "version", "held"),
    [
        ({}, "1.10", True),
        ({"from": "20.10"}, "19.03", False),
        ({"from": "20.10"}, "20.10", True),
        ({"from": "20.10"}, "29.4.2", True),
        ({"from": "20.10.1"}, "20.10", True),
        ({"from": "20.10.1"}, "20.10.0", False),
        ({"until": "23.0"}, "20.10", True),
        ({"until": "23.0"}, "23.0", False),
        ({"until": "23.0.2"}, "23.0", True),
        ({"until": "23.0.2"}, "23.0.2", False),
        ({"from": "1.10", "until": "23.0"}, "1.9", False),
        ({"from": "1.10", "until": "23.0"}, "1.10", True),
        ({"from": "1.10", "until": "23.0"}, "24.0", False),
        ({"from": "28"}, "28.0", True),
        ({"from": "1.10", "if": ["apparmor"]}, "24.0", True),
    ],
)
def test_windows(window: dict[str, object], version: str, held: bool) -> None:
    assert holds_in(Window.model_validate(window), version) == held
