"""The threats and mitigations as a STIX 2.1 bundle."""

from __future__ import annotations

import datetime
import json
import uuid
from typing import Any

from threatbase.addresses import NAMESPACE
from threatbase.export.tables import Tables
from threatbase.knowledge import Entry
from threatbase.models import Mitigation, Threat

_MITIGATES = ("prevents", "limits")


def as_stix(tables: Tables) -> str:
    """Threats as attack-pattern, mitigations as course-of-action, `prevents` and `limits` as mitigates."""
    entries = [entry for entry in tables.knowledge.entries.values() if entry.is_published]
    objects = [_identity()]
    objects += [_threat(entry, entry.body) for entry in entries if isinstance(entry.body, Threat)]
    objects += [_mitigation(entry, entry.body) for entry in entries if isinstance(entry.body, Mitigation)]
    known = {item["id"] for item in objects}
    related = [item for entry in entries if isinstance(entry.body, Threat) for item in _relations(entry, entry.body)]
    objects += [item for item in related if item["source_ref"] in known]
    bundle = {"type": "bundle", "id": f"bundle--{_uuid(tables.digest)}", "objects": objects}
    return json.dumps(bundle, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _uuid(name: str) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, name)


def _common(kind: str, name: str, date: datetime.date) -> dict[str, Any]:
    stamp = f"{date.isoformat()}T00:00:00.000Z"
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": f"{kind}--{_uuid(name)}",
        "created": stamp,
        "modified": stamp,
        "created_by_ref": f"identity--{_uuid('identity')}",
    }


def _identity() -> dict[str, Any]:
    found = _common("identity", "identity", datetime.date(2026, 11, 23))
    del found["created_by_ref"]
    return {**found, "name": "Threatbase", "identity_class": "organization"}


def _described(entry: Entry) -> dict[str, Any]:
    external = [{"source_name": "threatbase", "external_id": str(entry.key)}]
    return {
        "name": entry.body.title.get("en"),
        "description": entry.body.summary.get("en"),
        "external_references": external,
    }


def _threat(entry: Entry, threat: Threat) -> dict[str, Any]:
    found = {**_common("attack-pattern", str(entry.key), threat.reviewed), **_described(entry)}
    ids = threat.mappings
    outside = [("mitre-attack", id_) for id_ in ids.attack] + [("capec", f"CAPEC-{id_}") for id_ in ids.capec]
    outside += [("cwe", f"CWE-{id_}") for id_ in ids.cwe]
    found["external_references"] += [{"source_name": name, "external_id": id_} for name, id_ in outside]
    return found


def _mitigation(entry: Entry, mitigation: Mitigation) -> dict[str, Any]:
    return {**_common("course-of-action", str(entry.key), mitigation.reviewed), **_described(entry)}


def _relations(entry: Entry, threat: Threat) -> list[dict[str, Any]]:
    found = []
    for effect in threat.effects:
        if effect.effect in _MITIGATES:
            name = f"{effect.mitigation} {effect.effect} {entry.key} {' '.join(effect.with_)}"
            found.append(
                {
                    **_common("relationship", name, threat.reviewed),
                    "relationship_type": "mitigates",
                    "source_ref": f"course-of-action--{_uuid(f'mitigation:{effect.mitigation}')}",
                    "target_ref": f"attack-pattern--{_uuid(str(entry.key))}",
                    "description": effect.because.get("en"),
                }
            )
    return found
