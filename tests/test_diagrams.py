"""Diagrams: what is drawn, that nothing of a label gets out of it, and what is kept."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest
from threatbase import diagrams
from threatbase.diagrams import Arrow, Diagram, Node, draw


def diagram(label: str = "Two", title: str = "A title", href: str | None = "../two/") -> Diagram:
    nodes = (Node("a", "One", "threat"), Node("b", label, "state", href))
    return Diagram(title, nodes, (Arrow("a", "b", "grants", "grants it"),), "a")


@pytest.fixture(scope="module")
def drawn() -> str:
    return str(draw([diagram()])[0])


def test_one_svg_for_each_in_order() -> None:
    labels = ["First", "Second", "First"]
    shown = draw([diagram(label) for label in labels])
    assert [re.search("First|Second", svg)[0] for svg in map(str, shown)] == labels  # type: ignore[index]
    assert draw([]) == []


def test_what_is_in_it(drawn: str) -> None:
    root = ElementTree.fromstring(drawn.replace("<svg", '<svg xmlns:xlink="x"', 1))
    assert (root.get("role"), root.get("aria-label")) == ("img", "A title")
    assert int(root.get("width", "")) > 0
    classes = {element.get("class") for element in root.iter("g")}
    assert {"node threat focus", "node state", "edge grants"} <= classes
    assert {element.text for element in root.iter("text")} == {"One", "Two", "grants it"}
    assert [value for element in root.iter("a") for name, value in element.items() if name.endswith("href")].count(
        "../two/"
    ) == 1
    assert "<!--" not in drawn


def test_an_arrow_has_no_words_but_its_label() -> None:
    nodes = Node("a", "One", "threat"), Node("b", "Two", "state")
    svg = str(draw([Diagram("t", nodes, (Arrow("a", "b", "starts"),), "a")])[0])
    assert 'class="edge starts"' in svg
    assert re.findall('xlink:title="([^"]*)"', svg) == ["One", "Two"]


@pytest.mark.parametrize(
    "label",
    [
        "<b>bold</b>",
        'a "quote"',
        "a & b",
        "back\\nslash\\",
        "\\N",
        "é « ù »",
        "</svg><script>x</script>",
        "-->",
        "&lt;",
    ],
)
def test_labels_stay_text(label: str) -> None:
    svg = str(draw([diagram(label, title=label, href="../two/?a=1&b=2")])[0])
    root = ElementTree.fromstring(svg.replace("<svg", '<svg xmlns:xlink="x"', 1))
    assert root.get("aria-label") == label
    shown = [(element.text or "").replace("\u00a0", " ") for element in root.iter("text")]
    assert "".join(shown).replace("One", "").replace("grants it", "") == label
    assert not list(root.iter("script"))


def test_long_labels_are_wrapped() -> None:
    svg = str(draw([diagram("A label that is far too long for one line")])[0])
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    assert "A label that is far" in texts
    assert "too long for one line" in texts


def test_empty_is_what_has_no_arrow() -> None:
    assert Diagram("t", (Node("a", "One", "threat"),), (), "a").is_empty
    assert not diagram().is_empty


def test_what_was_drawn_is_kept_and_what_is_gone_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = tmp_path / "deep" / "cache.json"
    first = draw([diagram("One more"), diagram("Two more")], cache)
    laid_out: list[int] = []
    layout = diagrams._layout

    def counted(sources: Sequence[str]) -> list[str]:
        laid_out.append(len(sources))
        return layout(sources)

    monkeypatch.setattr(diagrams, "_layout", counted)
    assert draw([diagram("One more"), diagram("Two more")], cache) == first
    assert draw([diagram("Two more", title="Another")], cache)[0] == first[1].replace("A title", "Another")
    assert laid_out == []
    draw([diagram("Two more"), diagram("Three more")], cache)
    assert laid_out == [1]
    assert len(json.loads(cache.read_text("utf-8"))) == 2
    cache.write_text("{broken", "utf-8")
    assert draw([diagram("One more")], cache) == first[:1]
    assert laid_out == [1, 1]
