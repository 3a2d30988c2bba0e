"""Pages: the knowledge base as HTML bodies in one language, ready for a site generator."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from threatbase.analysis.book import Book
from threatbase.diagrams import Diagram, Node, draw
from threatbase.files import write_text
from threatbase.glossary import abbreviations
from threatbase.knowledge import Entry, Key, KnowledgeBase
from threatbase.mentions import MENTION, Mention, without_code
from threatbase.models import KINDS, Language
from threatbase.pages.attack_map import attack_map
from threatbase.pages.comparisons import comparison_pages
from threatbase.pages.entries import sections_shown, view
from threatbase.pages.goals import goal_pages
from threatbase.pages.indexes import index_pages
from threatbase.pages.measures import measure_answers
from threatbase.pages.memory import Memory
from threatbase.pages.neighbourhood import neighbourhood
from threatbase.pages.render import Page, Renderer
from threatbase.pages.siblings import crumbs, local_nav, previous_and_next, siblings
from threatbase.prose import inline, mention_of

__all__ = [
    "Memory",
    "Page",
    "build_pages",
    "counts",
    "front_matter",
    "link_mentions",
    "markdown_name",
    "narrative_history",
    "searchable",
    "write_pages",
]


def build_pages(
    knowledge: KnowledgeBase,
    language: Language,
    cache: Path | None = None,
    book: Book | None = None,
    memory: Memory | None = None,
) -> list[Page]:
    """Every generated page of the site in one language.

    `cache` keeps diagrams between builds; `book` are the answers that the pages of goals show; `memory` is
    what a preview keeps.
    """
    memory = Memory() if memory is None else memory
    renderer = Renderer(knowledge, language)
    entries = [entry for entry in knowledge.entries.values() if entry.body.status != "rejected"]
    diagrams = [_diagram(entry, renderer) for entry in entries]
    book = book or {}
    maps = {goal: attack_map(goal, found, renderer) for goal, found in book.get("goals", {}).items()}
    maps = {goal: diagram for goal, diagram in maps.items() if not diagram.is_empty}
    wanted = [*(diagram for diagram in diagrams if not diagram.is_empty), *maps.values()]
    drawn = iter(memory.draw(wanted, lambda new: draw(new, cache)))
    lines = siblings(entries)
    pages = [
        _entry_page(
            entry,
            renderer,
            diagram,
            None if diagram.is_empty else next(drawn),
            lines.get(entry.key, [entry.key]),
            memory,
            book,
        )
        for entry, diagram in zip(entries, diagrams, strict=True)
    ]
    shown = {goal: (next(drawn), list(_sentences(diagram))) for goal, diagram in maps.items()}
    goals = goal_pages(book, renderer, shown)
    others = [*index_pages(renderer), *comparison_pages(renderer, book)]
    return [*pages, *goals, *_avoidance_pages(renderer, book), *others]


def _diagram(entry: Entry, renderer: Renderer) -> Diagram:
    renderer.page_at(entry.address)
    return neighbourhood(entry, renderer.catalogue, renderer.words, renderer.title, renderer.href)


def _entry_page(
    entry: Entry,
    renderer: Renderer,
    diagram: Diagram,
    svg: Markup | None,
    line: list[Key],
    memory: Memory,
    book: Book,
) -> Page:
    renderer.page_at(entry.address)
    title, description = renderer.title(entry.key), renderer.plain(entry.body.summary)
    if entry.body.status == "deprecated" and entry.body.replaced_by:
        return _redirect(entry, renderer, title, description)
    values = view(entry, renderer, book) | {
        "diagram": svg,
        "sentences": list(_sentences(diagram)),
        "left_out": diagram.left_out,
    }
    values |= previous_and_next(entry.key, line)
    nav, way = local_nav(entry, line, renderer), crumbs(entry, renderer)
    made_of = values, nav, way, renderer.knowledge.terms
    before = memory.page(entry.address, made_of, renderer.knowledge)
    if before:
        return before
    html = renderer.page(f"{entry.key.kind}.html", entry.address, page=values)
    headings = renderer.headings(entry.key.kind, sections_shown(values))
    source, in_search = entry.document.path, entry.is_published
    page = Page(entry.address, title, description, html, headings, source, None, in_search, nav, way)
    memory.keep(page, made_of, renderer.seen, renderer.knowledge)
    return page


def _redirect(entry: Entry, renderer: Renderer, title: str, description: str) -> Page:
    target = Key(entry.key.kind, str(entry.body.replaced_by))
    html = renderer.page("redirect.html", entry.address, heading=title, target=target)
    return Page(
        entry.address, title, description, html, (), entry.document.path, renderer.href(target), in_search=False
    )


def _sentences(diagram: Diagram) -> Iterator[Markup]:
    nodes = {node.name: node for node in diagram.nodes}
    for arrow in diagram.arrows:
        source, target = (_named(nodes[name]) for name in (arrow.source, arrow.target))
        link = f" — {escape(arrow.label)} → " if arrow.label else " → "
        yield Markup(f"{source}{link}{target}")  # noqa: S704 - all parts are escaped


def _named(node: Node) -> str:
    if node.rows:
        rows = ", ".join(_named(Node("", words, "", href)) for words, href in node.rows)
        return f"{escape(node.label)} ({rows})" if node.label else rows
    return f'<a href="{escape(node.href)}">{escape(node.label)}</a>' if node.href else f"<b>{escape(node.label)}</b>"


def _avoidance_pages(renderer: Renderer, book: Book) -> Iterator[Page]:
    """A page for each `no:OPTION`, the mitigation of not using a dangerous option."""
    for id_, option in renderer.catalogue.options.items():
        if option.avoid is None:
            continue
        address = f"mitigations/no-{id_}/"
        renderer.page_at(address)
        values: dict[str, Any] = {
            "id": id_,
            "option": option,
            "threats": renderer.catalogue.opened_by.get(id_, ()),
            "lexer": _lexer(option.avoid.snippet or ""),
            "worth": measure_answers(f"no:{id_}", book),
        }
        html = renderer.page("avoidance.html", address, page=values)
        title, description = renderer.plain(option.avoid.title), renderer.plain(option.avoid.summary)
        source = renderer.knowledge[Key("docker-option", id_)].document.path
        sections = ("threats", "worth") if values["worth"] else ("threats",)
        headings = tuple((name, renderer.words(f"section.{name}")) for name in sections)
        yield Page(address, title, description, html, headings, source)


def _lexer(snippet: str) -> str:
    if snippet.startswith("{"):
        return "json"
    return "yaml" if snippet.split("\n")[0].endswith(":") else "bash"


def write_pages(knowledge: KnowledgeBase, language: Language, folder: Path) -> int:
    """Writes every page as a Markdown file with front matter and an HTML body; returns their number."""
    pages = build_pages(knowledge, language)
    for page in pages:
        file = folder / markdown_name(page)
        file.parent.mkdir(parents=True, exist_ok=True)
        write_text(file, markdown(page))
    return len(pages)


def markdown_name(page: Page) -> str:
    """The Markdown file of a page: `threats/suid.md`, or `threats/index.md` for an index."""
    return f"{page.address}index.md" if page.address.count("/") == 1 else f"{page.address.rstrip('/')}.md"


def front_matter(page: Page) -> str:
    """Title and description for the site generator, as YAML that JSON writers can make."""
    lines = [f"title: {json.dumps(page.title, ensure_ascii=False)}"]
    lines.append(f"description: {json.dumps(page.description, ensure_ascii=False)}")
    if "hide" in page.meta:
        lines.append(f"hide: [{', '.join(page.meta['hide'])}]")
    if not page.in_search:
        lines.append("search: {exclude: true}")
    return "---\n" + "\n".join(lines) + "\n---\n"


def markdown(page: Page) -> str:
    """The page as a Markdown file. Lines outside of code are not indented, and none is blank."""
    return front_matter(page) + "\n" + page.html + "\n"


def link_mentions(text: str, address: str, knowledge: KnowledgeBase, language: Language) -> str:
    """The Markdown of a hand-written page at `address` with its mentions as titled links.

    The full terms of the glossary's abbreviations are added for the tooltips.
    """
    up, parts, end = "../" * address.count("/") or "./", [], 0
    for place in MENTION.finditer(without_code(text)):
        match = MENTION.fullmatch(text[place.start() : place.end()])
        entry = knowledge.entries.get(Key(match[1], match[2])) if match else None
        if match and entry:
            parts += [text[end : place.start()], _titled_link(mention_of(match), entry, up, language)]
            end = place.end()
    terms = "".join(f"\n*[{short}]: {term}" for short, term in abbreviations(knowledge.terms, language).items())
    return "".join([*parts, text[end:], "\n", terms, "\n"])


def _titled_link(found: Mention, entry: Entry, up: str, language: Language) -> str:
    title = inline(found.label or entry.body.title.get(language), language, lambda _: None)
    anchor = f"#{found.anchor}" if found.anchor else ""
    return Markup('<a href="{}">{}</a>').format(f"{up}{entry.address}{anchor}", title)


def narrative_history(name: str, address: str, knowledge: KnowledgeBase, language: Language) -> str:
    """The block “Then and now” of a hand-written page, as HTML; empty where nothing has aged."""
    for page in knowledge.narratives:
        if (page.name, page.language) == (name, language) and page.meta.history:
            renderer = Renderer(knowledge, language)
            return renderer.page("narrative-history.html", address, page={"body": page.meta})
    return ""


def counts(knowledge: KnowledgeBase) -> dict[str, dict[str, str | int]]:
    """For each kind, how many entries are published and where their index stands."""
    return {
        name: {"number": sum(entry.is_published for entry in knowledge.of_kind(name)), "path": f"{kind.path}/"}
        for name, kind in KINDS.items()
    }


_UNSEARCHED = re.compile(r'<(\w+)[^>]* data-search-exclude.*?</\1>|<a class="headerlink".*?</a>', re.DOTALL)
_OTHER_TAGS = re.compile(r"</?(?!/?(?:h[1-6]|p|pre|code|li|ol|ul)\b)[^>]*>")


def searchable(html: str) -> str:
    """What the search index takes from a page: the rest of the markup costs more to read than to render."""
    return _OTHER_TAGS.sub("", _UNSEARCHED.sub("", html))
