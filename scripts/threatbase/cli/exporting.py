"""The commands that write files for other programs: `threatbase export graph` …"""

from __future__ import annotations

from pathlib import Path

import click

from threatbase.cli.asking import examples, load_or_exit, root_option, unknown

_GRAPH_EXAMPLES = (
    "threatbase export graph --format stix -o export/",
    "threatbase export graph --format graphml -o -",
)


@click.group(epilog=examples(*_GRAPH_EXAMPLES))
def export() -> None:
    """Write files for other programs."""


@export.command(epilog=examples(*_GRAPH_EXAMPLES))
@click.option(
    "--format", "form", required=True, help="json, graphml, dot, svg, mermaid, cytoscape, neo4j, stix or navigator."
)
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="The folder to write to; - prints."
)
@root_option
def graph(form: str, output: Path, root: Path) -> None:
    """Write the graph of threats, measures and states."""
    from threatbase.export import GRAPH_FORMATS, export_graph
    from threatbase.files import write_text

    if form not in GRAPH_FORMATS:
        raise unknown("format", form, GRAPH_FORMATS, "--format")
    files = export_graph(load_or_exit(root), form)
    if str(output) == "-":
        for text in files.values():
            click.echo(text, nl=False)
        return
    output.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        write_text(output / name, text)
        click.echo(output / name)
