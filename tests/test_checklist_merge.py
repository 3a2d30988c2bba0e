"""Merging checklists: who wins, what is kept, what is flagged; and how far a file is behind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from threatbase.checklist.criteria import Criteria
from threatbase.checklist.formats import FORMATS, read
from threatbase.checklist.make import make_checklist
from threatbase.checklist.merge import Disagreement, merge
from threatbase.checklist.provenance import Provenance, provenance
from threatbase.checklist.sheet import STATUSES, Checklist, Filled, Flag, Line, Row, Stray, Typed
from threatbase.knowledge import KnowledgeBase

from tests.checklists import small_checklist
from tests.small import make
from tests.test_checklist_formats import TYPED

FRESH = small_checklist("en")
HASH = {row.item.id: row.item.content for row in FRESH.rows}


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """A base that knows one withdrawn measure, and one with a successor."""
    old = {"status": "deprecated", "replaced_by": "filter", "why": {"en": "Merged."}}
    return make(
        tmp_path_factory.mktemp("base"),
        {"mitigations/old-filter": old, "docker-options/lxc": {**old, "replaced_by": "privileged"}},
    )


def filled(name: str, *lines: Line) -> Filled:
    return Filled(name, FRESH.criteria, "0.0.1", "old", lines)


def line(id_: str = "memory-limit", content: str | None = None, title: str = "", **typed: str) -> Line:
    return Line(id_, title, Typed(**typed), HASH.get(id_, "") if content is None else content)  # type: ignore[arg-type]


def row_of(checklist: Checklist, id_: str) -> Row:
    return next(row for row in checklist.rows if row.item.id == id_)


@pytest.mark.parametrize(
    ("lines", "typed"),
    [
        ([line(status="done", owner="Zoé", date="2026-01-31")], Typed("done", "Zoé", "", "2026-01-31")),
        (
            [line(status="done", owner="Zoé", date="2026-01-31"), line(status="todo", owner="Bob", date="2026-01-30")],
            Typed("done", "Zoé", "", "2026-01-31"),
        ),
        (
            [line(status="done", date="2025-12-31"), line(status="accepted-risk", owner="Bob", date="2026-01-01")],
            Typed("accepted-risk", "Bob", "", "2026-01-01"),
        ),
        ([line(status="done", owner="Zoé", date="2026-01-31"), line()], Typed("done", "Zoé", "", "2026-01-31")),
        ([line(), line(status="done")], Typed("done")),
        (
            [line(owner="Zoé", date="2026-01-01"), line(status="done", date="2026-01-02")],
            Typed("done", "Zoé", "", "2026-01-02"),
        ),
        ([line(note="one"), line(note="two")], Typed(note="[0.md] one\n[1.md] two")),
        ([line(note="same"), line(note="same")], Typed(note="same")),
        ([line(note="one"), line()], Typed(note="one")),
        ([line(note="[a.md] one\n[b.md] two"), line(note="one")], Typed(note="[a.md] one\n[b.md] two")),
        ([line(evidence="x"), line(evidence="y")], Typed(evidence="[0.md] x\n[1.md] y")),
        ([line(date="soon"), line(date="2026-01-01")], Typed(date="2026-01-01", note="[0.md] soon")),
        ([line(date="soon")], Typed(date="soon")),
        (
            [line(status="accepted-risk", date="28/11/2026"), line(status="done", date="2026-11-25")],
            Typed("accepted-risk", date="28/11/2026"),
        ),
        (
            [line(date="3.1.2026", owner="Zoé"), line(date="2025-12-31", owner="Bob")],
            Typed(owner="Zoé", date="3.1.2026"),
        ),
        ([line(date="31/02/2026"), line(date="2026-01-01")], Typed(date="2026-01-01", note="[0.md] 31/02/2026")),
    ],
)  # fmt: skip
def test_one_line_from_several(lines: list[Line], typed: Typed, knowledge: KnowledgeBase) -> None:
    files = [filled(f"{number}.md", one) for number, one in enumerate(lines)]
    assert row_of(merge(FRESH, files, knowledge).checklist, "memory-limit").typed == typed


@pytest.mark.parametrize(
    ("lines", "flag", "ticked"),
    [
        ([line(status="done")], "", ""),
        ([line(status="done", content="before")], "changed", "before"),
        ([line(status="todo", content="before", note="x")], "", ""),
        ([line(status="done", content="")], "", ""),
        ([], "new", ""),
    ],
)
def test_what_changed_since_it_was_ticked_and_what_is_new(
    lines: list[Line], flag: Flag, ticked: str, knowledge: KnowledgeBase
) -> None:
    row = row_of(merge(FRESH, [filled("a.md", *lines)], knowledge).checklist, "memory-limit")
    assert (row.flag, row.ticked) == (flag, ticked)
    assert row.content == (f"{ticked}>{HASH['memory-limit']}" if ticked else HASH["memory-limit"])


@pytest.mark.parametrize(
    ("id_", "flag", "successor"),
    [
        ("filter", "withdrawn", ""),
        ("filter@web", "withdrawn", ""),
        ("no:privileged@web", "withdrawn", ""),
        ("old-filter", "superseded", "filter"),
        ("no:lxc", "superseded", "no:privileged"),
        ("nobody-knows", "unknown", ""),
    ],
)
def test_what_is_no_longer_asked_for_is_kept(id_: str, flag: Flag, successor: str, knowledge: KnowledgeBase) -> None:
    old = line(id_, "h", "Its title", status="done", note="why")
    found = merge(FRESH, [filled("a.md", old)], knowledge)
    assert found.checklist.strays == (Stray(id_, "Its title", old.typed, flag, "h", successor),)
    assert found.flagged(flag) == [id_]


def test_lines_without_an_id_are_all_kept(knowledge: KnowledgeBase) -> None:
    own = [line("", "", "Our rule", note="a"), line("", "", "Our rule", note="b")]
    found = merge(FRESH, [filled("a.md", *own)], knowledge)
    assert [stray.typed.note for stray in found.checklist.strays] == ["a", "b"]


def test_what_is_no_day_is_told(knowledge: KnowledgeBase) -> None:
    files = [filled("a.md", line(date="soon"), line("filter", "h", date="3.1.2026", note="x"))]
    assert merge(FRESH, files, knowledge).undated == (("a.md", "memory-limit", "soon"),)


def test_untouched_lines_of_another_list_are_left_out(knowledge: KnowledgeBase) -> None:
    other = Filled(
        "b.md", Criteria(need="database"), "0", "d", (line("filter", "h"), line("old-filter", "h", note="x"))
    )
    found = merge(FRESH, [filled("a.md", line()), other], knowledge)
    assert [stray.id for stray in found.checklist.strays] == ["old-filter"]


def test_disagreements_are_listed(knowledge: KnowledgeBase) -> None:
    files = [
        filled("a.md", line(status="done", owner="Zoé", date="2026-01-01")),
        filled("b.md", line(status="todo", owner="Bob", date="2026-02-01")),
        filled("c.md", line()),
    ]
    assert merge(FRESH, files, knowledge).disagreements == (
        Disagreement("memory-limit", "status", (("a.md", "done"), ("b.md", "todo")), "todo"),
        Disagreement("memory-limit", "owner", (("a.md", "Zoé"), ("b.md", "Bob")), "Bob"),
    )


def test_files_of_the_same_name_are_told_apart(knowledge: KnowledgeBase) -> None:
    files = [filled("a.md", line(note="one")), filled("a.md", line(note="two"))]
    assert (
        row_of(merge(FRESH, files, knowledge).checklist, "memory-limit").typed.note == "[a.md (1)] one\n[a.md (2)] two"
    )


WORDS = st.text(st.characters(categories=("L", "N", "P")), max_size=5)
LINES = st.lists(
    st.builds(
        Line,
        id=st.sampled_from([*HASH, "filter", "nobody-knows", ""]),
        title=WORDS,
        typed=st.builds(
            Typed, st.sampled_from(STATUSES), WORDS, WORDS, st.sampled_from(["", "2026-01-01", "soon"]), WORDS
        ),
        content=st.sampled_from(["", "old", *HASH.values()]),
    ),
    max_size=6,
)


@given(st.lists(LINES, min_size=1, max_size=3))
def test_nothing_that_was_typed_is_lost(knowledge: KnowledgeBase, files: list[list[Line]]) -> None:
    given_files = [filled(f"{number}.md", *lines) for number, lines in enumerate(files)]
    found = merge(FRESH, given_files, knowledge)
    rows = {row.item.id: row.typed for row in found.checklist.rows}
    strays = {stray.id: stray.typed for stray in found.checklist.strays}
    told = {(item.id, value) for item in found.disagreements for _, value in item.said}
    for one in (one for file in files for one in file):
        kept = (
            [stray.typed for stray in found.checklist.strays if not stray.id]
            if not one.id
            else [(rows | strays)[one.id]]
        )
        assert any(one.typed.note in typed.note and one.typed.evidence in typed.evidence for typed in kept)
        assert any(one.typed.owner in ("", typed.owner) or (one.id, one.typed.owner) in told for typed in kept), (
            "an owner is taken, or listed as a disagreement"
        )
        assert any(one.typed.date != "soon" or "soon" in typed.date + typed.note for typed in kept)


@given(LINES)
def test_merging_once_more_changes_nothing(knowledge: KnowledgeBase, lines: list[Line]) -> None:
    once = merge(FRESH, [filled("a.md", *lines)], knowledge).checklist
    back = [Line(row.item.id, "", row.typed, row.ticked or row.item.content) for row in once.rows]
    back += [Line(stray.id, stray.title, stray.typed, stray.content) for stray in once.strays]
    twice = merge(FRESH, [filled("b.md", *back)], knowledge).checklist
    assert [(row.typed, row.ticked) for row in twice.rows] == [(row.typed, row.ticked) for row in once.rows]
    assert set(twice.strays) == set(once.strays)


@pytest.mark.parametrize("form", [name for name, form in FORMATS.items() if form.read])
@given(typed=st.lists(TYPED, min_size=3, max_size=3))
def test_export_and_merge_is_the_identity_on_what_people_typed(
    knowledge: KnowledgeBase, form: str, typed: list[Typed]
) -> None:
    rows = tuple(replace(row, typed=one) for row, one in zip(FRESH.rows, typed, strict=True))
    suffix = FORMATS[form].suffix
    back = read(PurePath(f"list{suffix}"), FORMATS[form].write(replace(FRESH, rows=rows)))
    merged = merge(FRESH, [back], knowledge).checklist
    assert merged.rows == rows
    assert merged.strays == ()


def test_provenance(knowledge: KnowledgeBase) -> None:
    file = filled(
        "a.md",
        line("no:privileged"),
        line("memory-limit", "before"),
        line("memory-limit", "before"),
        line("filter", "h"),
        line("old-filter", "h"),
        line("nobody-knows", "h"),
    )
    assert provenance(file, FRESH, knowledge) == Provenance(
        version="0.0.1",
        digest="old",
        is_current=False,
        same=("no:privileged",),
        changed=("memory-limit",),
        new=("userns-remap",),
        withdrawn=("filter",),
        superseded=("old-filter",),
        unknown=("nobody-knows",),
        repeated=("memory-limit",),
    )


def test_a_fresh_file_is_up_to_date(tmp_path: Path) -> None:
    base = make(tmp_path)
    today = make_checklist(base, Criteria(goals=("host-root",)))
    lines = tuple(Line(row.item.id, "", Typed(), row.content) for row in today.rows)
    found = provenance(Filled("a.md", today.criteria, today.version, today.digest, lines), today, base)
    assert found.is_current and not found.is_behind
    assert found.same == tuple(row.item.id for row in today.rows)


def test_the_language_is_no_change(tmp_path: Path) -> None:
    base = make(tmp_path)
    contents = [
        {row.item.id: row.item.content for row in make_checklist(base, replace(Criteria(), language=language)).rows}
        for language in ("en", "fr")
    ]
    assert contents[0] == contents[1]
