"""Where the site is published: what identifiers and links in exports are made from."""

from __future__ import annotations

import uuid

from threatbase.models.base import Language

SITE = "https://threatbase.github.io/threatbase/"

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, SITE)
"""What the UUIDs in exports are made in."""


def published(address: str, language: Language) -> str:
    """The full address of a page: `mitigations/memory-limit/` in one of the languages."""
    return SITE + ("fr/" if language == "fr" else "") + address
