"""Criteria: through the header of a file and back, and what is refused there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from threatbase.analysis.levels import LEVELS
from threatbase.checklist.criteria import TOOLS, Criteria, criteria_of
from threatbase.models import LANGUAGES

NAMES = st.text(max_size=8)
CRITERIA = st.builds(
    Criteria,
    need=st.none() | NAMES,
    layer=st.none() | NAMES,
    goals=st.lists(NAMES, max_size=3, unique=True).map(tuple),
    tenancy=NAMES,
    tool=st.none() | st.sampled_from(TOOLS),
    level=st.sampled_from(LEVELS),
    containers=st.lists(NAMES, max_size=3, unique=True).map(tuple),
    language=st.sampled_from(LANGUAGES),
)


@given(CRITERIA)
def test_they_come_back_as_they_went(criteria: Criteria) -> None:
    assert criteria_of(json.loads(json.dumps(criteria.as_data()))) == criteria


@pytest.mark.parametrize(
    ("criteria", "data"),
    [
        (Criteria(), {"tenancy": "private", "level": "standard", "language": "en"}),
        (
            Criteria("web", "kernel", ("a", "b"), "shared", "run", "strict", ("x",), "fr"),
            {
                "need": "web", "layer": "kernel", "goals": ["a", "b"], "tenancy": "shared", "tool": "run",
                "level": "strict", "containers": ["x"], "language": "fr",
            },
        ),
    ],
    ids=["nothing-asked", "everything"],
)  # fmt: skip
def test_a_header_says_what_was_asked(criteria: Criteria, data: dict[str, Any]) -> None:
    assert criteria.as_data() == data


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"colour": "red", "size": "x"}, "its header has an unknown criterion 'colour'"),
        ({"level": "all"}, "its header has a level that makes no sense: 'all'"),
        ({"level": ["strict"]}, "its header has a level that makes no sense: \"['strict']\""),
        ({"tool": "podman"}, "its header has a tool that makes no sense: 'podman'"),
        ({"tool": None}, "its header has a tool that makes no sense: 'None'"),
        ({"language": "de"}, "its header has a language that makes no sense: 'de'"),
        ({"need": 3}, "its header has a need that makes no sense: '3'"),
        ({"goals": "host-root"}, "its header has a goals that makes no sense: 'host-root'"),
        ({"goals": ["a", "a"]}, "its header has a goals that makes no sense: \"['a', 'a']\""),
        ({"goals": ["a", 1]}, "its header has a goals that makes no sense: \"['a', 1]\""),
        ({"containers": {"a": "b"}}, "its header has a containers that makes no sense: \"{'a': 'b'}\""),
        ({"need": ["x" * 90]}, f'its header has a need that makes no sense: "[\'{"x" * 58}"'),
    ],
)
def test_a_header_that_was_changed_by_hand_is_refused(data: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError) as error:
        criteria_of(data)
    assert str(error.value) == said


def test_another_language_changes_nothing_else() -> None:
    criteria = Criteria(need="web", level="strict", containers=("a",))
    assert criteria.in_language("fr") == Criteria(need="web", level="strict", containers=("a",), language="fr")
    assert criteria.in_language("fr").in_language("en") == criteria
