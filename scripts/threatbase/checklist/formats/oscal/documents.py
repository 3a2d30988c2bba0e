"""Documents: what every OSCAL file says of itself."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from typing import Any

from threatbase.addresses import published
from threatbase.checklist.formats.oscal.edition import OSCAL, Edition, lists, prop, uuid_of
from threatbase.checklist.formats.oscal.markup import line, prose

CATALOG = "catalog.json"
PROFILE = "profile.json"
COMPONENTS = "component-definition.json"
RESULTS = "assessment-results.json"


def document(
    edition: Edition,
    kind: str,
    body: Mapping[str, Any],
    *,
    modified: datetime.date | None = None,
    owners: Mapping[str, str] | None = None,
    remarks: Sequence[str] = (),
) -> bytes:
    """A document of this kind. Its UUID is made from all that it says, as OSCAL wants: another text, another UUID."""
    content = {"metadata": _metadata(edition, kind, modified, owners or {}, remarks), **body}
    named = {"uuid": uuid_of(kind, json.dumps(content, ensure_ascii=False)), **content}
    return (json.dumps({kind: named}, ensure_ascii=False, indent=2) + "\n").encode()


def _metadata(
    edition: Edition, kind: str, modified: datetime.date | None, owners: Mapping[str, str], remarks: Sequence[str]
) -> dict[str, Any]:
    checklist, words = edition.checklist, edition.words
    publisher = uuid_of("party", "threatbase")
    return {
        "title": line(words(f"checklist.oscal.document.{kind}", title=checklist.title)),
        "last-modified": moment(modified or checklist.reviewed),
        "version": checklist.version,
        "oscal-version": OSCAL,
        "props": _props(edition),
        "links": [{"href": published("", checklist.criteria.language), "rel": "reference"}],
        "roles": [_role("creator", words("checklist.oscal.creator"))]
        + ([_role("owner", words("checklist.column.owner"))] if owners else []),
        "parties": [{"uuid": publisher, "type": "organization", "name": "Threatbase"}]
        + [_owner(id_, name, words("checklist.oscal.owner")) for name, id_ in owners.items()],
        "responsible-parties": [{"role-id": "creator", "party-uuids": [publisher]}]
        + ([{"role-id": "owner", "party-uuids": list(owners.values())}] if owners else []),
        **lists(remarks=prose(*remarks)),
    }


def _props(edition: Edition) -> list[dict[str, Any]]:
    found = prop("digest", edition.checklist.digest)
    for name, value in edition.checklist.criteria.as_data().items():
        for one in value if isinstance(value, list) else [value]:
            found += prop(name, one)
    return found


def _role(id_: str, title: str) -> dict[str, Any]:
    return {"id": id_, "title": line(title)}


def _owner(id_: str, name: str, remarks: str) -> dict[str, Any]:
    return {"uuid": id_, "type": "person", "name": name, "remarks": prose(remarks)}


def moment(day: datetime.date) -> str:
    """The beginning of a day, in UTC."""
    return f"{day.isoformat()}T00:00:00Z"
