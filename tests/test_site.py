"""The site, built once with the real configuration on a small knowledge base, and read as HTML."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlparse

import pytest
from threatbase.locales import read_locale
from threatbase.pages.downloads import SUFFIXES

from tests.site import build, environment, make_project


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = make_project(tmp_path_factory.mktemp("project"))
    done = build(project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING -" not in done.stderr
    return project / "site"


class _Page(HTMLParser):
    """The links, ids, headings and text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.headings: list[str] = []
        self.scripts: list[str] = []
        self.handlers: list[str] = []
        self._heading = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.links += [value for name, value in attrs if name in ("href", "xlink:href", "src") and value]
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self._heading = tag in ("h1", "h2")
        if tag == "script":
            self.scripts.append(named.get("src") or "inline")

    def handle_data(self, data: str) -> None:
        if self._heading and data.strip():
            self.headings.append(data.strip())
            self._heading = False


def read(site: Path, address: str) -> str:
    return (site / address / "index.html").read_text("utf-8")


ENTRY_PAGES = [
    "threats/suid/", "mitigations/no-setuid/", "mitigations/no-privileged/", "kernel-features/seccomp/",
    "docker-options/privileged/", "states/root/", "attackers/accident/", "tenancies/private/", "layers/kernel/",
    "needs/web/", "experiments/suid/", "sources/manual/",
]  # fmt: skip
INDEX_PAGES = [
    "threats/", "mitigations/", "kernel-features/", "docker-options/", "states/", "attackers/", "tenancies/",
    "layers/", "needs/", "experiments/", "sources/", "matrix/", "features-options/", "rejected/", "problems/",
]  # fmt: skip


@pytest.mark.parametrize("prefix", ["", "fr/"])
@pytest.mark.parametrize("address", ENTRY_PAGES + INDEX_PAGES)
def test_every_page_exists_in_both_languages(site: Path, address: str, prefix: str) -> None:
    assert (site / prefix / address / "index.html").is_file()


def test_a_threat_page_has_its_sections_in_order(site: Path) -> None:
    assert _Page(read(site, "threats/suid")).headings == [
        "Setuid step", "Description", "What makes it possible in Docker", "Risk", "Mitigations", "Detection",
        "Neighbourhood", "Real cases", "Then and now", "References",
    ]  # fmt: skip


def test_the_french_page_is_in_french(site: Path) -> None:
    html = read(site, "fr/threats/suid")
    assert '<html lang="fr"' in html
    assert "Étape setuid" in html
    assert "Ce qui la rend possible dans Docker" in html
    assert "Ce qu’est Étape setuid." in html


def test_every_link_inside_the_site_leads_to_a_page_and_an_anchor(site: Path) -> None:
    pages = {
        path.parent.relative_to(site).as_posix(): _Page(path.read_text("utf-8")) for path in site.rglob("index.html")
    }
    linked = {link.rpartition(".")[2] for page in pages.values() for link in page.links if "/checklists/" in link}
    assert set(SUFFIXES) <= linked
    broken = [
        f"{name}: {link}"
        for name, page in pages.items()
        for link in page.links
        if not _leads_somewhere(site, pages, "" if name == "." else f"{name}/", link)
    ]
    assert broken == []


def _leads_somewhere(site: Path, pages: dict[str, _Page], name: str, link: str) -> bool:
    target = urlparse(urljoin(f"http://site/{name}", link))
    if target.netloc != "site" or target.scheme not in ("http", "https"):
        return True
    path = unquote(target.path).strip("/") or "."
    if path not in pages:
        return (site / path).is_file()
    return not target.fragment or target.fragment in pages[path].ids or target.fragment.startswith("__")


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for path in site.rglob("*.html"):
        html = path.read_text("utf-8")
        loaded = re.findall(r'<(?:script|img|iframe|link rel="stylesheet")[^>]*(?:src|href)="(https?:[^"]*)"', html)
        assert loaded == [], path


def test_no_page_carries_event_handlers(site: Path) -> None:
    assert [path for path in site.rglob("*.html") if _Page(path.read_text("utf-8")).handlers] == []


def test_the_language_switch_stays_on_the_entry(site: Path) -> None:
    assert 'href="../../fr/threats/suid/" hreflang="fr"' in read(site, "threats/suid")
    assert 'href="../../../threats/suid/" hreflang="en"' in read(site, "fr/threats/suid")


def test_edit_leads_to_the_yaml(site: Path) -> None:
    assert '/edit/main/threats/suid.yaml"' in read(site, "threats/suid")
    assert '/edit/main/docs/fr/guide/introduction.md"' in read(site, "fr/guide/introduction")
    assert 'rel="edit"' not in read(site, "matrix")


def test_reverse_links_are_generated(site: Path) -> None:
    html = read(site, "mitigations/no-setuid")
    assert 'href="../../threats/suid/"' in html
    assert "Prevents" in html
    assert 'href="../../docker-options/privileged/"' in html


def test_a_source_lists_what_it_is_cited_for(site: Path) -> None:
    assert "Setuid raises rights." in read(site, "sources/manual")


def test_a_deprecated_entry_redirects_to_its_successor(site: Path) -> None:
    assert '<meta http-equiv="refresh" content="0; url=../../threats/suid/">' in read(site, "threats/old-suid")


def test_a_draft_has_a_page_with_a_banner_and_is_in_no_index(site: Path) -> None:
    assert "This entry is not finished." in read(site, "threats/idea")
    assert "threats/idea" not in read(site, "threats")
    assert "threats/idea" not in read(site, "matrix")


def test_a_rejected_entry_stands_on_the_list_alone(site: Path) -> None:
    assert not (site / "threats/bad-idea").exists()
    assert "It is no threat to containers." in read(site, "rejected")


