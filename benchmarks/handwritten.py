"""The pages as somebody would write them by hand: Markdown with the same text, tables, code and links.

They are made from the pages that our site shows, so that both say the same whatever the templates come to
show. Left out is what a Markdown page would not have: diagrams with their description, tooltips of links,
anchors.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from html import escape

from threatbase.pages import Page, markdown_name

from benchmarks.tree import INLINE, Node, read_html

_INLINE = INLINE | {"br"}
_UNSEEN = {"script", "style", "template"}
_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*"}
_SPECIAL = re.compile(r"([\\*`\[\]{}|])|(?<!\w)(_)|(_)(?!\w)")
_START = re.compile(r"^(?:([#>+-])|(\d+)(\.))(?=\s)")
_SPACES = re.compile(r"[ \n\t]+")


def markdown_page(page: Page) -> str:
    """The Markdown file of a page, with title and description in its front matter."""
    head = {"title": page.title, "description": page.description} | (
        {} if page.in_search else {"search": {"exclude": True}}
    )
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in head.items()]
    crumbs = " › ".join(f'<a href="{href}">{escape(title)}</a>' for title, href in page.crumbs)
    body = "\n\n".join(_Writer(page).blocks(read_html(f"<p>{crumbs}</p>\n{page.html}")))
    return "---\n" + "\n".join(lines) + "\n---\n\n" + body + "\n"


class _Writer:
    """Writes the blocks of one page."""

    def __init__(self, page: Page) -> None:
        self._address = page.address
        self._folder = posixpath.dirname(markdown_name(page))

    def blocks(self, node: Node) -> Iterator[str]:
        """The blocks below a node; text and inline elements in between are paragraphs."""
        run: list[Node | str] = []
        for child in node.children:
            if isinstance(child, str) or child.tag in _INLINE:
                run.append(child)
            else:
                yield from self._paragraph(run)
                run = []
                yield from self._block(child)
        yield from self._paragraph(run)

    def _paragraph(self, children: list[Node | str]) -> Iterator[str]:
        text = self.inline(children)
        if text:
            yield _START.sub(lambda match: rf"\{match[1]}" if match[1] else rf"{match[2]}\{match[3]}", text)

    def _block(self, node: Node) -> Iterator[str]:
        if is_diagram(node):
            return
        if node.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            yield f"{'#' * int(node.tag[1])} {self.inline(node.children)}"
        elif node.tag in ("ul", "ol"):
            yield "\n".join(self._items(node))
        elif node.tag == "dl":
            yield "\n".join(self._facts(node))
        elif node.tag == "table":
            yield "\n".join(self._rows(node))
        elif node.tag == "pre":
            yield _fence(node.text())
        elif "admonition" in node.classes:
            yield from self._admonition(node)
        elif node.tag not in _UNSEEN:
            yield from self.blocks(node)

    def _items(self, node: Node) -> Iterator[str]:
        items = [child for child in node.children if isinstance(child, Node)]
        for number, item in enumerate(items, 1):
            mark = f"{number}." if node.tag == "ol" else "-"
            blocks = list(self.blocks(item)) or [""]
            inner = "\n\n".join(blocks).replace("\n", "\n    ")
            yield f"{mark.ljust(3)} {inner}"

    def _facts(self, node: Node) -> Iterator[str]:
        for group in node.find(lambda child: child.tag == "div"):
            (term,) = group.find(lambda child: child.tag == "dt")
            (value,) = group.find(lambda child: child.tag == "dd")
            yield f"-   **{self.inline(term.children)}**: {self._flat(value)}"

    def _rows(self, node: Node) -> Iterator[str]:
        rows = [
            [self._flat(cell) for cell in row.find(lambda child: child.tag in ("th", "td"))]
            for row in node.find(lambda child: child.tag == "tr")
        ]
        if not any(node.find(lambda child: child.tag == "thead")):
            rows.insert(0, [""] * len(rows[0]))
        rows.insert(1, ["---"] * len(rows[0]))
        return (f"| {' | '.join(row)} |" for row in rows)

    def _flat(self, node: Node) -> str:
        """Blocks in one line, for a cell."""
        return " ".join(block.removeprefix("-   ").replace("\n", " ") for block in self.blocks(node))

    def _admonition(self, node: Node) -> Iterator[str]:
        title, *rest = (child for child in node.children if isinstance(child, Node))
        text = "\n\n".join(block for child in rest for block in self.blocks(child)).replace("\n", "\n    ")
        yield f'!!! warning "{title.text().strip()}"\n\n    {text}'

    def inline(self, children: list[Node | str]) -> str:
        """Text with emphasis, code and links, in one line."""
        return _SPACES.sub(" ", self._run(children)).strip(" ")

    def _run(self, children: list[Node | str]) -> str:
        return "".join(_escaped(child) if isinstance(child, str) else self._element(child) for child in children)

    def _element(self, node: Node) -> str:
        if node.tag == "code":
            return _code(node.text())
        if node.tag == "a":
            return (
                "" if "headerlink" in node.classes else self._link(self.inline(node.children), node.attributes["href"])
            )
        mark = _MARKS.get(node.tag)
        return (
            f"{mark}{self.inline(node.children)}{mark}" if mark and node.children else self._run(node.children) or " "
        )

    def _link(self, text: str, href: str) -> str:
        if href.startswith(("http:", "https:", "mailto:")):
            return f"<{href}>" if text == _escaped(href) else f"[{text}]({href})"
        if href.startswith("#"):
            return text
        return f"[{text}]({posixpath.relpath(self._file(href), self._folder)})"

    def _file(self, href: str) -> str:
        """The Markdown file at an address that is relative to this page."""
        address = posixpath.normpath(posixpath.join(self._address, href.partition("#")[0]))
        return f"{address}.md" if "/" in address else f"{address}/index.md"


def is_diagram(node: Node) -> bool:
    """Whether it is a diagram, or the heading of one."""
    return node.tag in ("figure", "svg") or node.attributes.get("id") == "graph"


def _escaped(text: str) -> str:
    text = _SPECIAL.sub(lambda match: "\\" + match[0], text)
    return text.replace("&", "&amp;").replace("<", "&lt;") if "<" in text or "&" in text else text


def _code(text: str) -> str:
    text = _SPACES.sub(" ", text)
    fence = "``" if "`" in text else "`"
    space = " " if "`" in text else ""
    return f"{fence}{space}{text}{space}{fence}"


def _fence(code: str) -> str:
    return f"```{_lexer(code)}\n{code.strip()}\n```"


def _lexer(code: str) -> str:
    first = code.strip().split("\n")[0]
    if first.startswith("{"):
        return "json"
    if first.split(" ")[0] in ("ARG", "COPY", "ENV", "FROM", "HEALTHCHECK", "RUN", "USER", "WORKDIR"):
        return "docker"
    return "yaml" if first.endswith(":") else "bash"
