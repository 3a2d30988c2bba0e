"""Pages of entries, goals and comparisons, without the site around them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from threatbase.analysis.book import make_book
from threatbase.knowledge import Entry, Key, KnowledgeBase, load
from threatbase.models import Language
from threatbase.models.base import Window
from threatbase.pages import Page, build_pages, front_matter, link_mentions, markdown_name
from threatbase.pages.comparisons import _cell
from threatbase.pages.entries import man_page, window_text
from threatbase.pages.neighbourhood import MOST_NODES, neighbourhood
from threatbase.pages.paths import path_id
from threatbase.pages.render import Renderer
from threatbase.pages.siblings import MOST_BESIDE, crumbs, local_nav, previous_and_next, siblings
from threatbase.words import Words

from tests.small import make


@pytest.fixture(scope="module")
def english(knowledge: KnowledgeBase) -> Renderer:
    return Renderer(knowledge, "en")


def page(address: str = "threats/suid/", **more: Any) -> Page:
    return Page(address, "Title", "Text", "<p></p>", **more)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_entry_but_the_rejected_has_a_page(language: Language, knowledge: KnowledgeBase) -> None:
    addresses = [page.address for page in build_pages(knowledge, language)]
    assert len(addresses) == len(set(addresses))
    wanted = {entry.address for entry in knowledge.entries.values() if entry.body.status != "rejected"}
    assert wanted | {"mitigations/no-privileged/", "threats/", "matrix/", "gaps/", "coverage/cis/"} <= set(addresses)
    assert "threats/bad-idea/" not in addresses


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_of_gaps_has_a_table_of_contents_and_ends_with_the_beliefs(language: Language, tmp_path: Path) -> None:
    page = {page.address: page for page in build_pages(make(tmp_path, {}), language)}["gaps/"]
    assert [anchor for anchor, _ in page.headings] == re.findall('<h2 id="([^"]+)"', page.html)
    assert all(f">{title} <" in page.html or f">{title}<" in page.html for _, title in page.headings)
    assert page.headings[-1][0] == "beliefs"
    folded = page.html[page.html.index('<h2 id="beliefs"') :]
    assert folded.count("<details") == folded.count('<span class="tb-count">1</span></summary>') == 1


@pytest.mark.parametrize("language", ["en", "fr"])
def test_problems_show_their_code_as_code(language: Language, knowledge: KnowledgeBase) -> None:
    page = {page.address: page for page in build_pages(knowledge, language)}["problems/"]
    assert "`" not in page.html
    assert re.search(r"<code[^>]*>\[\[\w+:id\]\]</code>", page.html)


def test_drafts_and_redirects_stay_out_of_search(knowledge: KnowledgeBase) -> None:
    hidden = {page.address: page.redirect for page in build_pages(knowledge, "en") if not page.in_search}
    assert hidden == {"threats/idea/": None, "threats/old-suid/": "../../threats/suid/"}


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("threats/suid/", "threats/suid.md"),
        ("threats/", "threats/index.md"),
        ("coverage/cis/", "coverage/cis.md"),
        ("goals/", "goals/index.md"),
    ],
)
def test_files(address: str, name: str) -> None:
    assert markdown_name(page(address)) == name


@pytest.mark.parametrize(
    ("more", "lines"),
    [
        ({}, ["hide: [toc]"]),
        ({"headings": (("a", "A"),)}, []),
        ({"in_search": False}, ["hide: [toc]", "search: {exclude: true}"]),
    ],
)
def test_front_matter(more: dict[str, Any], lines: list[str]) -> None:
    assert front_matter(page(**more)).split("\n") == [
        "---",
        'title: "Title"',
        'description: "Text"',
        *lines,
        "---",
        "",
    ]


@pytest.mark.parametrize(
    ("text", "address", "language", "shown"),
    [
        ("See [[threat:suid]].", "guide/page/", "en", 'See <a href="../../threats/suid/">Setuid step</a>.'),
        ("See [[threat:suid]].", "", "fr", 'See <a href="./threats/suid/">Étape setuid</a>.'),
        ("[[mitigation:watch#apply]]", "a/", "en", '<a href="../mitigations/watch/#apply">Watch</a>'),
        ("`[[threat:suid]]`", "a/", "en", "`[[threat:suid]]`"),
        ("[[threat:unknown]]", "a/", "en", "[[threat:unknown]]"),
    ],
    ids=["titled", "home", "anchor", "code", "unknown"],
)
def test_mentions_in_the_guide(
    text: str, address: str, language: Language, shown: str, knowledge: KnowledgeBase
) -> None:
    assert link_mentions(text, address, knowledge, language).strip() == shown


@pytest.mark.parametrize(
    ("window", "english_text", "french_text"),
    [
        ({}, "", ""),
        ({"from": "1.10"}, "since Docker 1.10", "depuis Docker 1.10"),
    ],
)
def test_windows_in_words(
    window: dict[str, Any], english_text: str, french_text: str, knowledge: KnowledgeBase
) -> None:
    found = Window.model_validate(window)
    shown = [str(window_text(found, Renderer(knowledge, language))) for language in ("en", "fr")]
    assert [text.replace("\u00a0", " ") for text in shown] == [english_text, french_text]


@pytest.mark.parametrize(
    ("page", "address"),
    [
        (None, None),
        ("capabilities(7)", "https://man7.org/linux/man-pages/man7/capabilities.7.html"),
        ("seccomp(2)", "https://man7.org/linux/man-pages/man2/seccomp.2.html"),
    ],
)
def test_manual_pages(page: str | None, address: str | None) -> None:
    assert man_page(page) == address


@pytest.mark.parametrize(
    ("option", "version", "state", "values"),
    [
        ("privileged", "1.10", "present", ["false"]),
        ("security-opt", "1.10", "absent", []),
        ("security-opt", "1.13", "present", ["unset"]),
        ("lxc-conf", "1.10", "removed", []),
        ("lxc-conf", "1.9", "present", []),
    ],
)
def test_defaults_by_version(option: str, version: str, state: str, values: list[str], english: Renderer) -> None:
    cell = _cell(english.catalogue.options[option], version, english)
    assert (cell["state"], [value for value, _ in cell["defaults"]]) == (state, values)


@pytest.mark.parametrize(
    ("language", "number", "form"),
    [("en", 0, "many"), ("en", 1, "one"), ("en", 2, "many"), ("fr", 0, "one"), ("fr", 1, "one"), ("fr", 2, "many")],
)
def test_plurals(language: Language, number: int, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    words = Words(language)
    monkeypatch.setattr(words, "_tree", {"thing": {"one": "one {n}", "many": "many {n}"}})
    assert words.count("thing", number) == f"{form} {number}"


@pytest.mark.parametrize("key", ["no.such.word", "thing"])
def test_a_missing_word_is_an_error(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    words = Words("en")
    monkeypatch.setattr(words, "_tree", {"thing": {"one": "x"}, "no": {}})
    with pytest.raises(KeyError):
        words(key)


# --- beside an entry -------------------------------------------------------------------------------


def test_lines_hold_what_is_published(knowledge: KnowledgeBase) -> None:
    found = siblings(knowledge.entries.values())
    suid, watch = Key("threat", "suid"), Key("mitigation", "watch")
    assert found[suid] == [Key("threat", "no-filter"), suid]
    assert found[watch] == [Key("mitigation", name) for name in ("no-setuid", "sandbox", "watch")]
    assert Key("threat", "idea") not in found


@pytest.mark.parametrize(("place", "around"), [(0, (None, "b")), (1, ("a", "c")), (2, ("b", None))])
def test_previous_and_next(place: int, around: tuple[str | None, str | None]) -> None:
    line = [Key("threat", name) for name in "abc"]
    found = previous_and_next(line[place], line)
    assert (found["previous"], found["next"]) == tuple(Key("threat", name) if name else None for name in around)


def test_the_navigation_beside_a_page_does_not_grow(tmp_path: Path) -> None:
    many = {f"states/s{number:02}": {"role": "held"} for number in range(40)}
    knowledge = make(tmp_path, many)
    renderer = Renderer(knowledge, "en")
    entry = knowledge[Key("state", "s20")]
    renderer.page_at(entry.address)
    line = [found.key for found in knowledge.of_kind("state")]
    items = local_nav(entry, line, renderer).items
    assert len(items) == 2 * MOST_BESIDE + 1
    assert items[MOST_BESIDE] == ("S20", "../../states/s20/", True)


def test_crumbs(knowledge: KnowledgeBase, english: Renderer) -> None:
    english.page_at("threats/suid/")
    assert crumbs(knowledge[Key("threat", "suid")], english) == (
        ("Threats", "../../threats/"),
        ("Kernel layer", "../../layers/kernel/"),
    )
    assert [title for title, _ in crumbs(knowledge[Key("state", "code")], english)] == ["States"]


# --- diagrams --------------------------------------------------------------------------------------


def links(entry: Entry, renderer: Renderer) -> set[tuple[str, str, str]]:
    found = neighbourhood(entry, renderer.catalogue, renderer.words, renderer.title, renderer.href)
    return {(arrow.source, arrow.relation, arrow.target) for arrow in found.arrows}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (
            Key("threat", "no-filter"),
            {
                ("threat:no-filter", "undoes", "mitigation:no-setuid"),
                ("docker-option:privileged", "opens", "threat:no-filter"),
            },
        ),
        (
            Key("state", "root"),
            {("threat:suid", "grants", "state:root"), ("state:root", "implies", "state:code")},
        ),
        (
            Key("docker-option", "privileged"),
            {
                ("docker-option:privileged", "opens", "threat:suid"),
                ("docker-option:privileged", "opens", "threat:no-filter"),
                ("docker-option:privileged", "disables", "mitigation:no-setuid"),
            },
        ),
        (
            Key("kernel-feature", "pid-namespace"),
            {("kernel-feature:pid-namespace", "part-of", "kernel-feature:seccomp")},
        ),
        (Key("source", "manual"), set()),
    ],
    ids=str,
)
def test_neighbourhoods(key: Key, expected: set[tuple[str, str, str]], english: Renderer) -> None:
    assert links(english.knowledge[key], english) == expected


def test_what_is_too_much_is_counted(tmp_path: Path) -> None:
    more = {
        f"step-{number:02}": {"difficulty": 1, "requires": ["root"], "grants": ["host-root"]} for number in range(20)
    }
    knowledge = make(tmp_path, more)
    renderer = Renderer(knowledge, "en")
    entry = knowledge[Key("state", "host-root")]
    renderer.page_at(entry.address)
    found = neighbourhood(entry, renderer.catalogue, renderer.words, renderer.title, renderer.href)
    assert len(found.nodes) == MOST_NODES
    assert len(found.arrows) + found.left_out == 26


# --- goals -----------------------------------------------------------------------------------------


def test_goals_have_pages_with_maps_sets_and_paths(tmp_path: Path) -> None:
    knowledge = make(tmp_path)
    book = make_book(knowledge)
    pages = {page.address: page for page in build_pages(knowledge, "en", book=book)}
    assert {address for address in pages if address.startswith("goals/")} == {
        "goals/",
        "goals/host-root/",
        "goals/container-data/",
    }
    html = pages["goals/host-root/"].html
    assert [anchor for anchor, _ in pages["goals/host-root/"].headings] == [
        "map",
        "sets",
        "paths",
        "doors",
        "checklists",
    ]
    for path in book["goals"]["host-root"]["private"]["paths"][2]["paths"]:
        assert f'id="{path_id(path)}"' in html
    assert "<svg" in html
    assert "Patches" in html


def test_the_name_of_a_path_depends_on_its_steps_alone() -> None:
    path = {"steps": [{"threat": "a", "container": "this"}, {"threat": "b", "container": None}]}
    assert path_id(path) == path_id({**path, "attacker": "x"})
    assert path_id(path) != path_id({"steps": path["steps"][::-1]})


def test_without_a_book_there_is_an_empty_index(knowledge: KnowledgeBase) -> None:
    assert [page.address for page in build_pages(knowledge, "en", book={}) if page.address.startswith("goals/")] == [
        "goals/"
    ]


def test_the_same_knowledge_gives_the_same_pages(base: Path) -> None:
    first, second = (build_pages(load(base / "threats")[0], "fr") for _ in range(2))
    assert first == second
