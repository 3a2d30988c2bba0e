"""Word salad: texts that keep the form of real ones, with other words in the same places.

Paragraphs, lists, punctuation, short words, numbers and Markdown stay; each longer word gives way to
one of the same length out of the real texts, as often as it stands there; code spans of the same length
change places. So the two languages of a text stay as long as each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from threatbase.mentions import MENTION, Mention
from threatbase.prose import mention_of

_TOKEN = re.compile(
    r"(?P<mention>\[\[[^\[\]]+\]\])|(?P<fence>^```.*?^```)|(?P<code>`[^`]+`)|(?P<address>\]\([^)]*\)|https?://\S+)"
    r"|(?P<word>(?<![-\w/.=&])[^\W\d_]{4,}(?![-\w/=]))",
    re.DOTALL | re.MULTILINE,
)

_WORD = re.compile(r"[a-z]{4,}")

FEWEST = 8
"""Different words of one length that make a choice; where there are fewer, letters change places instead."""

_TELLING = {"completed", "compléter", "fixme", "ipsum", "lorem", "todo"}
"""Words that `threatbase check` takes for placeholders when they meet others."""

Relink = Callable[[Mention], str | None]
"""From a mention to the id that it names instead; None where there is nothing to name."""


@dataclass(frozen=True)
class Vocabulary:
    """The longer words of one language and its code spans, by their length, with their repetitions."""

    words: Mapping[int, Sequence[str]]
    spans: Mapping[int, Sequence[str]]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Vocabulary:
        """The vocabulary of real texts: lengths of which there is some choice."""
        words: dict[int, list[str]] = {}
        spans: dict[int, list[str]] = {}
        for match in (match for text in texts for match in _TOKEN.finditer(text)):
            if match["word"] and not match["word"].isupper() and match["word"].lower() not in _TELLING:
                words.setdefault(len(match["word"]), []).append(match["word"].lower())
            elif match["code"]:
                spans.setdefault(len(match["code"]), []).append(match["code"])
        return cls(_with_choice(words), _with_choice(spans))

    def salad(self, text: str, random: Random, relink: Relink) -> str:
        """The text with other words, other code spans and other mentions."""

        def other(match: re.Match[str]) -> str:
            if match["word"]:
                return self._word(match["word"], random)
            if match["mention"]:
                return self._mention(match["mention"], random, relink)
            return self._span(match["code"], random) if match["code"] else match[0]

        return _TOKEN.sub(other, text)

    def _word(self, word: str, random: Random) -> str:
        if word.isupper():
            return word
        choice = self.words.get(len(word))
        other = random.choice(choice) if choice else "".join(random.sample(word.lower(), len(word)))
        return other.capitalize() if word[0].isupper() else other

    def _span(self, code: str, random: Random) -> str:
        choice = self.spans.get(len(code))
        return random.choice(choice) if choice else _WORD.sub(lambda match: self._word(match[0], random), code)

    def _mention(self, text: str, random: Random, relink: Relink) -> str:
        match = MENTION.fullmatch(text)
        mention = mention_of(match) if match else None
        target = relink(mention) if mention else None
        if mention is None or target is None:
            return "this"
        anchor = f"#{mention.anchor}" if mention.anchor else ""
        label = f"|{self.salad(mention.label, random, relink)}" if mention.label else ""
        return f"[[{mention.kind}:{target}{anchor}{label}]]"


def _with_choice(items: Mapping[int, Sequence[str]]) -> Mapping[int, Sequence[str]]:
    return {length: found for length, found in items.items() if len(set(found)) >= FEWEST}
