"""Checklists as files: what is written, what comes back, and what is refused."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import PurePath

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from threatbase.checklist.criteria import Criteria
from threatbase.checklist.formats import FORMATS, read
from threatbase.checklist.formats.plain_data import schema
from threatbase.checklist.formats.table import as_text, from_text, write_csv
from threatbase.checklist.sheet import STATUSES, Checklist, Flag, Line, Stray, Typed, UnreadableError, clean, cleaned
from threatbase.models import Language

from tests.checklists import CHECKLISTS, GOLDEN, small_checklist

READABLE = [name for name, form in FORMATS.items() if form.read]
WRITTEN_AS_TEXT = ["csv", "json", "md"]

NASTY = st.one_of(
    st.text(),
    st.sampled_from(
        [
            "=1+1", "+33 1 23", "-x", "@team", "'quoted", "''=", "a|b", "| - [x] |", "<br>", "\\", "\\\\n", "&#32;",
            "&amp;", "  led", "trailed  ", "\n", "a\n\nb\n", "\t", "**bold**", "</details>", "## heading",
            "- **Note:** x",
            "- **Remarque :** y", "<!-- c -->", "-- x --", "#threatbase", "שלום עולם", "👩‍💻✅", "é", "\u2028", "`c`",
            '"quoted", and; more', "2026-01-31", "1", "true", "null", "{}", "[x](javascript:alert(1))", "$a$", "a:b",
        ]
    ),
)  # fmt: skip
TYPED = st.builds(Typed, status=st.sampled_from(STATUSES), owner=NASTY, evidence=NASTY, date=NASTY, note=NASTY).map(
    cleaned
)


def fill(checklist: Checklist, typed: list[Typed]) -> Checklist:
    rows = tuple(replace(row, typed=one) for row, one in zip(checklist.rows, typed, strict=False))
    return replace(checklist, rows=rows + checklist.rows[len(rows) :])


def lines_of(checklist: Checklist) -> list[tuple[str, Typed, str]]:
    rows = [(row.item.id, row.typed, row.content) for row in checklist.rows]
    return rows + [(stray.id, stray.typed, stray.content) for stray in checklist.strays]


@pytest.mark.parametrize("form", READABLE)
@given(typed=st.lists(TYPED, min_size=1, max_size=3))
def test_what_was_typed_comes_back_as_it_was(form: str, typed: list[Typed]) -> None:
    checklist = fill(small_checklist("en"), typed)
    file = PurePath(f"list{FORMATS[form].suffix}")
    back = read(file, FORMATS[form].write(checklist))
    assert [(line.id, line.typed, line.content) for line in back.lines] == lines_of(checklist)
    assert (back.criteria, back.version, back.digest) == (checklist.criteria, checklist.version, checklist.digest)
    assert back.oddities == ()


@pytest.mark.parametrize("form", READABLE)
@given(id_=NASTY, title=NASTY, typed=TYPED)
def test_strays_come_back_too(form: str, id_: str, title: str, typed: Typed) -> None:
    stray = Stray(" ".join(clean(id_).split()) or "gone", " ".join(clean(title).split()), typed, "unknown")
    checklist = replace(small_checklist("fr"), strays=(stray,))
    back = read(PurePath(f"list{FORMATS[form].suffix}"), FORMATS[form].write(checklist))
    if stray.id != "#threatbase":
        assert (back.lines[-1].id, back.lines[-1].typed) == (stray.id, typed)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("form", WRITTEN_AS_TEXT)
def test_the_whole_file(form: str, language: Language, request: pytest.FixtureRequest) -> None:
    golden = GOLDEN / f"ticked.{language}{FORMATS[form].suffix}"
    written = FORMATS[form].write(CHECKLISTS["ticked"](language))
    if request.config.getoption("--accept"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_bytes(written)
    assert written.decode() == golden.read_bytes().decode()


@pytest.mark.parametrize("name", list(CHECKLISTS))
@pytest.mark.parametrize("form", list(FORMATS))
def test_the_same_checklist_is_the_same_bytes(form: str, name: str) -> None:
    assert FORMATS[form].write(CHECKLISTS[name]("fr")) == FORMATS[form].write(CHECKLISTS[name]("fr"))


@pytest.mark.parametrize("name", list(CHECKLISTS))
def test_the_published_schema_fits(name: str) -> None:
    data = json.loads(FORMATS["json"].write(CHECKLISTS[name]("en")))
    jsonschema_rs.validator_for(schema()).validate(data)
    assert not jsonschema_rs.validator_for(schema()).is_valid(data | {"more": 1})
    assert not jsonschema_rs.validator_for(schema()).is_valid(data | {"items": [{"id": "x"}]})


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@A1", "'@A1"),
        ("\tx", "'\tx"),
        ("＝1", "'＝1"),
        ("'x", "''x"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_no_cell_starts_a_formula(cell: str, text: str) -> None:
    assert as_text(cell) == text
    assert from_text(text) == cell


def test_an_apostrophe_that_a_person_typed_stays() -> None:
    assert from_text("'round here") == "'round here"


def test_csv_is_that_of_the_rfc_with_or_without_the_mark() -> None:
    checklist = small_checklist("fr")
    assert write_csv(checklist) == b"\xef\xbb\xbf" + write_csv(checklist, bom=False)
    assert write_csv(checklist).count(b"\r\n") == write_csv(checklist, bom=False).decode().count("\r\n")
    assert write_csv(checklist, bom=False).endswith(b"\r\n")


def test_csv_comes_back_with_semicolons_other_columns_and_another_order() -> None:
    rows = list(csv.reader(io.StringIO(write_csv(small_checklist("fr"), bom=False).decode(), newline="")))
    order = [17, 0, 3, *range(12, 17)]
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";")
    writer.writerow([*(rows[0][index] for index in order), "Équipe"])
    writer.writerow(["", rows[1][0], rows[1][3], "Fait", "Zoé", "", "2026-01-31", "vu", "rouge"])
    writer.writerow(["", "#threatbase", rows[-1][1]])
    back = read(PurePath("x.csv"), stream.getvalue().encode())
    typed = Typed("done", "Zoé", "", "2026-01-31", "vu\n[Équipe] rouge")
    assert back.lines == (Line("no:privileged", "No privileged containers", typed, "", "line 2"),)


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("- [x] **A** <!-- a h -->", Typed("done")),
        ("- [ ] **A** <!-- a h -->\n  - **Status:** done", Typed("todo")),
        ("- [x] **A** <!-- a h -->\n  - **Status:** not applicable", Typed("not-applicable")),
        ("* [X] **A** <!-- a h -->\n  * **Owner:** Zoé", Typed("done", owner="Zoé")),
        ("- [ ] **A** <!-- a h -->\n  - **Note:** one\n    two", Typed(note="one\ntwo")),
        ("- [ ] **A** <!-- a h -->\n  - **Note:** one\n  - seen by Bob", Typed(note="one\nseen by Bob")),
        ("- [ ] **A** <!-- a h -->\n  - **Owner:** Zoé\n\n  By the way.", Typed(owner="Zoé", note="By the way.")),
        ("- [ ] **A** <!-- a h -->\n  - **Responsable :** Zoé", Typed(owner="Zoé")),
        ("- [ ] **A** <!-- a h -->\n  - **Responsable\u00a0:** Zoé", Typed(owner="Zoé")),
        ("- [ ] **A** <!-- a h -->\n  - **Status:** half way", Typed(note="[status] half way")),
        (
            "- [ ] **A** <!-- a h -->\n  - **Status:** done\n  - **Owner:** Zoé",
            Typed("done", owner="Zoé"),
        ),
        ("- [ ] **A** <!-- a h -->\n  - **Note:** one\n  - **Note:** two", Typed(note="one\ntwo")),
        (
            "- [ ] **A** <!-- a h -->\n  - **Owner:** Zoé\n  - **Owner:** Bob",
            Typed(owner="Zoé", note="[owner] Bob"),
        ),
        ("- [ ] **A** <!-- a h -->\n  - **Owner:** C:\\path\\x", Typed(owner="C:\\path\\x")),
    ],
)
def test_markdown_that_people_wrote(text: str, typed: Typed) -> None:
    header = FORMATS["md"].write(small_checklist("en")).decode().split("\n")[0]
    back = read(PurePath("x.md"), f"{header}\n{text}\n".encode())
    assert [line.typed for line in back.lines] == [typed]


def test_a_task_without_its_comment_is_a_line_of_its_own() -> None:
    text = FORMATS["md"].write(small_checklist("en")).decode()
    text = text.replace(" <!-- memory-limit 000000000002 -->", "") + "- [x] Our own rule\n  - **Owner:** Bob\n"
    back = read(PurePath("x.md"), text.encode())
    assert [(line.id, line.typed.owner) for line in back.lines] == [
        ("no:privileged", ""), ("", ""), ("userns-remap", ""), ("", "Bob"),
    ]  # fmt: skip
    assert [oddity.partition(": ")[2] for oddity in back.oddities] == [
        "a task without its comment; kept as a line of your own"
    ] * 2


@pytest.mark.parametrize("form", READABLE)
@pytest.mark.parametrize(("flag", "content"), [("changed", "00000000000a"), ("", "000000000001")])
def test_deleting_the_flag_says_that_a_change_was_looked_at(flag: Flag, content: str, form: str) -> None:
    row = replace(small_checklist("en").rows[0], typed=Typed("done"), flag=flag, ticked="00000000000a")
    checklist = replace(small_checklist("en"), rows=(row,))
    line = read(PurePath(f"x{FORMATS[form].suffix}"), FORMATS[form].write(checklist)).lines[0]
    assert line.content == content


HEADER = json.dumps(small_checklist("en").header())


def damaged(**changes: object) -> bytes:
    return json.dumps(json.loads(HEADER) | {"items": [], "strays": []} | changes).encode()


def in_page(data: bytes) -> bytes:
    return b'<!doctype html><script type="application/json" id="sheet">' + data + b"</script>"


@pytest.mark.parametrize(
    ("file", "data", "message"),
    [
        ("x.txt", b"", "files of this kind do not come back"),
        ("x.pdf", b"%PDF-1.7", "files of this kind do not come back"),
        ("x.csv", b"", "the file is empty"),
        ("x.csv", b"\xff\xfe", "byte 1 is not UTF-8; save the table as"),
        ("x.csv", b"a,b\r\n1,2\r\n", "line 1: there is no column 'Id' or 'Identifiant'; this is no checklist"),
        ("x.csv", b"Id,Status,Owner,Evidence,Date,Note\r\n", "there is no line '#threatbase'"),
        ("x.csv", b"Id,Status,Owner,Evidence,Date,Note\r\n#threatbase,{\r\n", "the header of the checklist is damaged"),
        ("x.csv", b"Id,Status\r\n", "line 1: there is no column 'Owner' or 'Responsable'"),
        ("x.md", b"# Something else\n", "there is no line '<!-- #threatbase"),
        ("x.md", b"<!-- #threatbase {} -->\n", "the header of the checklist is damaged: it is not one of Threatbase"),
        ("x.md", b"\xff", "byte 1 is not UTF-8"),
        ("x.html", b"\xff", "byte 1 is not UTF-8"),
        ("x.html", b"", "this is no checklist page saved by Threatbase"),
        ("x.html", b"<!doctype html><p>Hello", "this is no checklist page saved by Threatbase"),
        ("x.html", b"<![x", "this is no checklist page saved by Threatbase"),
        ("x.html", b"<script type=application/json id=sheet>", "this is no checklist page saved by Threatbase"),
        ("x.html", b"<script id=sheet>{}</script>", "this is no checklist page saved by Threatbase"),
        ("x.html", in_page(b"{"), "the data of the checklist in this page: line 1, column 2"),
        ("x.html", in_page(b"{}"), "the data of the checklist in this page: items: a list was expected"),
        ("x.html", in_page(b"[" * 100_000), "the data of the checklist in this page: it is nested too deep"),
        ("x.html", b"<" * 100_000, "this is no checklist page saved by Threatbase"),
        ("x.html", b"<!--" * 100_000, "this is no checklist page saved by Threatbase"),
        ("x.json", b"\xff", "byte 1 is not UTF-8"),
        ("x.json", b"{\n 1}", "line 2, column 2: "),
        ("x.json", b"[" * 100_000, "nested too deep"),
        ("x.json", b"[]", "an object was expected"),
        ("x.json", b"{}", "items: a list was expected"),
        ("x.json", damaged(items=[1]), r"items\[0\]: an object with an 'id' was expected"),
        ("x.json", damaged(items=[{"id": "a", "note": 1}]), r"items\[0\].note: text was expected"),
        ("x.json", damaged(format=2), "format 2, and only 1 is known; update threatbase"),
        ("x.json", damaged(version=1), "no version or no digest"),
        ("x.json", damaged(criteria=[]), "it has no criteria"),
        ("x.json", damaged(criteria={"level": "best"}), "a level that makes no sense: 'best'"),
        ("x.json", damaged(criteria={"goals": "host-root"}), "a goals that makes no sense"),
        ("x.json", damaged(criteria={"colour": "red"}), "an unknown criterion 'colour'"),
    ],
)
def test_what_is_no_checklist_is_refused_with_the_place(file: str, data: bytes, message: str) -> None:
    with pytest.raises(UnreadableError, match=message):
        read(PurePath(file), data)


def test_the_line_of_a_person_without_an_id_is_kept() -> None:
    text = write_csv(small_checklist("en"), bom=False).decode()
    text += ",,,Our own rule" + "," * 9 + "done,Zoé,,,,,\r\n"
    line = read(PurePath("x.csv"), text.encode()).lines[-1]
    assert line == Line("", "Our own rule", Typed("done", "Zoé"), "", line.place)


def test_criteria_go_through_a_header() -> None:
    criteria = Criteria("web", "kernel", ("host-root",), "shared", "compose", "strict", ("a", "b"), "fr")
    checklist = replace(small_checklist("fr"), criteria=criteria)
    for form in READABLE:
        assert read(PurePath(f"x{FORMATS[form].suffix}"), FORMATS[form].write(checklist)).criteria == criteria
