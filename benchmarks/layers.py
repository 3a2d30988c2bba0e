"""Synthetic attack graphs in layers: steps lead from a layer of states to the next one, and in the last one are goals.

How many effects a step has, what they do, how few measures have most of them, and what measures cost: in the
proportions of the real knowledge. But paths are longer, more measures need or exclude others, and more steps
require two or three states at once, so that AND matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Any, TypeVar

from threatbase.analysis.configuration import together
from threatbase.analysis.model import PREVENTS, Block, GroundState, Measure, Model, Step
from threatbase.analysis.reach import Question
from threatbase.analysis.setting import Setting
from threatbase.models import Attacker, State

SEED = 2026
DEPTH = 6
"""Layers of steps; there is one more of states."""

STEPS_TO_A_STATE = 7
"""So many alternatives lead to a state, on average."""

GOALS: tuple[GroundState, ...] = tuple((f"s{DEPTH}-{place}", None) for place in range(4))
"""What has to be kept out of reach: four states of the last layer, as many as the command asks about by itself."""

_TEXT = {"title": {"en": "x"}, "summary": {"en": "x"}, "description": {"en": "x"}, "reviewed": "2026-01-31"}
_REQUIRES = {1: 60, 2: 30, 3: 10}
_EFFECTS = {0: 4, 1: 22, 2: 24, 3: 20, 4: 12, 6: 12, 8: 6}
_LEVELS = {PREVENTS: 82, 3: 12, 2: 6}
_DIFFICULTIES = {0: 14, 1: 51, 2: 34, 3: 1}
_COSTS = {1: 34, 2: 31, 4: 24, 8: 9, 16: 2}
_SOME = {"with": 0.07, "bypassed_by": 0.02, "introduced_by": 0.04, "back": 0.1, "needs": 0.05, "conflicts": 0.05}

_Drawn = TypeVar("_Drawn")


@dataclass(frozen=True)
class Size:
    """How many threats and mitigations."""

    threats: int
    mitigations: int

    def __str__(self) -> str:
        return f"{self.threats:,} / {self.mitigations:,}"


def make_model(size: Size, seed: int = SEED) -> Model:
    """A graph of that size; the same seed gives the same graph. Some set of measures always closes the goals."""
    return _Maker(size, Random(seed)).model()


def make_setting(model: Model, skill: str) -> Setting:
    """All attackers, nothing in place, everything to be had."""
    return Setting(Question(model), tuple(model.attackers), skill, frozenset())


class _Maker:
    def __init__(self, size: Size, random: Random) -> None:
        self.random = random
        self.threats = size.threats
        self.names = [f"m{number}" for number in range(size.mitigations)]
        # Few measures have most of the effects, and most have few: the n-th has an n-th of those of the first.
        self.popular = list(accumulate(1 / rank for rank in range(1, size.mitigations + 1)))
        # Free of needs and conflicts: all of them together close the goals, whoever comes.
        self.sound = random.sample(self.names, max(4, size.mitigations // 4))
        width = max(len(GOALS), size.threats // (STEPS_TO_A_STATE * DEPTH))
        self.layers = [[(f"s{layer}-{place}", None) for place in range(width)] for layer in range(DEPTH + 1)]

    def model(self) -> Model:
        steps = [self.step(number) for number in range(self.threats)]
        self.random.shuffle(steps)  # as files stand in a folder, in no order of use to who reads them
        outside, inside = [name for name, _ in self.layers[0]], [name for name, _ in self.layers[1][:2]]
        return Model(
            steps=tuple(steps),
            measures={name: self.measure(name) for name in self.names},
            implied={},
            attackers={
                "outsider": _attacker(outside, 2, 1),
                "breached": _attacker([*outside[:2], *inside], 2, 1),
                "accident": _attacker(outside, 0, 0),
            },
            states={state[0]: _state("goal" if state in GOALS else "held") for layer in self.layers for state in layer},
            configuration=together("this"),
        )

    def step(self, number: int) -> Step:
        """A step out of one layer, mostly into the next one, sometimes back."""
        layer = number * DEPTH // self.threats
        known = [state for near in self.layers[max(0, layer - 1) : layer + 1] for state in near]
        requires = {self.random.choice(self.layers[layer]), *self.random.sample(known, self.drawn(_REQUIRES) - 1)}
        granted = self.random.choice(self.layers[max(0, layer - 1) if self.happens("back") else layer + 1])
        blocks = [self.block(known) for _ in range(self.drawn(_EFFECTS))]
        if granted in GOALS:
            blocks.append(Block(frozenset({self.random.choice(self.sound)}), PREVENTS))
        return Step(
            threat=f"t{number}",
            container=None,
            difficulty=self.drawn(_DIFFICULTIES),
            requires=frozenset(requires),
            grants=frozenset({granted}),
            blocks=tuple(blocks),
            introduced_by=frozenset(self.some_measures(1) if self.happens("introduced_by") else ()),
        )

    def some_measures(self, number: int) -> list[str]:
        return self.random.choices(self.names, cum_weights=self.popular, k=number)

    def block(self, known: Sequence[GroundState]) -> Block:
        measures = frozenset(self.some_measures(2 if self.happens("with") else 1))
        bypass = (self.random.choice(known),) if self.happens("bypassed_by") else ()
        return Block(measures, self.drawn(_LEVELS), bypass)

    def measure(self, name: str) -> Measure:
        others = [other for other in self.names if other not in self.sound and other != name]
        free = name in self.sound
        needs = frozenset(self.random.sample(self.sound, 1) if not free and self.happens("needs") else ())
        conflicts = frozenset(self.random.sample(others, 1) if not free and self.happens("conflicts") else ())
        return Measure(name, self.drawn(_COSTS), needs, conflicts, frozenset())

    def drawn(self, weights: dict[_Drawn, int]) -> _Drawn:
        return self.random.choices(list(weights), list(weights.values()))[0]

    def happens(self, what: str) -> bool:
        return self.random.random() < _SOME[what]


def _attacker(starts: list[str], level: int, zero_days: int) -> Attacker:
    return Attacker.model_validate({**_TEXT, "starts": starts, "level": level, "zero_days": zero_days})


def _state(role: str) -> State:
    fields: dict[str, Any] = {**_TEXT, "role": role}
    return State.model_validate(fields)
