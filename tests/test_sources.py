"""The reader: what it keeps, what it refuses, where it says things stand, and that nothing breaks it."""

from __future__ import annotations

import os
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from threatbase.problems import Location, Problem
from threatbase.sources import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_NODES,
    Data,
    Document,
    FieldPath,
    SourceError,
    decode,
    parse,
    read,
    shown_path,
)

SECONDS = 1.0
MEBIBYTES = 64


@contextmanager
def within_bounds() -> Iterator[None]:
    """What happens here takes under a second, and little memory."""
    tracemalloc.start()
    started = time.process_time()
    try:
        yield
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert time.process_time() - started < SECONDS
    assert most < MEBIBYTES * 2**20


def refused(work: Callable[[], object]) -> str:
    """The error as it is reported: `2:7: code: message`."""
    with pytest.raises(SourceError) as caught:
        work()
    error = caught.value
    return f"{error.line}:{error.column}: {error.code}: {error.message}"


# --- what is kept ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "data"),
    [
        pytest.param("a: text", {"a": "text"}, id="text"),
        pytest.param("a: 42", {"a": 42}, id="whole-number"),
        pytest.param("a: -7", {"a": -7}, id="negative"),
        pytest.param("a: 0", {"a": 0}, id="zero"),
        pytest.param("a: true\nb: false", {"a": True, "b": False}, id="booleans"),
        pytest.param("a:\nb: ~\nc: null\nd: ''", {"a": None, "b": None, "c": None, "d": ""}, id="nothing"),
        pytest.param("no: no\noff: off\nyes: yes\non: on", {w: w for w in ("no", "off", "yes", "on")}, id="no-is-text"),
        pytest.param("a: 1.10", {"a": "1.10"}, id="a-version-keeps-its-zero"),
        pytest.param("a: 2026-01-02", {"a": "2026-01-02"}, id="a-date-is-text"),
        pytest.param("a: 12:30:45", {"a": "12:30:45"}, id="no-sexagesimal-number"),
        pytest.param("a: [010, 0x10, 0o7, 1_000, +1]", {"a": ["010", "0x10", "0o7", "1_000", "+1"]}, id="odd-numbers"),
        pytest.param("a: [1e3, .inf, .nan]", {"a": ["1e3", ".inf", ".nan"]}, id="no-floating-point"),
        pytest.param("a: 1234567890123456789012", {"a": "1234567890123456789012"}, id="a-huge-number-is-text"),
        pytest.param("a: [True, TRUE, Null, NULL]", {"a": ["True", "TRUE", "Null", "NULL"]}, id="capitals-are-text"),
        pytest.param("a: '42'\nb: \"true\"", {"a": "42", "b": "true"}, id="quotes-make-text"),
        pytest.param("a: |\n  x\n  y\nb: >-\n  x\n  y", {"a": "x\ny\n", "b": "x y"}, id="blocks"),
        pytest.param("42: a\ntrue: b\n'': c", {"42": "a", "true": "b", "": "c"}, id="keys-are-text"),
        pytest.param("? a\n: b", {"a": "b"}, id="explicit-key"),
        pytest.param("%YAML 1.1\n---\na: b\n...\n", {"a": "b"}, id="directive-and-end"),
        pytest.param("---\n# c\na: b # c\n", {"a": "b"}, id="comments"),
        pytest.param("- a\n- [b, {c: d}]", ["a", ["b", {"c": "d"}]], id="lists"),
        pytest.param("text", "text", id="bare-text"),
        pytest.param("---\n", None, id="bare-nothing"),
        pytest.param("a: « à »\nb: 🐳", {"a": "« à »", "b": "🐳"}, id="any-language"),
        pytest.param(r'a: "\u00e9\t\x41\n"', {"a": "é\tA\n"}, id="escapes"),
    ],
)
def test_what_is_read(text: str, data: Data) -> None:
    assert parse(text).data == data


# --- what is refused -------------------------------------------------------------------------------

