"""The command line: `threatbase check`, `threatbase schema`, `threatbase pages` …"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from threatbase import __version__
from threatbase.cli.checklists import checklist
from threatbase.cli.exporting import export
from threatbase.cli.questions import COMMANDS
from threatbase.problems import Problem, errors, one_line
from threatbase.report import FORMATS, as_text, summary

CHECK_EXAMPLES = """\b
Examples:
  threatbase check
  threatbase check threats/setuid-escalation.yaml
  threatbase check --format sarif > problems.sarif
  threatbase check --release
"""
SCHEMA_EXAMPLES = """\b
Examples:
  threatbase schema                    write schemas/*.schema.json
  threatbase schema --kind threat      print one schema
"""
PAGES_EXAMPLES = """\b
Examples:
  threatbase pages --language fr -o /tmp/pages
"""

CLAIMS_EXAMPLES = """\b
Examples:
  threatbase claims --count 30
  threatbase claims --count 30 --seed 7
"""

_root = click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("threats"),
    show_default=True,
    help="The folder that holds the knowledge.",
)


class _Main(click.Group):
    """What cannot be read or written is told in a line."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise click.ClickException(f"{error.filename or 'a file'}: {error.strerror or error}") from None


@click.group(cls=_Main, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="threatbase")
def main() -> None:
    """Threatbase: an open, bilingual threat-model knowledge base for Docker containers."""


@main.command(epilog=CHECK_EXAMPLES)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True, help="Output.")
@click.option("--release", is_flag=True, help="Treat warnings as errors, as a release does.")
@_root
def check(paths: tuple[Path, ...], form: str, release: bool, root: Path) -> None:
    """Validate the knowledge: every file, every link, every rule.

    PATH limits what is reported; everything is loaded all the same. The exit code is 0 without errors
    (warnings alone too), 1 with errors, 2 for a wrong call.
    """
    for path in paths:
        if not path.exists():
            raise click.BadParameter(f"there is no file or folder '{path}'", param_hint="PATH")
    if not root.is_dir():
        raise click.BadParameter(f"there is no folder '{root}'", param_hint="--root")
    from threatbase.rules import examine

    knowledge, problems = examine(root)
    found = [problem.for_release() if release else problem for problem in within(problems, paths)]
    if form == "text" and sys.stdout.isatty():
        _print_coloured(found)
    else:
        click.echo(FORMATS[form](found), nl=False)
    if form == "text":
        click.echo(f"{len(knowledge.entries)} entries checked", err=True)
    sys.exit(1 if errors(found) else 0)


@main.command(epilog=SCHEMA_EXAMPLES)
@click.option("--kind", help="Print the schema of one kind (threat, mitigation …) instead of writing files.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("schemas"),
    show_default=True,
    help="The folder to write to.",
)
def schema(kind: str | None, output: Path) -> None:
    """Write the JSON Schemas of the entries, one per kind, for editors."""
    from threatbase.schema import schema_files, write_schemas

    if kind is None:
        for file in write_schemas(output):
            click.echo(file)
        return
    text = schema_files().get(f"{kind}.schema.json")
    if text is None:
        from threatbase.models import KINDS

        raise click.BadParameter(f"there is no kind '{kind}'; the kinds are {', '.join(KINDS)}", param_hint="--kind")
    click.echo(text, nl=False)


@main.command(epilog=PAGES_EXAMPLES)
@click.option("--language", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="The language.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder to write to."
)
@_root
def pages(language: str, output: Path, root: Path) -> None:
    """Write the generated pages as plain Markdown files, so that another renderer can take them."""
    from threatbase.pages import write_pages
    from threatbase.rules import examine

    knowledge, problems = examine(root)
    if errors(problems):
        click.echo(as_text(errors(problems)), nl=False, err=True)
        sys.exit(1)
    count = write_pages(knowledge, "fr" if language == "fr" else "en", output)
    click.echo(f"{count} pages written to {output}")


@main.command(epilog=CLAIMS_EXAMPLES)
@click.option("--count", type=click.IntRange(1), default=30, show_default=True, help="How many to draw.")
@click.option("--seed", type=int, help="Draw the same claims again.")
@_root
def claims(count: int, seed: int | None, root: Path) -> None:
    """Draw claims at random, with their sources, for a human to check."""
    from threatbase.claims import sample
    from threatbase.knowledge import load

    chosen = secrets.randbelow(10_000) if seed is None else seed
    knowledge, _ = load(root)
    for number, claim in enumerate(sample(knowledge, count, chosen), start=1):
        place = f"{claim.source}, {claim.locator}" if claim.locator else claim.source
        click.echo(f"{number:3}. {claim.location}\n     {claim.text.get('en')}\n     {place}\n     {claim.url or '-'}")
    click.echo(f"\nDrawn with --seed {chosen}.")


def within(problems: Iterable[Problem], paths: Iterable[Path]) -> list[Problem]:
    """The problems of the files named, and of all files below the folders named."""
    wanted = [Path(os.path.abspath(path)) for path in paths]  # noqa: PTH100 - resolve() would follow links
    return [
        problem
        for problem in problems
        if not wanted or any(Path.cwd().joinpath(problem.location.path).is_relative_to(path) for path in wanted)
    ]


def _print_coloured(problems: list[Problem]) -> None:
    for problem in problems:
        colour = "red" if problem.severity == "error" else "yellow"
        place = click.style(f"{problem.location}:", bold=True)
        code = click.style(f"{problem.severity}[{problem.code}]", fg=colour)
        click.echo(f"{place} {code}: {one_line(problem.message)}")
    click.secho(summary(problems), fg="red" if errors(problems) else "green")


for _command in (*COMMANDS, export, checklist):
    main.add_command(_command)
