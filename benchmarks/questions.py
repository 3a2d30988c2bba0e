"""The cost of every question of the command line on the real graph, the start of the interpreter included."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.cost import Cost, run

QUICK = (
    "reach",
    "paths",
    "harden --no-resilient",
    "front",
    "worth no-new-privileges non-root-user",
    "whatif --keep privileged",
    "gaps",
)
LONG = (
    "harden",
    "harden --no-resilient --top 3",
    "reach --skill expert",
    "paths --skill expert",
    "harden --skill expert --no-resilient",
    "harden --skill expert --top 3",
    "front --skill expert",
    "worth no-new-privileges non-root-user --skill expert",
    "whatif --keep privileged --skill expert",
)


@dataclass(frozen=True)
class Asked:
    """A question, the seconds that it may take, and what it cost, round by round."""

    question: str
    target: float
    costs: tuple[Cost, ...]


def measure(real: Path, rounds: int, work: Path, say: Callable[[str], None]) -> list[Asked]:
    """Asks every question, all of them in every round."""
    targets = {**dict.fromkeys(QUICK, 1.5), **dict.fromkeys(LONG, 6.0)}
    costs: dict[str, list[Cost]] = {question: [] for question in targets}
    for number in range(rounds):
        for question in targets:
            costs[question].append(run(["threatbase", *question.split(), "--root", str(real.absolute())], work))
        say(f"round {number + 1}: {sum(found[-1].cpu for found in costs.values()):.1f} s of CPU for all questions")
    return [Asked(question, target, tuple(costs[question])) for question, target in targets.items()]


def report(found: Sequence[Asked]) -> Iterator[str]:
    """The results as a Markdown table."""
    yield "| `threatbase …` | CPU, s, median | smallest–largest | clock, s, median | target, s |"
    yield "|---|---:|---:|---:|---:|"
    for item in found:
        cpu = [cost.cpu for cost in item.costs]
        clock = median(cost.wall for cost in item.costs)
        missed = " (missed)" if median(cpu) > item.target else ""
        spread = f"{min(cpu):.2f}–{max(cpu):.2f}"
        yield f"| `{item.question}` | **{median(cpu):.2f}** | {spread} | {clock:.2f} | {item.target}{missed} |"
