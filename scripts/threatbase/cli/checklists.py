"""The commands about checklists: export, merge, verify."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from threatbase.cli.asking import examples, load_or_exit, root_option, unknown

if TYPE_CHECKING:
    from threatbase.checklist.criteria import Criteria
    from threatbase.checklist.merge import Merged
    from threatbase.checklist.provenance import Provenance
    from threatbase.checklist.sheet import Checklist, Filled
    from threatbase.knowledge import KnowledgeBase

_TOOLS = ("run", "compose", "daemon", "dockerfile", "host")
_LEVELS = ("essential", "standard", "strict")
_FORMATS = ("md", "csv", "xlsx", "json", "html", "pdf", "oscal")

_format = click.option(
    "--format", "form", type=click.Choice(_FORMATS), help="Without it, the end of the file's name tells."
)
_force = click.option("--force", is_flag=True, help="Replace a file in which something was typed.")
_output = click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="The file to write; - prints it."
)


@click.group(
    epilog=examples(
        "threatbase checklist export --need web-application -o web.xlsx",
        "threatbase checklist merge old.xlsx -o new.xlsx",
        "threatbase checklist verify old.xlsx",
    )
)
def checklist() -> None:
    """Mitigation checklists: export them, tick them, bring them back."""


@checklist.command(
    epilog=examples(
        "threatbase checklist export --need static-web-server -o web.xlsx",
        "threatbase checklist export --layer kernel --tenancy shared --lang fr -o noyau.md",
        "threatbase checklist export --goal host-root --level essential --tool compose -o compose.csv",
        "threatbase checklist export --need database --level strict --format oscal -o oscal/",
    )
)
@click.option("--need", help="For a sort of container; brings its tenancy, its goals, what it must and cannot have.")
@click.option("--layer", help="Only measures that act on threats of this layer.")
@click.option(
    "--goal", "goals", multiple=True, metavar="GOAL", help="A goal to keep out of reach; several may be given."
)
@click.option("--tenancy", help="Who shares the host: private or shared. Without it: the need's, or private.")
@click.option("--tool", type=click.Choice(_TOOLS), help="Only measures that are put in place with this tool.")
@click.option("--level", type=click.Choice(_LEVELS), default="standard", show_default=True, help="How far it goes.")
@click.option("--container", "containers", multiple=True, metavar="NAME", help="Repeat what is set per container.")
@click.option("--lang", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="The language.")
@_format
@click.option("--bom/--no-bom", default=True, show_default=True, help="CSV: the mark by which Excel knows UTF-8.")
@_force
@_output
@root_option
def export(form: str | None, output: Path, root: Path, bom: bool, force: bool, **given: Any) -> None:
    """Write a checklist.

    Every level first lists Docker's defaults to keep. Essential adds the proved cheapest set and what the need must
    have; standard survives one surprise where that is possible; strict adds the rest that applies.
    """
    from threatbase.checklist.make import make_checklist

    wanted = _form_of(form, output)
    knowledge = load_or_exit(root)
    criteria = _criteria(knowledge, given)
    _keep_what_was_typed(output, (), force)
    made = make_checklist(knowledge, criteria)
    _write(made, wanted, output, bom=bom)
    if not made.rows:
        click.echo("Nothing fits all of these criteria: the list is empty.", err=True)
    if str(output) != "-":
        counts = ", ".join(f"{len(rows)} {section}" for section, rows in made.by_section())
        click.echo(f"{output}: {counts or 'no items'}", err=True)


def _criteria(knowledge: KnowledgeBase, given: dict[str, Any]) -> Criteria:
    from threatbase.checklist.criteria import Criteria, misfits
    from threatbase.models import Need

    needs = knowledge.bodies(Need)
    tenancy = given["tenancy"] or (needs[given["need"]].tenancy if given["need"] in needs else "private")
    _check_containers(given["containers"])
    criteria = Criteria(
        need=given["need"],
        layer=given["layer"],
        goals=tuple(dict.fromkeys(given["goals"])),
        tenancy=tenancy,
        tool=given["tool"],
        level=given["level"],
        containers=given["containers"],
        language=given["lang"],
    )
    for name, word, known in misfits(criteria, knowledge):
        raise unknown(name, word, known, f"--{name}")
    return criteria


def _check_containers(names: Sequence[str]) -> None:
    """A container's name is that of Docker; it stands in ids, and twice the same would make two lines one."""
    import re

    for name in names:
        if not re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}", name):
            raise click.BadParameter(f"'{name}' is no name of a container", param_hint="--container")
        if names.count(name) > 1:
            raise click.BadParameter(f"'{name}' is given twice", param_hint="--container")


