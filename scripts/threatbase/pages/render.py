"""Renders templates in one language, with links relative to the page that is being rendered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from threatbase.catalogue import Catalogue
from threatbase.glossary import abbreviations
from threatbase.knowledge import Entry, Key, KnowledgeBase
from threatbase.mentions import Mention
from threatbase.models import KINDS, Kind, Language, Text
from threatbase.prose import inline, plain, to_html
from threatbase.sections import SECTIONS
from threatbase.templating import environment
from threatbase.typography import quoted
from threatbase.words import Words


@dataclass(frozen=True, slots=True)
class LocalNav:
    """Links beside the page: a title with its address, and the neighbours (title, address, is this page)."""

    title: str
    href: str
    items: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One generated page: where it stands, what it is called, and its body as HTML.

    `headings` are anchors with titles, `crumbs` titles with addresses, `source` the YAML file it comes from.
    """

    address: str
    title: str
    description: str
    html: str
    headings: tuple[tuple[str, str], ...] = ()
    source: str | None = None
    redirect: str | None = None
    in_search: bool = True
    nav: LocalNav | None = None
    crumbs: tuple[tuple[str, str], ...] = ()
    hide: tuple[str, ...] = ()

    @property
    def meta(self) -> dict[str, Any]:
        """What a Markdown page would say in its front matter."""
        meta: dict[str, Any] = {"title": self.title, "description": self.description}
        hidden = [*self.hide, *([] if self.headings else ["toc"])]
        if hidden:
            meta["hide"] = hidden
        if not self.in_search:
            meta["search"] = {"exclude": True}
        return meta


