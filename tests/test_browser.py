"""The site in a real browser: headless Chromium on a small site, served from this machine."""

from __future__ import annotations

import functools
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.site import build, make_project
from tests.small import effect, write

sync_api = pytest.importorskip("playwright.sync_api", reason="not run: the Playwright driver is not installed")

pytestmark = pytest.mark.browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "not run: no Chromium; install it with: sudo apt-get install chromium libatomic1"
ARGUMENTS = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


def find_chromium() -> str | None:
    names = (os.environ.get("THREATBASE_CHROMIUM", ""), *NAMES)
    return next((found for name in names if name and (found := shutil.which(name))), None)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    chromium = find_chromium()
    if chromium is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    arguments = [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield running
        running.close()


@contextmanager
def served(project: Path) -> Iterator[str]:
    """The address at which the built site of a project is served."""
    done = build(project)
    assert done.returncode == 0, done.stderr
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(project / "site")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@contextmanager
def opened(browser: Any, address: str) -> Iterator[Any]:
    """A page that fails the test when it logs an error or asks for anything beyond this machine."""
    context = browser.new_context(base_url=address)
    found = context.new_page()
    faults: list[str] = []
    found.on("pageerror", lambda error: faults.append(str(error)))
    found.on("response", lambda response: faults.append(response.url) if response.status >= 400 else None)
    found.on("request", lambda request: None if request.url.startswith(address) else faults.append(request.url))
    yield found
    context.close()
    assert faults == []


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(make_project(tmp_path_factory.mktemp("browsed"))) as found:
        yield found


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    with opened(browser, address) as found:
        yield found


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/", "index en"),
        ("/fr/", "index fr"),
        ("/matrix/", "Threat matrix"),
        ("/threats/suid/", "Setuid step"),
        ("/fr/threats/suid/", "Étape setuid"),
    ],
)
def test_pages_open(page: Any, path: str, heading: str) -> None:
    page.goto(path)
    assert page.locator("h1").first.inner_text().startswith(heading)


def test_the_language_switch_goes_to_the_same_entry_and_back(page: Any) -> None:
    page.goto("/threats/suid/")
    page.get_by_role("link", name="Français").click()
    page.wait_for_url("**/fr/threats/suid/")
    page.get_by_role("link", name="English").click()
    page.wait_for_url(lambda url: url.endswith("/threats/suid/") and "/fr/" not in url)


@pytest.mark.parametrize(
    ("path", "query", "title", "other"),
    [("/", "setuid", "Setuid step", "Étape"), ("/fr/", "étape", "Étape setuid", "step")],
)
def test_search_finds_entries_of_its_language(page: Any, path: str, query: str, title: str, other: str) -> None:
    page.goto(path)
    page.locator("input[name=query]").click()
    page.locator("input[name=query]").press_sequentially(query)
    found = page.locator(".md-search-result__list")
    found.get_by_role("heading", name=title).first.wait_for()
    assert other not in found.inner_text()


def test_a_node_of_the_diagram_leads_to_its_entry(page: Any) -> None:
    page.goto("/threats/suid/")
    page.locator(".tb-graph svg a", has_text="No setuid").click()
    page.wait_for_url("**/mitigations/no-setuid/")


def test_a_cell_of_the_matrix_leads_to_its_threat(page: Any) -> None:
    page.goto("/matrix/")
    page.locator(".tb-matrix a", has_text="Setuid step").first.click()
    page.wait_for_url("**/threats/suid/")


def test_a_redirect_is_followed(page: Any) -> None:
    page.goto("/threats/old-suid/")
    page.wait_for_url("**/threats/suid/")


