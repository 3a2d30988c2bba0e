"""Checklists as workbooks: every cell that is written, what people do to a workbook, and what is refused."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from threatbase.addresses import SITE
from threatbase.checklist.formats.columns import COLUMNS, header_text
from threatbase.checklist.formats.workbook import read_xlsx, write_xlsx
from threatbase.checklist.formats.xlsx.cells import read_sheets
from threatbase.checklist.formats.xlsx.listing import ORDER
from threatbase.checklist.formats.xlsx.looks import letter
from threatbase.checklist.sheet import Checklist, Filled, Line, Stray, Typed, UnreadableError, clean
from threatbase.models import Language
from threatbase.words import Words

from tests.checklists import CHECKLISTS, GOLDEN, small_checklist, ticked_checklist

SCRIPTS = Path(__file__).parents[1] / "scripts"


def parts(data: bytes) -> dict[str, bytes]:
    """The parts of a workbook by path."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: Mapping[str, bytes | str]) -> bytes:
    """A workbook of these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def dump(data: bytes) -> str:
    """Every cell with a text, a line each, by sheet."""
    lines = []
    for sheet in read_sheets(data):
        lines.append(f"[{sheet.name}]")
        for number, row in sorted(sheet.rows.items()):
            lines += [f"{letter(column)}{number}: {_shown(text)}" for column, text in sorted(row.items())]
    return "\n".join(lines) + "\n"


def _shown(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_cell(language: Language, request: pytest.FixtureRequest) -> None:
    golden = GOLDEN / f"ticked.{language}.xlsx.txt"
    written = dump(write_xlsx(ticked_checklist(language)))
    if request.config.getoption("--accept"):
        golden.write_text(written, "utf-8")
    assert written == golden.read_text("utf-8")


def test_the_list_has_every_column_once() -> None:
    assert sorted(ORDER) == sorted(COLUMNS)


def test_another_process_writes_the_same_bytes() -> None:
    code = (
        "import sys; from tests.checklists import ticked_checklist; "
        "from threatbase.checklist.formats.workbook import write_xlsx; "
        "sys.stdout.buffer.write(write_xlsx(ticked_checklist('fr')))"
    )
    path = os.pathsep.join([str(SCRIPTS), str(SCRIPTS.parent)])
    environment = os.environ | {"PYTHONPATH": path, "PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=environment)
    assert done.stdout == write_xlsx(ticked_checklist("fr"))


def test_only_the_summary_has_formulas_and_only_our_site_is_linked_to() -> None:
    typed = Typed("done", "=HYPERLINK(1)", "https://example.com", "=TODAY()", "@SUM(1)")
    small = small_checklist("en")
    found = parts(write_xlsx(replace(small, rows=tuple(replace(row, typed=typed) for row in small.rows))))
    assert [name for name, data in found.items() if b"<f>" in data and "worksheets" in name] == [
        "xl/worksheets/sheet2.xml"
    ]
    targets = [url for data in found.values() for url in re.findall(rb'Target="(\w+:[^"]*)"', data)]
    assert [target for target in targets if not target.startswith(SITE.encode())] == []
    assert len(targets) == 4


NASTY = st.lists(
    st.sampled_from(
        ["_x0041", "_x005F", "_", "x", "<r>", "</r>", "<t>", "&", "=", "'", "\n", " ", "a", "😀", "\u202e"]
    ),
    max_size=12,
).map("".join)
LONG = st.builds(
    lambda text, times, end: text * times + end, st.sampled_from(["a", "😀", "\n", "_x0041", "=1 "]),
    st.sampled_from([2_667, 15_999, 16_000, 16_001, 40_000]), NASTY,
)  # fmt: skip
MARKS = st.sampled_from(["\n[#threatbase-continued 1]", "x\n[#threatbase-continued 2]", "#threatbase-continued 1"])
DAYS = st.dates().map(lambda day: day.isoformat()) | st.sampled_from(["1900-02-29", "20260131", "2026-1-31"])
TEXTS = NASTY | MARKS | st.text().map(clean)
TYPED = st.builds(Typed, status=st.just("done"), owner=TEXTS, evidence=TEXTS, date=TEXTS | DAYS, note=TEXTS | LONG)


@settings(max_examples=60)
@given(typed=st.lists(TYPED, min_size=3, max_size=3), stray=TYPED)
def test_any_text_comes_back_as_it_was(typed: list[Typed], stray: Typed) -> None:
    small = small_checklist("fr")
    rows = tuple(replace(row, typed=one) for row, one in zip(small.rows, typed, strict=True))
    strays = tuple(Stray(id_, "", stray, "unknown") for id_ in ("", "old", ""))
    back = read_xlsx("list.xlsx", write_xlsx(replace(small, rows=rows, strays=strays)))
    assert [line.typed for line in back.lines] == [*typed, stray, stray, stray]
    assert back.oddities == ()


def test_a_text_beyond_the_limit_of_a_cell_goes_on_in_another_sheet() -> None:
    small = small_checklist("en")
    long = Typed(note="abcdefghij" * 4_000)
    written = write_xlsx(replace(small, rows=(replace(small.rows[0], typed=long), *small.rows[1:])))
    listed, *_, more = read_sheets(written)
    note = listed.rows[2][ORDER.index("note")]
    assert (len(note), note[-27:]) == (16_026, "j\n[#threatbase-continued 1]")
    assert more.name == "Continued"
    shown = {number: (row[0], row[1], len(row[2])) for number, row in more.rows.items()}
    assert shown == {1: ("#threatbase-continued 1", "1", 16_000), 2: ("#threatbase-continued 1", "2", 8_000)}


def test_what_goes_on_but_is_no_longer_asked_for_is_told() -> None:
    data = book({"Checklist": LIST, "More": [["#threatbase-continued 7", "1", "rest"]], "About": ABOUT})
    assert read_xlsx("x.xlsx", data).oddities == (
        "no text ends with [#threatbase-continued 7]: what goes on under this mark was not read",
    )


# What people do to a workbook.

HEADER = header_text(small_checklist("en"))
ABOUT = [["#threatbase", HEADER]]
TITLES = ["Id", "Mitigation", "Status", "Owner", "Evidence", "Date", "Note"]
LIST = [TITLES, ["a", "A", "done", "Zoé", "", "2026-01-31", "seen"], ["b", "B", "to do"]]
A = Typed("done", "Zoé", "", "2026-01-31", "seen")


def book(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """A workbook of texts."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, text in enumerate(row):
                    sheet.write_string(at, column, text)
    return stream.getvalue()


