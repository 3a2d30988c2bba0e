"""The component definition: how a Docker host and its containers put each control in place."""

from __future__ import annotations

from typing import Any

from threatbase.checklist.formats.oscal.catalog import expected, snippet_code, title_of
from threatbase.checklist.formats.oscal.documents import PROFILE, document
from threatbase.checklist.formats.oscal.edition import Edition, lists, prop, token
from threatbase.checklist.formats.oscal.markup import code, line, paragraphs, prose, strong
from threatbase.checklist.items import Item
from threatbase.words import Words


def component_definition(edition: Edition) -> bytes:
    """The document: one component, and a requirement for each control."""
    words = edition.words
    implementations = [
        {
            "uuid": edition.uuid("implementation"),
            "source": PROFILE,
            "description": prose(words("checklist.oscal.implementation")),
            "implemented-requirements": [_requirement(edition, row.item) for row in edition.checklist.rows],
        }
    ]
    component = {
        "uuid": edition.uuid("component"),
        "type": "software",
        "title": line(words("checklist.oscal.component")),
        "description": prose(words("checklist.oscal.described")),
        **lists(control_implementations=implementations if edition.checklist.rows else []),
    }
    return document(edition, "component-definition", {"components": [component]})


def _requirement(edition: Edition, item: Item) -> dict[str, Any]:
    return {
        "uuid": edition.uuid("requirement", item.id),
        "control-id": token(item.id),
        "description": _how(item, edition.words),
        "props": prop("cost", str(item.cost)) + prop("content", item.content),
        **lists(remarks=_verify(item, edition.words)),
    }


def _how(item: Item, words: Words) -> str:
    """The snippets of an item, each under the name of its tool; what it asks for where there is none."""
    snippets = (text for one in item.how for text in (strong(words(f"apply.{one.tool}")), snippet_code(one)))
    return paragraphs(snippets) or prose(item.summary) or title_of(item)


def _verify(item: Item, words: Words) -> str:
    title = strong(words("checklist.column.verify"))
    checks = [text for one in item.checks for text in (title, code(one.command, "sh"), expected(one, words))]
    return paragraphs(checks)
