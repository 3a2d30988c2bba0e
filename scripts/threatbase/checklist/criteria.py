"""Criteria: what a checklist was made for. Every file carries them, so that it can be made again and merged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, get_args

from threatbase.analysis.levels import LEVELS
from threatbase.knowledge import KnowledgeBase
from threatbase.models import LANGUAGES, Language, Layer, Need, State, Tenancy

Tool = Literal["run", "compose", "daemon", "dockerfile", "host"]
TOOLS: tuple[Tool, ...] = get_args(Tool)


@dataclass(frozen=True, slots=True)
class Criteria:
    """Need, layer and tool choose items; need, goals, tenancy and level decide what is asked of the graph.

    `containers` are the containers that items of images and containers are repeated for.
    """

    need: str | None = None
    layer: str | None = None
    goals: tuple[str, ...] = ()
    tenancy: str = "private"
    tool: Tool | None = None
    level: str = "standard"
    containers: tuple[str, ...] = ()
    language: Language = "en"

    def in_language(self, language: Language) -> Criteria:
        """The same criteria, for a checklist in another language."""
        return replace(self, language=language)

    def as_data(self) -> dict[str, Any]:
        """Plain data for the header of a file; what was not asked for is left out."""
        return {name: _plain(value) for name, value in asdict(self).items() if value not in (None, ())}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def criteria_of(data: Mapping[str, Any]) -> Criteria:
    """The criteria of a header. Raises ValueError, with what does not fit."""
    known = set(Criteria.__dataclass_fields__)
    unknown = sorted(set(data) - known)
    if unknown:
        raise ValueError(f"its header has an unknown criterion '{unknown[0]}'")
    for name, value in data.items():
        _check(name, value)
    lists = {name: tuple(data[name]) for name in ("goals", "containers") if name in data}
    return Criteria(**{**data, **lists})


def _check(name: str, value: Any) -> None:
    choices = {"level": LEVELS, "tool": TOOLS, "language": LANGUAGES}.get(name)
    several = name in ("goals", "containers")
    fits = (
        isinstance(value, list) and all(isinstance(item, str) for item in value) if several else isinstance(value, str)
    )
    fits = fits and (not several or len(set(value)) == len(value))
    if not fits or (choices is not None and value not in choices):
        raise ValueError(f"its header has a {name} that makes no sense: {str(value)[:60]!r}")


def misfits(criteria: Criteria, knowledge: KnowledgeBase) -> list[tuple[str, str, list[str]]]:
    """What the criteria name and the knowledge does not have: the criterion, the word, and what there is."""
    states = knowledge.bodies(State)
    known = {
        "need": list(knowledge.bodies(Need)),
        "layer": list(knowledge.bodies(Layer)),
        "tenancy": list(knowledge.bodies(Tenancy)),
        "goal": [f"{place}{id_}" for id_, state in states.items() for place in _places(state)],
    }
    asked = [("need", criteria.need), ("layer", criteria.layer), ("tenancy", criteria.tenancy)]
    asked += [("goal", goal) for goal in criteria.goals]
    return [(name, word, known[name]) for name, word in asked if word is not None and word not in known[name]]


def _places(state: State) -> tuple[str, ...]:
    return ("", "this:", "other:") if state.per else ("",)
