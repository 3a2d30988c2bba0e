"""The editorial standard, as far as a machine can hold it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from threatbase.knowledge import Entry, KnowledgeBase
from threatbase.mentions import without_code
from threatbase.models import LANGUAGES, Mitigation, Source, Threat
from threatbase.problems import Problem
from threatbase.sources import FieldPath

LONGEST_SUMMARY = 200
LONGEST_REPEATED = 60
COMPARED_FROM = 80
RATIOS = (0.6, 1.7)

_PLACEHOLDER = re.compile(r"\b(TODO|FIXME|XXX|TBD|lorem ipsum|à compléter|to be completed)\b", re.IGNORECASE)
_SUSPECT = ("todo", "fixme", "xxx", "tbd", "lorem ipsum", "à compléter", "to be completed")
_QUOTED = re.compile(r"[“«][^“”«»]*[”»]")
_MARKDOWN = re.compile(r"\*\*|__|\]\(|\[\[|^[-#>] ")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_STRAIGHT_QUOTES = re.compile(r'"[^"\n]+"')
_NO_SPACE_BEFORE = re.compile(r"(?<=[a-zà-ÿ)])[;!?](?=\s|$)|(?<=[a-zà-ÿ)]):(?=\s|$)")
_TIGHT_GUILLEMETS = re.compile(r"«(?=[^\s\u00a0\u202f])|(?<=[^\s\u00a0\u202f])»")


def summaries(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """A summary has at most 200 characters, and no Markdown."""
    for entry in knowledge.entries.values():
        for language in LANGUAGES:
            text = getattr(entry.body.summary, language) or ""
            if len(text) > LONGEST_SUMMARY:
                message = f"the summary has {len(text)} characters; shorten it to {LONGEST_SUMMARY}"
                yield Problem(entry.document.locate(("summary", language)), "long-summary", message)
            if _MARKDOWN.search(text):
                message = "a summary is plain text; remove the Markdown"
                yield Problem(entry.document.locate(("summary", language)), "markdown-in-summary", message)


def placeholders(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """No text is a placeholder; what somebody else said may be quoted."""
    for entry, path, text in knowledge.written():
        lower = text.lower()
        found = _PLACEHOLDER.search(_QUOTED.sub("", text)) if any(word in lower for word in _SUSPECT) else None
        if found:
            message = f"'{found[0]}' is a placeholder; write the text, or set the status to draft"
            yield Problem(entry.document.locate_text(path, found[0]), "placeholder", message)


def repeated_sentences(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """No sentence of more than 60 characters stands in two summaries or descriptions."""
    seen: dict[str, Entry] = {}
    for entry, path, text in knowledge.written():
        if path[0] in ("summary", "description"):
            for sentence in _SENTENCE_END.split(text):
                words = " ".join(sentence.split())
                first = seen.setdefault(words, entry) if len(words) > LONGEST_REPEATED else entry
                if first is not entry:
                    message = f"this sentence stands in '{first.key}' too; say it once and link to it: “{words[:50]}…”"
                    yield Problem(entry.document.locate(path), "repeated-sentence", message, "warning")


def lengths(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """Both languages of a text are of comparable length."""
    for entry in knowledge.entries.values():
        for path, text in entry.texts:
            if text.en and text.fr and max(len(text.en), len(text.fr)) > COMPARED_FROM:
                ratio = len(text.fr) / len(text.en)
                if not RATIOS[0] <= ratio <= RATIOS[1]:
                    message = f"the French is {ratio:.1f} times as long as the English; one of them says less"
                    yield Problem(entry.document.locate(path), "uneven-translation", message, "warning")


def french_typography(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """French has a space before : ; ! ?, and « » with spaces inside."""
    for entry, path, text in knowledge.written():
        # The title of a source is what it is called, in its own language.
        if path[-1] == "fr" and not (path[0] == "title" and isinstance(entry.body, Source)):
            bare = without_code(text)
            for pattern, what in _TYPOGRAPHY:
                found = pattern.search(bare)
                if found:
                    shown = bare[max(0, found.start() - 12) : found.end()].split("\n")[-1].strip()
                    place = entry.document.locate_text(path, found[0], text.count(found[0], 0, found.start()))
                    yield Problem(place, "french-typography", f"{what}: '{shown}'")


_TYPOGRAPHY = (
    (_STRAIGHT_QUOTES, "French quotation marks are « »"),
    (_NO_SPACE_BEFORE, "French has a space before this mark"),
    (_TIGHT_GUILLEMETS, "French quotation marks have spaces inside"),
)


def cases(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """A case with a CVE names the version that fixed it, and its year is not before the CVE's."""
    for entry in knowledge.of_kind("threat"):
        if isinstance(entry.body, Threat):
            for index, case in enumerate(entry.body.cases):
                place: FieldPath = ("cases", index)
                if case.cve and not case.fixed:
                    message = f"{case.cve} does not say which version fixed it; add 'fixed'"
                    yield Problem(entry.document.locate((*place, "cve")), "unfixed-case", message, "warning")
                if case.cve and case.year < int(case.cve[4:8]):
                    message = f"{case.cve} cannot have become public in {case.year}; correct 'year'"
                    yield Problem(entry.document.locate((*place, "year")), "wrong-year", message)


def unsourced(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """A published threat or mitigation rests on a source."""
    for entry in knowledge.entries.values():
        if entry.is_published and isinstance(entry.body, Threat | Mitigation) and not entry.body.references:
            message = "nothing says what this rests on; add 'references'"
            yield Problem(entry.document.locate(), "unsourced", message, "warning")


RULES = (
    summaries, placeholders, repeated_sentences, lengths, french_typography, cases, unsourced,
)  # fmt: skip