LAUGHS = "a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
FLOW = "not valid YAML: while parsing a flow sequence"
TOO_DEEP = f"too-deep: nested more than {MAX_DEPTH} levels deep"
TOO_MANY = f"too-many-values: more than {MAX_NODES} values in one file"

HOSTILE: dict[str, tuple[bytes, str]] = {
    "billion-laughs": (LAUGHS.encode(), "1:4: anchor: anchors (&name) are not accepted; remove it"),
    "alias": (b"a: *b", "1:4: alias: aliases (*name) are not accepted; write the value out"),
    "alias-as-key": (b"a: 1\n*b : 2", "2:1: bad-key: a key is a plain word followed by ':'"),
    "anchor": (b"a:\n  - &b c", "2:5: anchor: anchors (&name) are not accepted; remove it"),
    "anchor-on-key": (b"&a b: c", "1:1: bad-key: a key is a plain word followed by ':'"),
    "recursive-anchor": (b"&a [*a]", "1:1: anchor: anchors (&name) are not accepted; remove it"),
    "python-object": (
        b"a: !!python/object/apply:os.system ['true']",
        "1:4: tag: tags (!name) are not accepted; remove it",
    ),
    "python-name": (b"a: !!python/name:os.system", "1:4: tag: tags (!name) are not accepted; remove it"),
    "standard-tag": (b"a: !!binary AAAA", "1:4: tag: tags (!name) are not accepted; remove it"),
    "bare-tag": (b"a: ! 12", "1:4: tag: tags (!name) are not accepted; remove it"),
    "tag-on-key": (b"!!str a: b", "1:1: bad-key: a key is a plain word followed by ':'"),
    "tag-directive": (b"%TAG ! tag:e.org,2026:\n--- !x\na: b", "2:5: tag: tags (!name) are not accepted; remove it"),
    "deep-flow": (b"[" * 100_000, f"1:18: {TOO_DEEP}"),
    "deep-flow-closed": (b"[" * 100_000 + b"]" * 100_000, f"1:18: {TOO_DEEP}"),
    "deep-flow-mappings": (b"{a: " * 60_000, f"1:69: {TOO_DEEP}"),
    "deep-block": (b"- " * 100_000, f"1:35: {TOO_DEEP}"),
    "deep-indentation": (b"".join(b" " * n + b"a:\n" for n in range(600)), f"18:18: {TOO_DEEP}"),
    "deep-explicit-keys": (b"? " * 100_000, "1:3: bad-key: a key is a plain word followed by ':'"),
    "many-values": (b"- a\n" * 65_000, f"{MAX_NODES}:3: {TOO_MANY}"),
    "many-empty-mappings": (b"[" + b"{}," * 80_000 + b"]", f"1:{MAX_NODES * 3 - 1}: {TOO_MANY}"),
    "many-keys": (b"".join(b"k%d: v\n" % n for n in range(20_000)), f"{MAX_NODES}:8: {TOO_MANY}"),
    "unclosed-list": (b"a: [" + b"b, " * 80_000, f"1:{MAX_NODES * 3 - 1}: {TOO_MANY}"),
    "too-large": (
        b"a: " + b"x" * MAX_BYTES,
        f"1:1: file-too-large: the file has more than {MAX_BYTES} bytes, which is too much for an entry",
    ),
    "not-utf-8": ("a: b\né: à".encode("latin-1"), "2:1: not-utf-8: this byte is not UTF-8; save the file as UTF-8"),
    "not-utf-8-later": (
        "a: é…\nb: « ".encode() + b"\xff",
        "2:6: not-utf-8: this byte is not UTF-8; save the file as UTF-8",
    ),
    "overlong-utf-8": (b"a: \xc0\xaf", "1:4: not-utf-8: this byte is not UTF-8; save the file as UTF-8"),
    "surrogate-utf-8": (b"a: \xed\xa0\x80", "1:4: not-utf-8: this byte is not UTF-8; save the file as UTF-8"),
    "utf-16": ("a: b".encode("utf-16"), "1:1: not-utf-8: this byte is not UTF-8; save the file as UTF-8"),
    "utf-16-without-mark": (
        "a: b".encode("utf-16-le"),
        "1:2: control-character: the control character U+0000 is not accepted; remove it",
    ),
    "byte-order-mark": (
        "a: b".encode("utf-8-sig"),
        "1:1: byte-order-mark: the file starts with a byte order mark; save it as UTF-8 without BOM",
    ),
    "byte-order-mark-within": (
        "a: b\ufeff".encode(),
        "1:5: control-character: the control character U+FEFF is not accepted; remove it",
    ),
    "crlf": (b"a: b\r\nc: d\r\n", "1:5: carriage-return: lines end with CR; save the file with Unix line ends (LF)"),
    "cr": (b"a: b\nc: d\re: f", "2:5: carriage-return: lines end with CR; save the file with Unix line ends (LF)"),
    "nul": (b"a: b\nc: \x00", "2:4: control-character: the control character U+0000 is not accepted; remove it"),
    "escape-sequence": (
        b"a: \x1b[2J",
        "1:4: control-character: the control character U+001B is not accepted; remove it",
    ),
    "escaped-escape-sequence": (
        rb'a: [b, "\e[2J"]',
        "1:8: control-character: the control character U+001B is not accepted; remove it",
    ),
    "escaped-key": (
        rb'"\0": b',
        "1:1: control-character: the control character U+0000 is not accepted; remove it",
    ),
    "escaped-return": (
        rb'a: "b\r::error ::c"',
        "1:4: control-character: the control character U+000D is not accepted; remove it",
    ),
    "reversed-text": (
        "a: b \u202egpj.exe".encode(),
        "1:6: control-character: the control character U+202E is not accepted; remove it",
    ),
    "line-separator": (
        "a: b\u2028c: d".encode(),
        "1:5: control-character: the control character U+2028 is not accepted; remove it",
    ),
    "next-line": (
        "a: b\u0085c: d".encode(),
        "1:5: control-character: the control character U+0085 is not accepted; remove it",
    ),
    "empty": (b"", "1:1: empty-file: the file is empty"),
    "only-comments": (b"# a\n\n# b\n", "1:1: empty-file: the file is empty"),
    "only-blank-lines": (b"\n" * MAX_BYTES, "1:1: empty-file: the file is empty"),
    "many-documents": (
        b"a: b\n---\nc: d\n",
        "2:1: many-documents: one file holds one entry; remove what follows '---'",
    ),
    "many-empty-documents": (
        b"---\n" * 60_000,
        "2:1: many-documents: one file holds one entry; remove what follows '---'",
    ),
    "duplicate-key": (b"a: 1\nb: 2\n'a': 3", "3:1: duplicate-key: the key 'a' stands here twice; keep one"),
    "long-duplicate-key": (
        b"? " + b"a" * 1000 + b"\n: 1\n? " + b"a" * 1000 + b"\n: 2",
        f"3:3: duplicate-key: the key '{'a' * 59}…' stands here twice; keep one",
    ),
    "merge-key": (b"a: {}\n<<: {b: c}", "2:1: merge-key: merge keys (<<) are not accepted; write the keys out"),
    "complex-key": (b"? [a, b]\n: c", "1:3: bad-key: a key is a plain word followed by ':'"),
    "mapping-as-key": (b"? {a: b}\n: c", "1:3: bad-key: a key is a plain word followed by ':'"),
    "unclosed-quote": (
        b"a: b\nc: 'd\ne: f\n",
        "2:4: yaml-syntax: not valid YAML: while scanning a quoted scalar, found unexpected end of stream",
    ),
    "unclosed-bracket": (
        b"a: [b\nc: d",
        f"2:2: yaml-syntax: {FLOW} that starts on line 1, did not find expected ',' or ']'",
    ),
    "tab": (
        b"a:\n\tb: c",
        "2:1: yaml-syntax: not valid YAML: while scanning for the next token, "
        "found character that cannot start any token; put the text in quotes, and indent with spaces",
    ),
    "bad-escape": (
        rb'a: "\q"',
        "1:5: yaml-syntax: not valid YAML: while parsing a quoted scalar, found unknown escape character",
    ),
    "surrogate-escape": (
        rb'a: "\ud800"',
        "1:7: yaml-syntax: not valid YAML: while parsing a quoted scalar, found invalid Unicode character escape code",
    ),
    "unknown-directive-version": (
        b"%YAML 9.9\n---\na: b",
        "1:1: yaml-syntax: not valid YAML: found incompatible YAML document",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_are_refused_in_bounded_time_and_memory(name: str) -> None:
    raw, expected = HOSTILE[name]
    with within_bounds():
        message = refused(lambda: parse(decode(raw)))
    assert message == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: " + "x" * 250_000, id="huge-scalar"),
        pytest.param("a: |\n" + "  x\n" * 60_000, id="huge-block"),
        pytest.param('a: "' + r"\u0041" * 40_000 + '"', id="huge-escapes"),
        pytest.param("? " + "k" * 200_000 + "\n: v", id="huge-key"),
        pytest.param("a:" + " " * 250_000 + "b", id="huge-space"),
        pytest.param("# " + "x" * 250_000 + "\na: b", id="huge-comment"),
        pytest.param("a: '" + "''" * 120_000 + "'", id="huge-quotes"),
        pytest.param("a: " + "\n" * 250_000 + " b", id="huge-folding"),
        pytest.param("a: [" + "x, " * (MAX_NODES - 2) + "]", id="as-many-values-as-there-may-be"),
    ],
)
def test_what_is_merely_large_is_read_in_bounded_time_and_memory(text: str) -> None:
    with within_bounds():
        document = parse(decode(text.encode()))
        document.locate(("a", 9999))
        document.locate_text(("a",), "no such text", 3)


