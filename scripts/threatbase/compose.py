"""Compose files and fragments, held against the schema of the Compose specification."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from threatbase import truth
from threatbase.problems import did_you_mean
from threatbase.sources import Data


@cache
def _validator() -> Any:
    import jsonschema_rs  # compiled once, and only where a fragment is met

    return jsonschema_rs.validator_for(dict(truth.compose_schema()))


def compose_errors(data: Data) -> list[tuple[str, str]]:
    """For each fault, a word of the fragment that stands near it, and a message."""
    return [_error(fault) for fault in _validator().iter_errors(data)]


def _error(fault: Any) -> tuple[str, str]:
    path = [part for part in fault.instance_path if isinstance(part, str)]
    where = ".".join(str(part) for part in fault.instance_path) or "the top"
    unexpected = getattr(fault.kind, "unexpected", None)
    if unexpected:
        name = unexpected[0]
        return name, f"Compose has no key '{name}' at {where}{did_you_mean(name, _known_at(path))}"
    return (path[-1] if path else ""), f"Compose does not accept {where}: {fault.message}"


def _known_at(path: list[str]) -> Iterable[str]:
    if not path:
        return truth.compose_keys()["top"]
    sections = {"services": "service", "networks": "network", "volumes": "volume"}
    return truth.compose_keys()[sections[path[0]]] if len(path) == 2 and path[0] in sections else ()


def compose_capabilities(data: Data) -> list[str]:
    """The capabilities that a valid Compose file adds or drops."""
    services = data.get("services") or {}
    return [
        capability
        for service in services.values()
        for field in ("cap_add", "cap_drop")
        for capability in (service or {}).get(field) or ()
    ]
