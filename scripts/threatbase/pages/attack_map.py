"""The attack map of a goal: from the attackers to it, with the doors that Docker's defaults keep closed.

Threats that lead from the same states to the same states share a box: the map shows kinds of ways, not every way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from threatbase.analysis.book import Book
from threatbase.diagrams import Arrow, Diagram, Node, Row
from threatbase.knowledge import Key
from threatbase.models import Attacker, State
from threatbase.models.threat import split_grant
from threatbase.pages.render import Renderer

MOST_ROWS = 4
"""Threats named in one box; the rest is counted."""

TENANCY = "private"

_State = tuple[str, str | None]


def attack_map(goal: str, answers: Book, renderer: Renderer) -> Diagram:
    """The shown paths on a private host, and the closed doors."""
    renderer.page_at(f"goals/{goal}/")
    found = answers.get(TENANCY, {})
    draft = _Draft(goal, renderer)
    for group in found.get("paths", ()):
        steps = [step for path in _straight(group["paths"]) for step in path["steps"]]
        if steps:
            draft.add_attacker(group["attacker"], steps)
            draft.add_steps(steps, "threat")
    draft.prune()
    if draft.ways:
        draft.add_steps(_within(found.get("doors", ()), draft), "door")
    return draft.diagram()


def _straight(paths: list[Book]) -> list[Book]:
    """The paths that stay in the first container, where there are such: a detour by a neighbour shows nothing new."""
    straight = [path for path in paths if all(step["container"] != "other" for step in path["steps"])]
    return straight or paths


def _within(doors: Iterable[Book], draft: _Draft) -> list[Book]:
    """The doors that begin on the map, drawn to the goal, where they end up."""
    states = draft.states()
    goal = draft.focus() or (draft.goal, None)
    begun = [door for door in doors if {_state(item) for item in door["requires"]} <= states]
    return [{**door, "grants": [list(goal)]} for door in begun]


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
        """Every state on the map."""
        held = {state for _, requires, grants in self.ways for state in requires | grants}
        return held.union(*self.attackers.values())

    def focus(self) -> _State | None:
        """The goal on the map: that of the other container, where there is one of each."""
        return min((state for state in self.states() if state[0] == self.goal), key=str, default=None)

    def prune(self) -> None:
        """Takes what leads nowhere off the map."""
        leading = {state for _, requires, _ in self.ways for state in requires}
        leading |= {state for state in self.states() if state[0] == self.goal or self._includes_another(state)}
        ways, self.ways = self.ways, {}
        for (kind, requires, grants), threats in ways.items():
            kept = grants & leading
            if kept:
                self.ways.setdefault((kind, requires, kept), {}).update(threats)

    def _includes_another(self, state: _State) -> bool:
        return not _included(state, self.renderer.catalogue.states).isdisjoint(self.states() - {state})

    def diagram(self) -> Diagram:
        """The map, drawn from top to bottom."""
        boxes = [*self._attackers(), *self._states(), *self._boxes()]
        arrows = dict.fromkeys([*self._starting(), *self._leading(), *self._implied()])
        focus = self.focus()
        title = self.renderer.words("goal.map_title", goal=self.renderer.title(Key("state", self.goal)))
        return Diagram(title, tuple(boxes), tuple(arrows), _name(focus) if focus else "", downwards=True)

    def _is_shown(self, state: _State) -> bool:
        """Whether a state has a box; one that only attackers bring with them is told by theirs."""
        return any(state in grants for _, _, grants in self.ways) or not self._holders(state)

    def _holders(self, state: _State) -> list[str]:
        return [attacker for attacker, states in self.attackers.items() if state in states]

    def _attackers(self) -> Iterator[Node]:
        for attacker in self.attackers:
            key = Key("attacker", attacker)
            yield Node(str(key), self.renderer.title(key), "attacker", self.renderer.href(key))

    def _states(self) -> Iterator[Node]:
        for state in sorted(self.states(), key=str):
            if self._is_shown(state):
                yield Node(_name(state), self._label(state), "state", self.renderer.href(Key("state", state[0])))

    def _boxes(self) -> Iterator[Node]:
        for number, ((kind, _, _), threats) in enumerate(self.ways.items()):
            label = self.renderer.words("goal.closed_door") if kind == "door" else ""
            yield Node(f"way{number}", label, kind, rows=self._rows(threats, kind))

    def _starting(self) -> Iterator[Arrow]:
        for attacker, states in self.attackers.items():
            for state in sorted(states, key=str):
                if self._is_shown(state):
                    yield Arrow(str(Key("attacker", attacker)), _name(state), "starts")

    def _leading(self) -> Iterator[Arrow]:
        for number, (kind, requires, grants) in enumerate(self.ways):
            for state in sorted(requires, key=str):
                if self._is_shown(state):
                    yield Arrow(_name(state), f"way{number}", kind)
                else:
                    yield from (Arrow(str(Key("attacker", id_)), f"way{number}", kind) for id_ in self._holders(state))
            yield from (Arrow(f"way{number}", _name(state), kind) for state in sorted(grants, key=str))

    def _implied(self) -> Iterator[Arrow]:
        """Who holds a state that includes another one on the map holds that, too."""
        shown = {state for state in self.states() if self._is_shown(state)}
        for holder in sorted(shown, key=str):
            for state in sorted(_included(holder, self.renderer.catalogue.states) & shown - {holder}, key=str):
                yield Arrow(_name(holder), _name(state), "implies")

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


def _included(state: _State, states: Mapping[str, State]) -> set[_State]:
    """All that a state includes, directly or by what it includes; what goes for every container, for the other one."""
    found: set[_State] = set()
    queue = [state]
    while queue:
        name, container = queue.pop()
        for reach, included in map(split_grant, states[name].implies):
            place = (container if reach == "this" else "other") if states[included].per else None
            if (included, place) not in found:
                found.add((included, place))
                queue.append((included, place))
    return found


def _state(item: list[str | None]) -> _State:
    return str(item[0]), item[1]


def _name(state: _State) -> str:
    return f"state:{state[0]}@{state[1]}"
