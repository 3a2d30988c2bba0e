"""The catalog: a group for each section, a control for each item."""

from __future__ import annotations

from typing import Any

from threatbase.addresses import published
from threatbase.checklist.formats.oscal.documents import document
from threatbase.checklist.formats.oscal.edition import NS, Edition, lists, prop, statement, token
from threatbase.checklist.formats.oscal.markup import code, line, paragraphs, prose, string
from threatbase.checklist.items import Check, Item, Snippet
from threatbase.words import Words

RMF = "http://csrc.nist.gov/ns/rmf"
"""The namespace in which NIST names the ways to assess a control."""

_LANGUAGES = {"run": "sh", "compose": "yaml", "daemon": "json", "dockerfile": "dockerfile", "host": "sh"}


def catalog(edition: Edition) -> bytes:
    """The document; an empty checklist makes an empty catalog."""
    order = {row.item.id: index for index, row in enumerate(edition.checklist.rows, 1)}
    groups = [
        {
            "id": f"section_{section}",
            "class": "section",
            "title": line(edition.words(f"checklist.section.{section}")),
            "controls": [_control(edition, row.item, order) for row in rows],
        }
        for section, rows in edition.checklist.by_section()
    ]
    return document(edition, "catalog", lists(groups=groups), remarks=edition.checklist.remarks)


def _control(edition: Edition, item: Item, order: dict[str, int]) -> dict[str, Any]:
    words, language = edition.words, edition.checklist.criteria.language
    page = {"href": published(item.address, language), "rel": "reference", "text": line(item.title)}
    related = [
        {"href": f"#{token(other)}", "rel": "related", "text": line(words("checklist.oscal.exclusive"))}
        for other in item.excludes
        if other in order
    ]
    return {
        "id": token(item.id),
        "class": "avoidance" if item.id.startswith("no:") else "mitigation",
        "title": title_of(item),
        "props": _props(item, order[item.id], words),
        "links": [{name: text for name, text in page.items() if text}, *related],
        "parts": _parts(item, words),
    }


def title_of(item: Item) -> str:
    """The title of an item, or its id where it has none."""
    return line(item.title) or line(item.id)


def _props(item: Item, place: int, words: Words) -> list[dict[str, Any]]:
    known = [{"name": "alt-identifier", "value": string(item.id)}, {"name": "sort-id", "value": f"{place:04}"}]
    ours = prop("section", item.section)
    ours += prop("priority", str(item.priority), prose(words(f"checklist.priority.p{item.priority}")))
    ours += prop("cost", str(item.cost)) + prop("content", item.content)
    for catalogue, ids in item.mappings.items():
        name = prose(words(f"checklist.mapping.{catalogue}"))
        ours += [one for id_ in ids for one in prop(catalogue, id_, name)]
    return known + ours


def _parts(item: Item, words: Words) -> list[dict[str, Any]]:
    id_ = token(item.id)
    asked = prose(item.summary) or title_of(item)
    parts: list[dict[str, Any]] = [{"id": statement(item.id), "name": "statement", "prose": asked}]
    if why := prose(*item.why):
        parts += [{"id": f"{id_}_gdn", "name": "guidance", "prose": why}]
    if breaks := prose(item.breaks):
        title = line(words("checklist.column.breaks"))
        parts += [{"id": f"{id_}_brk", "name": "breaks", "ns": NS, "title": title, "prose": breaks}]
    parts += [_example(id_, index, snippet, words) for index, snippet in enumerate(item.how, 1)]
    return parts + [_method(id_, index, check, words) for index, check in enumerate(item.checks, 1)]


def _example(id_: str, index: int, snippet: Snippet, words: Words) -> dict[str, Any]:
    return {
        "id": f"{id_}_exm-{index}",
        "name": "example",
        "class": snippet.tool,
        "title": line(words(f"apply.{snippet.tool}")),
        "prose": snippet_code(snippet),
    }


def snippet_code(snippet: Snippet) -> str:
    """A snippet as a block of code."""
    return code(snippet.text, _LANGUAGES.get(snippet.tool, ""))


def _method(id_: str, index: int, check: Check, words: Words) -> dict[str, Any]:
    name = f"{id_}_asm-{index}"
    command = {"id": f"{name}_obj", "name": "assessment-objects", "prose": code(check.command, "sh")}
    return {
        "id": name,
        "name": "assessment-method",
        "props": [{"name": "method", "ns": RMF, "value": "TEST"}],
        **lists(prose=expected(check, words)),
        "parts": [command],
    }


def expected(check: Check, words: Words) -> str:
    """What the output of a check has to be, and how to read it."""
    title = line(words("checklist.column.expect"))
    pattern = [title, code(check.expect)] if check.expect else []
    return paragraphs([*pattern, prose(check.because)])
