"""MkDocs projects to measure: the same knowledge as our site, and as pages written by hand.

Both take theme, features, Markdown extensions, search and navigation from the `mkdocs.yml` of the repository.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import yaml
from mkdocs.utils.yaml import yaml_load
from threatbase.pages import Page, build_pages, markdown_name
from threatbase.rules import examine

from benchmarks.handwritten import markdown_page

ROOT = Path(__file__).parents[1]
HOME = "---\ntitle: Home\ndescription: The first page.\n---\n\n# Home\n\nThe first page.\n"


def prepare(folder: Path, base: Path) -> list[Page]:
    """Makes three projects below `folder`: `english` and `french`, one language each, and `plain`."""
    knowledge, problems = examine(base)
    if problems:
        raise ValueError(f"the base has {len(problems)} problems, the first is {problems[0]}")
    pages = build_pages(knowledge, "en")
    _our_project(folder / "english", base, pages, "mkdocs.yml")
    _our_project(folder / "french", base, pages, "mkdocs.fr.yml")
    _plain_project(folder / "plain", pages)
    return pages


def copy_real(folder: Path, real: Path) -> None:
    """Copies what the real site is built from into `folder`, with the knowledge at `real`."""
    for file in ("mkdocs.yml", "mkdocs.fr.yml"):
        shutil.copy(ROOT / file, folder)
    shutil.copytree(real, folder / "threats")
    for name in ("docs", "scripts/threatbase/templates", "scripts/threatbase/locales"):
        shutil.copytree(ROOT / name, folder / name)


def _our_project(folder: Path, base: Path, pages: list[Page], file: str) -> None:
    settings = _settings(ROOT / file, pages)
    settings["plugins"]["threatbase"] |= {"translation": None, "watch": []}
    _write(folder / "mkdocs.yml", yaml.safe_dump(settings | {"site_dir": "site"}, sort_keys=False, allow_unicode=True))
    _write(folder / settings["docs_dir"] / "index.md", HOME)
    shutil.copytree(ROOT / "docs" / "theme", folder / "docs" / "theme")
    shutil.copytree(base, folder / "threats")


def _plain_project(folder: Path, pages: list[Page]) -> None:
    settings = _settings(ROOT / "mkdocs.yml", pages)
    del settings["plugins"]["threatbase"], settings["theme"]["custom_dir"], settings["extra_css"]
    settings.get("extra", {}).pop("alternate", None)  # it waits for our theme
    _write(folder / "mkdocs.yml", yaml.safe_dump(settings, sort_keys=False, allow_unicode=True))
    _write(folder / "docs" / "en" / "index.md", HOME)
    for page in pages:
        _write(folder / "docs" / "en" / markdown_name(page), markdown_page(page))


def _settings(file: Path, pages: list[Page]) -> dict[str, Any]:
    with file.open(encoding="utf-8") as stream:
        settings: dict[str, Any] = yaml_load(stream)
    names = {"index.md", *(markdown_name(page) for page in pages)}
    return settings | {"nav": list(_present(settings["nav"], names))}


def _present(nav: list[Any], names: Collection[str]) -> Iterator[Any]:
    """The navigation without the pages that are not there."""
    for item in nav:
        if isinstance(item, str):
            if item in names:
                yield item
            continue
        ((title, inner),) = item.items()
        kept = list(_present(inner, names)) if isinstance(inner, list) else inner if inner in names else None
        if kept:
            yield {title: kept}


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