@pytest.mark.parametrize("path", ["/threats/suid/", "/matrix/", "/mitigations/no-setuid/", "/fr/needs/web/"])
def test_nothing_is_wider_than_a_phone(page: Any, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


KINDS_OF_PAGES = [
    "/", "/matrix/", "/threats/", "/threats/suid/", "/mitigations/", "/mitigations/no-setuid/",
    "/mitigations/no-privileged/", "/docker-options/", "/docker-options/privileged/", "/kernel-features/",
    "/states/", "/states/code/", "/attackers/", "/tenancies/", "/layers/", "/needs/", "/needs/web/", "/goals/",
    "/features-options/", "/then-and-now/", "/coverage/", "/coverage/cis/", "/glossary/",
    "/gaps/", "/sources/", "/rejected/", "/contribute/", "/problems/",
]  # fmt: skip


@pytest.mark.parametrize("language", ["", "/fr"])
def test_no_kind_of_page_is_wider_than_a_phone(page: Any, language: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    widths = {}
    for path in KINDS_OF_PAGES:
        page.goto(f"{language}{path}")
        widths[path] = page.evaluate("document.documentElement.scrollWidth")
    assert {path: width for path, width in widths.items() if width > 390} == {}


@pytest.mark.parametrize("path", ["/threats/suid/", "/needs/web/", "/fr/glossary/", "/problems/"])
def test_the_cells_of_a_row_stand_below_one_another_on_a_phone(page: Any, path: str) -> None:
    row = "[...document.querySelector('.tb-table tbody tr').children].map(cell => cell.getBoundingClientRect().left)"
    page.goto(path)
    assert len(set(page.evaluate(row))) > 1
    page.set_viewport_size({"width": 390, "height": 844})
    assert len(set(page.evaluate(row))) == 1


def test_both_colour_schemes_leave_the_diagram_readable(browser: Any, address: str) -> None:
    colours = {}
    for scheme in ("light", "dark"):
        context = browser.new_context(base_url=address, color_scheme=scheme)
        page = context.new_page()
        page.goto("/threats/suid/")
        text = "getComputedStyle(document.querySelector('.tb-graph .node.threat text')).fill"
        box = "getComputedStyle(document.querySelector('.tb-graph .node.threat path')).fill"
        colours[scheme] = (page.evaluate(text), page.evaluate(box))
        context.close()
    assert colours["light"] != colours["dark"]
    assert all(text != box for text, box in colours.values())


# --- pages with answers of the graph ---------------------------------------------------------------

STEP: dict[str, Any] = {"difficulty": 1, "requires": ["code"], "grants": ["host-root"]}
LONG = "a-step-with-a-name-that-is-too-long-for-a-phone"
RICH: dict[str, Any] = {
    **{f"way-{number}": {**STEP, "effects": [effect("sandbox")]} for number in range(8)},
    LONG: {**STEP, "opened_by": ["privileged"], "title": {"en": "A step by /proc/sys/kernel/core_pattern/and/more"}},
}


@pytest.fixture(scope="module")
def rich_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    project = make_project(tmp_path_factory.mktemp("rich"))
    for kind in ("sources", "kernel-features"):  # the navigation has an index of each
        shutil.move(project / "threats" / kind, project / kind)
    shutil.rmtree(project / "threats")
    write(project / "threats", RICH)
    for kind in ("sources", "kernel-features"):
        shutil.move(project / kind, project / "threats" / kind)
    with served(project) as found:
        yield found


@pytest.fixture
def rich(browser: Any, rich_address: str) -> Iterator[Any]:
    with opened(browser, rich_address) as found:
        yield found


@pytest.mark.parametrize("language", ["", "/fr"])
def test_a_row_of_the_attack_map_leads_to_its_threat(rich: Any, language: str) -> None:
    rich.goto(f"{language}/goals/host-root/")
    rich.locator(".tb-graph--map svg a", has_text="Way 2").click()
    rich.wait_for_url(f"**{language}/threats/way-2/")


def test_the_rest_of_a_box_leads_to_the_paths(rich: Any) -> None:
    rich.goto("/goals/host-root/")
    rich.locator(".tb-graph--map svg a", has_text="more").first.click()
    rich.wait_for_url("**/goals/host-root/#paths")


def test_a_permalink_to_a_folded_path_unfolds_it(rich: Any) -> None:
    rich.goto("/goals/host-root/")
    folded = rich.locator("details.tb-more .tb-card")
    assert folded.count() > 0
    assert not folded.first.is_visible()
    link = folded.last.get_attribute("id")
    for _ in ("by the address", "once more, after another page"):
        rich.goto("/threats/way-1/")
        rich.goto(f"/goals/host-root/#{link}")
        rich.locator(f"#{link}").wait_for(state="visible")
    assert rich.evaluate(f"document.getElementById('{link}').getBoundingClientRect().top") < 800


@pytest.mark.parametrize(
    "path",
    [
        "/goals/", "/goals/host-root/", "/fr/goals/host-root/", "/goals/container-data/", "/threats/device/",
        f"/threats/{LONG}/", "/mitigations/sandbox/", "/mitigations/no-privileged/", "/fr/mitigations/no-setuid/",
        "/needs/web/", "/fr/needs/web/", "/layers/kernel/", "/gaps/",
    ],
)  # fmt: skip
def test_no_answer_is_wider_than_a_phone(rich: Any, path: str) -> None:
    rich.set_viewport_size({"width": 360, "height": 740})
    rich.goto(path)
    assert rich.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize(
    ("path", "link", "name", "start"),
    [
        ("/needs/web/", 'a[href$="strict.xlsx"]', "strict.xlsx", b"PK"),
        ("/needs/web/", 'a[href$="essential.md"]', "essential.md", b"<!--"),
        ("/fr/needs/web/", 'a[href$="strict.html"]', "strict.html", b"<!DOCTYPE html>"),
        ("/goals/host-root/", 'a[href$="standard.pdf"]', "standard.pdf", b"%PDF"),
        ("/fr/layers/kernel/", 'a[href$="standard.csv"]', "standard.csv", b"\xef\xbb\xbf"),
    ],
)
def test_checklists_are_downloaded_not_shown(rich: Any, path: str, link: str, name: str, start: bytes) -> None:
    rich.goto(path)
    with rich.expect_download() as waiting:
        rich.locator(link).click()
    assert waiting.value.suggested_filename == name
    assert waiting.value.path().read_bytes()[: len(start)].lower() == start.lower()
    assert rich.url.endswith(path)
