"""The cost of asking synthetic graphs what is reached and what suffices, beside what one would use instead."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from statistics import median
from typing import TypeVar

from threatbase.analysis.harden import Task, cheapest
from threatbase.analysis.reach import Question, Scenario

from benchmarks import instead
from benchmarks.layers import GOALS, Size, make_model, make_setting

LARGE = Size(10_000, 300)
SIZES = (Size(400, 100), Size(1_000, 200))
SEEDS = (1, 2, 3, 4, 5)
PATIENCE = 60.0
"""Seconds that a MaxSAT solver is given."""

LIMIT = 10.0
"""Seconds that the search for a set against an expert is given."""

Say = Callable[[str], None]
Result = TypeVar("Result")


@dataclass(frozen=True)
class Reach:
    """Seconds of CPU of one round: ours, a loop, and networkx; with how many states each says are reached."""

    ours: float
    looped: float
    descended: float
    states: tuple[int, int, int]


@dataclass(frozen=True)
class Cheapest:
    """Seconds of CPU for a size and seed: ours, and RC2 (None: not in the time given); the cost, the same for both."""

    size: Size
    seed: int
    ours: float
    maxsat: float | None
    cost: int


@dataclass(frozen=True)
class Expert:
    """What is known when the time is up: seconds on the clock, the cost of the set, and what none can undercut."""

    size: Size
    seed: int
    clock: float
    cost: int
    bound: float
    proved: bool


def measure_reach(rounds: int, say: Say) -> list[Reach]:
    """The least fixpoint of a skilled outsider, half of the measures in place; nothing is kept between rounds."""
    model = make_model(LARGE)
    in_place = frozenset(Random(1).sample(sorted(model.measures), len(model.measures) // 2))
    scenario = Scenario("outsider", 2)
    found = []
    for number in range(rounds):
        ours, states = _timed(lambda: len(Question(model).reached(scenario, in_place)))
        loop, again = _timed(lambda: len(instead.looped(Question(model), scenario, in_place)))
        networkx, more = _timed(lambda: len(instead.descended(Question(model), scenario, in_place)))
        found.append(Reach(ours, loop, networkx, (states, again, more)))
        say(f"round {number + 1}: {ours * 1e3:.0f} ms; a loop {loop * 1e3:.0f}, networkx {networkx * 1e3:.0f}")
    return found


def measure_cheapest(say: Say) -> list[Cheapest]:
    """The cheapest set against skilled attackers; raises ValueError where a MaxSAT solver finds another cost."""
    found = []
    for size in SIZES:
        for seed in SEEDS:
            setting = make_setting(make_model(size, seed), "skilled")
            task = Task(GOALS, setting.scenarios, frozenset())
            ours, answer = _timed(lambda: cheapest(setting.question, task, time_limit=300))  # noqa: B023
            theirs, cost = _timed(
                lambda: instead.cheapest_by_maxsat(setting.question, GOALS, task.scenarios, PATIENCE)  # noqa: B023
            )
            if not answer.proved or cost not in (None, answer.cost):
                raise ValueError(f"{size}, seed {seed}: {answer.cost} beside {cost}")
            found.append(Cheapest(size, seed, ours, None if cost is None else theirs, answer.cost))
            say(f"{size}, seed {seed}: {ours:.2f} s; RC2 {theirs:.2f} s; cost {answer.cost}, RC2 {cost}")
    return found


def measure_expert(say: Say) -> list[Expert]:
    """The cheapest set against experts, with a time limit."""
    found = []
    size = SIZES[-1]
    for seed in SEEDS[:3]:
        setting = make_setting(make_model(size, seed), "expert")
        started = time.perf_counter()
        answer = cheapest(setting.question, Task(GOALS, setting.scenarios, frozenset()), time_limit=LIMIT)
        clock = time.perf_counter() - started
        found.append(Expert(size, seed, clock, answer.cost, answer.bound, answer.proved))
        say(f"{size}, seed {seed}: {clock:.1f} s, cost {answer.cost}, bound {answer.bound:.1f}")
    return found


def _timed(ask: Callable[[], Result]) -> tuple[float, Result]:
    started = time.process_time()
    result = ask()
    return time.process_time() - started, result


def report_reach(rounds: Sequence[Reach]) -> Iterator[str]:
    """The results as a Markdown table."""
    ours, theirs, networkx = rounds[0].states
    yield f"| {LARGE} | CPU, ms, median | smallest | ours ÷ this | states reached |"
    yield "|---|---:|---:|---:|---:|"
    times = [item.ours for item in rounds]
    yield f"| `Question.reached`, first call | {_ms(median(times))} | {_ms(min(times))} | | {ours} |"
    for name, column, states in (
        ("a loop until nothing changes", [item.looped for item in rounds], theirs),
        ("`networkx.descendants`, graph included", [item.descended for item in rounds], networkx),
    ):
        ratios = [mine / other for mine, other in zip(times, column, strict=True)]
        yield f"| {name} | {_ms(median(column))} | {_ms(min(column))} | **{_spread(ratios)}** | {states} |"


def report_cheapest(found: Sequence[Cheapest]) -> Iterator[str]:
    """The results as a Markdown table."""
    yield "| threats / mitigations | ours, CPU, s | RC2, CPU, s | ours ÷ RC2 | RC2 did not end | costs |"
    yield "|---|---:|---:|---:|---:|---|"
    for size in SIZES:
        items = [item for item in found if item.size == size]
        both = [(item.ours, item.maxsat) for item in items if item.maxsat is not None]
        theirs = _spread([other for _, other in both]) if both else "–"
        ratios = _spread([mine / other for mine, other in both]) if both else "–"
        costs = ", ".join(str(item.cost) for item in items)
        ended = f"{len(items) - len(both)} of {len(items)}"
        yield f"| {size} | **{_spread([item.ours for item in items])}** | {theirs} | {ratios} | {ended} | {costs} |"


def report_expert(found: Sequence[Expert]) -> Iterator[str]:
    """The results as a Markdown table."""
    yield "| threats / mitigations, an expert, 10 s | seconds on the clock | cost of the set | no set costs less than |"
    yield "|---|---:|---:|---:|"
    for item in found:
        proved = " (proved)" if item.proved else ""
        yield f"| {item.size}, seed {item.seed} | {item.clock:.1f} | {item.cost}{proved} | {item.bound:.1f} |"


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.0f}"


def _spread(values: Sequence[float]) -> str:
    return f"{median(values):.2f} ({min(values):.2f}–{max(values):.2f})"