def told(filled: Filled) -> list[tuple[str, Typed]]:
    return [(line.id, line.typed) for line in filled.lines]


def moved(rows: Sequence[Sequence[str]], order: Sequence[int]) -> list[list[str]]:
    return [[row[at] if at < len(row) else "" for at in order] for row in rows]


@pytest.mark.parametrize(
    ("sheets", "expected", "oddities"),
    [
        pytest.param({"Checklist": LIST, "About": ABOUT}, [("a", A), ("b", Typed())], [], id="as-it-was"),
        pytest.param({"À propos": ABOUT, "Ma liste": LIST}, [("a", A), ("b", Typed())], [], id="sheets-renamed-moved"),
        pytest.param({"L": [*LIST, [], *ABOUT]}, [("a", A), ("b", Typed())], [], id="header-in-the-list"),
        pytest.param({"L": LIST, "X": [[], ["note", *ABOUT[0]]]}, [("a", A), ("b", Typed())], [], id="header-moved"),
        pytest.param(
            {"L": moved(LIST, [6, 2, 0, 5, 3, 4, 1]), "X": ABOUT}, [("a", A), ("b", Typed())], [], id="columns-moved"
        ),
        pytest.param({"L": [LIST[0], LIST[2], LIST[1]], "X": ABOUT}, [("b", Typed()), ("a", A)], [], id="sorted"),
        pytest.param(
            {"L": [["Id", "Mesure", "ÉTAT", "responsable", "Preuve", "Date ", "Remarque"], *LIST[1:]], "X": ABOUT},
            [("a", A), ("b", Typed())], [], id="titles-in-french",
        ),
        pytest.param(
            {"L": [["Team web"], [], *LIST], "X": ABOUT}, [("a", A), ("b", Typed())],
            ["sheet 'L': what stands above row 3, the titles, was not read"], id="rows-above",
        ),
        pytest.param(
            {"L": [*LIST, [], ["", "Ours", "fait"]], "X": ABOUT},
            [("a", A), ("b", Typed()), ("", Typed("done"))], [], id="row-of-their-own",
        ),
        pytest.param(
            {"L": [[*TITLES, "Team", ""], [*LIST[1], "red", "blue"], ["b"]], "X": ABOUT},
            [("a", replace(A, note="seen\n[Team] red\n[I] blue")), ("b", Typed())], [], id="columns-of-their-own",
        ),
        pytest.param(
            {"L": [TITLES, ["a", "A", "half"]], "X": ABOUT}, [("a", Typed(note="[status] half"))],
            ["sheet 'L', row 2: 'half' is no status; it was kept in the note"], id="no-status",
        ),
        pytest.param(
            {"Copy": LIST[:2], "Liste": LIST, "X": ABOUT}, [("a", A), ("b", Typed())],
            ["sheet 'Copy' has the titles of a list too; only 'Liste' was read"], id="two-lists",
        ),
    ],
)  # fmt: skip
def test_what_people_do_to_it(
    sheets: dict[str, list[list[str]]], expected: list[tuple[str, Typed]], oddities: list[str]
) -> None:
    back = read_xlsx("x.xlsx", book(sheets))
    assert told(back) == expected
    assert list(back.oddities) == oddities


