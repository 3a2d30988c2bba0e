"""The words of the site in one language; a word that is missing is an error."""

from __future__ import annotations

from typing import Any

from threatbase.locales import read_locale
from threatbase.models import Language
from threatbase.typography import typeset


class Words:
    """Looks words up by dotted key: `words("threat.requires")`."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._tree: dict[str, Any] = read_locale(language)

    def __call__(self, key: str, **values: object) -> str:
        """The word for `key`, with `{name}` filled in; raises KeyError when there is none."""
        node: Any = self._tree
        for part in key.split("."):
            node = node[part]
        if not isinstance(node, str):
            raise KeyError(key)
        return typeset(node.format(**values) if values else node, self.language)

    def count(self, key: str, number: int) -> str:
        """The singular or plural of `key` with the number; French counts 0 as singular."""
        singular = number < 2 if self.language == "fr" else number == 1
        return self(f"{key}.{'one' if singular else 'many'}", n=number)
