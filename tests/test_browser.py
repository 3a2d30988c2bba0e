"""The site in a real browser: headless Chromium on a small site, served from this machine."""

from __future__ import annotations

import functools
import os
import shutil
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.site import build, make_project

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


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    project = make_project(tmp_path_factory.mktemp("browsed"))
    done = build(project)
    assert done.returncode == 0, done.stderr
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(project / "site")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """A page that fails the test when it logs an error or asks for anything beyond this machine."""
    context = browser.new_context(base_url=address)
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("response", lambda response: faults.append(response.url) if response.status >= 400 else None)
    opened.on("request", lambda request: None if request.url.startswith(address) else faults.append(request.url))
    yield opened
    context.close()
    assert faults == []


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