def test_the_place_is_told() -> None:
    back = read_xlsx("x.xlsx", book({"Ma liste": [[], *LIST], "About": ABOUT}))
    assert back.lines[0] == Line("a", "A", A, "", "sheet 'Ma liste', row 3")


# Cells as any program may write them.

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
FORMATS = [
    "General",
    "@",
    "yyyy\\-mm\\-dd",
    'dd/mm/yyyy" (day)"',
    "[$-40C]d mmmm yyyy;@",
    "0.00%",
    '"days" 0',
    "[Red]0",
]


def relations(*targets: tuple[str, str]) -> str:
    links = (
        f'<Relationship Id="r{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{RELATIONS}">{"".join(links)}</Relationships>'


def raw(rows: str, *, strings: str = "", settings: str = "", tail: str = "", main: str = MAIN) -> dict[str, str]:
    """The parts of a workbook with one sheet, `S`, of these rows."""
    codes = "".join(
        f'<numFmt numFmtId="{200 + at}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
        for at, code in enumerate(FORMATS)
    )
    styles = "".join(f'<xf numFmtId="{200 + at}"/>' for at in range(len(FORMATS))) + '<xf numFmtId="14"/>'
    return {
        "_rels/.rels": relations(("officeDocument", "/xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{OFFICE}">{settings}<sheets>'
        '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            ("worksheet", "worksheets/../worksheets/one.xml"), ("sharedStrings", "/xl/strings.xml"), ("styles", "s.xml")
        ),
        "xl/worksheets/one.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData>{tail}</worksheet>',
        "xl/strings.xml": f'<sst xmlns="{main}">{strings}</sst>',
        "xl/s.xml": f'<styleSheet xmlns="{main}"><numFmts>{codes}</numFmts><cellStyleXfs><xf numFmtId="14"/>'
        f"</cellStyleXfs><cellXfs>{styles}</cellXfs></styleSheet>",
    }


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="A1" t="s"><v>0</v></c>', "first"),
        ('<c r="A1" t="s"><v>1</v></c>', " ri ch\n"),
        ('<c r="A1" t="s"><v>2</v></c>', "東京"),
        ('<c r="A1" t="s"><v>3</v></c>', "_x0041_ A\nB"),
        ('<c r="A1" t="inlineStr"><is><t>in line</t></is></c>', "in line"),
        ('<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t xml:space="preserve"> b</t></r></is></c>', "a b"),
        ('<c r="A1"><v>5</v></c>', "5"),
        ('<c r="A1"><v>5.0</v></c>', "5"),
        ('<c r="A1"><v>-0.1</v></c>', "-0.1"),
        ('<c r="A1"><v>0.30000000000000004</v></c>', "0.3"),
        ('<c r="A1"><v>1E+3</v></c>', "1000"),
        ('<c r="A1"><v>1E+300</v></c>', "1e+300"),
        ('<c r="A1"><v>x</v></c>', "x"),
        ('<c r="A1" s="1"><v>46053</v></c>', "46053"),
        ('<c r="A1" s="2"><v>46053</v></c>', "2026-01-31"),
        ('<c r="A1" s="3"><v>46053</v></c>', "2026-01-31"),
        ('<c r="A1" s="4"><v>46053</v></c>', "2026-01-31"),
        ('<c r="A1" s="8"><v>46053</v></c>', "2026-01-31"),
        ('<c r="A1" s="2"><v>46053.4375</v></c>', "2026-01-31 10:30"),
        ('<c r="A1" s="2"><v>46053.99999999</v></c>', "2026-02-01"),
        ('<c r="A1" s="2"><v>0.4375</v></c>', "10:30"),
        ('<c r="A1" s="2"><v>1</v></c>', "1900-01-01"),
        ('<c r="A1" s="2"><v>61</v></c>', "1900-03-01"),
        ('<c r="A1" s="2"><v>-1</v></c>', "-1"),
        ('<c r="A1" s="2"><v>1E+99</v></c>', "1E+99"),
        ('<c r="A1" s="5"><v>0.5</v></c>', "0.5"),
        ('<c r="A1" s="6"><v>3</v></c>', "3"),
        ('<c r="A1" s="7"><v>3</v></c>', "3"),
        ('<c r="A1" s="99"><v>3</v></c>', "3"),
        ('<c r="A1" t="d"><v>2026-01-31T00:00:00</v></c>', "2026-01-31"),
        ('<c r="A1" t="d"><v>2026-01-31T10:30:00Z</v></c>', "2026-01-31 10:30"),
        ('<c r="A1" t="b"><v>1</v></c>', "TRUE"),
        ('<c r="A1" t="b"><v>0</v></c>', "FALSE"),
        ('<c r="A1" t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c r="A1" t="str"><f>A2&amp;"x"</f><v>ax</v></c>', "ax"),
        ('<c r="A1"><f>1+1</f><v>2</v></c>', "2"),
        ('<c r="A1"><f>WEBSERVICE("http://x")</f></c>', '=WEBSERVICE("http://x")'),
        ("<c><v>7</v></c>", "7"),
    ],
)
def test_a_cell_is_the_text_that_a_person_reads(cell: str, text: str) -> None:
    strings = (
        "<si><t>first</t></si>"
        '<si><r><rPr><b/></rPr><t xml:space="preserve"> ri</t></r><r><t xml:space="preserve"> ch\n</t></r></si>'
        "<si><t>東京</t><rPh sb='0' eb='2'><t>とうきょう</t></rPh></si>"
        "<si><t>_x005F_x0041_ _x0041__x000D_\nB</t></si>"
    )
    (sheet,) = read_sheets(packed(raw(f"<row>{cell}</row>", strings=strings)))
    assert (sheet.name, sheet.rows) == ("S", {1: {0: text}})


