"""What a measure is worth: how many single surprises the others absorb with it and without it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from threatbase.analysis.model import GroundState
from threatbase.analysis.reach import Scenario
from threatbase.analysis.setting import Setting


@dataclass(frozen=True, slots=True)
class Surprises:
    """The single surprises that a set of measures was tried against, and those that open a goal."""

    tried: tuple[Scenario, ...]
    opening: tuple[Scenario, ...]

    @property
    def absorbed(self) -> int:
        """How many of them leave every goal closed."""
        return len(self.tried) - len(self.opening)


def surprises(
    setting: Setting, goals: Collection[GroundState], chosen: Collection[str], failing: Collection[str]
) -> Surprises:
    """Tries one zero-day at a time, and each of the `failing` measures failed, on `chosen` measures."""
    in_place = setting.in_place | set(chosen)
    tried = tuple(sorted({*setting.zero_days(), *setting.failures(failing)}, key=_order))
    opening = tuple(s for s in tried if not setting.question.reached(s, in_place).isdisjoint(goals))
    return Surprises(tried, opening)


def worth(
    setting: Setting, goals: Collection[GroundState], base: Collection[str], measures: Collection[str]
) -> tuple[Surprises, Surprises]:
    """The surprises of the base alone, and of the base with these measures; the same ones are tried."""
    failing = {measure for measure in {*setting.in_place, *base} if not measure.startswith("no:")}
    alone = surprises(setting, goals, base, failing)
    together = surprises(setting, goals, {*base, *measures}, failing)
    return alone, together


def _order(scenario: Scenario) -> tuple[str, str, int, str, str]:
    start, zero_day, failed = (value or "" for value in (scenario.start, scenario.zero_day, scenario.failed))
    return scenario.attacker, start, scenario.level, zero_day, failed
