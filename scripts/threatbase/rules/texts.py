"""Texts exist in both languages, and prose cannot carry more than prose."""

from __future__ import annotations

import re
from collections.abc import Iterator

from threatbase.knowledge import Entry, KnowledgeBase
from threatbase.mentions import WEB_ADDRESSES, without_code
from threatbase.models import LANGUAGES, Prose
from threatbase.problems import Location, Problem, shorten
from threatbase.sources import FieldPath

_HTML = re.compile(r"</?[A-Za-z][^<>\n]*>|<!--")
_AUTOLINK = re.compile(r"<https?://[^<>\s]+>")
_HEADING = re.compile(r"^ {0,3}#{1,6}\s.*$", re.MULTILINE)
_SETEXT = re.compile(r"^[^\n]+\n {0,3}(=+|-{3,})[ \t]*$", re.MULTILINE)
_LINK = re.compile(r"(!?)\[[^\[\]\n]*\]\(\s*<?([^)\s>]*)")


def translations(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """Every text exists in both languages; the missing one is wanted."""
    for entry in knowledge.entries.values():
        for path, text in entry.texts:
            for language in LANGUAGES:
                if not text.has(language):
                    message = f"'{path[-1]}' is wanted in {_NAMES[language]}; add '{language}'"
                    yield Problem(entry.document.locate(path), "missing-translation", message, "warning")


_NAMES = {"en": "English", "fr": "French"}


def raw_html(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """No raw HTML in entries: it would be shown as text."""
    for entry, path, markdown in knowledge.written():
        if "<" in markdown:
            bare = _AUTOLINK.sub(lambda match: " " * len(match[0]), without_code(markdown))
            for found in _HTML.finditer(bare):
                message = f"raw HTML is not accepted: '{shorten(found[0])}'; use Markdown, or write it as `code`"
                yield Problem(_place(entry, path, markdown, found), "raw-html", message)


def headings(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """No headings in prose: the sections of a page are the fields of the entry."""
    for entry, path, markdown in _prose(knowledge):
        if "#" in markdown or "\n---" in markdown or "\n==" in markdown:
            bare = without_code(markdown)
            for found in (*_HEADING.finditer(bare), *_SETEXT.finditer(bare)):
                message = "headings are not accepted in prose; use a paragraph or a list"
                yield Problem(_place(entry, path, markdown, found), "heading-in-prose", message)


def links(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """Markdown links in entries lead to the web; entries are linked by mention; images are not embedded."""
    for entry, path, markdown in knowledge.written():
        if "](" in markdown:
            for found in _LINK.finditer(without_code(markdown)):
                problem = _link_problem(found[1], found[2])
                if problem:
                    yield Problem(_place(entry, path, markdown, found), *problem)


def _place(entry: Entry, path: FieldPath, markdown: str, found: re.Match[str]) -> Location:
    """Where a match in a text stands in the file: the first line of it, and not an earlier one like it."""
    start = len(found[0]) - len(found[0].lstrip())
    needle = found[0].strip().split("\n")[0].rstrip()
    return entry.document.locate_text(path, needle, markdown.count(needle, 0, found.start() + start))


def _link_problem(bang: str, target: str) -> tuple[str, str] | None:
    if bang:
        return "image-in-prose", "images are not accepted in entries; describe it, or put it on a page of the guide"
    if not target.lower().startswith(WEB_ADDRESSES):
        return (
            "unsafe-link",
            f"'{target}' is no web address; link to entries with [[kind:id]], to the web with https://",
        )
    return None


def _prose(knowledge: KnowledgeBase) -> Iterator[tuple[Entry, FieldPath, str]]:
    for entry in knowledge.entries.values():
        for path, text in entry.texts:
            if isinstance(text, Prose):
                for language in LANGUAGES:
                    written = getattr(text, language)
                    if written:
                        yield entry, (*path, language), written


RULES = (translations, raw_html, headings, links)
