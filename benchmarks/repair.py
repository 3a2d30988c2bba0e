"""Repairs a synthetic base where it is no whole number of copies: links whose targets were left out
leave holes, and here they are filled so that every rule on the base holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import cycle
from typing import Any

from threatbase.graph import reachable
from threatbase.models import Threat
from threatbase.models.threat import split_grant

Entries = dict[str, dict[str, Any]]
Base = Mapping[str, Entries]
"""For each kind, the data of its entries by id."""


def repair(base: Base) -> None:
    """Changes the entries in place until the base is valid."""
    for threat in base["threat"].values():
        _distinct_effects(threat)
        _answer(threat)
    _fill(base)
    _use_states(base)
    _lead_everywhere(base)
    _cite(base)


def _distinct_effects(threat: dict[str, Any]) -> None:
    """An effect is stated once."""
    if "effects" in threat:
        kept = {(item["mitigation"], *sorted(item.get("with", ()))): item for item in reversed(threat["effects"])}
        threat["effects"] = list(reversed(kept.values()))


def _answer(threat: dict[str, Any]) -> None:
    """A step that nothing prevents or limits says why."""
    closed = threat.get("opened_by") or any(
        item["effect"] in ("prevents", "limits") for item in threat.get("effects", ())
    )
    if not closed and "weakness_of" not in threat and "unmitigated" not in threat:
        threat["unmitigated"] = {"state": "not-written", "because": dict(threat["risk"]["severity"]["because"])}


def _fill(base: Base) -> None:
    """Lists that need an item have one."""
    roles = {"starts": ("start", "held"), "goals": ("goal",), "grants": ("held", "goal")}
    needed = {"attacker": ("starts",), "need": ("goals",), "threat": ("requires", "grants"), "tenancy": ("attackers",)}
    for kind, fields in needed.items():
        for entry in base[kind].values():
            for field in fields if "weakness_of" not in entry else ():
                choices = (
                    base["attacker"] if field == "attackers" else _states(base, *roles.get(field, ("start", "held")))
                )
                entry[field] = entry.get(field) or list(choices)[:1]


def _use_states(base: Base) -> None:
    """Every state is used: starts by attackers, facts by tenancies; what is held or a goal is granted below."""
    for role, kind, field in (("start", "attacker", "starts"), ("fact", "tenancy", "facts")):
        used = set(_named(base))
        users = cycle(base[kind].values())
        for state in _states(base, role):
            if state not in used:
                next(users).setdefault(field, []).append(state)


def _lead_everywhere(base: Base) -> None:
    """Every step can be taken, and every other state is granted by a step or implied by one that is."""
    steps = [threat for threat in base["threat"].values() if "weakness_of" not in threat]
    wanted = {state for step in steps for state in step["requires"]} | set(_states(base, "goal"))
    wanted |= set(_states(base, "held")) - set(_named(base))
    if not any(_reached(base, ()).issuperset(step["requires"]) for step in steps):
        steps[0]["requires"] = _states(base, "start")[:1]
    takers = cycle(steps)
    while missing := sorted(wanted - (reached := _reached(base, steps))):
        step = next(step for step in takers if reached.issuperset(step["requires"]))
        step["grants"].append(missing[0])
    unnamed = sorted(set(_states(base, "held", "goal")) - set(_named(base)))
    for state, step in zip(unnamed, takers, strict=False):
        step["grants"].append(state)


def _reached(base: Base, steps: Iterable[dict[str, Any]]) -> frozenset[str]:
    starts = [state for entry in base["attacker"].values() for state in entry["starts"]]
    starts += _states(base, "start", "fact")
    implied = {id_: tuple(_bare(state.get("implies", ()))) for id_, state in base["state"].items()}
    fields: list[dict[str, Any]] = [{name: tuple(step[name]) for name in ("requires", "grants")} for step in steps]
    threats = [Threat.model_construct(**held) for held in fields]
    return reachable(starts, threats, implied)


def _cite(base: Base) -> None:
    """Every source is cited."""
    citing = [entry for kind, entries in base.items() if kind != "source" for entry in entries.values()]
    cited = set(_sources(citing))
    takers = cycle(citing)
    for source in base["source"]:
        if source not in cited:
            entry = next(takers)
            claim = dict(entry["summary"])
            entry.setdefault("references", []).append({"source": source, "claim": claim})


def _sources(data: Any) -> Iterator[str]:
    yield from _values(data, lambda key: key == "source")


def _named(base: Base) -> Iterator[str]:
    """The states that entries name in their fields."""
    for kind, field in _STATE_FIELDS:
        for entry in base[kind].values():
            yield from _bare(entry.get(field, ()))
    for threat in base["threat"].values():
        for effect in threat.get("effects", ()):
            yield from effect.get("bypassed_by", ())


_STATE_FIELDS = (
    ("threat", "requires"), ("threat", "grants"), ("attacker", "starts"), ("tenancy", "facts"), ("need", "goals"),
    ("state", "implies"),
)  # fmt: skip


def _bare(grants: Iterable[str]) -> Iterator[str]:
    return (split_grant(grant)[1] for grant in grants)


def _states(base: Base, *roles: str) -> list[str]:
    return [id_ for id_, state in base["state"].items() if state["role"] in roles]


def _values(data: Any, wanted: Callable[[str], bool]) -> Iterator[str]:
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        if isinstance(value, str):
            if isinstance(key, str) and wanted(key):
                yield value
        else:
            yield from _values(value, wanted)
