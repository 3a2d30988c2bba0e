"""A preview builds again and again: the pages that an edit leaves as they are are moved over, not built."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from threatbase.knowledge import Recall
from threatbase.pages import Memory, Page

_INDEX = Path("search") / "search_index.json"


@dataclass
class Preview:
    """What is kept from one build to the next."""

    recall: Recall = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)
    shown: Mapping[str, Page] = field(default_factory=dict)
    stamp: float = 0
    site: Path = Path()
    building: bool = False

    def forget_if_changed(self, files: Iterable[Path]) -> None:
        """Starts anew when something changed that every page is made with: a template, the theme, a setting."""
        found = (file for place in files for file in ([place] if place.is_file() else place.rglob("*")))
        stamp = max((file.stat().st_mtime for file in found), default=0)
        if stamp != self.stamp:
            self.memory, self.shown, self.stamp = Memory(), {}, stamp

    def set_aside(self, site: Path) -> None:
        """Takes the last build out of the way before the folder is emptied."""
        self.site, self.building = site, True
        shutil.rmtree(_aside(site), ignore_errors=True)
        for link in filter(Path.is_symlink, site.glob("*")):
            link.unlink()  # MkDocs would empty what it leads to
        if self.shown and site.is_dir():
            site.rename(_aside(site))

    def unchanged(self, site: Path, pages: Mapping[str, Page]) -> set[str]:
        """The pages of entries that are as they were; indexes stand in the navigation, and are always built."""
        if not _aside(site).is_dir():
            return set()
        return {name for name, page in pages.items() if not name.endswith("index.md") and self.shown.get(name) == page}

    def put_back(self, site: Path, pages: Mapping[str, Page], unchanged: Iterable[str]) -> None:
        """Moves what did not change into the new build, and adds it to the search index."""
        kept = {pages[name].address for name in unchanged}
        for address in kept:
            (site / address).parent.mkdir(parents=True, exist_ok=True)
            (_aside(site) / address).rename(site / address)
        if kept:
            old, new = (json.loads((place / _INDEX).read_text("utf-8")) for place in (_aside(site), site))
            new["docs"] += [entry for entry in old["docs"] if entry["location"].partition("#")[0] in kept]
            (site / _INDEX).write_text(json.dumps(new, ensure_ascii=False), "utf-8")
        self.shown, self.building = dict(pages), False

    def failed(self) -> None:
        """After a build that left nothing whole behind, the next one is whole."""
        self.shown = {} if self.building else self.shown


def link_folder(link: Path, folder: Path) -> None:
    """Makes `link` show what `folder` holds."""
    try:
        link.symlink_to(folder, target_is_directory=True)
    except OSError:  # Windows allows it to administrators alone
        shutil.copytree(folder, link)


def beside(site: Path) -> Path:
    """Where the other language is built while this one is."""
    return site.with_name(f"{site.name}-translation")


def clean(site: Path) -> None:
    """Removes what stands beside the site's folder."""
    for folder in (_aside(site), beside(site), _aside(beside(site))):
        shutil.rmtree(folder, ignore_errors=True)


def _aside(site: Path) -> Path:
    return site.with_name(f"{site.name}-before")
