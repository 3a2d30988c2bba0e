"""Pages that compare: defaults by engine version, coverage of other catalogues, then and now."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from threatbase import truth
from threatbase.analysis.book import Book
from threatbase.frameworks import FRAMEWORKS, coverage
from threatbase.gaps import find_gaps
from threatbase.knowledge import Key
from threatbase.models import DockerOption, Language
from threatbase.models.base import History
from threatbase.pages.entries import window_text
from threatbase.pages.render import Page, Renderer
from threatbase.typography import sort_key
from threatbase.versions import ENGINE_VERSIONS, holds_in, version_key


def comparison_pages(renderer: Renderer, book: Book) -> Iterator[Page]:
    """All of these pages."""
    yield _features_options(renderer)
    yield _then_and_now(renderer)
    yield from _coverage_pages(renderer)
    yield _gaps(renderer, book)
    if renderer.knowledge.terms:
        yield _glossary(renderer)


def _features_options(renderer: Renderer) -> Page:
    catalogue = renderer.catalogue
    renderer.page_at("features-options/")
    rows = [
        {"feature": id_, "options": [_option_row(option, renderer) for option in catalogue.options_by_feature[id_]]}
        for id_ in catalogue.features
        if id_ in catalogue.options_by_feature
    ]
    return renderer.named_page(
        "features_options", "features-options/", "features-options.html", rows=rows, versions=ENGINE_VERSIONS
    )


def _option_row(id_: str, renderer: Renderer) -> dict[str, Any]:
    option = renderer.catalogue.options[id_]
    cells = [_cell(option, version, renderer) for version in ENGINE_VERSIONS]
    merged = [{**cell, "span": len(list(same))} for cell, same in groupby(cells)]
    return {"id": id_, "cells": merged, "mitigations": renderer.catalogue.mitigations_by_option.get(id_, ())}


def _cell(option: DockerOption, version: str, renderer: Renderer) -> dict[str, Any]:
    """What an option's default is in one version: absent before it came, removed after it went."""
    line = version_key(version)
    removed = option.deprecated.removed if option.deprecated else None
    if option.since and version_key(option.since)[: len(line)] > line:
        return {"state": "absent", "defaults": []}
    if removed and version_key(removed) <= line:
        return {"state": "removed", "defaults": []}
    held = [item for item in option.defaults if holds_in(item, version)]
    shown = [
        (item.value, window_text(item.model_copy(update={"from_": None, "until": None}), renderer)) for item in held
    ]
    return {"state": "present", "defaults": shown}


def _then_and_now(renderer: Renderer) -> Page:
    renderer.page_at("then-and-now/")
    founding = [Key("source", id_) for id_ in truth.founding_documents()]
    groups: dict[Key | None, list[dict[str, Any]]] = {key: [] for key in (*founding, None)}
    for item in _history(renderer):
        source = Key("source", item["history"].source) if item["history"].source else None
        groups[source if source in groups else None].append(item)
    shown = [
        {"key": key, "id": key.id if key else "other", "items": sorted(items, key=lambda item: item["history"].year)}
        for key, items in groups.items()
        if items
    ]
    return renderer.named_page("then_and_now", "then-and-now/", "then-and-now.html", groups=shown)


def _history(renderer: Renderer) -> Iterator[dict[str, Any]]:
    def item(history: History, href: str, title: str) -> dict[str, Any]:
        return {"history": history, "href": href, "title": title}

    for entry in renderer.knowledge.entries.values():
        for history in entry.body.history if entry.is_published else ():
            yield item(history, renderer.href(entry.key), renderer.title(entry.key))
    for page in renderer.knowledge.narratives:
        address = page.name.removesuffix(".md").removesuffix("index")
        for history in page.meta.history if page.language == renderer.language else ():
            yield item(history, f"../{address}/".replace("//", "/"), page.meta.title)


def _coverage_pages(renderer: Renderer) -> Iterator[Page]:
    rows = []
    for framework in FRAMEWORKS:
        items = coverage(framework, renderer.knowledge, renderer.language)
        gaps = [item for item in items if item.is_gap]
        excluded = sum(1 for item in items if item.not_applicable and not item.entries)
        total, reached = len(items), sum(1 for item in items if item.entries)
        rows.append(
            {
                "id": framework.id,
                "version": framework.version,
                "total": total,
                "reached": reached,
                "excluded": excluded,
                "gaps": len(gaps),
            }
        )
        yield renderer.named_page(
            f"coverage_{framework.id}", f"coverage/{framework.id}/", "coverage.html",
            items=items, gaps=gaps, version=framework.version,
        )  # fmt: skip
    yield renderer.named_page("coverage", "coverage/", "coverage-index.html", rows=rows)


def _gaps(renderer: Renderer, book: Book) -> Page:
    newest = max((entry.body.reviewed for entry in renderer.knowledge.entries.values()), default=datetime.date.min)
    # The newest review stands for today: the same knowledge gives the same page.
    gaps = find_gaps(renderer.knowledge, newest)
    sections = [(name, f"gaps.{name.replace('-', '_')}") for name in _GAPS]
    return renderer.named_page("gaps", "gaps/", "gaps.html", sections, gaps=gaps, single_points=_single_points(book))


_GAPS = (
    "unmitigated", "unanswered", "detect_only", "single-points", "cutting-nothing", "concentrated", "unsourced",
    "stale", "wanted", "beliefs",
)  # fmt: skip
"""The sections of the page of gaps, in order."""


def _single_points(book: Book) -> list[tuple[str, list[tuple[str, str]]]]:
    """The measures whose failure no set survives, with the goals and the hosts: those of most goals first."""
    found: dict[str, list[tuple[str, str]]] = {}
    for goal, answers in book.get("goals", {}).items():
        for tenancy, of_skill in answers.items():
            for measure in (of_skill["skilled"].get("resilient") or {}).get("irreplaceable", ()):
                found.setdefault(measure, []).append((goal, tenancy))
    return sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))


def _glossary(renderer: Renderer) -> Page:
    other: Language = "en" if renderer.language == "fr" else "fr"
    terms = [
        {
            "name": term.name(renderer.language),
            "other": term.name(other),
            "abbreviation": term.abbreviation,
            "definition": term.definition,
            "anchor": term.en.casefold().replace(" ", "-"),
        }
        for term in sorted(renderer.knowledge.terms, key=lambda term: sort_key(term.name(renderer.language)))
    ]
    return renderer.named_page("glossary", "glossary/", "glossary.html", terms=terms, other=other)
