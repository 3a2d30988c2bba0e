"""`python -m benchmarks`: all measurements, or one of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import click

from benchmarks import check, checklists, graph, questions, record, serve, site, synthesis, whole
from benchmarks.shapes import read_shapes

REAL = Path(__file__).parents[1] / "threats"

_real = click.option(
    "--real", type=click.Path(path_type=Path, exists=True, file_okay=False), default=REAL, help="The real knowledge."
)
_keep = click.option("--record", "keep", is_flag=True, help="Write the results into benchmarks/README.md.")


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(context: click.Context) -> None:
    """Measures speed and scale; without a command, everything, into benchmarks/README.md."""
    if context.invoked_subcommand is None:
        for command in (check_, graph_, questions_, checklists_, serve_, whole_, site_):
            context.invoke(command, keep=True)


@main.command()
@click.argument("number", type=click.IntRange(min=15))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--seed", type=int, default=synthesis.SEED, show_default=True, help="Another seed, another base.")
@_real
def generate(number: int, folder: Path, seed: int, real: Path) -> None:
    """Write a synthetic knowledge base of NUMBER entries, like the real one, into FOLDER."""
    synthesis.generate(real, number, folder, seed)
    click.echo("\n".join(record.sizes(read_shapes(real), read_shapes(folder))))


@main.command("site")
@click.option("--sizes", "listed", default="250 1000 4000", show_default=True, help="Entries, in one word: '250 1000'.")
@click.option("--rounds", type=int, default=5, show_default=True, help="Builds of each; of the largest size half.")
@_real
@_keep
def site_(listed: str = "250 1000 4000", rounds: int = 5, real: Path = REAL, keep: bool = False) -> None:
    """Build the site beside plain mkdocs-material."""
    sizes = [int(size) for size in listed.split()]
    wanted = {size: max(1, (rounds + 1) // 2) if size > 2000 else rounds for size in sizes}
    with tempfile.TemporaryDirectory(prefix="benchmark-") as work:
        results = site.report(*site.measure(real, sizes, wanted, Path(work), _say))
        _show("site", results, keep)


@main.command("check")
@click.option("--entries", type=int, default=1000, show_default=True, help="Size of the base.")
@click.option("--rounds", type=int, default=5, show_default=True, help="Runs of each.")
@_real
@_keep
def check_(entries: int = 1000, rounds: int = 5, real: Path = REAL, keep: bool = False) -> None:
    """Validate a base beside check-jsonschema."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as work:
        _show("check", check.report(entries, check.measure(real, entries, rounds, Path(work), _say)), keep)


@main.command("graph")
@click.option("--rounds", type=int, default=9, show_default=True, help="Rounds of the fixpoint.")
@_keep
def graph_(rounds: int = 9, keep: bool = False) -> None:
    """Reachability and cheapest sets on synthetic graphs, beside a loop, networkx and a MaxSAT solver."""
    reached = list(graph.report_reach(graph.measure_reach(rounds, _say)))
    closed = list(graph.report_cheapest(graph.measure_cheapest(_say)))
    _show("graph", [*reached, "", *closed, "", *graph.report_expert(graph.measure_expert(_say))], keep)


@main.command("questions")
@click.option("--rounds", type=int, default=3, show_default=True, help="Runs of each question.")
@_real
@_keep
def questions_(rounds: int = 3, real: Path = REAL, keep: bool = False) -> None:
    """Ask the real graph every question of the command line."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as work:
        _show("questions", questions.report(questions.measure(real, rounds, Path(work), _say)), keep)


@main.command("serve")
@click.option("--edits", type=int, default=6, show_default=True, help="Entries to change.")
@_real
@_keep
def serve_(edits: int = 6, real: Path = REAL, keep: bool = False) -> None:
    """Time an edit until the page is served, with the real content."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as work:
        _show("serve", serve.report(*serve.measure(real, edits, Path(work), _say)), keep)


@main.command("whole")
@_real
@_keep
def whole_(real: Path = REAL, keep: bool = False) -> None:
    """Build the real site as `make site` does, from nothing and again."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as work:
        _show("whole", whole.report(whole.measure(real, Path(work), _say)), keep)


@main.command("checklists")
@click.option("--rounds", type=int, default=3, show_default=True, help="Runs of each.")
@_real
@_keep
def checklists_(rounds: int = 3, real: Path = REAL, keep: bool = False) -> None:
    """Export checklists in every format, and merge ten of them beside a script with openpyxl."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as work:
        _show("checklists", checklists.report(checklists.measure(real, rounds, Path(work), _say)), keep)


def _say(text: str) -> None:
    click.echo(text, err=True)


def _show(name: str, results: Iterable[str], keep: bool) -> None:
    lines = [*results, "", record.machine()]
    click.echo("\n".join(lines))
    if keep:
        record.record(name, lines)


if __name__ == "__main__":
    main()
