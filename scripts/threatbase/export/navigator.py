"""A layer for MITRE's ATT&CK Navigator: the techniques that the threats describe."""

from __future__ import annotations

import json
from collections import defaultdict

from threatbase import truth
from threatbase.export.tables import Tables
from threatbase.models import Threat


def as_navigator(tables: Tables) -> str:
    """Layer format 4.5; the score of a technique is the number of threats that describe it."""
    described: defaultdict[str, list[str]] = defaultdict(list)
    for id_, threat in tables.knowledge.bodies(Threat).items():
        for technique in threat.mappings.attack:
            described[technique].append(id_)
    version = truth.provenance("attack").version
    most = max((len(ids) for ids in described.values()), default=1)
    layer = {
        "name": "Threatbase: Docker containers",
        "versions": {"attack": version.split(".")[0], "navigator": "5.1.0", "layer": "4.5"},
        "domain": "enterprise-attack",
        "description": f"Threatbase {tables.version}, {tables.digest}",
        "filters": {"platforms": ["Containers", "Linux"]},
        "techniques": [
            {
                "techniqueID": technique,
                "score": len(ids),
                "comment": ", ".join(sorted(ids)),
                "showSubtechniques": "." in technique,
            }
            for technique, ids in sorted(described.items())
        ],
        "gradient": {"colors": ["#fff3d6", "#e0672c"], "minValue": 0, "maxValue": most},
        "showTacticRowBackground": False,
        "selectTechniquesAcrossTactics": True,
    }
    return json.dumps(layer, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
