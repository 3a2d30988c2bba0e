"""The profile: the controls of the catalog that the checklist's level asks for."""

from __future__ import annotations

from typing import Any

from threatbase.checklist.formats.oscal.documents import CATALOG, document
from threatbase.checklist.formats.oscal.edition import Edition, token


def profile(edition: Edition) -> bytes:
    """The document; of an empty catalog it imports what there is."""
    ids = [token(row.item.id) for row in edition.checklist.rows]
    chosen: dict[str, Any] = {"include-controls": [{"with-ids": ids}]} if ids else {"include-all": {}}
    return document(edition, "profile", {"imports": [{"href": CATALOG, **chosen}], "merge": {"as-is": True}})
