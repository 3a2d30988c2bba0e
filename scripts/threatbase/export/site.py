"""The exports that the site publishes under /api/, kept between builds: laying out the whole graph takes seconds."""

from __future__ import annotations

import json
from pathlib import Path

from threatbase.digest import digest
from threatbase.export import GRAPH_FORMATS, make_tables
from threatbase.files import write_text
from threatbase.knowledge import KnowledgeBase


def api_files(knowledge: KnowledgeBase, cache: Path) -> dict[str, str]:
    """Every export by its address: `api/stix/stix.json`; the cached ones where the knowledge is the same."""
    wanted = digest(knowledge)
    try:
        kept: dict[str, str] = json.loads(cache.read_text("utf-8"))
    except (OSError, ValueError):
        kept = {}
    if kept.get("digest") != wanted:
        tables = make_tables(knowledge)
        kept = {
            f"api/{form}/{name}": text for form, write in GRAPH_FORMATS.items() for name, text in write(tables).items()
        }
        kept["digest"] = wanted
        cache.parent.mkdir(parents=True, exist_ok=True)
        write_text(cache, json.dumps(kept, ensure_ascii=False))
    return {name: text for name, text in kept.items() if name != "digest"}
