"""Scenarios, and what is reached in them: a least fixpoint in linear time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from threatbase.analysis.model import GroundState, Model, Step

ZERO_DAY = 3
MOST_KEPT = 4096
MOST_OPEN = 512
SKILLS = {"opportunist": 1, "skilled": 2, "expert": 2}


Surprise = tuple[str | None, str | None]
"""A threat hit by a zero-day, and a measure that failed: at most one of the two."""


@dataclass(frozen=True, slots=True, order=True)
class Scenario:
    """An attacker, the level they come to, the threat hit by a zero-day, and the measure that failed.

    `start` is the container in which the attacker starts; None is the first one.
    """

    attacker: str
    level: int
    zero_day: str | None = None
    failed: str | None = None
    start: str | None = None

    @property
    def surprise(self) -> Surprise:
        """What is surprising about it, whoever the attacker is."""
        return self.zero_day, self.failed


OpenSteps = Mapping[int, list[tuple[GroundState, ...]]]
"""Steps by number; each may be taken once one state of every tuple (a bypass) is reached."""

Origins = dict[GroundState, Step | GroundState | None]
"""States in the order in which they are reached, with the step or state they came from (None: the start)."""


@dataclass(frozen=True)
class Question:
    """What a scenario is asked on: the model, the start states of each attacker, and the facts that hold."""

    model: Model
    facts: frozenset[str] = frozenset()
    _kept: dict[tuple[str, str | None, int, frozenset[str]], frozenset[GroundState]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    _open: dict[tuple[int, frozenset[str]], OpenSteps] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @cached_property
    def index(self) -> Index:
        """Steps by the states that they wait for."""
        return Index(self.model)

    def starts(self, attacker: str, container: str | None = None) -> list[GroundState]:
        """Where an attacker starts: per-container states in the container given, or in the first one."""
        model = self.model
        place = container or model.containers[0]
        held = [model.ground(state, place) for state in model.attackers[attacker].starts]
        facts = [model.ground(state, container) for state in sorted(self.facts) for container in model.containers]
        return [*held, *dict.fromkeys(facts)]

    def level(self, attacker: str, skill: str) -> int:
        """The difficulty that an attacker of a skill can take: their own level is a cap."""
        return min(self.model.attackers[attacker].level, SKILLS[skill])

    def open_steps(self, scenario: Scenario, in_place: Collection[str]) -> OpenSteps:
        """The steps that nothing closes for good in a scenario, by number, each with the bypasses it needs."""
        effective = standing(self.model, in_place, scenario.failed)
        return {
            number: closed
            for number, step in enumerate(self.model.steps)
            if (closed := closed_by(step, scenario, effective)) is not None
        }

    def derive(self, scenario: Scenario, steps: OpenSteps, until: GroundState | None = None) -> Origins:
        """Every state that the scenario's attacker reaches by these steps, with where it first came from.

        Nothing more is looked for after `until`.
        """
        return self.index.fixpoint(self.starts(scenario.attacker, scenario.start), steps, until=until)

    def reached(self, scenario: Scenario, in_place: Collection[str]) -> frozenset[GroundState]:
        """Every state that the scenario reaches with these measures."""
        effective = standing(self.model, in_place, scenario.failed)
        plain = self._plainly_reached(scenario, effective)
        if scenario.zero_day is None or not self._opens(scenario, effective, plain):
            return plain
        return frozenset(self.derive(scenario, self.open_steps(scenario, in_place)))

    def _plainly_reached(self, scenario: Scenario, effective: frozenset[str]) -> frozenset[GroundState]:
        """What is reached without a zero-day; kept, since many scenarios share it."""
        key = scenario.attacker, scenario.start, scenario.level, effective
        if key not in self._kept:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[key] = frozenset(self.derive(scenario, self._plainly_open(scenario.level, effective)))
        return self._kept[key]

    def _plainly_open(self, level: int, effective: frozenset[str]) -> OpenSteps:
        """The open steps of any attacker of a level, without a zero-day; kept, since attackers share it."""
        key = level, effective
        if key not in self._open:
            if len(self._open) >= MOST_OPEN:
                self._open.clear()
            self._open[key] = self.open_steps(Scenario("", level), effective)
        return self._open[key]

    def _opens(self, scenario: Scenario, effective: frozenset[str], reached: frozenset[GroundState]) -> bool:
        """Whether the zero-day lets its threat be taken from what is reached without it, and gains something."""
        for number in self.index.of_threat.get(scenario.zero_day or "", ()):
            step = self.model.steps[number]
            if step.requires <= reached and not step.grants <= reached:
                closed = closed_by(step, scenario, effective)
                if closed is not None and all(not reached.isdisjoint(bypass) for bypass in closed):
                    return True
        return False


def standing(model: Model, in_place: Collection[str], failed: str | None) -> frozenset[str]:
    """What is in place and works: without what failed and all that requires it."""
    found = frozenset(in_place)
    return found if failed is None else found - {failed} - model.dependants.get(failed, frozenset())


def closed_by(step: Step, scenario: Scenario, in_place: frozenset[str]) -> list[tuple[GroundState, ...]] | None:
    """The bypasses that must each be reached before the step; None where it cannot be taken at all."""
    level = ZERO_DAY if step.threat == scenario.zero_day else scenario.level
    if step.difficulty > level or (step.introduced_by and not step.introduced_by & in_place):
        return None
    closing = [block for block in step.blocks if block.level > level and block.measures <= in_place]
    if any(not block.bypass for block in closing):
        return None
    return [block.bypass for block in closing]


def steps_behind(origin: Origins, wanted: Iterable[GroundState]) -> list[Step]:
    """The steps of one derivation of some states, in order; a bypass counts as a requirement."""
    queue, seen = list(wanted), set()
    while queue:
        state = queue.pop()
        if state in seen or state not in origin:
            continue
        seen.add(state)
        source = origin[state]
        if isinstance(source, Step):
            queue += [*source.requires, *(bypass for block in source.blocks for bypass in block.bypass)]
        elif source is not None:
            queue.append(source)
    found = (source for state, source in origin.items() if state in seen and isinstance(source, Step))
    return list(dict.fromkeys(found))


class Index:
    """The steps of a model, indexed for the fixpoint."""

    def __init__(self, model: Model) -> None:
        self._steps = model.steps
        self.numbers = {step: number for number, step in enumerate(model.steps)}
        self.of_threat: dict[str, list[int]] = {}
        for number, step in enumerate(model.steps):
            self.of_threat.setdefault(step.threat, []).append(number)
        self._implied = model.implied
        self._waiting: dict[GroundState, list[int]] = {}
        for number, step in enumerate(model.steps):
            for state in step.requires:
                self._waiting.setdefault(state, []).append(number)
        self._free = [number for number, step in enumerate(model.steps) if not step.requires]
        self._granted: dict[int, list[tuple[GroundState, Step]]] = {}

    def fixpoint(
        self,
        starts: Iterable[GroundState],
        available: OpenSteps,
        without: GroundState | None = None,
        until: GroundState | None = None,
    ) -> Origins:
        """States in the order in which they are reached, each with where it came from.

        `without` is taken to be out of reach, and nothing more is looked for after `until`.
        """
        missing = {number: len(self._steps[number].requires) + len(closed) for number, closed in available.items()}
        doors: dict[GroundState, list[tuple[int, int]]] = {}
        for number, closed in available.items():
            for door, states in enumerate(closed):
                for state in states:
                    doors.setdefault(state, []).append((number, door))
        opened: set[tuple[int, int]] = set()
        origin: Origins = {}
        queue: list[tuple[GroundState, Step | GroundState | None]] = [(state, None) for state in starts]
        queue += [grant for number in self._free if missing.get(number) == 0 for grant in self._grants(number)]
        for state, source in queue:
            if state in origin or state == without:
                continue
            origin[state] = source
            if state == until:
                break
            queue += [(implied, state) for implied in self._implied.get(state, ())]
            ready = [number for number in self._waiting.get(state, ()) if number in missing]
            for number, door in doors.get(state, ()):
                if (number, door) not in opened:
                    opened.add((number, door))
                    ready.append(number)
            for number in ready:
                missing[number] -= 1
                if missing[number] == 0:
                    queue += self._grants(number)
        return origin

    def _grants(self, number: int) -> list[tuple[GroundState, Step]]:
        granted = self._granted.get(number)
        if granted is None:
            step = self._steps[number]
            granted = self._granted[number] = [(state, step) for state in sorted(step.grants, key=str)]
        return granted
