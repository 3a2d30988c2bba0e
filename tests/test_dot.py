"""Finding Graphviz's `dot`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from threatbase import dot


def program(folder: Path, name: str) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text("#!/bin/sh\n", "utf-8")
    file.chmod(0o755)
    return file


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (["path/dot", "python/graphviz-pure", "path/graphviz-pure"], "path/dot"),
        (["python/graphviz-pure", "path/graphviz-pure"], "python/graphviz-pure"),
        (["path/graphviz-pure"], "path/graphviz-pure"),
        ([], None),
    ],
    ids=["the-system's", "beside-python", "on-the-path", "none"],
)
def test_which_one_is_taken(
    there: list[str], expected: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in there:
        folder, _, file = name.partition("/")
        program(tmp_path / folder, file)
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python" / "python3"))
    assert dot.find_dot() == (tmp_path / expected if expected else None)


def test_none_is_an_error_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    dot.use_dot.cache_clear()
    try:
        with pytest.raises(RuntimeError, match="install the Debian package 'graphviz'"):
            dot.use_dot()
    finally:
        dot.use_dot.cache_clear()
