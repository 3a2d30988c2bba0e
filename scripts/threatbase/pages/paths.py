"""Path cards: attacks as ordered steps, with what each rests on and where it can be cut."""

from __future__ import annotations

import hashlib
from typing import Any

from threatbase.analysis.book import Book
from threatbase.models.threat import split_options
from threatbase.pages.render import Renderer

Card = dict[str, Any]


def path_id(path: Book) -> str:
    """A permanent name for a path: it depends on its steps alone."""
    steps = "/".join(f"{step['threat']}@{step['container']}" for step in path["steps"])
    return "path-" + hashlib.sha256(steps.encode()).hexdigest()[:8]


def path_card(path: Book, renderer: Renderer) -> Card:
    """A path as its card shows it."""
    return {
        "id": path_id(path),
        "difficulty": path["difficulty"],
        "zero_day": path["zero_day"],
        "steps": [_step(step, renderer) for step in path["steps"]],
    }


def _step(step: Book, renderer: Renderer) -> Card:
    threat = renderer.catalogue.threats[step["threat"]]
    cuts = [effect.mitigation for effect in threat.effects if effect.effect in ("prevents", "limits")]
    options = [option for item in threat.opened_by for option in split_options(item)]
    return {
        "threat": step["threat"],
        "container": step["container"],
        "grants": [(state, container) for state, container in step["grants"]],
        "features": threat.kernel_features,
        "options": list(dict.fromkeys(options)),
        "cuts": list(dict.fromkeys(cuts)),
    }
