"""Typesetting: apostrophes, and the spaces of French."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from threatbase.models import LANGUAGES, Language
from threatbase.typography import NBSP, quoted, sort_key, typeset


@pytest.mark.parametrize(
    ("text", "english", "french"),
    [
        ("", "", ""),
        ("plain text", "plain text", "plain text"),
        ("l'hôte d'un autre", "l’hôte d’un autre", "l’hôte d’un autre"),
        ("the host's 'own' words", "the host’s 'own' words", "the host’s 'own' words"),
        ("quoi : ceci ; cela !", "quoi : ceci ; cela !", f"quoi{NBSP}: ceci{NBSP}; cela{NBSP}!"),
        ("vraiment ?", "vraiment ?", f"vraiment{NBSP}?"),
        ("« mot »", "« mot »", f"«{NBSP}mot{NBSP}»"),
        ("99 % des cas", "99 % des cas", f"99{NBSP}% des cas"),
        (f"déjà{NBSP}: fait", f"déjà{NBSP}: fait", f"déjà{NBSP}: fait"),
        ("https://example.org/?a=b", "https://example.org/?a=b", "https://example.org/?a=b"),
        ("12:30, a:b", "12:30, a:b", "12:30, a:b"),
        (": au début", ": au début", ": au début"),
        ("  : deux espaces", "  : deux espaces", "  : deux espaces"),
    ],
)
def test_typeset(text: str, english: str, french: str) -> None:
    assert typeset(text, "en") == english
    assert typeset(text, "fr") == french


@given(st.text(st.sampled_from("ab1 '’«»:;!?%é\u00a0\n"), max_size=40), st.sampled_from(LANGUAGES))
def test_it_changes_spaces_and_apostrophes_alone_and_once(text: str, language: Language) -> None:
    shown = typeset(text, language)
    assert shown.replace(NBSP, " ").replace("’", "'") == text.replace(NBSP, " ").replace("’", "'")
    assert typeset(shown, language) == shown


@pytest.mark.parametrize(
    ("text", "french"),
    [
        ("section 3.2", "section 3.2"),
        ("section “Mitigations”", f"section «{NBSP}Mitigations{NBSP}»"),
        ("sections “One” and “Two”, p. 3", f"sections «{NBSP}One{NBSP}» and «{NBSP}Two{NBSP}», p. 3"),
        ("an “open one", "an “open one"),
        ("“ spaced ”", f"«{NBSP}spaced{NBSP}»"),
        ("“”", f"«{NBSP}{NBSP}»"),
    ],
)
def test_quotation_marks_are_those_of_the_language(text: str, french: str) -> None:
    assert quoted(text, "fr") == french
    assert quoted(text, "en") == text


def test_words_are_sorted_as_a_dictionary_sorts_them() -> None:
    words = ["Zone", "étape", "--privileged", "Eau", "États", "cœur", "l'ombre", "eau douce"]
    assert sorted(words, key=sort_key) == [
        *("cœur", "Eau", "eau douce", "étape", "États", "l'ombre", "--privileged", "Zone")
    ]
