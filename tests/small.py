"""A small base for the tests of the graph: eight steps, six mitigations, three attackers, two tenancies."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from threatbase.knowledge import KnowledgeBase, load

_JUDGED = {"level": "V2", "because": {"en": "So it is."}}
_OF_KIND: Mapping[str, Mapping[str, Any]] = {
    ".": {
        "layer": "kernel",
        "conditions": {"en": "None."},
        "detection": {"en": "None."},
        "risk": {
            "severity": {"level": "G2", "because": {"en": "So it is."}},
            "likelihood": {"private": _JUDGED, "shared": _JUDGED},
        },
        "stride": ["tampering"],
    },
    "mitigations": {"scope": ["container"], "default": "off", "cost": 1, "breaks": {"en": "Nothing."}},
    "docker-options": {"names": {"run": "--flag"}},
}


def effect(mitigation: str, kind: str = "prevents", **more: Any) -> dict[str, Any]:
    """What a mitigation does to a threat."""
    return {"mitigation": mitigation, "effect": kind, "because": {"en": "So it is."}} | {
        name.rstrip("_"): value for name, value in more.items()
    }


SMALL: Mapping[str, dict[str, Any]] = {
    "layers/kernel": {"order": 1},
    "states/outside": {"role": "start"},
    "states/cloud": {"role": "fact"},
    "states/code": {"role": "held", "per": "container"},
    "states/root": {"role": "held", "per": "container", "implies": ["code"]},
    "states/host-root": {"role": "goal", "implies": ["all:root"]},
    "states/container-data": {"role": "goal", "per": "container"},
    "attackers/accident": {"starts": ["outside"], "level": 0, "zero_days": 0},
    "attackers/outsider": {"starts": ["outside"]},
    "attackers/breached": {"starts": ["code"], "level": 2},
    "tenancies/private": {
        "attackers": ["outsider"],
        "scopes": ["container", "daemon", "host"],
        "facts": ["cloud"],
        "conditions": ["seccomp"],
    },
    "tenancies/shared": {"attackers": ["breached"], "scopes": ["daemon", "host"]},
    "needs/web": {
        "tenancy": "private",
        "goals": ["host-root"],
        "network": {"en": "None."},
        "keep": ["privileged"],
        "cannot": [{"mitigation": "sandbox", "because": {"en": "Too slow."}}],
        "compose": "services: {}\n",
        "dockerfile": "FROM debian:13\n",
    },
    "docker-options/privileged": {
        "names": {"run": "--privileged"},
        "disables": ["filter"],
        "avoid": {"title": {"en": "No privileged containers"}, "summary": {"en": "Grant what is needed."}},
    },
    "mitigations/filter": {"default": "on", "default_when": [{"from": "1.10", "if": ["seccomp"]}]},
    "mitigations/no-setuid": {"cost": 1},
    "mitigations/non-root": {"cost": 2, "scope": ["image", "container"]},
    "mitigations/patches": {"cost": 2, "scope": ["host"]},
    "mitigations/sandbox": {"cost": 16, "scope": ["daemon"], "conflicts": ["userns"]},
    "mitigations/userns": {"cost": 4, "scope": ["daemon"]},
    "mitigations/strict-userns": {"cost": 1, "scope": ["daemon"], "requires": ["userns"]},
    "exploit": {"difficulty": 1, "requires": ["outside"], "grants": ["code"]},
    "setuid": {
        "difficulty": 1,
        "requires": ["code"],
        "grants": ["root"],
        "effects": [effect("no-setuid"), effect("non-root", "none")],
    },
    "kernel-flaw": {
        "difficulty": 2,
        "requires": ["code"],
        "grants": ["host-root"],
        "effects": [effect("patches", "limits", to=3), effect("sandbox")],
    },
    "rare-call": {
        "difficulty": 1,
        "requires": ["code"],
        "grants": ["host-root"],
        "effects": [effect("filter"), effect("sandbox")],
    },
    "escape": {
        "difficulty": 1,
        "requires": ["root"],
        "grants": ["host-root"],
        "effects": [effect("userns"), effect("sandbox")],
    },
    "device": {"difficulty": 1, "requires": ["root"], "grants": ["host-root"], "opened_by": ["privileged"]},
    "sandbox-flaw": {"difficulty": 3, "requires": ["code"], "grants": ["host-root"], "introduced_by": ["sandbox"]},
    "read": {"difficulty": 0, "requires": ["root"], "grants": ["container-data"]},
}
"""The entries by path, without what every entry of their kind has."""


def write(
    root: Path, changes: Mapping[str, Mapping[str, Any] | None] | None = None, entries: Mapping[str, Any] = SMALL
) -> Path:
    """Writes the base below `root`; `changes` adds fields or entries, and removes those that are None."""
    wanted = {path: dict(copy.deepcopy(fields)) for path, fields in entries.items()}
    for path, fields in (changes or {}).items():
        if fields is None:
            del wanted[path]
        else:
            wanted[path] = wanted.get(path, {}) | dict(fields)
    for path, fields in wanted.items():
        file = root / f"{path}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        folder, name = str(Path(path).parent), Path(path).name
        title = name.replace("-", " ").capitalize()
        common = {
            "title": {"en": title, "fr": f"{title} (fr)"},
            "summary": {"en": f"{title} in one sentence.", "fr": f"{title} en une phrase."},
            "description": {"en": f"What {title} is.", "fr": f"Ce qu'est {title}."},
            "reviewed": "2026-01-31",
        }
        # JSON is YAML.
        file.write_text(json.dumps({**common, **_OF_KIND.get(folder, {}), **fields}, ensure_ascii=False), "utf-8")
    return root


def make(root: Path, changes: Mapping[str, Mapping[str, Any] | None] | None = None) -> KnowledgeBase:
    """The base with these changes, loaded."""
    found, problems = load(write(root, changes))
    assert problems == []
    return found
