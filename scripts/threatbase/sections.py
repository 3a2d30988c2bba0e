"""The sections of an entry's page, by kind: their order, their anchors, and what links may name."""

from __future__ import annotations

SECTIONS: dict[str, tuple[str, ...]] = {
    "threat": (
        "description", "conditions", "risk", "mitigations", "detection", "paths", "graph", "cases", "history",
        "references",
    ),
    "mitigation": (
        "description", "apply", "verify", "breaks", "threats", "worth", "graph", "history", "references",
    ),
    "kernel-feature": ("description", "in-docker", "limits", "used-by", "graph", "history", "references"),
    "docker-option": ("description", "values", "security", "avoid", "used-by", "graph", "history", "references"),
    "state": ("description", "reached-by", "leads-to", "graph", "history", "references"),
    "attacker": ("description", "starts", "history", "references"),
    "tenancy": ("description", "attackers", "history", "references"),
    "layer": ("description", "threats", "checklists", "history", "references"),
    "need": (
        "description", "requirements", "must", "cannot", "compose", "dockerfile", "checklists", "history", "references",
    ),
    "experiment": ("description", "outcome", "history", "references"),
    "source": ("description", "cited-by"),
}  # fmt: skip