def test_the_bounds_themselves_are_accepted() -> None:
    deep: Data = "x"
    for _ in range(MAX_DEPTH):
        deep = [deep]
    assert parse("[" * MAX_DEPTH + "x" + "]" * MAX_DEPTH).data == deep
    assert len(parse("- x\n" * (MAX_NODES - 1)).data) == MAX_NODES - 1
    assert len(decode(b"x" * MAX_BYTES)) == MAX_BYTES


# --- where things stand ----------------------------------------------------------------------------

TEXT = """\
# A comment
title: {en: One, fr: "Un"}
list:
  - a: 1
    b: |
      first line [[x]]
      second [[x]] line, [[x]]
  - plain text with [[x]] in it
folded: >-
  one
  two
quoted: 'it''s « à »'
empty:
last: x
"""


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        ((), 2, 1),
        (("title",), 2, 1),
        (("title", "en"), 2, 9),
        (("title", "fr"), 2, 18),
        (("list",), 3, 1),
        (("list", 0), 4, 5),
        (("list", 0, "a"), 4, 5),
        (("list", 0, "b"), 5, 5),
        (("list", 1), 8, 5),
        (("empty",), 13, 1),
        pytest.param(("title", "de"), 2, 1, id="a-missing-value-stands-at-its-parent"),
        pytest.param(("list", 7, "a", "b"), 3, 1, id="a-missing-path-stands-at-its-nearest-parent"),
        pytest.param(("no",), 2, 1, id="what-is-nowhere-stands-at-the-root"),
    ],
)
def test_locate(path: FieldPath, line: int, column: int) -> None:
    assert parse(TEXT, "a.yaml").locate(path) == Location("a.yaml", line, column)


