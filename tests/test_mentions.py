"""Mentions in prose: what is one, what only looks like one, and what is code."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from threatbase.mentions import Mention, broken_mentions, mentions, without_code

MARKDOWN = st.lists(
    st.sampled_from(
        ["[[", "]]", "a", ":", "state:x", "#", "|", "`", "``", "```", "~~~", "\n", "\n\n", " ", "<b>", "é"]
    ),
    max_size=30,
).map("".join)


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("nothing", []),
        ("[[state:code]]", [Mention("state", "code", None, None, "[[state:code]]")]),
        (
            "a [[mitigation:no-setuid#apply]]b",
            [Mention("mitigation", "no-setuid", "apply", None, "[[mitigation:no-setuid#apply]]")],
        ),
        (
            "[[state:code|some *words*]]",
            [Mention("state", "code", None, "some *words*", "[[state:code|some *words*]]")],
        ),
        (
            "[[state:code#graph|the `code` here]]",
            [Mention("state", "code", "graph", "the `code` here", "[[state:code#graph|the `code` here]]")],
        ),
        (
            "[[a:b]] `[[a:b]]` [[a:b]]",
            [Mention("a", "b", None, None, "[[a:b]]", 0), Mention("a", "b", None, None, "[[a:b]]", 2)],
        ),
        ("[[[a:b]]]", [Mention("a", "b", None, None, "[[a:b]]")]),
        ("```\n[[a:b]]\n```\n", []),
        ("    ```\n[[a:b]]", [Mention("a", "b", None, None, "[[a:b]]")]),
        ("[[state]] [[State:code]] [[state:Code]] [[state:code|]] [[state:code\n]] [state:code]", []),
    ],
)
def test_mentions(markdown: str, expected: list[Mention]) -> None:
    assert list(mentions(markdown)) == expected


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("[[state:code]] [state] [[", []),
        ("[[state]]", [("[[state]]", 0)]),
        ("[[]] [[ state:code ]]", [("[[]]", 0), ("[[ state:code ]]", 0)]),
        ("[[x]] `[[x]]` [[x]]", [("[[x]]", 0), ("[[x]]", 2)]),
        ("[[the `x` flag]]", [("[[the `x` flag]]", 0)]),
        ("[[" + "x" * 81 + "]]", []),  # no slip of the pen is as long as that
        ("if [[ -e x ]]", [("[[ -e x ]]", 0)]),
        ("`if [[ -e x ]]`", []),
    ],
)
def test_broken_mentions(markdown: str, expected: list[tuple[str, int]]) -> None:
    assert list(broken_mentions(markdown)) == expected


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        pytest.param("plain\ntext", "plain\ntext", id="none"),
        pytest.param("a `code` b", "a        b", id="span"),
        pytest.param("a ``co`de`` b", "a           b", id="longer-span"),
        pytest.param("`a`b`c`", "   b   ", id="two-spans"),
        pytest.param("a `code\nmore` b", "a      \n      b", id="span-over-a-line-break"),
        pytest.param("a ` b", "a ` b", id="single-backtick"),
        pytest.param("a ` b\n\nc ` d", "a ` b\n\nc ` d", id="not-over-a-paragraph"),
        pytest.param("a ``b` c", "a ``b` c", id="unequal-runs"),
        pytest.param("`` ` ` ``", "         ", id="outer-run-first"),
        pytest.param("```sh\ncode\n```\nb", "     \n    \n   \nb", id="fence"),
        pytest.param("~~~\n`code\n~~~\nb `c`", "   \n     \n   \nb    ", id="tilde-fence"),
        pytest.param("````\n```\n````\nb", "    \n   \n    \nb", id="longer-fence"),
        pytest.param("```\ncode", "   \n    ", id="open-fence"),
        pytest.param("   ```\ncode\n   ```\nb", "      \n    \n      \nb", id="indented-fence"),
    ],
)
def test_without_code(markdown: str, expected: str) -> None:
    assert without_code(markdown) == expected


@given(MARKDOWN)
def test_blanking_keeps_every_place(markdown: str) -> None:
    blanked = without_code(markdown)
    assert len(blanked) == len(markdown)
    assert all(after in (before, " ") for before, after in zip(markdown, blanked, strict=True))


@given(MARKDOWN)
def test_what_is_found_stands_in_the_text(markdown: str) -> None:
    found = [(mention.text, mention.skip) for mention in mentions(markdown)] + list(broken_mentions(markdown))
    for text, skip in found:
        assert markdown.count(text) > skip


@pytest.mark.parametrize(
    "markdown",
    [
        pytest.param("`" * 100_000 + "a" * 100_000, id="one-long-run"),
        pytest.param(" ".join("`" * n for n in range(1, 600)), id="runs-of-all-lengths"),
        pytest.param("` " * 100_000, id="single-backticks"),
        pytest.param("```\n" * 50_000, id="fences"),
        pytest.param("~" * 200_000, id="tildes"),
        pytest.param("[[" * 100_000 + "`", id="openings"),
        pytest.param("[[a:b|" * 30_000 + "`", id="half-mentions"),
        pytest.param("a\n" * 100_000 + "`", id="lines"),
        pytest.param("\n" * 200_000 + "`", id="blank-lines"),
    ],
)
def test_hostile_text_takes_linear_time(markdown: str) -> None:
    started = time.process_time()
    list(mentions(markdown))
    list(broken_mentions(markdown))
    assert time.process_time() - started < 1
