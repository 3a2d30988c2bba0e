"""The attack map of a goal: its boxes and arrows, and how boxes of several threats are drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from threatbase.analysis.book import make_book
from threatbase.diagrams import Arrow, Diagram, Node, draw
from threatbase.knowledge import KnowledgeBase
from threatbase.models import Language
from threatbase.pages.attack_map import MOST_ROWS, attack_map
from threatbase.pages.render import Renderer

from tests.small import effect, make

STEP: dict[str, Any] = {"difficulty": 1, "requires": ["code"], "grants": ["host-root"]}


def drawn_up(folder: Path, changes: dict[str, Any] | None = None, goal: str = "host-root") -> Diagram:
    knowledge = make(folder, changes)
    return attack_map(goal, make_book(knowledge)["goals"][goal], Renderer(knowledge, "en"))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    return make(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def goals(small: KnowledgeBase) -> dict[str, Any]:
    found: dict[str, Any] = make_book(small)["goals"]
    return found


@pytest.mark.parametrize(
    ("language", "after", "title", "closed"),
    [
        ("en", "", "Attack map: the ways to “Host root”", "Closed by Docker’s defaults"),
        ("fr", " (fr)", "Carte des attaques : les voies vers « Host root (fr) »", "Fermé par les réglages par défaut"),
    ],
)
def test_the_map_of_the_small_base(
    language: Language, after: str, title: str, closed: str, small: KnowledgeBase, goals: dict[str, Any]
) -> None:
    def way(number: int, name: str, id_: str, kind: str = "threat", label: str = "") -> Node:
        return Node(f"way{number}", label, kind, None, ((name + after, f"../../threats/{id_}/"),))

    def state(name: str, id_: str, container: str | None) -> Node:
        return Node(f"state:{id_}@{container}", name + after, "state", f"../../states/{id_}/")

    found = attack_map("host-root", goals["host-root"], Renderer(small, language))
    assert (found.title.replace("\u00a0", " "), found.focus, found.downwards) == (title, "state:host-root@None", True)
    assert found.nodes == (
        Node("attacker:outsider", f"Outsider{after}", "attacker", "../../attackers/outsider/"),
        Node("attacker:breached", f"Breached{after}", "attacker", "../../attackers/breached/"),
        state("Code", "code", "this"),
        state("Host root", "host-root", None),
        state("Root", "root", "this"),
        way(0, "Exploit", "exploit"),
        way(1, "Setuid", "setuid"),
        way(2, "Escape", "escape"),
        way(3, "Kernel flaw", "kernel-flaw"),
        way(4, "Device", "device", "door", closed),
        way(5, "Rare call", "rare-call", "door", closed),
    )
    assert arrows(found) == [
        "breached starts code",
        "outsider threat way0",
        "way0 threat code",
        "code threat way1",
        "way1 threat root",
        "root threat way2",
        "way2 threat host-root",
        "code threat way3",
        "way3 threat host-root",
        "root door way4",
        "way4 door host-root",
        "code door way5",
        "way5 door host-root",
        "root implies code",
    ]


def arrows(diagram: Diagram) -> list[str]:
    """The arrows, where a container is named only if it is the other one."""
    return [f"{short(arrow.source)} {arrow.relation} {short(arrow.target)}" for arrow in diagram.arrows]


def short(name: str) -> str:
    return name.partition(":")[2].replace("@this", "").replace("@None", "") or name


def test_a_state_includes_that_of_its_own_container_or_of_every_one(
    goals: dict[str, Any], small: KnowledgeBase
) -> None:
    found = attack_map("container-data", goals["container-data"], Renderer(small, "en"))
    assert [arrow for arrow in arrows(found) if "implies" in arrow] == [
        "host-root implies code@other",
        "host-root implies root@other",
        "root@other implies code@other",
        "root implies code",
    ]
    assert found.focus == "state:container-data@other"
    labels = {node.name: node.label for node in found.nodes}
    assert labels["state:root@other"] == "Root (another container)"
    assert labels["state:root@this"] == "Root"


def test_the_goal_of_the_other_container_is_the_focus_where_both_are_shown(tmp_path: Path) -> None:
    leak = {"leak": {"difficulty": 1, "requires": ["code"], "grants": ["all:container-data"]}}
    found = drawn_up(tmp_path, leak, "container-data")
    names = {node.name for node in found.nodes}
    assert {"state:container-data@this", "state:container-data@other"} <= names
    assert found.focus == "state:container-data@other"
    assert [arrow for arrow in arrows(found) if " door " in arrow] == [
        "code door way2",
        "way2 door container-data@other",
    ]


def rows(diagram: Diagram) -> list[tuple[str, list[str]]]:
    return [(node.label, [words for words, _ in node.rows]) for node in diagram.nodes if node.rows]


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (1, ["Kernel flaw", "Way 0"]),
        (2, ["Way 1", "Kernel flaw", "Way 0"]),
        (4, ["Way 1", "Way 2", "Way 3", "Kernel flaw", "and one more"]),
        (6, ["Way 1", "Way 2", "Way 3", "Way 4", "and 3 more"]),
    ],
)
def test_ways_between_the_same_states_share_a_box_the_easiest_first(
    number: int, shown: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("threatbase.analysis.book.MOST_PATHS", 20)
    more = {f"way-{n}": {**STEP, "difficulty": 1 if n else 2} for n in range(number)}
    found = drawn_up(tmp_path, more)
    boxes = [words for _, words in rows(found)]
    assert shown in boxes
    box = next(node for node in found.nodes if [words for words, _ in node.rows] == shown)
    assert len(box.rows) <= MOST_ROWS + 1
    if shown[-1].startswith("and "):
        assert box.rows[-1][1] == "#paths"
    assert sum("Exploit" in words for words in boxes) == 1


def test_doors_that_lead_to_the_goal_by_other_states_are_drawn_to_the_goal(tmp_path: Path) -> None:
    doors = {f"door-{n}": {**STEP, "grants": ["root"], "effects": [effect("filter")]} for n in range(6)}
    found = drawn_up(tmp_path, doors)
    label = "Closed by Docker’s defaults"
    names = ["Door 0", "Door 1", "Door 2", "Door 3", "and 3 more"]
    assert [box for box in rows(found) if box[0]] == [(label, ["Device"]), (label, names)]
    assert found.nodes[-1].rows[-1] == ("and 3 more", "#doors")
    assert [arrow for arrow in arrows(found) if " door " in arrow] == [
        "root door way4",
        "way4 door host-root",
        "code door way5",
        "way5 door host-root",
    ]


def test_doors_that_begin_off_the_map_are_left_out(tmp_path: Path) -> None:
    """Who comes to the side room comes by no way that is shown."""
    more = {
        "states/side": {"role": "held", "per": "container"},
        "aside": {**STEP, "grants": ["side"]},
        "side-door": {**STEP, "requires": ["side"], "effects": [effect("filter")]},
    }
    found = drawn_up(tmp_path, more)
    assert "Side door" not in [name for _, names in rows(found) for name in names]
    assert "Aside" not in [name for _, names in rows(found) for name in names]


def test_what_leads_nowhere_is_left_out(tmp_path: Path) -> None:
    more = {
        "states/souvenir": {"role": "held"},
        "kernel-flaw": {"grants": ["host-root", "souvenir"]},
        "rare-call": {"grants": ["host-root", "souvenir"]},
    }
    found = drawn_up(tmp_path, more)
    assert "state:souvenir@None" not in {node.name for node in found.nodes}
    assert {"way3 threat host-root", "way5 door host-root"} <= set(arrows(found))


def test_paths_through_the_other_container_are_a_detour_where_there_are_others(tmp_path: Path) -> None:
    hop = {"hop": {"difficulty": 1, "requires": ["code"], "grants": ["other.network:code"]}}
    found = drawn_up(tmp_path, hop)
    assert [node.name for node in found.nodes if node.name.endswith("@other")] == []


@pytest.mark.parametrize("answers", [{}, {"shared": {}}, {"private": {"paths": [], "doors": []}}])
def test_without_paths_there_is_no_map(answers: dict[str, Any], small: KnowledgeBase) -> None:
    found = attack_map("host-root", answers, Renderer(small, "en"))
    assert found.is_empty
    assert (found.nodes, found.focus) == ((), "")


# --- how it is drawn -------------------------------------------------------------------------------


HOSTILE = [
    "<b>bold</b>", 'a "quote"', "it's", "a & b", "&lt;", "back\\nslash\\", "\\N", "\\G \\L", "<TABLE><TR>", "</TD>",
    "é « ù »", "-->", "]]>",
]  # fmt: skip


def parsed(diagram: Diagram) -> ElementTree.Element:
    svg = str(draw([diagram])[0])
    return ElementTree.fromstring(svg.replace("<svg", '<svg xmlns:xlink="x"', 1))


@pytest.mark.parametrize("words", HOSTILE)
def test_rows_stay_text(words: str) -> None:
    box = Node("a", words, "threat", None, ((words, "../x/?a=1&b=2"), (words, None)))
    root = parsed(Diagram(words, (box, Node("b", "B", "state")), (Arrow("a", "b", "threat"),), "b", downwards=True))
    texts = [(element.text or "").replace("\u00a0", " ") for element in root.iter("text")]
    assert texts == [words, words, words, "B"]
    links = [element.attrib for element in root.iter("a") if "{x}href" in element.attrib]
    assert [(link["{x}href"], link["{x}title"].replace("\u00a0", " ")) for link in links] == [("../x/?a=1&b=2", words)]


def test_a_box_of_rows_has_a_line_and_a_link_for_each() -> None:
    box = Node(
        "a", "Closed", "door", None, (("One that is a good deal longer than a line", "../one/"), ("Two", "#two"))
    )
    root = parsed(Diagram("t", (Node("s", "S", "state"), box), (Arrow("s", "a", "door"),), "s", downwards=True))
    texts = [element.text for element in root.iter("text")]
    assert texts == ["S", "Closed", "One that is a good deal", "longer than a line", "Two"]
    assert {element.get("class") for element in root.iter("g")} >= {"node door", "node state focus", "edge door"}
    links = [element.attrib["{x}href"] for element in root.iter("a") if "{x}href" in element.attrib]
    assert links == ["../one/", "#two"]


def test_downwards_is_higher_than_wide_and_sideways_is_not() -> None:
    nodes = tuple(Node(name, name, "state") for name in "abcd")
    links = tuple(Arrow(one, other, "x") for one, other in ("ab", "bc", "cd"))
    sizes = {}
    for downwards in (True, False):
        root = parsed(Diagram("t", nodes, links, "a", downwards=downwards))
        sizes[downwards] = int(root.get("height", "")) > int(root.get("width", ""))
    assert sizes == {True: True, False: False}
