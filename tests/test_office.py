"""Checklists in a real spreadsheet program: what LibreOffice saves comes back as it was typed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from threatbase.checklist.formats.table import read_csv, write_csv
from threatbase.checklist.formats.workbook import read_xlsx, write_xlsx
from threatbase.checklist.formats.xlsx.cells import read_sheets
from threatbase.checklist.formats.xlsx.listing import ORDER
from threatbase.checklist.sheet import Checklist, Line, Typed
from threatbase.models import Language
from threatbase.words import Words

from tests.checklists import small_checklist, ticked_checklist
from tests.office import CSV_IN, CSV_OUT, Flat, Office, find_office

pytestmark = [pytest.mark.office, pytest.mark.slow]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(find_office(), tmp_path_factory.mktemp("office"))


def told(lines: tuple[Line, ...]) -> list[tuple[str, str, Typed, str]]:
    return [(line.id, line.title, line.typed, line.content) for line in lines]


TEXTS = (
    "=1+1", "+33 1 23", "-x", "@team", "'quoted", "''=", "a|b", "  led", "trailed  ", "a  b", "\n", "a\n\nb\n", " ",
    "tab\there", "<br>", "&amp;", "שלום עולם", "👩‍💻✅", "é", "`c`", '"quoted", and; more', "1", "007", "1e5", "true",
    "50 %", "1/2", "31/01/2026", "{}", "a:b", "_x0041_", "x_x005F_y", "_x000D_", "<r>x</r>", "<r></r>",
    "https://example.org/?a=b&c", "#N/A", "\u2028", "\u00a0", "very long " * 3300, "é" * 40_000,
)  # fmt: skip


# Not among them: `_x0041_x0042_`. Written right and read right, but LibreOffice escapes only its first half.


def with_texts(language: Language) -> Checklist:
    """A row for each of the texts, in each of the columns that take any."""
    small = small_checklist(language)
    row = small.rows[1]
    rows = (
        replace(row, item=replace(row.item, id=f"m{number}", excludes=()), typed=Typed("done", text, text, text, text))
        for number, text in enumerate(TEXTS)
    )
    return replace(small, rows=tuple(rows))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_any_text_is_the_same_after_it_was_opened_and_saved(office: Office, language: Language) -> None:
    written = write_xlsx(with_texts(language))
    saved = read_xlsx("list.xlsx", office.convert(written, "xlsx", "xlsx"))
    assert told(saved.lines) == told(read_xlsx("list.xlsx", written).lines)
    assert [line.typed.note for line in saved.lines] == list(TEXTS)


def edited(office: Office, language: Language) -> bytes:
    """The ticked checklist after an hour with LibreOffice: typed into, a row moved, saved as a workbook."""
    flat = Flat(office.convert(write_xlsx(ticked_checklist(language)), "xlsx", "fods"), sheet_of(language))
    words, at = Words(language), ORDER.index
    flat.type_text(3, at("status"), words("checklist.status.not-applicable"))
    flat.type_text(3, at("owner"), "=Zoé")
    flat.type_text(3, at("note"), "first line\n\nthird line")
    flat.type_day(3, at("date"), "2026-02-03")
    flat.type_text(2, at("date"), "03/02/2026")
    flat.type_text(4, at("status"), "almost")
    flat.move_row(3, before=1)
    return office.convert(flat.as_bytes(), "fods", "xlsx")


def sheet_of(language: Language) -> str:
    return Words(language)("checklist.xlsx.sheet.list")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_was_typed_with_it_comes_back(office: Office, language: Language) -> None:
    checklist = ticked_checklist(language)
    first, second, third = read_xlsx("list.xlsx", write_xlsx(checklist)).lines[:3]
    stray, nameless = read_xlsx("list.xlsx", write_xlsx(checklist)).lines[3:]
    typed = Typed("not-applicable", "=Zoé", "", "2026-02-03", "first line\n\nthird line")
    back = read_xlsx("list.xlsx", edited(office, language))
    assert told(back.lines) == told(
        (
            replace(third, typed=typed),
            first,
            replace(second, typed=replace(second.typed, date="03/02/2026")),
            replace(stray, typed=replace(stray.typed, status="todo", note=f"{stray.typed.note}\n[status] almost")),
            nameless,
        )
    )
    assert back.oddities == (f"sheet '{sheet_of(language)}', row 5: 'almost' is no status; it was kept in the note",)
    assert (back.criteria, back.version, back.digest) == (checklist.criteria, checklist.version, checklist.digest)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_summary_says_what_was_counted_when_it_was_written(office: Office, language: Language) -> None:
    """The numbers that stand in the file are those that its formulas give."""
    written = write_xlsx(ticked_checklist(language))
    calculated = office.convert(written, "xlsx", "xlsx")
    assert [sheet.rows for sheet in read_sheets(calculated)][1] == [sheet.rows for sheet in read_sheets(written)][1]


def test_the_summary_follows_what_is_typed(office: Office) -> None:
    summary = read_sheets(office.convert(edited(office, "en"), "xlsx", "xlsx"))[1]
    counts = {row[0]: [row[column] for column in range(1, 7)] for row in summary.rows.values() if len(row) > 6}
    assert counts == {
        "Level": ["done", "not applicable", "accepted risk", "to do", "Total", "Settled"],
        "keep": ["1", "0", "0", "0", "1", "1"],
        "essential": ["0", "0", "1", "0", "1", "1"],
        "strict": ["0", "1", "0", "0", "1", "1"],
        "Total": ["1", "1", "1", "0", "3", "1"],
    }


@pytest.mark.parametrize("language", ["en", "fr"])
def test_csv_is_the_same_after_it_was_opened_and_saved(office: Office, language: Language) -> None:
    ticked = ticked_checklist(language)
    rows = tuple(replace(row, item=replace(row.item, content=f"c{row.item.content}")) for row in ticked.rows)
    written = write_csv(replace(ticked, rows=rows))
    saved = office.convert(written, "csv", CSV_OUT, infilter=CSV_IN)
    assert told(read_csv("list.csv", saved).lines) == told(read_csv("list.csv", written).lines)
