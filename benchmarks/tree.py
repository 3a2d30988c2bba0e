"""A small tree of an HTML page, to read it back: what a reader sees, and where links lead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

INLINE = {"", "a", "b", "cite", "code", "em", "i", "small", "span", "strong", "sub", "sup", "time"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Node:
    """An element: its tag, its attributes, and its children, which are elements and texts."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    @property
    def classes(self) -> frozenset[str]:
        """The classes of the element."""
        return frozenset(self.attributes.get("class", "").split())

    def find(self, wanted: Callable[[Node], bool]) -> Iterator[Node]:
        """The elements below that are wanted, in the order of the page."""
        for child in self.children:
            if isinstance(child, Node):
                if wanted(child):
                    yield child
                yield from child.find(wanted)

    def text(self) -> str:
        """All text below; where a block, a cell or a line begins or ends, a word ends."""
        edge = "" if self.tag in INLINE else "\n"
        return edge + "".join(child if isinstance(child, str) else child.text() for child in self.children) + edge

    def without(self, unwanted: Callable[[Node], bool]) -> Node:
        """A copy without the elements that are unwanted."""
        kept = [
            child if isinstance(child, str) else child.without(unwanted)
            for child in self.children
            if isinstance(child, str) or not unwanted(child)
        ]
        return Node(self.tag, self.attributes, kept)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        if tag not in _VOID:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def read_html(html: str) -> Node:
    """The tree of a page or a part of one."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root
