"""The attack map of a goal: from the attackers to it, with the doors that Docker's defaults keep closed.

Threats that lead from the same states to the same states share a box: the map shows kinds of ways, not every way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from threatbase.analysis.book import Book
from threatbase.diagrams import Arrow, Diagram, Node, Row
from threatbase.knowledge import Key
from threatbase.models import Attacker
from threatbase.pages.render import Renderer

MOST_ROWS = 5
"""Threats named in one box; the rest is counted."""

TENANCY = "private"

_State = tuple[str, str | None]


def attack_map(goal: str, answers: Book, renderer: Renderer) -> Diagram:
    """The shown paths on a private host, and the closed doors."""
    renderer.page_at(f"goals/{goal}/")
    found = answers.get(TENANCY, {})
    draft = _Draft(goal, renderer)
    for group in found.get("paths", ()):
        steps = [step for path in group["paths"] for step in path["steps"]]
        if steps:
            draft.add_attacker(group["attacker"], steps)
            draft.add_steps(steps, "threat")
    if draft.ways:
        draft.add_steps(_within(found.get("doors", ()), draft), "door")
    return draft.diagram()


def _within(doors: Iterable[Book], draft: _Draft) -> list[Book]:
    """The doors that begin on the map; one that leads off it is drawn to the goal, where it ends up."""
    states = draft.states()
    goal = next((state for state in states if state[0] == draft.goal), (draft.goal, None))
    begun = [door for door in doors if {tuple(state) for state in door["requires"]} <= states]
    return [
        door if {tuple(state) for state in door["grants"]} & states else {**door, "grants": [list(goal)]}
        for door in begun
    ]


@dataclass
class _Draft:
    """The map while it is being put together."""

    goal: str
    renderer: Renderer
    attackers: dict[str, set[_State]] = field(default_factory=dict)
    ways: dict[tuple[str, frozenset[_State], frozenset[_State]], dict[str, int]] = field(default_factory=dict)

    def add_attacker(self, attacker: str, steps: Iterable[Book]) -> None:
        needed = {_state(item) for step in steps for item in step["requires"]}
        starts = self.renderer.knowledge.bodies(Attacker)[attacker].starts
        self.attackers.setdefault(attacker, set()).update(state for state in needed if state[0] in starts)

    def add_steps(self, steps: Iterable[Book], kind: str) -> None:
        for step in steps:
            requires, grants = (frozenset(map(_state, step[name])) for name in ("requires", "grants"))
            shown = grants - requires
            if shown:
                self.ways.setdefault((kind, requires, shown), {})[step["threat"]] = step["difficulty"]

    def states(self) -> set[_State]:
        held = {state for _, requires, grants in self.ways for state in requires | grants}
        return held.union(*self.attackers.values())

    def diagram(self) -> Diagram:
        renderer, nodes, arrows = self.renderer, [], []
        for attacker, states in self.attackers.items():
            key = Key("attacker", attacker)
            nodes.append(Node(str(key), renderer.title(key), "attacker", renderer.href(key)))
            arrows += [Arrow(str(key), _name(state), "starts") for state in sorted(states, key=str)]
        for state in sorted(self.states(), key=str):
            nodes.append(Node(_name(state), self._label(state), "state", renderer.href(Key("state", state[0]))))
        for number, ((kind, requires, grants), threats) in enumerate(self.ways.items()):
            box = f"way{number}"
            label = renderer.words("goal.closed_door") if kind == "door" else ""
            nodes.append(Node(box, label, kind, rows=self._rows(threats, kind)))
            arrows += [Arrow(_name(state), box, kind) for state in sorted(requires, key=str)]
            arrows += [Arrow(box, _name(state), kind) for state in sorted(grants, key=str)]
        focus = next((_name(state) for state in self.states() if state[0] == self.goal), "")
        title = renderer.words("goal.map_title", goal=renderer.title(Key("state", self.goal)))
        return Diagram(title, tuple(nodes), tuple(arrows), focus, downwards=True)

    def _label(self, state: _State) -> str:
        title = self.renderer.title(Key("state", state[0]))
        return f"{title} ({self.renderer.words('container.other')})" if state[1] == "other" else title

    def _rows(self, threats: dict[str, int], kind: str) -> tuple[Row, ...]:
        renderer = self.renderer
        easiest_first = sorted(threats, key=lambda id_: (threats[id_], id_))
        keys = [Key("threat", id_) for id_ in easiest_first[:MOST_ROWS]]
        rows: list[Row] = [(renderer.title(key), renderer.href(key)) for key in keys]
        more = len(threats) - len(rows)
        anchor = "#doors" if kind == "door" else "#paths"
        return (*rows, *([(renderer.words.count("goal.more", more), anchor)] if more > 0 else []))


def _state(item: list[str | None]) -> _State:
    return str(item[0]), item[1]


def _name(state: _State) -> str:
    return f"state:{state[0]}@{state[1]}"
