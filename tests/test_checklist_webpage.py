"""Checklists as a web page: what stands in the file, and what a real browser makes of it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from threatbase.checklist.formats.plain_data import as_data, read_json, write_json
from threatbase.checklist.formats.webpage import embedded, is_day, read_html, write_html
from threatbase.checklist.sheet import Checklist, Row, Typed
from threatbase.models import Language

from tests.filled import HOSTILE, empty, filled, item
from tests.test_browser import browser  # noqa: F401 - a fixture

EXPECTED = Path(__file__).parent / "data" / "checklist"
PARTS = re.compile(r"<(style|script)([^>]*)>(.*?)</\1>", re.DOTALL)


def parts(page: str) -> list[tuple[str, str, str]]:
    """The styles and scripts of a page: tag, attributes, content."""
    return PARTS.findall(page)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", ["filled", "empty"])
def test_the_whole_page_is_as_expected(name: str, language: Language, request: pytest.FixtureRequest) -> None:
    page = write_html((filled if name == "filled" else empty)(language)).decode()
    text = re.sub(r"sha256-[\w+/=]*", "sha256-…", PARTS.sub(r"<\1\2>…</\1>", page))
    expected = EXPECTED / f"{name}.{language}.html"
    if request.config.getoption("--accept"):
        expected.write_text(text, "utf-8")
    assert text == expected.read_text("utf-8")


def test_the_same_checklist_is_the_same_bytes() -> None:
    assert write_html(filled("fr")) == write_html(filled("fr"))


def test_the_policy_lets_this_script_and_this_style_run_and_nothing_else() -> None:
    page = write_html(filled()).decode()
    allowed = {
        tag: "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        for tag, attributes, content in parts(page)
        if "json" not in attributes
    }
    assert page.count("http-equiv") == 1
    assert (
        f"content=\"default-src 'none'; script-src '{allowed['script']}'; style-src '{allowed['style']}'; "
        "base-uri 'none'; form-action 'none'\""
    ) in page.replace("&#39;", "'")


def test_the_page_asks_for_nothing() -> None:
    page = write_html(filled()).decode()
    kinds = [(tag, attributes) for tag, attributes, _ in parts(page)]
    data = ' type="application/json" id='
    assert kinds == [("style", ""), ("script", data + '"sheet"'), ("script", data + '"told"'), ("script", "")]
    bare = PARTS.sub("", page)
    assert re.findall(r"<(?:link|img|iframe|object|embed|base|form)\b|\s(?:src|srcset|style|on\w+)=\"", bare) == []
    assert {
        address.split("/")[2] for address in re.findall(r'https?://[^"]*', bare) if "ci.example" not in address
    } == {"threatbase.github.io"}


def test_the_page_carries_the_data_whole() -> None:
    sheet = next(content for _, attributes, content in parts(write_html(filled()).decode()) if '"sheet"' in attributes)
    assert json.loads(sheet) == json.loads(write_json(filled()))
    assert not set("<>&\u2028\u2029") & set(sheet)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_comes_back_as_its_data_would(language: Language) -> None:
    assert read_html("a", write_html(filled(language))) == read_json("a", write_json(filled(language)))
    assert read_html("a", b"\xef\xbb\xbf" + write_html(empty())) == read_json("a", write_json(empty()))


def test_a_second_element_with_data_is_not_read() -> None:
    second = write_html(empty("fr")).partition(b"<main")[2]
    assert read_html("a", write_html(filled()) + second) == read_json("a", write_json(filled()))


@pytest.mark.parametrize(
    "text", ["</script>", "<!--", "<script>", "]]>", "\u2028\u2029", "&lt;", "\\", '"', "😀", "\0"]
)
def test_embedded_data_ends_no_script(text: str) -> None:
    found = embedded({"a": text, text: 1})
    assert json.loads(found) == {"a": text, text: 1}
    assert not set("<>&\u2028\u2029") & set(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ("2026-01-31", True),
        ("2024-02-29", True),
        ("2026-02-29", False),
        ("2026-02-31", False),
        ("0000-01-01", False),
        ("20260131", False),
        ("2026-W05-6", False),
        ("week 12", False),
        ("2026-1-31", False),
        (" 2026-01-31", False),
    ],
)
def test_a_day_is_what_a_date_field_can_show(text: str, expected: bool) -> None:
    assert is_day(text) is expected


Opener = Callable[[bytes], Any]


@pytest.fixture
def open_page(browser: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Opener]:  # noqa: F811
    """Opens a file in a browser; fails the test on any word in the console, violation of the policy, or request."""
    context = browser.new_context(accept_downloads=True, **getattr(request, "param", {}))
    faults: list[str] = []
    context.expose_binding("fault", lambda _, text: faults.append(text))
    context.add_init_script("addEventListener('securitypolicyviolation', (e) => window.fault(e.violatedDirective))")
    names = iter(("checklist", "again", "third"))

    def opened(data: bytes) -> Any:
        file = tmp_path / f"{next(names)}.html"
        file.write_bytes(data)
        page = context.new_page()
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda one: None if one.url.startswith(("file:", "blob:")) else faults.append(one.url))
        page.goto(file.as_uri())
        return page

    yield opened
    context.close()
    assert faults == []


def downloaded(page: Any, button: str) -> tuple[str, bytes]:
    """What a button downloads: the name of the file, and what is in it."""
    with page.expect_download() as waiting:
        page.locator(button).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def shown(page: Any) -> list[dict[str, str]]:
    """What the fields show, by item."""
    script = """() => [...document.querySelectorAll("article")].map((article) =>
        Object.fromEntries([...article.querySelectorAll("[name]")].map((field) => [field.name, field.value])))"""
    found: list[dict[str, str]] = page.evaluate(script)
    return found


def expected_of(checklist: Checklist) -> list[dict[str, str]]:
    names = ("status", "owner", "evidence", "date", "note")
    return [{name: str(getattr(row.typed, name)) for name in names} for row in checklist.rows]


def type_in(page: Any) -> Checklist:
    """Fills in the last two items, looks at the change of the second, and says what the checklist is then."""
    third, fourth = page.locator("article").nth(2), page.locator("article").nth(3)
    third.get_by_label("Status").select_option("done")
    third.get_by_label("Owner").fill(HOSTILE)
    third.get_by_label("Evidence").fill("\n leading line\nשלום 你好 😀")
    third.get_by_label("Date").fill("2026-03-04")
    third.get_by_label("Note").fill(HOSTILE + "\n" + HOSTILE)
    fourth.get_by_label("Status").select_option("todo")
    page.locator("article").nth(1).get_by_role("button").click()
    before = filled().rows
    typed = Typed("done", HOSTILE, "\n leading line\nשלום 你好 😀", "2026-03-04", HOSTILE + "\n" + HOSTILE)
    rows = (
        before[0],
        replace(before[1], flag=""),
        replace(before[2], typed=typed),
        replace(before[3], typed=replace(before[3].typed, status="todo")),
    )
    return replace(filled(), rows=rows)


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_browser_shows_what_was_typed(open_page: Opener, language: Language) -> None:
    page = open_page(write_html(filled(language)))
    assert shown(page) == expected_of(filled(language))
    assert page.locator("h1").inner_text() == filled(language).title
    assert page.locator("img").count() == 0


@pytest.mark.browser
def test_the_data_comes_down_as_the_program_would_write_it(open_page: Opener) -> None:
    page = open_page(write_html(filled()))
    assert downloaded(page, "#save-data") == ("checklist.json", write_json(filled()))
    wanted = type_in(page)
    name, data = downloaded(page, "#save-data")
    assert data == write_json(wanted)
    assert page.locator("#kept").inner_text() == "Downloaded: checklist.json"
    came_back = read_json(name, data)
    assert [line.typed for line in came_back.lines[:4]] == [row.typed for row in wanted.rows]
    assert came_back.lines[1].content == filled().rows[1].item.content


@pytest.mark.browser
def test_what_is_typed_is_still_there_after_a_reload_and_can_be_undone(open_page: Opener) -> None:
    page = open_page(write_html(filled()))
    wanted = type_in(page)
    page.reload()
    assert shown(page) == expected_of(wanted)
    assert page.locator(".seen:visible").count() == 0
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("#reset").click()
    page.reload()
    assert shown(page) == expected_of(filled())
    assert page.locator(".seen:visible").count() == 1


@pytest.mark.browser
def test_a_copy_under_another_name_starts_afresh(open_page: Opener) -> None:
    type_in(open_page(write_html(filled())))
    copy = open_page(write_html(filled()))
    assert shown(copy) == expected_of(filled())
    assert not copy.locator("#restored").is_visible()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("language", "line"), [("en", "Restored from this browser Forget"), ("fr", "Repris de ce navigateur Oublier")]
)
def test_what_was_restored_is_said_and_can_be_forgotten(open_page: Opener, language: Language, line: str) -> None:
    page = open_page(write_html(filled(language)))
    page.locator("article").nth(3).locator("[name=owner]").fill("Zoé")
    assert not page.locator("#restored").is_visible()
    page.reload()
    assert page.locator("#restored").inner_text() == line
    assert "Zoé" in shown(page)[3].values()
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.locator("#forget").click()
    assert page.locator("#restored").is_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("#forget").click()
    assert not page.locator("#restored").is_visible()
    page.reload()
    assert shown(page) == expected_of(filled(language))
    assert not page.locator("#restored").is_visible()


@pytest.mark.browser
def test_another_checklist_is_not_mixed_with_it(open_page: Opener) -> None:
    type_in(open_page(write_html(filled())))
    other = replace(filled(), digest="e" * 64)
    assert shown(open_page(write_html(other))) == expected_of(other)


@pytest.mark.browser
def test_the_page_comes_down_with_what_was_typed_in_it(open_page: Opener) -> None:
    first = open_page(write_html(filled()))
    wanted = type_in(first)
    name, data = downloaded(first, "#save-page")
    again = open_page(data)
    assert (name, shown(again)) == ("checklist.html", expected_of(wanted))
    assert downloaded(again, "#save-data") == ("again.json", write_json(wanted))
    came_back = read_html(name, data)
    assert [line.typed for line in came_back.lines[:4]] == [row.typed for row in wanted.rows]
    assert came_back == replace(read_json(name, write_json(wanted)), name=name)
    # and once more, from the page that came down
    third = open_page(downloaded(again, "#save-page")[1])
    assert downloaded(third, "#save-data") == ("third.json", write_json(wanted))
    assert third.locator("img").count() == 0


@pytest.mark.browser
def test_a_browser_that_keeps_nothing_says_so_and_asks_before_it_leaves(open_page: Opener) -> None:
    page = open_page(write_html(filled()))
    refuse = (
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
    )
    page.context.add_init_script(refuse)
    page.reload()
    assert page.locator("#kept").inner_text() == "This browser keeps nothing: download the page before you leave."
    asked: list[str] = []

    def answer(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.reload()
    assert asked == []
    wanted = type_in(page)
    assert downloaded(page, "#save-data")[1] == write_json(wanted)
    page.reload()
    assert asked == []
    type_in(page)
    page.reload()
    assert asked == ["beforeunload"]


@pytest.mark.browser
@pytest.mark.parametrize(
    ("status", "level", "text", "expected"),
    [
        ("", "", "", [0, 1, 2, 3]),
        ("done", "", "", [0]),
        ("todo", "standard", "", [2]),
        ("todo", "strict", "", []),
        ("", "essential", "", [1]),
        ("", "", "MÉMOIRE limite", [1]),
        ("", "", "memoire", [1]),
        ("", "", "l'œuvre", [1, 2]),
        ("", "", "zoe", [0]),
        ("", "", "nouveau", [2]),
        ("", "", "no such word", []),
    ],
)
def test_filters_show_what_fits_all_of_them(
    open_page: Opener, status: str, level: str, text: str, expected: list[int]
) -> None:
    page = open_page(write_html(filled("fr")))
    page.locator("#of-status").select_option(status)
    page.locator("#of-level").select_option(level)
    page.locator("#search").fill(text)
    visible = [number for number in range(4) if page.locator("article").nth(number).is_visible()]
    assert visible == expected
    assert page.locator("#shown").inner_text() == f"Affichées\u00a0: {len(expected)} sur 4"
    assert page.locator("#nothing").is_visible() == (not expected)
    assert page.locator("section[data-level]:visible").count() == len({*expected})


@pytest.mark.browser
def test_progress_is_told_for_each_level_and_for_all(open_page: Opener) -> None:
    page = open_page(write_html(filled()))
    script = """() => [...document.querySelectorAll("[data-progress]")].map((one) =>
        [one.dataset.progress, one.querySelector("progress").value, one.innerText.trim()])"""
    levels = ["keep", "essential", "standard", "strict"]

    def told(settled: list[int]) -> list[list[Any]]:
        each = [[level, done, f"Settled: {done} of 1"] for level, done in zip(levels, settled, strict=True)]
        return [*each, ["all", sum(settled), f"Settled: {sum(settled)} of 4"], *each]

    assert page.evaluate(script) == told([1, 1, 0, 1])
    type_in(page)
    assert page.evaluate(script) == told([1, 1, 1, 0])
    assert page.locator("[role=status]", has_text="Settled: 3 of 4").count() == 1


@pytest.mark.browser
def test_every_field_has_a_label_and_every_control_is_reached_by_keyboard(open_page: Opener) -> None:
    page = open_page(write_html(filled()))
    unnamed = """() => [...document.querySelectorAll("input, select, textarea")]
        .filter((field) => !field.labels.length || !field.labels[0].textContent.trim()).length"""
    assert page.evaluate(unnamed) == 0
    reached = []
    for _ in range(18):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.name || document.activeElement.id || document.activeElement.tagName")
        )
    links = ["A"] * 5
    bar = ["search", "of-status", "of-level", "fold", "save-data", "save-page"]
    assert reached == [*links, *bar, "A", "SUMMARY", "status", "owner", "date", "date", "date"]


@pytest.mark.browser
@pytest.mark.parametrize("open_page", [{"viewport": {"width": 360, "height": 740}}], indirect=True)
def test_nothing_is_wider_than_a_phone(open_page: Opener) -> None:
    page = open_page(write_html(filled()))
    page.locator("#fold").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.browser
def test_a_long_list_answers_without_lag(open_page: Opener) -> None:
    long = "A sentence of some length, with words in it. " * 20
    rows = tuple(
        Row(item(f"i{number}", f"Item {number}", summary=long, why=(long,), breaks=long)) for number in range(140)
    )
    page = open_page(write_html(replace(empty(), rows=rows)))
    timed = """() => {
        const search = document.getElementById("search");
        const start = performance.now();
        for (const text of ["item 1", "item 13", "sentence"]) {
            search.value = text;
            search.dispatchEvent(new Event("input"));
            document.body.offsetHeight;
        }
        return performance.now() - start;
    }"""
    assert (
        page.evaluate(timed) < 1500
    )  # three searches, each painted anew; tens of milliseconds where nothing else runs


def test_a_checklist_of_nothing_says_so() -> None:
    assert as_data(empty())["items"] == []
    assert "No mitigation answers to these criteria." in write_html(empty()).decode()
