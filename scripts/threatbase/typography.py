"""Typesetting of plain text: apostrophes, and the no-break spaces that French punctuation wants.

Authors type ordinary spaces and straight apostrophes; readers see typeset text.
"""

from __future__ import annotations

import re
import unicodedata

from threatbase.models.base import Language

NBSP = "\u00a0"
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_BEFORE = re.compile(r"(?<=\S) (?=[:;!?»%])")
_QUOTED = re.compile(r"“\s*([^“”]*?)\s*”")
_AFTER = re.compile(r"« ")


def typeset(text: str, language: Language) -> str:
    """The text as it is shown."""
    if "'" in text:
        text = _APOSTROPHE.sub("’", text)
    if language == "fr" and " " in text:
        text = _AFTER.sub(f"«{NBSP}", _BEFORE.sub(NBSP, text))
    return text


def quoted(text: str, language: Language) -> str:
    """Text with the quotation marks of the language: French ones for “…” in French."""
    return _QUOTED.sub(f"«{NBSP}\\1{NBSP}»", text) if language == "fr" else text


def sort_key(text: str) -> str:
    """Orders words as a dictionary does: accents and capitals make no difference."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in bare if letter.isalnum() or letter.isspace())