class Renderer:
    """Everything that templates need: words, texts, links and code, in one language."""

    def __init__(self, knowledge: KnowledgeBase, language: Language) -> None:
        self.knowledge = knowledge
        self.catalogue = Catalogue(knowledge)
        self.language = language
        self.words = Words(language)
        self._up = "../../"
        self._links: dict[Key, str] = {}
        self.seen: set[Key] = set()
        """The entries that the page being rendered looks at."""
        self._titles = {key: self._title(entry) for key, entry in knowledge.entries.items()}
        self._environment = self._make_environment()

    def page(self, template: str, address: str, **values: Any) -> str:
        """Renders a template for the page at `address` (`kind/id/`)."""
        self.page_at(address)
        return self._environment.get_template(template).render(values)

    def named_page(
        self, name: str, address: str, template: str, sections: Iterable[tuple[str, str]] = (), **values: Any
    ) -> Page:
        """A page that is no entry: its title and description stand in the locales under `page.<name>`.

        `sections` are its table of contents: anchors, with the words of their headings in the locales.
        """
        title, description = self.words(f"page.{name}.title"), self.words(f"page.{name}.description")
        html = self.page(template, address, heading=title, lead=description, **values)
        headings = tuple((anchor, self.words(words)) for anchor, words in sections)
        return Page(address, title, description, html, headings)

    def page_at(self, address: str) -> None:
        """Says which page is being rendered: links are relative to it."""
        self._up = "../" * address.count("/") or "./"
        self.seen = set()

    def title(self, key: Key) -> str:
        """The title of an entry, as plain text."""
        self.seen.add(key)
        return self._titles[key]

    def href(self, key: Key) -> str:
        """The address of an entry, relative to the page that is being rendered."""
        return self._up + self.knowledge[key].address

    def index_href(self, kind: Kind) -> str:
        """The address of a kind's index, relative to the page that is being rendered."""
        return f"{self._up}{kind.path}/"

    def link(self, key: Key, anchor: str | None = None) -> Markup:
        """A titled link to an entry."""
        self.seen.add(key)
        if key not in self._links:
            summary, title = escape(self.plain(self.knowledge[key].body.summary)), escape(self.title(key))
            self._links[key] = f'" title="{summary}">{title}</a>'
        return Markup(f'<a href="{self.href(key)}{"#" + anchor if anchor else ""}{self._links[key]}')  # noqa: S704

    def measure(self, measure: str) -> Markup:
        """A titled link to a mitigation, or to the page of not using an option."""
        option = self.catalogue.options.get(measure[3:]) if measure.startswith("no:") else None
        if option is None or option.avoid is None:
            return self.link(Key("docker-option" if option else "mitigation", measure.removeprefix("no:")))
        self.seen.add(Key("docker-option", measure[3:]))
        href, summary = f"{self._up}mitigations/no-{measure[3:]}/", self.plain(option.avoid.summary)
        return Markup('<a href="{}" title="{}">{}</a>').format(href, summary, self.plain(option.avoid.title))

    def text(self, text: Text | None) -> Markup:
        """One line of text with code and mentions; marked where it is in the other language."""
        if text is None:
            return Markup("")
        return self._marked(text, inline(text.get(self.language), self._shown(text), self._resolve), "span")

    def prose(self, text: Text | None) -> Markup:
        """Markdown as HTML; marked where it is in the other language."""
        if text is None:
            return Markup("")
        shown = self._shown(text)
        html = to_html(text.get(self.language), shown, self._resolve, abbreviations(self.knowledge.terms, shown))
        return self._marked(text, html, "div")

    def plain(self, text: Text) -> str:
        """One line without markup."""
        return plain(text.get(self.language), self._shown(text), self._resolve)

    def _shown(self, text: Text) -> Language:
        """The language that the text is shown in."""
        return self.language if text.has(self.language) else ("fr" if self.language == "en" else "en")

    def _marked(self, text: Text, html: Markup, tag: str) -> Markup:
        if text.has(self.language):
            return html
        other, note = self._shown(text), self.words("wanted")
        return Markup('<{0} lang="{1}" class="tb-wanted" title="{2}">{3}</{0}>').format(tag, other, note, html)

    def _title(self, entry: Entry) -> str:
        return plain(entry.body.title.get(self.language), self._shown(entry.body.title), lambda _: None)

    def _resolve(self, mention: Mention) -> tuple[str, str] | None:
        key = Key(mention.kind, mention.id)
        if key not in self._titles:
            return None
        anchor = f"#{mention.anchor}" if mention.anchor else ""
        self.seen.add(key)
        return self.href(key) + anchor, mention.label or self._titles[key]

    def _make_environment(self) -> Environment:
        return environment(
            t=self.words, count=self.words.count, text=self.text, prose=self.prose, link=self.link,
            key=Key, title=self.title, measure=self.measure, href=self.href, up=lambda: self._up,
            code=code, language=self.language, entry_of=self._entry_of, date=self.date,
            kind_path=lambda kind: KINDS[kind].path, known=self.knowledge.entries.__contains__,
            quoted=lambda text: quoted(text, self.language),
        )  # fmt: skip

    def _entry_of(self, key: Key) -> Entry:
        self.seen.add(key)
        return self.knowledge[key]

    def date(self, date: Any) -> Markup:
        """A date in the words of the language, machine-readable too."""
        month = self.words(f"month.m{date.month}")
        shown = self.words("date", day=date.day, month=month, year=date.year)
        return Markup('<time datetime="{}">{}</time>').format(date.isoformat(), shown)

    def headings(self, kind: str, shown: Callable[[str], bool]) -> tuple[tuple[str, str], ...]:
        """The sections of an entry's page that are there: anchor and title."""
        return tuple((section, self.words(f"section.{section}")) for section in SECTIONS[kind] if shown(section))


@lru_cache(maxsize=4096)
def code(source: str, lexer: str) -> Markup:
    """A highlighted block of code, in the markup that the theme styles."""
    html = highlight(source, get_lexer_by_name(lexer, stripnl=True), _FORMATTER)
    return Markup(html)  # noqa: S704 - Pygments escapes the source


_FORMATTER: HtmlFormatter[str] = HtmlFormatter(cssclass="highlight", wrapcode=True)
