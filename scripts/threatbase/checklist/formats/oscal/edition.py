"""Editions: a checklist on its way into OSCAL, with the names and ids that its documents share."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from threatbase.addresses import NAMESPACE, SITE
from threatbase.checklist.formats.oscal.markup import string
from threatbase.checklist.sheet import Checklist, clean
from threatbase.words import Words

OSCAL = "1.2.1"
"""The version of OSCAL that is written: the newest one that compliance-trestle reads."""

NS = f"{SITE}ns/oscal"
"""The namespace of the properties that are ours."""

_FOREIGN = re.compile("[^A-Za-z0-9._-]")


@dataclass(frozen=True)
class Edition:
    """A checklist with its words, and the ids made from what it is for: they stay when its content changes."""

    checklist: Checklist

    @cached_property
    def words(self) -> Words:
        """The words of its language."""
        return Words(self.checklist.criteria.language)

    @cached_property
    def _key(self) -> str:
        return json.dumps(self.checklist.criteria.as_data(), ensure_ascii=False, sort_keys=True)

    def uuid(self, kind: str, name: str = "") -> str:
        """The UUID of a thing in this checklist."""
        return uuid_of(kind, self._key, name)


def uuid_of(*names: str) -> str:
    """A version 5 UUID in the namespace of the site."""
    return str(uuid.uuid5(NAMESPACE, clean("\n".join(("oscal", *names)))))


def token(item: str) -> str:
    """The id of an item as OSCAL allows it, and never the same for two: `no_privileged`, `no-setuid.my__db`.

    Ids of entries have no `_` and no `.`, and `_` is doubled in the names of containers: so a single one belongs to
    `no_` or begins the name of a part, `no_privileged_smt`.
    """
    measure, at, name = item.partition("@")
    own = _plain(measure.replace(":", "_", 1))
    start = "" if own[:1].isalpha() else "_"
    return start + own + (f".{_plain(name).replace('_', '__')}" if at else "")


def _plain(name: str) -> str:
    """The name with hyphens for what a token may not have, and then with a part of its hash at the end."""
    kept = _FOREIGN.sub("-", name)
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return kept if kept == name else f"{kept}-{mark}"


def statement(item: str) -> str:
    """The id of the part that says what the control asks for: what findings are about."""
    return f"{token(item)}_smt"


def prop(name: str, value: str, remarks: str = "") -> list[dict[str, Any]]:
    """A property of ours, or none where there is no value."""
    said = string(value)
    more = {"remarks": remarks} if remarks else {}
    return [{"name": name, "ns": NS, "value": said, **more}] if said else []


def lists(**found: Any) -> dict[str, Any]:
    """Fields by name, with hyphens in it, without those that are empty: OSCAL has no empty lists or texts."""
    return {name.replace("_", "-"): value for name, value in found.items() if value}
