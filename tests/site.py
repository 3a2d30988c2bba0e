"""Builds a small site once for the tests of the site and of the browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
VALID = Path(__file__).parent / "data" / "valid"
PAGE = "---\ntitle: {title}\ndescription: A page of the guide.\n---\n\n# {title}\n\nSee [[mitigation:no-setuid]].\n"
GUIDE = tuple(sorted(page.stem for page in (ROOT / "docs" / "en" / "guide").glob("*.md")))


def make_project(folder: Path) -> Path:
    """A project with the site's real configuration and theme, and the small valid knowledge base."""
    for name in ("mkdocs.yml", "mkdocs.fr.yml"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(VALID / "threats", folder / "threats")
    (folder / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "glossary.yaml", folder / "docs")
    shutil.copytree(ROOT / "docs" / "theme", folder / "docs" / "theme")
    for watched in ("templates", "locales"):
        (folder / "scripts" / "threatbase" / watched).mkdir(parents=True)
    for language in ("en", "fr"):
        pages = folder / "docs" / language
        (pages / "guide").mkdir(parents=True)
        (pages / "contribute").mkdir()
        for name in ("index", "contribute/index", *(f"guide/{page}" for page in GUIDE)):
            (pages / f"{name}.md").write_text(PAGE.format(title=f"{name} {language}"), "utf-8")
    return folder


def build(project: Path) -> subprocess.CompletedProcess[str]:
    """Runs `mkdocs build --strict` in the project."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    return subprocess.run(command, cwd=project, env=environment(), capture_output=True, text=True, check=False)


def environment() -> dict[str, str]:
    """What another process runs in: with the package that stands beside these tests."""
    return os.environ | {"NO_MKDOCS_2_WARNING": "1", "NO_COLOR": "1", "PYTHONPATH": str(ROOT / "scripts")}
