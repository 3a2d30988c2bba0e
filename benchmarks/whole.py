"""The cost of the real site as `make site` builds it: both languages, diagrams, answers, exports."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cost import Cost, run
from benchmarks.projects import copy_real


@dataclass(frozen=True)
class Whole:
    """The real site: its entries and pages, a build from nothing, and one with the cache of the first."""

    entries: int
    pages: int
    first: Cost
    again: Cost


def measure(real: Path, work: Path, say: Callable[[str], None]) -> Whole:
    """Builds a copy of the repository's content twice."""
    copy_real(work, real)
    first = _build(work)
    say(f"first build: {first.cpu:.1f} s of CPU")
    again = _build(work)
    say(f"again: {again.cpu:.1f} s of CPU")
    pages = sum(1 for _ in (work / "site").rglob("index.html"))
    return Whole(sum(1 for _ in real.rglob("*.yaml")), pages, first, again)


def _build(work: Path) -> Cost:
    shutil.rmtree(work / "site", ignore_errors=True)
    return run(["mkdocs", "build", "--strict"], work)


def report(whole: Whole) -> Iterator[str]:
    """The results as a Markdown table."""
    yield f"| {whole.entries} entries, {whole.pages} pages in two languages | CPU, s | clock, s | largest process, MB |"
    yield "|---|---:|---:|---:|"
    for name, cost in (
        ("from nothing", whole.first),
        ("again, with diagrams, answers and exports kept in `.cache/`", whole.again),
    ):
        yield f"| {name} | {cost.cpu:.1f} | {cost.wall:.1f} | {cost.memory / 1e6:.0f} |"
