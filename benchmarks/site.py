"""The cost of building the site, beside plain mkdocs-material with the same pages written by hand."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

from benchmarks.agreement import Agreement, Content, compare
from benchmarks.cost import Cost, run
from benchmarks.projects import prepare
from benchmarks.synthesis import generate

PROJECTS = ("english", "plain", "french")


@dataclass(frozen=True)
class Size:
    """A base of one size, as three projects: its number of entries, of pages, and what the sites hold."""

    entries: int
    pages: int
    folder: Path
    agreement: Agreement


Round = Mapping[tuple[int, str], Cost]
"""What each project of each size cost in one round."""


def measure(
    real: Path, sizes: Sequence[int], rounds: Mapping[int, int], work: Path, say: Callable[[str], None]
) -> tuple[list[Size], list[Round]]:
    """Builds every project of every size in turn, round after round; `rounds` says how often for each size."""
    made = [_prepare(real, number, work / str(number), say) for number in sizes]
    done: list[Round] = []
    for turn in range(max(rounds.values())):
        costs: dict[tuple[int, str], Cost] = {}
        for size in made:
            for project in _order(turn) if turn < rounds[size.entries] else ():
                costs[size.entries, project] = _build(size.folder / project)
                say(f"round {turn + 1}: {size.entries} entries, {project}: {costs[size.entries, project].cpu:.2f} s")
        done.append(costs)
    return made, done


def _prepare(real: Path, number: int, folder: Path, say: Callable[[str], None]) -> Size:
    say(f"preparing {number} entries")
    generate(real, number, folder / "base" / "threats")
    pages = len(prepare(folder, folder / "base" / "threats")) + 1  # and the home page
    for project in ("english", "plain"):
        _build(folder / project)
    return Size(number, pages, folder, compare(folder / "english" / "site", folder / "plain" / "site"))


def _order(turn: int) -> Sequence[str]:
    """Ours first, then French first, so that what came before weighs on none."""
    return PROJECTS if turn % 2 == 0 else PROJECTS[::-1]


def _build(project: Path) -> Cost:
    """One build from nothing: no site, no diagrams kept from before."""
    for left in ("site", ".cache"):
        shutil.rmtree(project / left, ignore_errors=True)
    return run(["mkdocs", "build", "--quiet"], project)


def report(sizes: Sequence[Size], rounds: Sequence[Round]) -> Iterator[str]:
    """The results as Markdown tables."""
    columns = ("ours, ms a page", "plain, ms a page", "**ours ÷ plain**", "ours in French, ms a page")
    yield f"| entries | pages | {' | '.join(columns)} | ours, MB | plain, MB |"
    yield "|---:|---:|---:|---:|---:|---:|---:|---:|"
    for size in sizes:
        yield _row(size, rounds)
    yield ""
    for small, large in pairwise(sizes):
        yield from _growth(small, large, rounds)
    yield ""
    yield "| entries | pages | words, plain to ours | links | rows of tables | lines of code | worst page, words |"
    yield "|---:|---:|---:|---:|---:|---:|---:|"
    yield from (_agreement(size) for size in sizes)


def _row(size: Size, rounds: Sequence[Round]) -> str:
    ours, plain, french = (_costs(size, project, rounds) for project in PROJECTS)
    ratios = [mine.cpu / theirs.cpu for mine, theirs in zip(ours, plain, strict=True)]
    each = [f"{median(cost.cpu for cost in costs) / size.pages * 1000:.2f}" for costs in (ours, plain, french)]
    memory = [f"{max(cost.memory for cost in costs) / 1e6:.0f}" for costs in (ours, plain)]
    spread = f"**{median(ratios):.2f}** ({min(ratios):.2f}–{max(ratios):.2f}, {len(ratios)} rounds)"
    return (
        f"| {size.entries} | {size.pages} | {each[0]} | {each[1]} | {spread} | {each[2]} | {memory[0]} | {memory[1]} |"
    )


def _costs(size: Size, project: str, rounds: Iterable[Round]) -> list[Cost]:
    return [costs[size.entries, project] for costs in rounds if (size.entries, project) in costs]


def _growth(small: Size, large: Size, rounds: Sequence[Round]) -> Iterator[str]:
    for project, name in (("english", "ours"), ("plain", "plain")):
        pairs = zip(_costs(small, project, rounds), _costs(large, project, rounds), strict=False)
        found = [(more.cpu / large.pages) / (less.cpu / small.pages) for less, more in pairs]
        yield f"- a page of {large.entries} entries costs {median(found):.2f} times one of {small.entries}, {name}"


def _agreement(size: Size) -> str:
    found = size.agreement
    ours, plain = found.ours, found.plain
    columns = [_apart(plain, ours, name) for name in ("words", "links", "rows", "code_lines")]
    pages = f"{found.pages}" + (f" and {found.only_in_one} in one alone" if found.only_in_one else "")
    return f"| {size.entries} | {pages} | {' | '.join(columns)} | {found.worst_words:.1%} ({found.worst_page}) |"


def _apart(plain: Content, ours: Content, name: str) -> str:
    theirs, mine = getattr(plain, name), getattr(ours, name)
    return f"{theirs:,} : {mine:,} ({theirs / max(1, mine) - 1:+.2%})"
