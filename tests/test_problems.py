"""Problems: their order, their words, and what they cannot do to a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from threatbase.problems import Location, Problem, did_you_mean, errors, one_line, shorten

ERROR = Problem(Location("threats/a.yaml", 3, 7), "bad-value", "it is wrong; do this")
WARNING = Problem(Location("threats/a.yaml", 3, 7), "unused-state", "it is unused", "warning")


def test_a_problem_reads_as_compilers_write_them() -> None:
    assert str(ERROR) == "threats/a.yaml:3:7: error[bad-value]: it is wrong; do this"
    assert str(WARNING) == "threats/a.yaml:3:7: warning[unused-state]: it is unused"


def test_a_location_is_the_start_of_the_file_unless_it_says_more() -> None:
    assert str(Location("threats/a.yaml")) == "threats/a.yaml:1:1"


def test_problems_are_ordered_by_place_and_numbers_as_numbers() -> None:
    places = [Location("a", 2, 1), Location("a", 10, 1), Location("a", 10, 9), Location("a", 10, 10), Location("b")]
    problems = [Problem(place, "x", "m") for place in places]
    assert sorted(problems[index] for index in (3, 0, 4, 2, 1)) == problems


def test_a_release_lets_no_warning_through() -> None:
    assert errors([ERROR, WARNING]) == [ERROR]
    assert [problem.for_release().severity for problem in (ERROR, WARNING)] == ["error", "error"]
    assert WARNING.for_release().message == WARNING.message


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        ("no-new-privilege", ["no-new-privileges", "seccomp"], "; did you mean 'no-new-privileges'?"),
        ("seccomp", [], ""),
        ("xyzzy", ["seccomp", "apparmor"], ""),
        ("", ["seccomp"], ""),
        ("a" * 101, ["a" * 101], ""),  # nobody mistypes that: no time is spent on it
    ],
)
def test_did_you_mean(word: str, known: list[str], expected: str) -> None:
    assert did_you_mean(word, known) == expected


def test_numbers_ask_for_more_closeness() -> None:
    assert did_you_mean("26900", ["690"]) == "; did you mean '690'?"
    assert did_you_mean("26900", ["690"], 0.8) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("é « à » : 99 % → “x” …", "é « à » : 99 % → “x” …"),
        ("espace\u00a0: fine\u202f!", "espace\u00a0: fine\u202f!"),
        ("two\nlines\r\n\tand a tab", "two\\nlines\\r\\n\\tand a tab"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("\x00 \x7f \x9b", "\\x00 \\x7f \\x9b"),
        ("\u202eabc\u2066", "\\u202eabc\\u2066"),
        ("\udcff.yaml", "\\udcff.yaml"),
    ],
)
def test_one_line(text: str, expected: str) -> None:
    assert one_line(text) == expected


@given(st.text(st.characters()))
def test_one_line_is_one_line_for_any_text(text: str) -> None:
    shown = one_line(text)
    assert len(shown.splitlines()) <= 1
    assert shown.encode("utf-8").isascii() or shown.isprintable() or set(shown) & set("\u00a0\u202f\u2009")
    assert one_line(shown) == shown


def test_a_message_cannot_forge_a_line_of_output() -> None:
    problem = Problem(Location("a\n::error ::b"), "bad-value", "x\n::set-env name=PATH::/tmp")
    assert str(problem) == "a\\n::error ::b:1:1: error[bad-value]: x\\n::set-env name=PATH::/tmp"


@pytest.mark.parametrize(
    ("text", "expected"), [("", ""), ("a" * 60, "a" * 60), ("a" * 61, "a" * 59 + "…"), ("a" * 10**6, "a" * 59 + "…")]
)
def test_shorten(text: str, expected: str) -> None:
    assert shorten(text) == expected
