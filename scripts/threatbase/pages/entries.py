"""What the page of an entry shows, kind by kind: the values that its template loops over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from markupsafe import Markup

from threatbase import truth
from threatbase.analysis.book import Book
from threatbase.knowledge import Entry, Key
from threatbase.models import (
    DockerOption,
    KernelFeature,
    Layer,
    Mitigation,
    Need,
    Source,
    State,
    Threat,
)
from threatbase.models.base import Reference, Window
from threatbase.models.threat import split_grant, split_options
from threatbase.pages.downloads import SUFFIXES, downloads
from threatbase.pages.measures import measure_answers
from threatbase.pages.paths import path_card
from threatbase.pages.render import Renderer
from threatbase.risk import RISK_LEVELS, TENANCIES, risk_of

Values = dict[str, Any]

EFFECT_ORDER = ("prevents", "limits", "detects", "none")
LEXERS = {"run": "bash", "compose": "yaml", "daemon": "json", "dockerfile": "docker", "host": "bash"}
_MAN = "https://man7.org/linux/man-pages/man{section}/{name}.{section}.html"


def view(entry: Entry, renderer: Renderer, book: Book) -> Values:
    """The values for an entry's template; `book` holds the answers of the graph."""
    common: Values = {
        "key": entry.key,
        "kind": entry.key.kind,
        "body": entry.body,
        "successor": Key(entry.key.kind, entry.body.replaced_by) if entry.body.replaced_by else None,
    }
    special = _VIEWS.get(type(entry.body))
    return common | (special(entry, renderer) if special else {}) | _answered(entry, renderer, book)


def _answered(entry: Entry, renderer: Renderer, book: Book) -> Values:
    """What the graph says of an entry."""
    match entry.body:
        case Threat():
            paths = book.get("threats", {}).get(entry.key.id, ())
            return {"paths": [path_card(path, renderer) | _dependent(path) for path in paths]}
        case Mitigation():
            return {"worth": measure_answers(entry.key.id, book)}
        case Need() | Layer():
            offered = downloads(entry.key.kind, entry.key.id, book) if entry.is_published else ()
            return {"downloads": offered, "suffixes": SUFFIXES}
    return {}


def _dependent(path: Book) -> Values:
    return {name: path[name] for name in ("attacker", "goal", "doors", "added", "facts")}


def _threat(entry: Entry, renderer: Renderer) -> Values:
    threat: Any = entry.body
    opened = [split_options(item) for item in threat.opened_by]
    return {
        "risk": {tenancy: risk_of(threat, tenancy) for tenancy in TENANCIES},
        "grants": [split_grant(grant) for grant in threat.grants],
        "opened_by": opened,
        "avoided": list(dict.fromkeys(option for item in opened for option in item if _avoidable(option, renderer))),
        "effects": _grouped(threat.effects, lambda effect: str(effect.effect)),
        "mappings": _threat_mappings(threat),
    }


def _avoidable(option: str, renderer: Renderer) -> bool:
    found = renderer.catalogue.options.get(option)
    return found is not None and found.avoid is not None


def _mitigation(entry: Entry, renderer: Renderer) -> Values:
    mitigation: Any = entry.body
    catalogue, id_ = renderer.catalogue, entry.key.id
    snippets = [(name, LEXERS[name], getattr(mitigation.apply, name)) for name in LEXERS]
    return {
        "windows": [window_text(window, renderer) for window in mitigation.default_when],
        "snippets": [item for item in snippets if item[2]],
        "effects": _grouped(catalogue.effects_of.get(id_, ()), lambda item: str(item.effect.effect)),
        "introduces": catalogue.introduced_by.get(id_, ()),
        "undone_by": catalogue.weaknesses_of.get(id_, ()),
        "disabled_by": catalogue.disabled_by.get(id_, ()),
        "mappings": _mitigation_mappings(mitigation),
    }


def _feature(entry: Entry, renderer: Renderer) -> Values:
    feature: Any = entry.body
    catalogue, id_ = renderer.catalogue, entry.key.id
    return {
        "man": man_page(feature.man),
        "capability_rows": list(capability_rows()) if feature.table == "capabilities" else [],
        "parts": catalogue.parts_of.get(id_, ()),
        "mitigations": catalogue.mitigations_by_feature.get(id_, ()),
        "options": catalogue.options_by_feature.get(id_, ()),
        "threats": catalogue.threats_by_feature.get(id_, ()),
    }


def capability_rows() -> Iterator[Values]:
    """Every capability, whether Docker grants it, and the system calls that the default filter then allows."""
    calls: dict[str, list[str]] = {}
    for name, call in truth.syscalls().items():
        for granted in call.capabilities if call.default != "allowed" else ():
            calls.setdefault(granted.removeprefix("CAP_"), []).append(name)
    for name, capability in sorted(truth.capabilities().items(), key=lambda item: item[1].number):
        yield {"name": name, "number": capability.number, "default": capability.default, "calls": calls.get(name, [])}


def _option(entry: Entry, renderer: Renderer) -> Values:
    option: Any = entry.body
    catalogue, id_ = renderer.catalogue, entry.key.id
    names = [(name, getattr(option.names, name)) for name in type(option.names).model_fields]
    return {
        "names": [item for item in names if item[1]],
        "defaults": [(item.value, window_text(item, renderer)) for item in option.defaults],
        "opens": catalogue.opened_by.get(id_, ()),
        "mitigations": catalogue.mitigations_by_option.get(id_, ()),
    }


def _state(entry: Entry, renderer: Renderer) -> Values:
    state: Any = entry.body
    catalogue, id_ = renderer.catalogue, entry.key.id
    return {
        "implies": [split_grant(item)[1] for item in state.implies],
        "implied_by": catalogue.implied_by.get(id_, ()),
        "granted_by": catalogue.granted_by.get(id_, ()),
        "required_by": catalogue.required_by.get(id_, ()),
    }