def test_a_workbook_may_count_its_days_from_1904() -> None:
    rows = '<row r="1"><c r="A1" s="2"><v>44591</v></c></row>'
    (sheet,) = read_sheets(packed(raw(rows, settings='<workbookPr date1904="1"/>')))
    assert sheet.rows == {1: {0: "2026-01-31"}}


def test_the_strict_form_is_read_too() -> None:
    rows = '<row r="3"><c r="B3"><v>1</v></c><c><v>2</v></c></row><row><c r="AA4"><v>3</v></c></row>'
    (sheet,) = read_sheets(packed(raw(rows, main="http://purl.oclc.org/ooxml/spreadsheetml/main")))
    assert sheet.rows == {3: {1: "1", 2: "2"}, 4: {26: "3"}}


def test_a_cell_over_several_rows_says_the_same_in_each() -> None:
    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>{row}</v></c></row>' for row in (1, 2, 4))
    rows = rows.replace("</c></row>", '</c><c r="B1"><v>9</v></c></row>', 1)
    (sheet,) = read_sheets(packed(raw(rows, tail='<mergeCells><mergeCell ref="B1:C3"/></mergeCells>')))
    assert sheet.rows == {1: {0: "1", 1: "9"}, 2: {0: "2", 1: "9"}, 4: {0: "4"}}


