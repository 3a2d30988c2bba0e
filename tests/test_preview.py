"""A preview that follows an edit shows what a full build shows: the same pages, and the same to be found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.site import make_project

SERVE = """
import sys
from mkdocs.commands.build import build
from mkdocs.config import load_config

plugins = load_config("mkdocs.yml").plugins
plugins.on_startup(command="serve", dirty=False)
for _ in sys.stdin:
    config = load_config("mkdocs.yml")
    build(config, serve_url=config.site_url)
    print("built", flush=True)
plugins.on_shutdown()
"""
"""What `mkdocs serve` does, without a server: it builds whenever a line comes in."""

Build = Callable[[], None]


@contextmanager
def previewed(project: Path) -> Iterator[Build]:
    """Builds of a preview, one after another in the same process; its last line says when each is done."""
    command = [sys.executable, "-c", SERVE]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", "NO_COLOR": "1"}
    errors = (project / ".errors.txt").open("w", encoding="utf-8")
    pipe = subprocess.PIPE
    with (
        errors,
        subprocess.Popen(
            command, cwd=project, env=environment, stdin=pipe, stdout=pipe, stderr=errors, text=True
        ) as process,
    ):
        assert process.stdin and process.stdout

        def build() -> None:
            assert process.stdin and process.stdout
            process.stdin.write("build\n")
            process.stdin.flush()
            assert process.stdout.readline() == "built\n", (project / ".errors.txt").read_text("utf-8")

        try:
            yield build
        finally:
            process.stdin.close()
            process.wait(20)


def pages(site: Path) -> dict[str, bytes]:
    return {file.relative_to(site).as_posix(): file.read_bytes() for file in site.rglob("*.html")}


def documents(site: Path) -> set[str]:
    """What the search finds; the order in the index means nothing."""
    index: dict[str, list[dict[str, Any]]] = json.loads((site / "search/search_index.json").read_text("utf-8"))
    found = [json.dumps(entry, sort_keys=True) for entry in index["docs"]]
    assert len(set(found)) == len(found)
    return set(found)


def kept(site: Path) -> dict[str, int]:
    """The pages by the number of their file: one that was moved keeps it."""
    return {file.relative_to(site).as_posix(): file.stat().st_ino for file in site.rglob("index.html")}


def edit(project: Path) -> None:
    """A step gets another title, which its neighbours show too, and loses the measure that brings it."""
    file = project / "threats/suid.yaml"
    text = file.read_text("utf-8")
    for old, new in (
        ("title: {en: Setuid step, fr: Étape setuid}", "title: {en: Bit, fr: Le bit}"),
        ("introduced_by: [sandbox]\n", ""),
    ):
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, "utf-8")


@pytest.mark.slow
def test_a_preview_after_an_edit_is_what_a_full_build_is(tmp_path: Path) -> None:
    for name in ("preview", "full"):
        (tmp_path / name).mkdir()
        make_project(tmp_path / name)
    edit(tmp_path / "full")
    with previewed(tmp_path / "preview") as build, previewed(tmp_path / "full") as build_fully:
        build()
        # Both languages: the other one is built beside, by a process of its own.
        sites = [(tmp_path / "preview" / name, tmp_path / "full" / name) for name in ("site", "site-translation")]
        before = [kept(site) for site, _ in sites]
        edit(tmp_path / "preview")
        build()
        build_fully()
        for (site, full), earlier in zip(sites, before, strict=True):
            assert pages(site) == pages(full)
            assert documents(site) == documents(full)
            moved = {name for name, number in kept(site).items() if earlier.get(name) == number}
            touched = {f"{name}/index.html" for name in ("threats/suid", "states/root", "mitigations/sandbox")}
            assert touched <= kept(site).keys() - moved
            assert {"attackers/accident/index.html", "tenancies/private/index.html"} <= moved
