"""Markup: the kinds of text that OSCAL knows, from plain text. Nothing in it may turn into markup by chance."""

from __future__ import annotations

import re
from collections.abc import Iterable

from threatbase.checklist.sheet import clean

_BREAKS = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_ENDS = re.compile(r"\A[\s\ufeff]+|[\s\ufeff]+\Z")
_MARKED = re.compile(r"[\\`*\[\]<>~^|]|(?<![^\W_])_|_(?![^\W_])|\{(?=\{)|(?<=\{)\{|&(?=#?\w+;)")
_BLOCK = re.compile(r"\A(?:[-+#=]|(\d{1,9})(?=[.)]))")
_LINES = re.compile("[\n\u2028\u2029]+")


def string(text: str) -> str:
    """One line without space around it, for fields that hold no markup; it may be empty, which OSCAL forbids."""
    return _ENDS.sub("", _BREAKS.sub(" ", clean(text)))


def line(text: str) -> str:
    """One line of Markdown that shows exactly this text; it may be empty, which OSCAL forbids."""
    escaped = _MARKED.sub(lambda match: f"\\{match[0]}", string(text))
    return _BLOCK.sub(lambda match: f"{match[1]}\\" if match[1] else f"\\{match[0]}", escaped)


def prose(*texts: str) -> str:
    """Markdown with a paragraph for each line of these texts."""
    return paragraphs(line(one) for text in texts for one in _LINES.split(clean(text)))


def paragraphs(blocks: Iterable[str]) -> str:
    """Blocks of Markdown, one below the other."""
    return "\n\n".join(block for block in blocks if block)


def strong(text: str) -> str:
    """One line in bold."""
    return f"**{line(text)}**"


def code(text: str, language: str = "") -> str:
    """Text as it stands, between fences that are longer than any in it."""
    shown = clean(text).rstrip()
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", shown)), 3)
    return f"{fence}{language}\n{shown}\n{fence}"
