"""The digest of the knowledge: what every export carries, so that one can tell what it was made from."""

from __future__ import annotations

import hashlib

from threatbase.knowledge import KnowledgeBase


def digest(knowledge: KnowledgeBase) -> str:
    """SHA-256 over the key and the text of every published entry, in the order of their keys, in hexadecimal."""
    total = hashlib.sha256()
    for key in sorted(knowledge.entries):
        entry = knowledge.entries[key]
        if entry.is_published:
            total.update(f"{key}\0{entry.document.text}\0".encode())
    return total.hexdigest()
