"""Imports run one way: the contracts of pyproject.toml hold."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_the_contracts_on_imports_hold(tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("lint-imports")
    arguments = [str(command), "--config", str(ROOT / "pyproject.toml"), "--no-logo", "--cache-dir", str(tmp_path)]
    done = subprocess.run(arguments, cwd=ROOT / "scripts", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken." in done.stdout


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("threatbase.cli", {"networkx", "scipy", "numpy", "mkdocs", "markdown_it", "jinja2", "jsonschema_rs", "rich"}),
        ("threatbase.rules", {"networkx", "scipy", "numpy", "mkdocs", "jinja2", "jsonschema_rs", "click"}),
        ("threatbase.pages", {"mkdocs", "click"}),
    ],
)
def test_what_is_slow_to_import_is_imported_by_those_who_need_it(module: str, unwanted: set[str]) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT / "scripts", capture_output=True, text=True, check=True
    )
    assert unwanted & {name.partition(".")[0] for name in done.stdout.split()} == set()