def _layer(entry: Entry, renderer: Renderer) -> Values:
    threats = renderer.catalogue.threats
    ids = renderer.catalogue.threats_by_layer.get(entry.key.id, ())
    rows = [(id_, *(risk_of(threats[id_], tenancy) for tenancy in TENANCIES)) for id_ in ids]
    return {"threats": sorted(rows, key=lambda row: (-RISK_LEVELS.index(row[1]), -RISK_LEVELS.index(row[2]), row[0]))}


def _source(entry: Entry, renderer: Renderer) -> Values:
    cited = renderer.catalogue.citations.get(entry.key.id, ())
    claims = [(item.entry, item.by.claim if isinstance(item.by, Reference) else item.by.what) for item in cited]
    return {"cited_by": claims}


_VIEWS: dict[type, Callable[[Entry, Renderer], Values]] = {
    Threat: _threat,
    Mitigation: _mitigation,
    KernelFeature: _feature,
    DockerOption: _option,
    State: _state,
    Layer: _layer,
    Source: _source,
}


def sections_shown(values: Values) -> Callable[[str], bool]:
    """Tells which sections of a page have something to show."""
    body = values["body"]
    present = {
        "history": body.history,
        "references": body.references,
        "graph": values.get("diagram"),
        "mitigations": values.get("effects") or values.get("avoided") or getattr(body, "unmitigated", None),
        "threats": _threats_section(values),
        "apply": values.get("snippets"),
        "cases": getattr(body, "cases", ()),
        "used-by": values.get("mitigations") or values.get("options") or values.get("threats") or values.get("opens"),
        "reached-by": values.get("granted_by"),
        "leads-to": values.get("required_by"),
        "cited-by": values.get("cited_by"),
        "security": getattr(body, "security", None),
        "paths": values.get("paths"),
        "worth": values.get("worth"),
        "checklists": values.get("downloads"),
        "description": body.description and values["kind"] != "layer",
    }
    for field in ("verify", "values", "avoid", "must", "cannot"):
        present.setdefault(field, getattr(body, field, ()))
    return lambda section: bool(present.get(section, True))


def _threats_section(values: Values) -> bool:
    return any(values.get(name) for name in ("threats", "effects", "introduces", "undone_by"))


def window_text(window: Window, renderer: Renderer) -> Markup:
    """`since Docker 1.10, with AppArmor` in the words of the language."""
    words = renderer.words
    parts = []
    if window.from_:
        parts.append(words("window.from", version=window.from_))
    if window.until:
        parts.append(words("window.until", version=window.until))
    if window.if_:
        parts.append(words("window.if", conditions=", ".join(words(f"condition.{item}") for item in window.if_)))
    return Markup("{}").format(", ".join(parts))


def man_page(page: str | None) -> str | None:
    """The address of a manual page written as `capabilities(7)`."""
    if page is None:
        return None
    name, section = page.rstrip(")").split("(")
    return _MAN.format(name=name, section=section)


def _grouped(items: Iterable[Any], effect: Callable[[Any], str]) -> list[dict[str, Any]]:
    found = list(items)
    groups = [{"effect": name, "items": [item for item in found if effect(item) == name]} for name in EFFECT_ORDER]
    return [group for group in groups if group["items"]]


Mapped = tuple[str, list[tuple[str, str, str | None]]]
"""The name of a catalogue, and ids in it with their titles and addresses."""


def _threat_mappings(threat: Any) -> list[Mapped]:
    ids = threat.mappings
    return _present(
        [
            _mapped("MITRE ATT&CK", ids.attack, "attack-technique", _attack_address),
            _mapped("Microsoft", ids.microsoft, "microsoft", None),
            _mapped("CWE", ids.cwe, "cwe", lambda id_: f"https://cwe.mitre.org/data/definitions/{id_}.html"),
            _mapped("CAPEC", ids.capec, "capec", lambda id_: f"https://capec.mitre.org/data/definitions/{id_}.html"),
            _mapped("NIST SP 800-190", ids.nist_800_190, "nist-risk", None),
            _mapped("OWASP Docker Top 10", ids.owasp_docker, "owasp-docker", None),
        ]
    )


def _mitigation_mappings(mitigation: Any) -> list[Mapped]:
    ids = mitigation.mappings
    cis: list[tuple[str, str, str | None]] = [
        (item.id, _title(truth.cis(item.benchmark), item.id), None) for item in ids.cis
    ]
    versions = "/".join(sorted({item.benchmark for item in ids.cis}))
    return _present(
        [
            (f"CIS Docker Benchmark {versions}", cis),
            _mapped("NIST SP 800-190", ids.nist_800_190, "nist-countermeasure", None),
            _mapped("MITRE ATT&CK", ids.attack, "attack-mitigation", _attack_mitigation_address),
            _mapped("OWASP Docker Top 10", ids.owasp_docker, "owasp-docker", None),
        ]
    )


def _mapped(
    name: str, ids: Iterable[Any], catalogue: truth.MappingKind, address: Callable[[str], str] | None
) -> Mapped:
    known = truth.mapping_ids(catalogue)
    return name, [(str(id_), _title(known, str(id_)), address(str(id_)) if address else None) for id_ in ids]


def _present(mapped: list[Mapped]) -> list[Mapped]:
    return [item for item in mapped if item[1]]


def _title(known: Mapping[str, str], id_: str) -> str:
    return known.get(id_, id_)


def _attack_address(id_: str) -> str:
    return f"https://attack.mitre.org/techniques/{id_.replace('.', '/')}/"


def _attack_mitigation_address(id_: str) -> str:
    return f"https://attack.mitre.org/mitigations/{id_}/"
