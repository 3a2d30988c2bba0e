"""Diagrams: small graphs drawn by Graphviz, all of a build in one process, as inline SVG.

Nothing of an entry reaches the SVG but escaped labels and addresses made here.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import graphviz
from markupsafe import Markup

from threatbase.dot import use_dot
from threatbase.files import write_text

LABEL_WIDTH = 22
LIST_WIDTH = 28
_SVG = re.compile(r"<svg.*?</svg>", re.DOTALL)
_SIZE = re.compile(r'<svg width="([0-9.]+)pt" height="([0-9.]+)pt"')
_NODE_TITLE = re.compile(r"<title>[^<]*</title>\n?")
_COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)
_GRAPH = {"rankdir": "LR", "bgcolor": "transparent", "nodesep": "0.16", "ranksep": "0.45", "margin": "0.05"}
_DOWNWARDS = {"rankdir": "TB", "nodesep": "0.2", "ranksep": "0.28"}
_NODE = {
    "shape": "box",
    "style": "rounded,filled",
    "fillcolor": "#f6f6f4",
    "color": "#8a8a85",
    "fontname": "Arial",
    "fontsize": "11",
    "margin": "0.13,0.06",
    "height": "0.3",
}
_EDGE = {"color": "#8a8a85", "fontcolor": "#5c5c58", "fontname": "Arial", "fontsize": "9", "arrowsize": "0.6"}


Row = tuple[str, str | None]
"""A line of a box: its words, and where it leads."""


@dataclass(frozen=True, slots=True)
class Node:
    """A box: its name in the diagram, its label, its kind (a CSS class), and where it leads.

    A box with `rows` shows them under its label, if it has one; each leads to a place of its own.
    """

    name: str
    label: str
    kind: str
    href: str | None = None
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow from one node's name to another's: its relation (a CSS class) and its words."""

    source: str
    target: str
    relation: str
    label: str = ""


@dataclass(frozen=True)
class Diagram:
    """A small graph and its description; `focus` is the node that it is about, `left_out` what was too much."""

    title: str
    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    focus: str
    left_out: int = 0
    downwards: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw but the focus itself."""
        return not self.arrows


def draw(diagrams: Sequence[Diagram], cache: Path | None = None) -> list[Markup]:
    """The SVG of every diagram, in order; `cache` is a file that keeps what was drawn before."""
    program = use_dot()
    sources = [_source(diagram) for diagram in diagrams]
    digests = [hashlib.sha256(f"{program}\n{source}".encode()).hexdigest()[:24] for source in sources]
    known = _read_cache(cache)
    new = {digest: source for digest, source in zip(digests, sources, strict=True) if digest not in known}
    if new:
        known |= dict(zip(new, _layout(list(new.values())), strict=True))
        if cache:
            _write_cache(cache, {digest: known[digest] for digest in dict.fromkeys(digests)})
    titles = [diagram.title for diagram in diagrams]
    return [_titled(known[digest], title) for digest, title in zip(digests, titles, strict=True)]


def _source(diagram: Diagram) -> str:
    direction = _DOWNWARDS if diagram.downwards else {}
    graph = graphviz.Digraph(graph_attr=_GRAPH | direction, node_attr=_NODE, edge_attr=_EDGE)
    names = {node.name: f"n{index}" for index, node in enumerate(diagram.nodes)}
    for node in diagram.nodes:
        css = f"{node.kind} focus" if node.name == diagram.focus else node.kind
        label = _listed(node) if node.rows else _wrapped(node.label)
        attributes = {"class": css, "label": label, "tooltip": _escaped(node.label)}
        if node.href:
            attributes["href"] = graphviz.escape(node.href)
        graph.node(names[node.name], **attributes)
    for arrow in diagram.arrows:
        attributes = {"class": arrow.relation}
        graph.edge(names[arrow.source], names[arrow.target], label=_escaped(arrow.label), **attributes)
    return str(graph.source)


def _wrapped(label: str) -> str:
    lines = textwrap.wrap(label, LABEL_WIDTH, break_long_words=False) or [label]
    # Joined, they are an ordinary string again, of which Graphviz would take <b>…</b> for markup.
    wrapped: str = graphviz.nohtml("\\n".join(_escaped(line) for line in lines))
    return wrapped


def _listed(node: Node) -> str:
    """A label of several lines, each with its own link, in Graphviz's markup."""
    head = [f"<TR><TD><I>{_marked_up(node.label, LIST_WIDTH)}</I></TD></TR>"] if node.label else []
    lines = [_line(*row) for row in node.rows]
    return f'<<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="2">{"".join([*head, *lines])}</TABLE>>'


def _line(words: str, href: str | None) -> str:
    link = f' HREF="{_plain_markup(href)}" TOOLTIP="{_plain_markup(words)}"' if href else ""
    return f"<TR><TD{link}>{_marked_up(words, LIST_WIDTH)}</TD></TR>"


def _marked_up(words: str, width: int) -> str:
    lines = textwrap.wrap(words, width, break_long_words=False) or [words]
    return "<BR/>".join(_plain_markup(line) for line in lines)


def _plain_markup(text: str) -> str:
    r"""Text without special meaning in Graphviz's markup, where `\N` would be the name of the node."""
    return html.escape(text).replace("\\", "\\\\")


def _escaped(text: str) -> str:
    """Text without special meaning: no escapes, no markup, no entities."""
    escaped: str = graphviz.escape(text.replace("&", "&amp;"))
    return escaped


def _layout(sources: Sequence[str]) -> list[str]:
    drawn = graphviz.pipe_string("dot", "svg", "\n".join(sources), encoding="utf-8", quiet=True)
    found = [_cleaned(svg) for svg in _SVG.findall(drawn)]
    if len(found) != len(sources):
        raise RuntimeError(f"Graphviz drew {len(found)} of {len(sources)} diagrams")
    return found


def _cleaned(svg: str) -> str:
    svg = _NODE_TITLE.sub("", _COMMENT.sub("", svg))
    svg = _SIZE.sub(lambda size: f'<svg width="{_pixels(size[1])}" height="{_pixels(size[2])}"', svg)
    return svg.replace(' xmlns="http://www.w3.org/2000/svg"', "").replace(
        ' xmlns:xlink="http://www.w3.org/1999/xlink"', ""
    )


def _pixels(points: str) -> int:
    return round(float(points) * 4 / 3)


def _titled(svg: str, title: str) -> Markup:
    opening, rest = svg.split(">", 1)
    return Markup('{} role="img" aria-label="{}">{}').format(Markup(opening), title, Markup(rest))  # noqa: S704


def _read_cache(file: Path | None) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(file.read_text("utf-8")) if file else {}
    except (OSError, ValueError):
        return {}
    return found


def _write_cache(file: Path, drawn: dict[str, str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    write_text(file, json.dumps(drawn, ensure_ascii=False))
