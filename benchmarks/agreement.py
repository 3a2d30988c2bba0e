"""Whether two sites say the same: words, links, tables and blocks of code in the text of each page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from pathlib import Path

from benchmarks.handwritten import is_diagram
from benchmarks.tree import Node, read_html

_WORD = re.compile(r"\w+")
_ARTICLE = re.compile(r"<article\b.*?</article>", re.DOTALL)


@dataclass(frozen=True)
class Content:
    """What the text of a page, or of many, holds."""

    words: int = 0
    links: int = 0
    rows: int = 0
    code_lines: int = 0

    def __add__(self, other: Content) -> Content:
        return Content(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True)
class Agreement:
    """Two sites side by side: their pages in common, what each holds, and the words of the worst page."""

    pages: int
    only_in_one: int
    ours: Content
    plain: Content
    worst_page: str
    worst_words: float


def compare(ours: Path, plain: Path) -> Agreement:
    """Reads both sites. Diagrams, which ours alone has, are left out."""
    mine, theirs = _contents(ours), _contents(plain)
    common = sorted(mine.keys() & theirs.keys())
    apart = {page: abs(mine[page].words / max(1, theirs[page].words) - 1) for page in common}
    worst = max(common, key=lambda page: apart[page])
    return Agreement(
        len(common),
        len(mine.keys() ^ theirs.keys()),
        sum((mine[page] for page in common), Content()),
        sum((theirs[page] for page in common), Content()),
        worst,
        apart[worst],
    )


def _contents(site: Path) -> Mapping[str, Content]:
    files = (file for file in site.rglob("index.html") if file.relative_to(site).parts[0] != "fr")
    return {file.parent.relative_to(site).as_posix(): content_of(file.read_text("utf-8")) for file in files}


def content_of(html: str) -> Content:
    """The content of a page's article."""
    match = _ARTICLE.search(html)
    article = read_html(match[0] if match else "").without(_unseen)
    return Content(
        len(_WORD.findall(article.text())),
        sum(1 for _ in article.find(lambda node: node.tag == "a" and "href" in node.attributes)),
        sum(1 for row in article.find(lambda node: node.tag == "tr") if row.text().strip()),
        sum(node.text().strip().count("\n") + 1 for node in article.find(lambda node: node.tag == "pre")),
    )


def _unseen(node: Node) -> bool:
    return (
        is_diagram(node) or node.tag in ("script", "style") or bool(node.classes & {"headerlink", "md-content__button"})
    )
