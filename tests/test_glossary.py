"""The glossary: terms, abbreviations, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from threatbase.glossary import Term, abbreviations, load_glossary
from threatbase.models.base import Text

MEANS = "definition: {en: It is so., fr: C'est ainsi.}"
CGROUP = f"  - {{en: control group, fr: groupe de contrôle, abbreviation: cgroup, {MEANS}}}\n"


def glossary(folder: Path, text: str) -> tuple[tuple[Term, ...], list[str]]:
    (folder / "glossary.yaml").write_text(text, "utf-8")
    terms, problems = load_glossary(folder)
    return terms, [f"{item.location.line}:{item.location.column}: {item.code}: {item.message}" for item in problems]


def term(en: str, fr: str, abbreviation: str | None) -> Term:
    return Term(en=en, fr=fr, abbreviation=abbreviation, definition=Text(en="It is so.", fr=None))


def test_terms_in_their_order(tmp_path: Path) -> None:
    terms, problems = glossary(tmp_path, f"terms:\n{CGROUP}  - {{en: layer, fr: couche, {MEANS}}}\n")
    assert problems == []
    assert [(term.name("en"), term.name("fr"), term.abbreviation) for term in terms] == [
        ("control group", "groupe de contrôle", "cgroup"),
        ("layer", "couche", None),
    ]


def test_there_may_be_none(tmp_path: Path) -> None:
    assert load_glossary(tmp_path) == load_glossary(tmp_path / "nowhere") == ((), [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"terms:\n{CGROUP}{CGROUP}", "3:5: duplicate-term: the term 'control group' stands twice; keep one"),
        (
            f"terms:\n{CGROUP}{CGROUP.replace('control group', 'Control Group')}",
            "3:5: duplicate-term: the term 'Control Group' stands twice; keep one",
        ),
        (f"term:\n{CGROUP}", "1:1: unknown-key: there is no field 'term' here; did you mean 'terms'?"),
        ("terms:\n  - {en: a\n", "yaml-syntax"),
    ],
    ids=["twice", "twice-in-capitals", "unknown-key", "syntax"],
)
def test_problems(text: str, problem: str, tmp_path: Path) -> None:
    _, problems = glossary(tmp_path, text)
    assert any(problem in found for found in problems)


@pytest.mark.parametrize("short", ["c", "1a", "two words", "abbreviations", "ab*"])
def test_what_is_no_abbreviation(short: str, tmp_path: Path) -> None:
    text = CGROUP.replace("abbreviation: cgroup", f"abbreviation: {short!r}")
    terms, problems = glossary(tmp_path, f"terms:\n{text}")
    assert terms == ()
    assert len(problems) == 1
    assert problems[0].startswith("2:")


def test_abbreviations_of_what_is_longer(tmp_path: Path) -> None:
    terms = (
        term("control group", "groupe de contrôle", "cgroup"),
        term("seccomp", "filtrage", "seccomp"),
        term("PID", "Identifiant", "pid"),
        term("layer", "couche", None),
    )
    assert abbreviations(terms, "en") == {"cgroup": "control group"}
    assert abbreviations(terms, "fr") == {"cgroup": "groupe de contrôle", "seccomp": "filtrage", "pid": "Identifiant"}
    assert abbreviations((), "fr") == {}