@pytest.mark.parametrize(
    ("path", "needle", "skip", "line", "column"),
    [
        pytest.param(("list", 0, "b"), "[[x]]", 0, 6, 18, id="first"),
        pytest.param(("list", 0, "b"), "[[x]]", 1, 7, 14, id="second"),
        pytest.param(("list", 0, "b"), "[[x]]", 2, 7, 26, id="third"),
        pytest.param(("list", 0, "b"), "[[x]]", 9, 7, 26, id="no-more-of-them-than-there-are"),
        pytest.param(("list", 1), "[[x]]", 0, 8, 21, id="in-a-list"),
        pytest.param(("list", 0, "a"), "[[x]]", 0, 4, 5, id="not-beyond-the-value"),
        pytest.param(("title", "en"), "Un", 0, 2, 9, id="not-beyond-the-value-on-its-line"),
        pytest.param(("title", "en"), "en", 0, 2, 9, id="not-in-the-key"),
        pytest.param(("folded",), "one two", 0, 9, 1, id="a-fold-hides-it"),
        pytest.param(("quoted",), "« à", 0, 12, 16, id="after-an-escape"),
        pytest.param(("last",), "x", 0, 14, 7, id="at-the-end"),
        pytest.param(("last",), "", 0, 14, 1, id="nothing-to-find"),
        pytest.param(("last", "nowhere"), "x", 0, 14, 7, id="missing-path"),
    ],
)
def test_locate_text(path: FieldPath, needle: str, skip: int, line: int, column: int) -> None:
    assert parse(TEXT, "a.yaml").locate_text(path, needle, skip) == Location("a.yaml", line, column)


