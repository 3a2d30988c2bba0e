"""Mentions: `[[mitigation:no-new-privileges]]` in prose, which become titled links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MENTION = re.compile(r"\[\[([a-z-]+):([a-z0-9-]+)(?:#([a-z-]+))?(?:\|([^\[\]|]{1,120}))?\]\]")
_BROKEN = re.compile(r"\[\[[^\[\]\n]{0,80}\]\]")
WEB_ADDRESSES = ("https://", "http://", "mailto:")
"""How the target of a Markdown link starts; entries are linked by mention."""

_FENCED = re.compile(r"^ {0,3}(`{3,}+|~{3,}+)[^\n]*+\n.*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_PARAGRAPH = re.compile(r"(?:[^\n]*\S[^\n]*\n?)+")
_TICKS = re.compile(r"`+")


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention: the kind and id, the section (`#verify`), the words to show, and its text.

    `skip` is the number of times that the same text stands before it.
    """

    kind: str
    id: str
    anchor: str | None
    label: str | None
    text: str
    skip: int = 0


def mentions(markdown: str) -> Iterator[Mention]:
    """All well-formed mentions of a text, code left out."""
    if "[[" in markdown:
        for bare in MENTION.finditer(without_code(markdown)):
            match = MENTION.match(markdown, bare.start()) or bare  # the words to show may hold code
            yield Mention(match[1], match[2], match[3], match[4], match[0], markdown.count(match[0], 0, match.start()))


def broken_mentions(markdown: str) -> Iterator[tuple[str, int]]:
    """What looks like a mention but is none: `[[no-kind]]`, and how often it stands before that place."""
    if "[[" in markdown:
        for match in _BROKEN.finditer(without_code(markdown)):
            found = markdown[match.start() : match.end()]
            if not MENTION.fullmatch(match[0]):
                yield found, markdown.count(found, 0, match.start())


def without_code(markdown: str) -> str:
    """The text with code spans and fenced blocks blanked, line breaks kept. In linear time."""
    if "`" not in markdown and "~~~" not in markdown:
        return markdown
    return _PARAGRAPH.sub(_without_spans, _FENCED.sub(lambda match: _blank(match[0]), markdown))


def _without_spans(paragraph: re.Match[str]) -> str:
    text, parts, end = paragraph[0], [], 0
    for start, stop in _spans(text):
        parts += [text[end:start], _blank(text[start:stop])]
        end = stop
    return "".join([*parts, text[end:]])


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Code spans: from a run of backticks to the next run of the same length."""
    runs = list(_TICKS.finditer(text))
    later: dict[int, list[re.Match[str]]] = {}
    for run in reversed(runs):
        later.setdefault(len(run[0]), []).append(run)
    end = 0
    for run in runs:
        same = later[len(run[0])]
        same.pop()
        if run.start() >= end and same:
            end = same[-1].end()
            yield run.start(), end


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