# What is refused.

WRITTEN = write_xlsx(small_checklist("en"))


def changed(part: str, old: bytes, new: bytes) -> bytes:
    """A written workbook with a change in one of its parts."""
    found = parts(WRITTEN)
    assert old in found[part]
    return packed(found | {part: found[part].replace(old, new)})


def text_rows(count: int) -> str:
    return "".join(f'<row r="{at}"><c r="A{at}"><v>1</v></c></row>' for at in range(99, 99 + count))


def bomb() -> bytes:
    """64 MB of spaces in the first sheet."""
    found = parts(WRITTEN)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in found.items():
            with archive.open(name, "w") as part:
                part.write(data)
                for _ in range(64 if name.endswith("sheet1.xml") else 0):
                    part.write(b" " * (1 << 20))
    return stream.getvalue()


def protected() -> bytes:
    """An archive whose parts say that they are encrypted."""
    data = bytearray(WRITTEN)
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


def listed(rows: str) -> bytes:
    """A workbook whose list has more rows than those of its titles."""
    titles = "".join(f'<c t="inlineStr"><is><t>{title}</t></is></c>' for title in TITLES)
    about = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in ABOUT[0])
    return packed(raw(f'<row r="1">{titles}</row><row r="2">{about}</row>{rows}'))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "this is no .xlsx workbook; open it in a spreadsheet program and save it as", id="empty"),
        pytest.param(b"Id,Status\n", "this is no .xlsx workbook; open it", id="csv"),
        pytest.param(OLD + b"\0" * 99, "this is an old .xls workbook, or one with a password", id="xls"),
        pytest.param(packed({"mimetype": "", "content.xml": ""}), "this is an OpenDocument file; open it", id="ods"),
        pytest.param(packed({"a.txt": "x"}), "this is no .xlsx workbook: it has no sheets", id="zip"),
        pytest.param(packed({"xl/workbook.bin": "x"}), "this is no .xlsx workbook: it has no sheets", id="xlsb"),
        pytest.param(WRITTEN[:-30], "the workbook is damaged: the archive: File is not a zip file", id="cut"),
        pytest.param(protected(), "the workbook is protected by a password; save it without one", id="password"),
        pytest.param(bomb(), "larger than 32 MB when it is unpacked", id="bomb"),
        pytest.param(
            changed("xl/sharedStrings.xml", b"<sst", LAUGHS + b"<sst"), "it declares a document type", id="entities"
        ),
        pytest.param(
            changed("xl/worksheets/sheet1.xml", b"</sheetData>", b"</sheet>"),
            "the workbook is damaged: xl/worksheets/sheet1.xml, line 2, column ", id="xml",
        ),
        pytest.param(
            changed("xl/worksheets/sheet1.xml", b'<c r="D3"', b'<c t="s" r="D3"'),
            "the workbook is damaged: xl/worksheets/sheet1.xml, line 2, column ", id="twice-an-attribute",
        ),
        pytest.param(
            changed("xl/worksheets/sheet3.xml", b"<v>", b"<v>9"),
            "the workbook is damaged: sheet 'About', row 1, column A: list index out of range", id="no-such-string",
        ),
        pytest.param(
            book({"Budget": [["Item", "Price"], ["Desk", "100"]]}),
            "no sheet has the titles of a checklist; this is none, or its first row was deleted", id="foreign",
        ),
        pytest.param(
            book({"L": [["x"], ["Id", "Mitigation", "State", "Owner", "Date", "Note"]], "About": ABOUT}),
            "sheet 'L', row 2: there is no column 'Status', 'Evidence'; put the title back", id="title-changed",
        ),
        pytest.param(
            book({"L": LIST}), "no sheet has '#threatbase' in a cell and, beside it, what the checklist was made for",
            id="no-mark",
        ),
        pytest.param(
            book({"L": LIST, "A": [["#threatbase", HEADER[:-1]]]}),
            "sheet 'A', row 1: the header of the checklist is damaged: ", id="header-damaged",
        ),
        pytest.param(
            book({"L": LIST, "A": [["#threatbase", HEADER.replace('"format": 1', '"format": 2')]]}),
            "sheet 'A', row 1: the header of the checklist is damaged: it is of format 2", id="header-of-tomorrow",
        ),
        pytest.param(
            listed(text_rows(20_001)), "sheet 'S': it has more than 20,000 rows with text", id="rows"
        ),
        pytest.param(listed(FAR), "sheet 'S': column XFD has text; a checklist has 256 columns at most", id="far"),
        pytest.param(
            listed(f"<row>{'<c/>' * 500_001}</row>"), "sheet 'S': it has more than 500,000 cells; delete", id="cells"
        ),
    ],
)  # fmt: skip
def test_what_is_no_checklist_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(UnreadableError, match=re.escape(message)):
        read_xlsx("x.xlsx", data)