@pytest.mark.parametrize("text", ["a: |\n  x\n  needle", "a: needle", "a: [b, needle", "? a\n: needle", "a:\n- needle"])
def test_the_last_line_need_not_end(text: str) -> None:
    closed = text + "]" * text.count("[")
    place = parse(closed, "a.yaml").locate_text(("a",), "needle")
    assert closed.split("\n")[place.line - 1][place.column - 1 :].rstrip("]") == "needle"


def test_a_document_of_no_value_has_a_place() -> None:
    assert parse("---\n", "a.yaml").locate() == Location("a.yaml", 2, 1)


def test_positions_of_front_matter_are_those_of_the_page() -> None:
    page = Document("a.md", "---\ntitle: A\nlist:\n  - b\n---\n\n# title: no\n", {})
    assert [str(page.locate(path)) for path in ((), ("title",), ("list", 0))] == ["a.md:2:1", "a.md:2:1", "a.md:4:5"]


# --- files -----------------------------------------------------------------------------------------


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"a: b\n")
    assert read(file, "a.yaml") == Document("a.yaml", "a: b\n", {"a": "b"})


def test_a_fault_comes_back_as_a_problem(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"a: b\na: c\n")
    message = "the key 'a' stands here twice; keep one"
    assert read(file, "a.yaml") == Problem(Location("a.yaml", 2, 1), "duplicate-key", message)


def make_pipe(file: Path) -> None:
    os.mkfifo(file)


def make_folder(file: Path) -> None:
    file.mkdir()


def make_loop(file: Path) -> None:
    file.symlink_to(file)


def make_device(file: Path) -> None:
    file.symlink_to("/dev/zero")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (make_pipe, "it is no regular file"),
        (make_folder, "it is no regular file"),
        (make_loop, "it is no regular file"),
        (make_device, "it is no regular file"),
        (lambda file: None, "it is no regular file"),
    ],
    ids=["pipe", "folder", "loop", "device", "missing"],
)
def test_what_is_no_file_is_not_waited_for(make: Callable[[Path], None], message: str, tmp_path: Path) -> None:
    make(tmp_path / "a.yaml")
    with within_bounds():
        found = read(tmp_path / "a.yaml", "a.yaml")
    assert found == Problem(Location("a.yaml"), "unreadable", f"the file cannot be read: {message}")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.touch(mode=0o000)
    found = read(file, "a.yaml")
    assert found == Problem(Location("a.yaml"), "unreadable", "the file cannot be read: Permission denied")


def test_a_huge_file_is_not_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    with file.open("wb") as stream:
        stream.truncate(10**12)  # sparse: it takes no space
    with within_bounds():
        found = read(file, "a.yaml")
    assert isinstance(found, Problem)
    assert found.code == "file-too-large"


def test_paths_are_shown_as_seen_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert shown_path(Path("threats/a.yaml")) == "threats/a.yaml"
    assert shown_path(tmp_path / "here" / "threats" / ".." / "a.yaml") == "a.yaml"
    assert shown_path(tmp_path / "there" / "a.yaml") == f"{tmp_path.as_posix()}/there/a.yaml"
    assert shown_path(Path(os.fsdecode(b"threats/\xff\n.yaml"))) == "threats/\\udcff\\n.yaml"


