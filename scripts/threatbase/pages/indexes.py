"""Pages that are about many entries: an index per kind, the matrix, the table of options."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from threatbase import truth
from threatbase.knowledge import Entry, Key
from threatbase.models import KINDS, Kind, Source, Threat
from threatbase.models.kernel_feature import Family
from threatbase.pages.render import Page, Renderer
from threatbase.problem_codes import codes
from threatbase.prose import inline
from threatbase.risk import LIKELIHOODS, RISK_LEVELS, RISK_TABLE, TENANCIES, risk_of
from threatbase.typography import sort_key


def index_pages(renderer: Renderer) -> Iterator[Page]:
    """Every index page of the site."""
    for kind in KINDS.values():
        if renderer.knowledge.of_kind(kind.name):
            yield _index(kind, renderer)
    yield _matrix(renderer)
    yield _rejected(renderer)
    yield _problem_codes(renderer)


def _index(kind: Kind, renderer: Renderer) -> Page:
    entries = [entry for entry in renderer.knowledge.of_kind(kind.name) if entry.is_published]
    name = f"index_{kind.name.replace('-', '_')}"
    groups = _groups(kind, entries, renderer)
    avoided = (
        [id_ for id_, option in renderer.catalogue.options.items() if option.avoid] if kind.name == "mitigation" else []
    )
    others = other_flags(renderer) if kind.name == "docker-option" else []
    version = truth.provenance("docker-run-flags").version if others else ""
    return renderer.named_page(
        name, f"{kind.path}/", "index.html", groups=groups, avoided=avoided, others=others, version=version
    )


def other_flags(renderer: Renderer) -> list[str]:
    """Flags of docker run that no entry is about."""
    named = {
        word.split("=")[0]
        for option in renderer.catalogue.options.values()
        for word in (option.names.run or "").split()
        if word.startswith("--")
    }
    return sorted(flag for flag, found in truth.run_flags().items() if flag not in named and not found.hidden)


def _groups(kind: Kind, entries: list[Entry], renderer: Renderer) -> list[dict[str, Any]]:
    """Entries under headings: threats by layer, features by family, sources by nature, others in one."""
    if kind.name == "layer":
        return [
            {
                "title": None,
                "entries": [_row(renderer.knowledge[Key("layer", id_)], renderer) for id_ in renderer.catalogue.layers],
            }
        ]
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(_group_of(kind, entry), []).append(entry)
    return [
        {
            "title": _group_title(kind, name, renderer),
            "entries": [_row(entry, renderer) for entry in _sorted(groups[name], renderer)],
        }
        for name in sorted(groups, key=lambda name: _group_rank(kind, name, renderer))
    ]


_GROUPED_BY = {
    "threat": "layer",
    "kernel-feature": "family",
    "source": "nature",
    "state": "role",
    "mitigation": "scope",
}


def _group_of(kind: Kind, entry: Entry) -> str:
    field = _GROUPED_BY.get(kind.name)
    value = getattr(entry.body, field) if field else ""
    return str(value[0] if isinstance(value, tuple) else value)


def _group_title(kind: Kind, name: str, renderer: Renderer) -> str | None:
    if not name:
        return None
    if kind.name == "threat":
        return renderer.title(Key("layer", name))
    return renderer.words(f"{_GROUPED_BY[kind.name]}.{name}")


def _group_rank(kind: Kind, name: str, renderer: Renderer) -> tuple[int, str]:
    order = list(renderer.catalogue.layers) if kind.name == "threat" else _ORDER.get(kind.name, [])
    return (order.index(name) if name in order else len(order), name)


_ORDER = {
    "state": ["start", "fact", "held", "goal"],
    "mitigation": ["image", "container", "daemon", "host", "registry", "organisation"],
    "kernel-feature": list(get_args(Family)),
}


def _sorted(entries: list[Entry], renderer: Renderer) -> list[Entry]:
    if entries and isinstance(entries[0].body, Threat):
        return sorted(entries, key=lambda entry: (-_rank(entry), sort_key(renderer.title(entry.key))))
    return sorted(entries, key=lambda entry: sort_key(renderer.title(entry.key)))


def _rank(entry: Entry) -> int:
    assert isinstance(entry.body, Threat)
    return RISK_LEVELS.index(risk_of(entry.body, "private"))


def _row(entry: Entry, renderer: Renderer) -> dict[str, Any]:
    body = entry.body
    risks = [risk_of(body, tenancy) for tenancy in TENANCIES] if isinstance(body, Threat) else []
    note = ", ".join([*body.authors, *([str(body.year)] if body.year else [])]) if isinstance(body, Source) else ""
    return {"key": entry.key, "risks": risks, "body": body, "note": note}


def _matrix(renderer: Renderer) -> Page:
    catalogue = renderer.catalogue
    tables = [{"tenancy": tenancy, "columns": list(_columns(renderer, tenancy))} for tenancy in TENANCIES]
    total = len(catalogue.threats)
    scale = [(severity, list(zip(LIKELIHOODS, RISK_TABLE[severity], strict=True))) for severity in RISK_TABLE]
    return renderer.named_page(
        "matrix", "matrix/", "matrix.html", tables=tables, total=total, scale=scale, levels=RISK_LEVELS
    )


def _columns(renderer: Renderer, tenancy: str) -> Iterator[dict[str, Any]]:
    threats = renderer.catalogue.threats
    for layer in renderer.catalogue.layers:
        ids = renderer.catalogue.threats_by_layer.get(layer, ())
        cells = [(id_, risk_of(threats[id_], tenancy)) for id_ in ids]
        yield {
            "layer": layer,
            "cells": sorted(
                cells, key=lambda cell: (-RISK_LEVELS.index(cell[1]), sort_key(renderer.title(Key("threat", cell[0]))))
            ),
        }


def _rejected(renderer: Renderer) -> Page:
    entries = [entry for entry in renderer.knowledge.entries.values() if entry.body.status == "rejected"]
    return renderer.named_page("rejected", "rejected/", "rejected.html", entries=entries)


def _problem_codes(renderer: Renderer) -> Page:
    language = renderer.language
    shown = {
        code: {name: inline(text, language, lambda _: None) for name, text in texts.items()}
        for code, texts in sorted(codes(language).items())
    }
    return renderer.named_page("problems", "problems/", "problems.html", codes=shown.items())
