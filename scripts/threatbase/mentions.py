"""Mentions: `[[mitigation:no-new-privileges]]` in prose, which become titled links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MENTION = re.compile(r"\[\[([a-z-]+):([a-z0-9-]+)(?:#([a-z-]+))?(?:\|([^\[\]\n|]+))?\]\]")
_BROKEN = re.compile(r"\[\[[^\[\]\n]{0,80}\]\]")
_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)|^(```|~~~).*?^\2", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention: the kind and id, the section (`#verify`), the words to show, and its text."""

    kind: str
    id: str
    anchor: str | None
    label: str | None
    text: str


def mentions(markdown: str) -> Iterator[Mention]:
    """All well-formed mentions of a text, code left out."""
    if "[[" in markdown:
        for match in MENTION.finditer(without_code(markdown)):
            yield Mention(match[1], match[2], match[3], match[4], match[0])


def broken_mentions(markdown: str) -> Iterator[str]:
    """What looks like a mention but is none: `[[no-kind]]`."""
    if "[[" in markdown:
        for match in _BROKEN.finditer(without_code(markdown)):
            if not MENTION.fullmatch(match[0]):
                yield match[0]


def without_code(markdown: str) -> str:
    """The text with code spans and fenced blocks blanked, line breaks kept."""
    if "`" not in markdown and "~~~" not in markdown:
        return markdown
    return _CODE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), markdown)
