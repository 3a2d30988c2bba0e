"""Every problem code: what it means and how to mend it, in both languages, from the locales."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from threatbase.locales import read_locale
from threatbase.models import Language


@cache
def codes(language: Language) -> Mapping[str, Mapping[str, str]]:
    """Code → `{what, fix}` in one language."""
    found: Mapping[str, Mapping[str, str]] = read_locale(f"problems.{language}")
    return found


def explain(code: str, language: Language) -> tuple[str, str]:
    """What a code means, and how to mend it; raises KeyError for a code that is not documented."""
    entry = codes(language)[code]
    return entry["what"], entry["fix"]
