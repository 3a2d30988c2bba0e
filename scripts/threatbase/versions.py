"""Versions of the Docker engine: their order, and what holds in which."""

from __future__ import annotations

import re

from threatbase.models.base import Window

ENGINE_VERSIONS = (
    "1.10",
    "1.13",
    "17.06",
    "18.09",
    "19.03",
    "20.10",
    "23.0",
    "24.0",
    "25.0",
    "26.0",
    "27.0",
    "28.0",
    "29.0",
)
"""The lines of the engine that tables compare, oldest first; Docker named them by date from 17.03 to 20.10."""

_NUMBER = re.compile(r"\d+")


def version_key(version: str) -> tuple[int, ...]:
    """Orders versions part by part: 1.9 < 1.10 < 17.03 < 29.4.2."""
    return tuple(int(part) for part in _NUMBER.findall(version))


def holds_in(window: Window, version: str) -> bool:
    """Whether a window, conditions aside, holds in the line of a version: `28.0` stands for all of 28."""
    line = version_key(version)
    started = window.from_ is None or version_key(window.from_)[: len(line)] <= line
    ended = window.until is not None and version_key(window.until) <= line
    return started and not ended