def test_a_large_sheet_beside_the_list_does_no_harm() -> None:
    found = parts(WRITTEN)
    summary = found["xl/worksheets/sheet2.xml"]
    many = summary.replace(b"</sheetData>", (text_rows(20_100) + "</sheetData>").encode())
    back = read_xlsx("x.xlsx", packed(found | {"xl/worksheets/sheet2.xml": many}))
    assert len(back.lines) == 3


@given(where=st.integers(0, len(WRITTEN) - 1), byte=st.integers(0, 255), length=st.integers(0, 3))
def test_a_damaged_archive_is_read_or_refused(where: int, byte: int, length: int) -> None:
    data = WRITTEN[:where] + bytes([byte]) * length + WRITTEN[where + 1 :]
    try:
        assert isinstance(read_xlsx("x.xlsx", data), Filled)
    except UnreadableError as error:
        assert str(error)


SMALL_PARTS = parts(WRITTEN)
READ = [
    name
    for name in SMALL_PARTS
    if name.endswith((".rels", "workbook.xml", "styles.xml", "Strings.xml", "1.xml", "3.xml"))
]


@given(part=st.sampled_from(READ), data=st.data())
def test_a_damaged_part_is_read_or_refused(part: str, data: st.DataObject) -> None:
    whole = SMALL_PARTS[part]
    start, length = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(1, 20))
    put = data.draw(
        st.sampled_from([b"", b"9", b"-1", b'"', b"<", b"&#0;", b"\xff", b"<c>", b'r="ZZZ9"', b"99999999999"])
    )
    try:
        read_xlsx("x.xlsx", packed(SMALL_PARTS | {part: whole[:start] + put + whole[start + length :]}))
    except UnreadableError as error:
        assert str(error)


@pytest.mark.parametrize("name", list(CHECKLISTS))
@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_written_is_what_excel_takes(language: Language, name: str) -> None:
    """Its limits: names of sheets, widths, lists of drop-downs, headers and footers."""
    found = parts(write_xlsx(CHECKLISTS[name](language)))
    names = re.findall(r'<sheet name="([^"]*)"', found["xl/workbook.xml"].decode())
    assert all(len(one) <= 31 and not set(one) & set("[]:*?/\\") for one in names)
    listing = found["xl/worksheets/sheet1.xml"].decode()
    (choices,) = re.findall(r"<formula1>&quot;|<formula1>\"([^<]*)\"</formula1>", listing)
    assert choices.split(",") == [Words(language)(f"checklist.status.{one}") for one in STATUS_NAMES]
    assert all(len(text) <= 255 for text in re.findall(r"<odd(?:Header|Footer)>([^<]*)<", listing))


STATUS_NAMES = ("todo", "done", "not-applicable", "accepted-risk")


def test_a_long_title_does_not_break_the_header() -> None:
    checklist: Checklist = replace(small_checklist("en"), title="12 & more " * 40)
    sheet = parts(write_xlsx(checklist))["xl/worksheets/sheet1.xml"].decode()
    assert re.findall(r"<oddHeader>(.{24})", sheet) == ["&amp;L&amp;9 12 &amp;&amp; mor"[:24]]
