"""Compose files and fragments, held against the schema of the Compose specification."""

from __future__ import annotations

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
        hint = did_you_mean(name, truth.compose_keys()["service"] if len(path) == 2 else ())
        return name, f"Compose has no key '{name}' at {where}{hint}"
    return (path[-1] if path else ""), f"Compose does not accept {where}: {fault.message}"


def compose_capabilities(data: Data) -> list[str]:
    """The capabilities that a valid Compose file adds or drops."""
    services = data.get("services") or {}
    return [
        capability
        for service in services.values()
        for field in ("cap_add", "cap_drop")
        for capability in (service or {}).get(field) or ()
    ]
