"""Every code is documented, can be emitted, and is shown with its full output by a case in tests/data/invalid."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import pytest
import threatbase
from click.testing import CliRunner
from threatbase.cli import main
from threatbase.models import KINDS, LANGUAGES, Language
from threatbase.problem_codes import codes, explain

from tests.conftest import INVALID, lay

PACKAGE = Path(threatbase.__file__).parent
TREES = {file: ast.parse(file.read_text("utf-8")) for file in sorted(PACKAGE.rglob("*.py"))}
IN_TUPLES = [file for file in TREES if file.parent.name == "rules" or file.name == "validation.py"]
CASES = sorted(folder.name for folder in INVALID.iterdir() if folder.is_dir())
IN_OUTPUT = re.compile(r": (?:error|warning)\[([a-z0-9-]+)\]: ")
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

# They need bytes, sizes or files that cannot well lie in a repository: test_sources.py and test_knowledge.py
# make them, and assert the whole message.
MADE_BY_TESTS = {
    "byte-order-mark",
    "carriage-return",
    "control-character",
    "file-too-large",
    "no-folder",
    "not-utf-8",
    "symlink",
    "too-many-values",
    "unreadable",
}


@pytest.mark.parametrize("case", CASES)
def test_check_says_what_is_expected(case: str, base: Path, request: pytest.FixtureRequest) -> None:
    lay(INVALID / case, base)
    result = CliRunner().invoke(main, ["check"], catch_exceptions=False)
    expected = INVALID / case / "expected.txt"
    if request.config.getoption("--accept"):
        expected.write_text(result.stdout, "utf-8")
    assert result.stdout == expected.read_text("utf-8")
    assert result.exit_code == (1 if ": error[" in result.stdout else 0)


def test_every_code_has_a_case() -> None:
    shown = {code for case in CASES for code in IN_OUTPUT.findall((INVALID / case / "expected.txt").read_text("utf-8"))}
    assert shown == set(codes("en")) - MADE_BY_TESTS


def test_every_code_that_the_package_emits_is_documented_and_no_other() -> None:
    emitted = {code for tree in TREES.values() for node in ast.walk(tree) for code in _emitted(node)}
    emitted |= {code for file in IN_TUPLES for node in ast.walk(TREES[file]) for code in _in_tuple(node)}
    composed = {f"unknown-{kind}" for kind in KINDS}
    assert emitted | composed == set(codes("en"))


def test_no_code_is_composed_in_a_way_that_the_test_above_does_not_see() -> None:
    calls = [node for tree in TREES.values() for node in ast.walk(tree) if _is_call(node, "Problem")]
    given = {ast.unparse(call.args[1]) for call in calls if not isinstance(call.args[1], ast.Constant)}
    assert given == {
        "code",  # yielded or returned as a tuple
        "*problem",
        "error.code",  # of a SourceError
        "f'unknown-{catalogue}'",
        "f'unknown-{key.kind}'",
        "f'unknown-{what}'",
    }


def _is_call(node: ast.AST, name: str) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def _emitted(node: ast.AST) -> Iterator[str]:
    """The codes that stand in a problem, or in what makes one."""
    match node:
        case ast.Call(func=ast.Name("Problem"), args=[_, ast.Constant(str(code)), *_]):
            yield code
        case ast.Call(func=ast.Name("SourceError"), args=[ast.Constant(str(code)), *_]):
            yield code
        case ast.Call(func=ast.Name("_known"), args=[_, _, _, ast.Constant(str(catalogue)), _]):
            yield f"unknown-{catalogue}"
        case ast.Call(func=ast.Name("_unknown" | "_each"), args=[_, _, _, _, ast.Constant(str(name)), *_]):
            yield f"unknown-{name}"


def _in_tuple(node: ast.AST) -> Iterator[str]:
    """The codes that are returned or yielded with their message, for the caller to add the place."""
    match node:
        case ast.Return(value=ast.Tuple(elts=[ast.Constant(str(code)), ast.AST()])):
            yield code
        case ast.Yield(value=ast.Tuple(elts=[ast.Constant(str()), ast.Constant(str(code)), _])):
            yield code


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_says_what_is_wrong_and_how_to_mend_it(language: Language) -> None:
    assert list(codes(language)) == sorted(codes("en"))
    for code in codes(language):
        assert CODE.fullmatch(code)
        what, fix = explain(code, language)
        assert codes(language)[code] == {"what": what, "fix": fix}
        assert what.endswith(".")
        assert fix.endswith((".", "`"))


def test_no_explanation_is_left_in_the_other_language() -> None:
    assert [code for code in codes("en") if explain(code, "en")[0] == explain(code, "fr")[0]] == []


def test_an_unknown_code_is_no_code() -> None:
    with pytest.raises(KeyError):
        explain("no-such-code", "en")