# --- for any input ---------------------------------------------------------------------------------

FRAGMENTS = st.sampled_from(
    [
        *("a: ", "- ", "? ", ": ", "\n", "  ", "[", "]", "{", "}", ", ", "'", '"', "|\n", ">-\n", "# ", "&a ", "*a"),
        *(
            "!!str ",
            "---\n",
            "...\n",
            "%YAML 1.2\n",
            "\t",
            "\\",
            "<<: ",
            "é",
            "\u2028",
            "~",
            "no",
            "1.10",
            "\x00",
            "\r",
        ),
    ]
)
YAML_LIKE = st.lists(FRAGMENTS, max_size=40).map(lambda parts: "".join(parts).encode())


@given(st.one_of(st.binary(max_size=200), YAML_LIKE))
@example(b"a: b\n--- c")
@example(b"\xef\xbb\xbf")
@settings(max_examples=600)
def test_any_bytes_give_a_document_or_an_error_with_a_place(raw: bytes) -> None:
    try:
        document = parse(decode(raw))
    except SourceError as error:
        lines = raw.decode("utf-8", "replace").split("\n")
        assert 1 <= error.line <= len(lines) + 1
        assert 1 <= error.column <= max(len(line) for line in lines) + 1
        assert error.message
    else:
        assert document.locate().line >= 1


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=30).filter(
    lambda text: not any(char in text for char in "\u2028\u2029\ufeff\ufffe\uffff") and not _reorders(text)
)
NUMBERS = st.integers(-(10**17), 10**17)
SCALARS = st.one_of(WORDS, st.sampled_from(["no", "off", "1.10", "2026-01-02", "true", "42", "~"]), NUMBERS)
VALUES = st.recursive(
    st.one_of(SCALARS, st.booleans(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(WORDS, inner, max_size=4)),
    max_leaves=12,
)


def _reorders(text: str) -> bool:
    return any("\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069" for char in text)


def paths(data: Data, path: FieldPath = ()) -> Iterator[tuple[FieldPath, Data]]:
    """Every value of a document with the way to it."""
    yield path, data
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for part, value in inner:
        yield from paths(value, (*path, part))


@given(VALUES, st.booleans(), st.sampled_from([20, 80, 10_000]))
@settings(max_examples=300)
def test_what_yaml_writes_is_read_as_it_was(data: Data, flow: bool, width: int) -> None:
    assume(all(len(path) <= MAX_DEPTH and "<<" not in path for path, _ in paths(data)))
    text = yaml.safe_dump(data, allow_unicode=True, default_flow_style=flow, width=width)
    assert parse(decode(text.encode())).data == data


@given(st.dictionaries(WORDS.filter(bool), VALUES, min_size=1, max_size=4), st.booleans())
@settings(max_examples=200)
def test_every_value_stands_where_it_is_said_to(data: dict[str, Data], flow: bool) -> None:
    assume(all(len(path) <= MAX_DEPTH and "<<" not in path for path, _ in paths(data)))
    text = yaml.safe_dump(data, allow_unicode=True, default_flow_style=flow, width=10_000, sort_keys=False)
    document = parse(decode(text.encode()))
    for path, value in paths(data):
        place = document.locate(path)
        rest = text.split("\n")[place.line - 1][place.column - 1 :]
        written = path[-1] if path and isinstance(path[-1], str) else value
        if isinstance(written, dict):
            written = next(iter(written)) if written and not rest.startswith("{") else "{"
        _assert_starts_with(rest, written)


def _assert_starts_with(rest: str, written: Data) -> None:
    """Whether a line's rest starts with a value: as it is, or with the quotes and marks that YAML gives it."""
    if isinstance(written, list):
        assert rest.startswith(("[", "- "))
    elif isinstance(written, str):
        plain = rest.removeprefix("? ")
        assert plain.startswith((written, "'" + written.replace("'", "''"), '"', "|", ">"))
    else:
        assert rest.startswith("null" if written is None else str(written).lower())
