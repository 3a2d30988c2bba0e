"""The cost of validation, beside check-jsonschema with our schemas on the same files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

from threatbase.models import KINDS
from threatbase.schema import write_schemas

from benchmarks.cost import Cost, run
from benchmarks.synthesis import generate

Pair = tuple[Cost, Cost]
"""`threatbase check`, and check-jsonschema over all kinds."""


def measure(real: Path, entries: int, rounds: int, work: Path, say: Callable[[str], None]) -> list[Pair]:
    """Validates the same base with both, in turn."""
    generate(real, entries, work / "threats")
    write_schemas(work / "schemas")
    pairs = []
    for turn in range(rounds):
        ours = run(["threatbase", "check", "--root", "threats"], work)
        theirs = _check_jsonschema(work)
        say(f"round {turn + 1}: threatbase check {ours.cpu:.2f} s, check-jsonschema {theirs.cpu:.2f} s")
        pairs.append((ours, theirs))
    return pairs


def _check_jsonschema(work: Path) -> Cost:
    """One run a kind: a file does not say which schema it wants."""
    total = Cost(0, 0, 0)
    for kind in KINDS.values():
        files = sorted(str(file.relative_to(work)) for file in (work / "threats" / kind.folder).glob("*.yaml"))
        if files:
            total += run(["check_jsonschema", "--schemafile", f"schemas/{kind.name}.schema.json", *files], work)
    return total


def report(entries: int, pairs: Sequence[Pair]) -> Iterator[str]:
    """The results as a Markdown table."""
    yield f"| {entries} entries | CPU, s | peak memory, MB | what it checks |"
    yield "|---|---:|---:|---|"
    ours, theirs = zip(*pairs, strict=True)
    yield _row("`threatbase check`", ours, "schema, links, graph, languages, snippets, sources: every rule")
    yield _row("check-jsonschema, one run a kind", theirs, "schema alone")
    ratios = [mine.cpu / other.cpu for mine, other in pairs]
    yield f"| ratio | **{median(ratios):.2f}** ({min(ratios):.2f}–{max(ratios):.2f}, {len(ratios)} rounds) | | |"


def _row(name: str, costs: Sequence[Cost], what: str) -> str:
    memory = max(cost.memory for cost in costs) / 1e6
    return f"| {name} | {median(cost.cpu for cost in costs):.2f} | {memory:.0f} | {what} |"
