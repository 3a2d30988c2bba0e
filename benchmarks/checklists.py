"""The cost of checklists: every format from the command line, and a merge of ten files, beside an openpyxl script."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.cost import Cost, run

NEED = "static-web-server"
FORMATS = ("md", "csv", "xlsx", "json", "html", "zip", "pdf")
CONTAINERS = ("a", "b", "c", "d", "e", "f", "g")
FILES = 10

_BY_HAND = """
import sys
from openpyxl import Workbook, load_workbook
*old, new = sys.argv[1:]
kept = {}
for name in old:
    for sheet in load_workbook(name).worksheets:
        rows = list(sheet.iter_rows(values_only=True))
        titles = {title: index for index, title in enumerate(rows[0]) if title}
        if "Id" in titles:
            for row in rows[1:]:
                kept[row[titles["Id"]]] = row
            head = rows[0]
made = Workbook()
made.active.append(list(head))
for row in kept.values():
    made.active.append([None if isinstance(cell, str) and cell.startswith("=") else cell for cell in row])
made.save(new)
"""
"""What one would write instead: the last file wins, and what an older one said is gone."""


@dataclass(frozen=True)
class Lists:
    """What each format cost, with its size in bytes; a merge of ten workbooks, and the same by an openpyxl script."""

    exports: dict[str, tuple[Cost, ...]]
    sizes: dict[str, int]
    rows: int
    merges: tuple[Cost, ...]
    by_hand: tuple[Cost, ...]


def measure(real: Path, rounds: int, work: Path, say: Callable[[str], None]) -> Lists:
    """Exports in every format, then merges, each in turn with the script."""
    root = ["--root", str(real.absolute())]
    asked = ["threatbase", "checklist", "export", *root, "--need", NEED, "--level", "strict"]
    exports: dict[str, list[Cost]] = {form: [] for form in FORMATS}
    for number in range(rounds):
        for form in FORMATS:
            exports[form].append(run([*asked, "-o", f"list.{form}"], work))
        say(f"round {number + 1}: {sum(found[-1].cpu for found in exports.values()):.1f} s of CPU for all formats")
    several = [word for name in CONTAINERS for word in ("--container", name)]
    run([*asked, *several, "-o", "old0.xlsx"], work)
    for number in range(1, FILES):
        (work / f"old{number}.xlsx").write_bytes((work / "old0.xlsx").read_bytes())
    (work / "by_hand.py").write_text(_BY_HAND, "utf-8")
    old = [f"old{number}.xlsx" for number in range(FILES)]
    merges, by_hand = [], []
    for number in range(rounds):
        merges.append(run(["threatbase", "checklist", "merge", *root, *old, "-o", "new.xlsx"], work))
        by_hand.append(run(["by_hand", *old, "hand.xlsx"], work))
        say(f"round {number + 1}: merge {merges[-1].cpu:.2f} s, openpyxl {by_hand[-1].cpu:.2f} s")
    sizes = {form: (work / f"list.{form}").stat().st_size for form in FORMATS}
    return Lists(
        {form: tuple(costs) for form, costs in exports.items()}, sizes, _rows(work), tuple(merges), tuple(by_hand)
    )


def _rows(work: Path) -> int:
    from threatbase.checklist.formats import read

    file = work / "old0.xlsx"
    return len(read(file, file.read_bytes()).lines)


def report(found: Lists) -> Iterator[str]:
    """The results as Markdown tables."""
    yield f"| `threatbase checklist export --need {NEED} --level strict` | CPU, s | clock, s | KB | target, s |"
    yield "|---|---:|---:|---:|---:|"
    for form, costs in found.exports.items():
        target = 5.0 if form == "pdf" else 2.0
        size = found.sizes[form] / 1000
        yield f"| `-o list.{form}` | **{_cpu(costs):.2f}** | {_wall(costs):.2f} | {size:.0f} | {target} |"
    yield ""
    yield f"| {FILES} workbooks of {found.rows} rows into one | CPU, s | clock, s | what it keeps |"
    yield "|---|---:|---:|---|"
    ours, theirs = found.merges, found.by_hand
    yield f"| `threatbase checklist merge` | **{_cpu(ours):.2f}** | {_wall(ours):.2f} | all that was typed |"
    yield f"| a script with openpyxl | {_cpu(theirs):.2f} | {_wall(theirs):.2f} | what the last file says |"
    ratios = [mine.cpu / other.cpu for mine, other in zip(ours, theirs, strict=True)]
    yield f"| ratio | **{median(ratios):.2f}** ({min(ratios):.2f}–{max(ratios):.2f}, {len(ratios)} rounds) | | |"


def _cpu(costs: Sequence[Cost]) -> float:
    return median(cost.cpu for cost in costs)


def _wall(costs: Sequence[Cost]) -> float:
    return median(cost.wall for cost in costs)