def test_search_indexes_each_language_apart_and_no_draft(site: Path) -> None:
    for prefix, title in (("", "Setuid step"), ("fr/", "Étape setuid")):
        index = json.loads((site / prefix / "search/search_index.json").read_text("utf-8"))
        titles = {item["title"] for item in index["docs"]}
        assert title in titles
        assert not {"Draft idea", "Idée en brouillon", "Old setuid step"} & titles


def test_the_diagram_is_inline_linked_and_told_in_words(site: Path) -> None:
    html = read(site, "threats/suid")
    svg = html[html.index("<svg width") : html.index("</svg>", html.index("<svg width"))]
    assert 'role="img" aria-label="Neighbourhood of' in svg
    assert 'xlink:href="../../mitigations/no-setuid/"' in svg
    assert '<a href="../../mitigations/no-setuid/">No setuid</a> — prevents → <b>Setuid step</b>' in html


def test_the_matrix_colours_by_risk_for_each_tenancy(site: Path) -> None:
    cells = re.findall(r'tb-matrix__cell tb-risk--(\w+)"><a href="([^"]*)"', read(site, "matrix"))
    assert cells == [
        ("medium", "../threats/crash/"), ("medium", "../threats/no-filter/"), ("medium", "../threats/suid/"),
        ("medium", "../threats/crash/"), ("critical", "../threats/suid/"), ("low", "../threats/no-filter/"),
    ]  # fmt: skip


LISTS = [
    "goal-root/standard", "layer-application/standard", "layer-kernel/standard", "need-web/essential",
    "need-web/standard", "need-web/strict",
]  # fmt: skip


@pytest.mark.parametrize("prefix", ["", "fr/"])
def test_the_checklists_are_published_in_every_format(site: Path, prefix: str) -> None:
    folder = site / prefix / "checklists"
    wanted = {f"{name}.{suffix}" for name in LISTS for suffix in SUFFIXES}
    assert {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()} == wanted
    # Beside the pages of the guide: what ends with .md is no page here.
    assert (folder / "need-web" / "strict.md").read_text("utf-8").startswith("<!--")
    assert not list(folder.rglob("index.html"))


@pytest.mark.parametrize(
    ("address", "lists"),
    [
        ("needs/web", ["need-web/essential", "need-web/standard", "need-web/strict"]),
        ("layers/kernel", ["layer-kernel/standard"]),
        ("goals/root", ["goal-root/standard"]),
        ("threats/suid", []),
    ],
)
def test_pages_offer_their_checklists_in_their_language(site: Path, address: str, lists: list[str]) -> None:
    for prefix in ("", "fr/"):
        offered = re.findall(r'href="([^"]*)" download', read(site, f"{prefix}{address}"))
        assert offered == [f"../../checklists/{name}.{suffix}" for name in lists for suffix in SUFFIXES]


def test_a_preview_offers_no_checklists(site: Path, tmp_path: Path) -> None:
    """It shows answers that were computed before, and makes no files."""
    script = "import sys; from threatbase.plugin import build_on_demand; build_on_demand(*sys.argv[1:])"
    command = [sys.executable, "-c", script, str(site.parent / "mkdocs.fr.yml"), str(tmp_path / "preview")]
    done = subprocess.run(
        command, cwd=site.parent, env=environment(), input="\n", capture_output=True, text=True, check=True
    )
    assert done.stdout == '[true, ""]\n'
    assert not (tmp_path / "preview" / "checklists").exists()
    assert (tmp_path / "preview" / "goals" / "root" / "index.html").is_file()
    pages = [file.read_text("utf-8") for file in (tmp_path / "preview").rglob("*.html")]
    assert not [html for html in pages if " download" in html or 'id="checklists"' in html]


@pytest.mark.parametrize(("address", "hidden"), [("goals/root", True), ("goals", False), ("threats/suid", False)])
def test_pages_of_goals_have_no_navigation_beside_them(site: Path, address: str, hidden: bool) -> None:
    sidebar = re.search('<div class="md-sidebar md-sidebar--primary"[^>]*>', read(site, address))
    assert sidebar
    assert (" hidden" in sidebar[0]) == hidden


def test_the_schemas_are_published(site: Path) -> None:
    assert json.loads((site / "schemas/threat.schema.json").read_text("utf-8"))["title"] == "Threat"


def test_hand_written_pages_link_to_entries_by_title(site: Path) -> None:
    assert '<a href="../../mitigations/no-setuid/">Pas de setuid</a>' in read(site, "fr/guide/introduction")


def test_both_languages_have_the_same_words() -> None:
    assert _keys(read_locale("en")) == _keys(read_locale("fr"))


def _keys(tree: object, path: str = "") -> set[str]:
    if not isinstance(tree, dict):
        return {path}
    return {key for name, value in tree.items() for key in _keys(value, f"{path}.{name}")}


def test_invalid_knowledge_stops_the_build_and_leaves_the_site(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    (project / "site").mkdir()
    (project / "site" / "index.html").write_text("the previous site", "utf-8")
    (project / "threats" / "suid.yaml").write_text("title: {en: x}\n", "utf-8")
    done = build(project)
    assert done.returncode == 1
    assert "threats/suid.yaml:1:1: error[missing-field]: the field 'summary' is missing" in done.stdout + done.stderr
    assert (project / "site" / "index.html").read_text("utf-8") == "the previous site"


def test_a_fault_in_the_french_pages_alone_fails_the_build(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    page = project / "docs" / "fr" / "guide" / "conclusion.md"
    page.write_text(page.read_text("utf-8") + "\n[dead](nowhere.md)\n", "utf-8")
    done = build(project)
    assert done.returncode == 1
    assert "nowhere.md" in done.stdout + done.stderr
