"""The digest of the knowledge: what every export carries, so that one can tell what it was made from."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from threatbase.knowledge import KnowledgeBase


def digest(knowledge: KnowledgeBase) -> str:
    """SHA-256 over the key and the text of every published entry, in the order of their keys, in hexadecimal."""
    total = hashlib.sha256()
    for key in sorted(knowledge.entries):
        entry = knowledge.entries[key]
        if entry.is_published:
            total.update(f"{key}\0{entry.document.text}\0".encode())
    return total.hexdigest()


@cache
def code_digest(*parts: str) -> str:
    """SHA-256 over the files of some parts of this package: what was computed by other code is computed anew."""
    total, package = hashlib.sha256(), Path(__file__).parent
    for part in parts:
        place = package / part
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if file.suffix in _CODE:
                total.update(f"{file.relative_to(package).as_posix()}\0".encode() + file.read_bytes() + b"\0")
    return total.hexdigest()


_CODE = {".py", ".yaml", ".html", ".typ", ".css", ".js"}
