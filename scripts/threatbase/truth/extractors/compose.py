"""Compose: the keys of each section, out of the specification's JSON Schema."""

from __future__ import annotations

import json
from pathlib import Path

from threatbase.truth.extractors.datafile import Items


def schema(compose_spec: Path) -> bytes:
    """The schema, as it is."""
    return (compose_spec / "schema/compose-spec.json").read_bytes()


def keys(compose_spec: Path) -> Items:
    """The keys of the document and of its sections."""
    document = json.loads(schema(compose_spec))
    definitions = document["definitions"]
    service = definitions["service"]["properties"]
    sections = {
        "top": document,
        "service": definitions["service"],
        "build": _mapping(service["build"]),
        "config": definitions["config"],
        "deploy": definitions["deployment"],
        "healthcheck": definitions["healthcheck"],
        "network": definitions["network"],
        "secret": definitions["secret"],
        "service-network": _mapping(_mapping(service["networks"])["patternProperties"]["^[a-zA-Z0-9._-]+$"]),
        "service-volume": _mapping(service["volumes"]["items"]),
        "volume": definitions["volume"],
    }
    return {name: sorted(section["properties"]) for name, section in sections.items()}


def _mapping(node: Items) -> Items:
    """The alternative of a node that is a mapping."""
    options: list[Items] = node.get("oneOf") or [node]
    return next(option for option in options if option.get("type") == "object")
