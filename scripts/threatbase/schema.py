"""JSON Schemas of the entries, for editors and other programs. They derive from the models."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from threatbase import __version__
from threatbase.files import write_text
from threatbase.models import KINDS, Kind

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(kind: Kind) -> dict[str, Any]:
    """The JSON Schema of one kind's YAML files."""
    body = kind.model.model_json_schema(by_alias=True)
    head = {"$schema": DIALECT, "$id": f"{kind.name}.schema.json", "x-threatbase-version": __version__}
    return head | body


@cache
def schema_files() -> dict[str, str]:
    """File name → text, for every kind; the same models give the same bytes."""
    return {
        f"{kind.name}.schema.json": json.dumps(schema(kind), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        for kind in KINDS.values()
    }


def write_schemas(folder: Path) -> list[Path]:
    """Writes every schema below `folder`, and returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, text in schema_files().items():
        write_text(folder / name, text)
        files.append(folder / name)
    return files
