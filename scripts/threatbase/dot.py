"""Finds Graphviz's `dot`: the system's where there is one, else the one that a wheel brings."""

from __future__ import annotations

import shutil
import sys
from functools import cache
from pathlib import Path

from graphviz.backend import dot_command

WHEEL_COMMAND = "graphviz-pure"


def find_dot() -> Path | None:
    """The `dot` of the system, else the wheel's command beside this Python or on the path."""
    beside = Path(sys.executable).parent
    found = shutil.which("dot") or shutil.which(WHEEL_COMMAND, path=str(beside)) or shutil.which(WHEEL_COMMAND)
    return Path(found) if found else None


@cache
def use_dot() -> str:
    """Makes the graphviz package run that `dot`, and returns what tells it from another one.

    Raises RuntimeError with the remedy when there is none.
    """
    found = find_dot()
    if found is None:
        raise RuntimeError("Graphviz's 'dot' was not found; install the Debian package 'graphviz'")
    dot_command.DOT_BINARY = found
    return f"{found.resolve()} {found.stat().st_size}"
