"""The words of the site: the same in both languages, complete, and set as each language wants."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any, get_args

import pytest
import threatbase
from threatbase.graph import Relation
from threatbase.locales import read_locale
from threatbase.models import KINDS
from threatbase.models.base import Condition
from threatbase.models.kernel_feature import Family
from threatbase.models.mitigation import Scope
from threatbase.models.source import Nature
from threatbase.models.threat import REACHES, Effect, Likelihood, Severity, Stride, Unmitigated
from threatbase.risk import RISK_LEVELS
from threatbase.sections import SECTIONS
from threatbase.words import Words

PACKAGE = Path(threatbase.__file__).parent


def leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every word with its dotted key."""
    if not isinstance(tree, dict):
        yield path, tree
        return
    for key, value in tree.items():
        yield from leaves(value, f"{path}.{key}" if path else key)


EN, FR = dict(leaves(read_locale("en"))), dict(leaves(read_locale("fr")))
PROBLEMS = {language: dict(leaves(read_locale(f"problems.{language}"))) for language in ("en", "fr")}


def names(text: str) -> list[str]:
    """The places in a word that are filled in."""
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def test_both_languages_have_the_same_words_in_the_same_order() -> None:
    assert list(EN) == list(FR)
    assert list(PROBLEMS["en"]) == list(PROBLEMS["fr"])


@pytest.mark.parametrize("words", [EN, FR, *PROBLEMS.values()], ids=["en", "fr", "problems.en", "problems.fr"])
def test_every_word_is_text_without_loose_ends(words: dict[str, Any]) -> None:
    assert [key for key, word in words.items() if not isinstance(word, str) or not word.strip()] == []
    assert [key for key, word in words.items() if "  " in word or "\n" in word] == []


def test_both_languages_fill_in_the_same() -> None:
    assert {key: names(EN[key]) for key in EN} == {key: names(FR[key]) for key in FR}


def without_code(text: str) -> str:
    """A text without code, addresses and places to fill in."""
    return re.sub(r"`[^`]*`|https?://\S+|\{\w+\}", "x", text)


@pytest.mark.parametrize("words", [FR, PROBLEMS["fr"]], ids=["fr", "problems.fr"])
def test_french_has_a_space_before_its_marks(words: dict[str, str]) -> None:
    tight = re.compile(r"(?<![\s\u00a0\u202f])[:;!?»](?![\w/])|«(?![\s\u00a0\u202f])")
    assert {key: word for key, word in words.items() if tight.search(without_code(word))} == {}


@pytest.mark.parametrize("words", [EN, PROBLEMS["en"]], ids=["en", "problems.en"])
def test_english_has_none(words: dict[str, str]) -> None:
    assert {key: word for key, word in words.items() if re.search(r"\w [:;!?](\s|$)", without_code(word))} == {}


@pytest.mark.parametrize("words", [EN, FR], ids=["en", "fr"])
@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("kind", KINDS),
        ("section", {section for sections in SECTIONS.values() for section in sections}),
        ("severity", get_args(Severity)),
        ("likelihood", get_args(Likelihood)),
        ("risk", RISK_LEVELS),
        ("stride", get_args(Stride)),
        ("difficulty", ("d0", "d1", "d2", "d3")),
        ("cost", ("c0", "c1", "c2", "c4", "c8", "c16")),
        ("scope", get_args(Scope)),
        ("condition", get_args(Condition)),
        ("family", get_args(Family)),
        ("nature", get_args(Nature)),
        ("unmitigated", get_args(Unmitigated.model_fields["state"].annotation)),
        ("reach", [reach.replace(".", "_") for reach in REACHES]),
        ("month", [f"m{number}" for number in range(1, 13)]),
        ("language", ("en", "fr")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_value_has_a_word_and_every_word_a_value(words: dict[str, str], prefix: str, expected: Any) -> None:
    there = {key.split(".")[1] for key in words if key.startswith(f"{prefix}.")}
    assert there == set(expected)


@pytest.mark.parametrize("words", [EN, FR], ids=["en", "fr"])
def test_every_effect_and_every_drawn_relation_has_a_word(words: dict[str, str]) -> None:
    effects = get_args(Effect.model_fields["effect"].annotation)
    assert {f"{prefix}.{effect}" for prefix in ("effect", "effect_on") for effect in effects} <= set(words)
    relations = {key.split(".")[1] for key in words if key.startswith("relation.")}
    assert relations <= set(get_args(Relation))
    assert set(effects) <= relations


# What is put together at run time (`t("risk." ~ level)`) is covered by the values above.
WHOLE = re.compile(r"""\b(?:t|words|fact)\(["']([a-z_]+(?:\.[a-z0-9_-]+)*)["']\s*[,)]""")
USED = sorted(
    {
        (key, file.relative_to(PACKAGE).as_posix())
        for file in (*(PACKAGE / "templates").glob("*.html"), *(PACKAGE / "pages").glob("*.py"))
        for key in WHOLE.findall(file.read_text("utf-8"))
    }
)


def test_words_are_used_at_all() -> None:
    """So that the next test means something."""
    assert len(USED) > 50


@pytest.mark.parametrize(("key", "file"), USED)
def test_every_word_that_is_used_is_there(key: str, file: str) -> None:
    assert key in EN


@pytest.mark.parametrize(
    ("language", "number", "expected"),
    [("en", 0, "many"), ("en", 1, "one"), ("en", 2, "many"), ("fr", 0, "one"), ("fr", 1, "one"), ("fr", 2, "many")],
)
def test_french_counts_none_as_one(language: Any, number: int, expected: str) -> None:
    words = Words(language)
    assert words.count("diagram.left_out", number) == words(f"diagram.left_out.{expected}", n=number)


@pytest.mark.parametrize("key", ["no.such.word", "kind", "kind.threat", "kind.threat.one.more", ""])
def test_a_missing_word_is_an_error(key: str) -> None:
    with pytest.raises((KeyError, TypeError)):
        Words("en")(key)


def test_a_locale_is_read_once() -> None:
    assert read_locale("en") is read_locale("en")
