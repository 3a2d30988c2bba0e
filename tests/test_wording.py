"""Wording: what a checklist says of entries, in one language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from threatbase.checklist.wording import Wording
from threatbase.knowledge import KnowledgeBase
from threatbase.models import Language, Text
from threatbase.models.base import Prose

from tests.small import make


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    changes: dict[str, Any] = {
        "docker-options/bare": {"names": {"run": "--bare"}},
        "device": {"opened_by": ["privileged", "bare"]},
        "mitigations/watch": {"title": {"en": "Watch `it`"}},
    }
    return make(tmp_path_factory.mktemp("wording"), changes)


LINE = Text(
    en="It's [[mitigation:no-setuid]], `code` and [[threat:setuid|this]].", fr="C'est [[mitigation:no-setuid]] : oui"
)


STATES = [("root", "this"), ("root", "other"), ("host-root", None)]


@pytest.mark.parametrize(
    ("language", "say", "expected"),
    [
        ("en", lambda words: words.line(LINE), "It’s No setuid, code and this."),
        ("fr", lambda words: words.line(LINE), "C’est No setuid (fr)\u00a0: oui"),
        ("en", lambda words: words.line(None), ""),
        ("fr", lambda words: words.line(Text(en="Only this")), "Only this"),
        ("en", lambda words: words.line(Text(en="[[threat:gone]]")), "[[threat:gone]]"),
        ("en", lambda words: words.prose(Prose(en="One [[threat:setuid]].\n\n- two")), "One Setuid.\n– two"),
        ("en", lambda words: words.title("mitigation", "watch"), "Watch it"),
        ("fr", lambda words: words.title("mitigation", "watch"), "Watch it"),
        ("fr", lambda words: words.title("state", "host-root"), "Host root (fr)"),
        ("en", lambda words: words.titles("threat", ["setuid", "escape"]), "Setuid, Escape"),
        ("en", lambda words: words.titles("threat", []), ""),
        ("en", lambda words: words.measure("patches"), "Patches"),
        ("en", lambda words: words.measure("no:privileged"), "No privileged containers"),
        ("en", lambda words: words.measure("no:bare"), "Bare"),
        ("en", lambda words: words.measures(["no:privileged", "userns"]), "No privileged containers, Userns"),
        ("en", lambda words: words.states(STATES), "Root, Root (another container), Host root"),
        ("fr", lambda words: words.states([("root", "other")]), "Root (fr) (un autre conteneur)"),
    ],
    ids=[
        "a-line", "in-french", "no-line", "not-translated", "unknown-mention", "prose", "title", "title-not-translated",
        "french-title", "titles", "no-titles", "a-mitigation", "not-using-an-option", "an-option-without-words-for-it",
        "measures", "states", "states-in-french",
    ],
)  # fmt: skip
def test_words(language: Language, say: Callable[[Wording], str], expected: str, small: KnowledgeBase) -> None:
    assert say(Wording(small, language)) == expected


def test_what_is_not_there_is_an_error(small: KnowledgeBase) -> None:
    words = Wording(small, "en")
    with pytest.raises(KeyError):
        words.title("threat", "gone")
    with pytest.raises(KeyError):
        words.measure("no:gone")
