"""Where results are kept: in `benchmarks/README.md`, between marks, with the machine that they hold for."""

from __future__ import annotations

import datetime
import os
import platform
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

from benchmarks.shapes import Shape

WIDTH = 120
README = Path(__file__).with_name("README.md")
PACKAGES = (
    "mkdocs",
    "mkdocs-material",
    "markdown",
    "jinja2",
    "pydantic",
    "markdown-it-py",
    "graphviz-pure",
    "check-jsonschema",
    "networkx",
    "scipy",
    "python-sat",
)


def machine() -> str:
    """The machine, the versions and the day, in one line."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    day = datetime.datetime.now(datetime.UTC).date()
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    cores = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end"
    return f"{day}; {cores}, {system}; {packages}."


def sizes(real: Mapping[str, list[Shape]], made: Mapping[str, list[Shape]]) -> Iterator[str]:
    """The kinds of two bases: how many entries each has, and their median size in bytes."""
    yield "| kind | real entries | their median size | synthetic entries | their median size |"
    yield "|---|---:|---:|---:|---:|"
    for kind, shapes in real.items():
        columns = [f"{len(found)} | {_median(found)}" for found in (shapes, made.get(kind, []))]
        yield f"| {kind} | {' | '.join(columns)} |"


def _median(shapes: list[Shape]) -> int:
    return shapes[len(shapes) // 2].size if shapes else 0


def record(name: str, lines: Iterable[str]) -> None:
    """Puts the results called `name` in the place of those in the README."""
    text = README.read_text("utf-8")
    marks = re.compile(rf"(?<=<!-- results: {name} -->\n).*?(?=<!-- end -->)", re.DOTALL)
    shown = [line if line.startswith(("|", "- ")) else textwrap.fill(line, WIDTH) for line in lines]
    README.write_text(marks.sub(lambda _: "\n" + "\n".join([*shown, ""]) + "\n", text, count=1), "utf-8")