@checklist.command(
    epilog=examples(
        "threatbase checklist merge web-2025.xlsx -o web-2026.xlsx",
        "threatbase checklist merge alice.md bob.csv carol.xlsx -o together.xlsx",
    )
)
@click.argument("old", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_format
@_force
@_output
@root_option
def merge(old: tuple[Path, ...], output: Path, root: Path, form: str | None, force: bool) -> None:
    """Put what was typed in OLD files (md, csv, xlsx, json, html) onto today's checklist.

    What the checklist was made for stands in the files; the format is that of the new file's name. Status and owner
    are those with the newest date; every note and piece of evidence is kept. Nothing that was typed is lost. The new
    file may be one of the old ones.
    """
    from threatbase.checklist.make import make_checklist
    from threatbase.checklist.merge import merge as put_together

    wanted = _form_of(form, output)
    _keep_what_was_typed(output, old, force)
    files = [_read(file) for file in old]
    knowledge = load_or_exit(root)
    for file in files:
        _check_header(file, knowledge)
    for line in (*_oddities(files), *_differences(files)):
        click.echo(line, err=True)
    merged = put_together(make_checklist(knowledge, files[0].criteria), files, knowledge)
    _write(merged.checklist, wanted, output)
    for line in _told(merged):
        click.echo(line, err=True)


def _check_header(file: Filled, knowledge: KnowledgeBase) -> None:
    from threatbase.checklist.criteria import misfits
    from threatbase.problems import did_you_mean

    for name, word, known in misfits(file.criteria, knowledge):
        raise click.ClickException(
            f"{file.name} was made for the {name} '{word}', which is not in this knowledge{did_you_mean(word, known)}"
        )


def _oddities(files: Iterable[Filled]) -> Iterator[str]:
    for file in files:
        yield from (f"{file.name}: {oddity}" for oddity in file.oddities)


def _differences(files: Sequence[Filled]) -> Iterator[str]:
    """Says of files that were made for something else than the first one that they were."""
    first = files[0]
    for file in files[1:]:
        if file.criteria.in_language(first.criteria.language) != first.criteria:
            yield f"{file.name} was made for another checklist than {first.name}, whose criteria are taken"


def _told(merged: Merged) -> Iterator[str]:
    for flag, said in (
        ("new", "new"),
        ("changed", "changed since ticked: look again, then empty “Since last time” (« Depuis la dernière fois »)"),
        ("withdrawn", "no longer asked for; kept at the end"),
        ("superseded", "superseded; kept at the end"),
        ("unknown", "unknown; kept at the end"),
    ):
        ids = merged.flagged(flag)  # type: ignore[arg-type] # one of the flags
        if ids:
            yield f"{len(ids)} {said}: {', '.join(id_ or '(no id)' for id_ in ids)}"
    for file, id_, text in merged.undated:
        yield f"{file}: {id_ or 'a line of your own'}: '{text}' is no day; it counts as none. Write it 2026-01-31."
    for item in merged.disagreements:
        said_by = "; ".join(f"{file}: {value or 'nothing'}" for file, value in item.said)
        yield f"{item.id}: the files differ on {item.field} ({said_by}); taken: {item.taken or 'nothing'}"


@checklist.command(epilog=examples("threatbase checklist verify web-2025.xlsx"))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@root_option
def verify(file: Path, root: Path) -> None:
    """Tell what FILE was made from, and how far it is behind the current knowledge.

    The exit code is 0 when it is up to date, 1 when it is behind or damaged, 2 for a wrong call.
    """
    from threatbase.checklist.make import make_checklist
    from threatbase.checklist.provenance import provenance

    filled = _read(file)
    knowledge = load_or_exit(root)
    _check_header(filled, knowledge)
    for line in _oddities([filled]):
        click.echo(line)
    found = provenance(filled, make_checklist(knowledge, filled.criteria), knowledge)
    for line in _compared(found):
        click.echo(line)
    sys.exit(1 if found.is_behind or found.repeated else 0)


def _compared(found: Provenance) -> Iterator[str]:
    yield f"Made by Threatbase {found.version} from the knowledge {found.digest[:12]}"
    if found.is_current:
        yield "That is the current knowledge."
    yield f"{len(found.same)} items are as they were."
    for ids, said in (
        (found.changed, "have changed since they were looked at"),
        (found.new, "are new"),
        (found.withdrawn, "are no longer asked for"),
        (found.superseded, "are superseded"),
        (found.unknown, "are unknown"),
        (found.repeated, "stand in it more than once"),
    ):
        if ids:
            yield f"{len(ids)} {said}: {', '.join(id_ or '(no id)' for id_ in ids)}"
    if found.is_behind and found.is_current:
        yield "Look at these again, then empty “Since last time” (« Depuis la dernière fois »)."
    elif found.is_behind:
        yield "To bring it up to date: threatbase checklist merge OLD -o NEW"


def _keep_what_was_typed(output: Path, old: Sequence[Path], force: bool) -> None:
    """Ends the command where the output is a checklist with something typed in it that is not taken over."""
    from threatbase.checklist.formats import read
    from threatbase.checklist.sheet import UnreadableError

    if force or not output.is_file() or any(output.samefile(file) for file in old):
        return
    try:
        lines = read(output, output.read_bytes()).lines
    except (UnreadableError, OSError):
        return
    typed = sum(1 for line in lines if not line.typed.is_blank)
    if typed:
        raise click.ClickException(
            f"{output} holds what was typed on {typed} lines; take that over with 'threatbase checklist merge', "
            "write to another file, or give --force"
        )


def _form_of(form: str | None, output: Path) -> str:
    from threatbase.checklist.formats import FORMATS, format_of

    found = form or (None if str(output) == "-" else format_of(output))
    if found is None:
        endings = ", ".join(one.suffix for one in FORMATS.values())
        hint = "--format" if str(output) == "-" else "-o"
        raise click.BadParameter(
            f"the format is not clear; give --format, or a file that ends with {endings}", param_hint=hint
        )
    return found


def _read(file: Path) -> Filled:
    from threatbase.checklist.formats import read
    from threatbase.checklist.sheet import UnreadableError

    try:
        return read(file, file.read_bytes())
    except (UnreadableError, OSError) as error:
        raise click.ClickException(f"{file}: {error}") from None


def _write(made: Checklist, form: str, output: Path, *, bom: bool = True) -> None:
    from threatbase.files import write_bytes

    files = _files(made, form, output, bom)
    if str(output) == "-":
        sys.stdout.buffer.write(next(iter(files.values())))
        return
    try:
        for file, data in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(file, data)
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}") from None


def _files(made: Checklist, form: str, output: Path, bom: bool) -> dict[Path, bytes]:
    """What is written where: one file, but for OSCAL, whose documents go into a folder or into one .zip."""
    from threatbase.checklist.formats import FORMATS

    if form == "oscal" and output.suffix.lower() != ".zip" and str(output) != "-":
        from threatbase.checklist.formats.oscal import write_oscal

        return {output / name: data for name, data in write_oscal(made).items()}
    if form == "csv" and not bom:
        from threatbase.checklist.formats.table import write_csv

        return {output: write_csv(made, bom=False)}
    write = FORMATS[form].write
    return {output: write(made)}
