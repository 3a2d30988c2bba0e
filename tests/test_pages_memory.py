"""Memory: a page is taken again only while its values and the entries that it looked at are the same."""

from typing import Any, cast

import pytest
from threatbase.knowledge import KnowledgeBase
from threatbase.pages.memory import Memory
from threatbase.pages.render import Page


class Base:
    def __init__(self, **entries: object) -> None:
        self.entries = dict(entries)


ENTRY, OTHER = object(), object()


@pytest.mark.parametrize(
    ("values", "entries", "again"),
    [
        ({"a": 1}, {"seen": ENTRY}, True),
        ({"a": 2}, {"seen": ENTRY}, False),
        ({"a": 1}, {"seen": OTHER}, False),
        ({"a": 1}, {}, False),
        ({"a": 1}, {"seen": ENTRY, "unseen": OTHER}, True),
    ],
)
def test_page_again(values: dict[str, int], entries: dict[str, object], again: bool) -> None:
    memory = Memory()
    page = cast(Page, type("P", (), {"address": "x/"})())
    memory.keep(page, {"a": 1}, cast(Any, ["seen"]), cast(KnowledgeBase, Base(seen=ENTRY)))
    assert memory.page("x/", values, cast(KnowledgeBase, Base(**entries))) is (page if again else None)
    assert memory.page("y/", values, cast(KnowledgeBase, Base(**entries))) is None


def test_draws_only_what_is_new() -> None:
    memory, asked = Memory(), []

    def draw(new: Any) -> Any:
        asked.append(list(new))
        return [f"<{one}>" for one in new]

    assert memory.draw(cast(Any, ["a", "b"]), draw) == ["<a>", "<b>"]
    assert memory.draw(cast(Any, ["b", "c", "a"]), draw) == ["<b>", "<c>", "<a>"]
    assert asked == [["a", "b"], ["c"]]
