"""Answers of the analysis in words and as plain data: numbered trees for people, dictionaries for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from threatbase.analysis.attacks import Attack
from threatbase.analysis.chokes import Chokes
from threatbase.analysis.harden import Answer
from threatbase.analysis.hardening import Gain, Hardening, Resilience
from threatbase.analysis.model import GroundState
from threatbase.analysis.reach import Scenario
from threatbase.analysis.setting import Setting
from threatbase.analysis.worth import Surprises
from threatbase.knowledge import Key, KnowledgeBase
from threatbase.models import DockerOption, Language

Data = dict[str, Any]


@dataclass(frozen=True)
class Names:
    """Titles of what answers are about."""

    knowledge: KnowledgeBase
    language: Language = "en"

    def measure(self, measure: str) -> str:
        """The title of a mitigation, or of not using an option."""
        if measure.startswith("no:"):
            option = self.knowledge.bodies(DockerOption)[measure[3:]]
            return option.avoid.title.get(self.language) if option.avoid else measure
        return self._title("mitigation", measure)

    def threat(self, threat: str) -> str:
        """The title of a threat."""
        return self._title("threat", threat)

    def state(self, state: GroundState) -> str:
        """The title of a state, with its container where it has one."""
        title = self._title("state", state[0])
        return f"{title} ({state[1]})" if state[1] else title

    def scenario(self, scenario: Scenario) -> str:
        """An attacker with the surprise that helps them."""
        attacker = self._title("attacker", scenario.attacker)
        if scenario.zero_day:
            return f"{attacker}, with a zero-day in “{self.threat(scenario.zero_day)}”"
        if scenario.failed:
            return f"{attacker}, while “{self.measure(scenario.failed)}” fails"
        return attacker

    def _title(self, kind: str, id_: str) -> str:
        return self.knowledge[Key(kind, id_)].body.title.get(self.language)


def assumptions(setting: Setting, tenancy: str) -> list[str]:
    """What an answer takes for granted: printed with every answer, and each can be rejected."""
    mitigations = sorted(measure for measure in setting.in_place if not measure.startswith("no:"))
    unused = sum(1 for measure in setting.in_place if measure.startswith("no:"))
    attackers = ", ".join(setting.attackers)
    return [
        f"Asked for: a {tenancy} host; {attackers}; {setting.skill}",
        f"Taken as met: {', '.join(setting.assumed) or 'nothing'}",
        f"In place: {', '.join(mitigations) or 'nothing'}; {unused} dangerous options not in use",
    ]


def attack_lines(attack: Attack, names: Names, indent: str = "") -> Iterator[str]:
    """The steps of an attack, in order."""
    yield f"{indent}{names.scenario(attack.scenario)}, difficulty {attack.difficulty}"
    for number, step in enumerate(attack.steps, start=1):
        where = f" in {step.container}" if step.container else ""
        gained = ", ".join(sorted(names.state(state) for state in step.grants))
        yield f"{indent}  {number}. {names.threat(step.threat)}{where} [{step.threat}] → {gained}"


def choke_lines(found: Chokes, names: Names) -> Iterator[str]:
    """What all paths go through; nothing where there is no such thing."""
    passed = [f"{names.threat(threat)} [{threat}]" for threat in found.threats]
    passed += [names.state(state) for state in found.states]
    if passed:
        yield from (f"  All of them go through: {', '.join(passed)}", "")


def choke_data(found: Chokes, scenario: Scenario, goal: GroundState) -> Data:
    """Choke points as plain data."""
    states = [state_name(state) for state in found.states]
    return {
        "attacker": scenario.attacker,
        "zero_day": scenario.zero_day,
        "goal": state_name(goal),
        "threats": list(found.threats),
        "states": states,
    }


def answer_lines(answer: Answer, setting: Setting, names: Names) -> Iterator[str]:
    """The measures of a set with their costs."""
    if not answer.chosen:
        yield "  Nothing more is needed."
    for number, measure in enumerate(sorted(answer.chosen), start=1):
        cost = setting.model.measures[measure].cost
        yield f"  {number}. {names.measure(measure)} [{measure}], cost {cost}"


def proof(answer: Answer, ties: int = 0, rank: str = "the cheapest") -> str:
    """What the solver proved about the cost of a set."""
    if not answer.proved:
        return f"cost {answer.cost}, not proved in the time given: no set costs less than {answer.bound:g}"
    also = f"; {ties} other sets cost as little" if ties > 1 else "; another set costs as little" if ties else ""
    return f"cost {answer.cost}, proved {rank}{also}"


def hardening_lines(found: Hardening, setting: Setting, names: Names) -> Iterator[str]:
    """The cheapest set, and the attack that each of its measures cuts; then the next sets."""
    yield f"Cheapest set: {proof(found.best, found.ties)}"
    for line, measure in zip(answer_lines(found.best, setting, names), sorted(found.best.chosen) or [""], strict=True):
        yield line
        if measure:
            yield "     without it:"
            yield from attack_lines(found.certificate[measure], names, "       ")
    for number, answer in enumerate(found.answers[1:], start=2):
        yield f"\nNo. {number}: {proof(answer, rank='the next cheapest')}"
        yield from answer_lines(answer, setting, names)


def resilience_lines(found: Resilience, setting: Setting, names: Names) -> Iterator[str]:
    """The set that survives one surprise, and the surprises that none does."""
    yield f"Survives any one surprise: {proof(found.answer)}"
    yield from answer_lines(found.answer, setting, names)
    for measure in found.irreplaceable:
        yield f"  Irreplaceable: {names.measure(measure)} [{measure}]; when it fails, no set holds."
    for threat in found.not_survivable:
        yield f"  Not survivable: a zero-day in “{names.threat(threat)}” [{threat}]."


def gain_lines(gains: Iterable[Gain], base: Surprises, names: Names) -> Iterator[str]:
    """What is worth adding."""
    listed = list(gains)
    absorbs = f"this set absorbs {base.absorbed} of {len(base.tried)} single surprises"
    yield f"Worth adding ({absorbs}):" if listed else f"Nothing is worth adding: {absorbs}, and no measure more."
    for number, gain in enumerate(listed, start=1):
        name = names.measure(gain.measure)
        yield f"  {number}. {name} [{gain.measure}], cost {gain.cost}: absorbs {gain.absorbed} more"


def attack_data(attack: Attack) -> Data:
    """An attack as plain data."""
    return {
        "attacker": attack.scenario.attacker,
        "zero_day": attack.scenario.zero_day,
        "failed": attack.scenario.failed,
        "goal": state_name(attack.goal),
        "difficulty": attack.difficulty,
        "steps": [
            {
                "threat": step.threat,
                "container": step.container,
                "difficulty": step.difficulty,
                "requires": sorted(map(state_name, step.requires)),
                "grants": sorted(map(state_name, step.grants)),
            }
            for step in attack.steps
        ],
    }


def answer_data(answer: Answer) -> Data:
    """A set of measures as plain data."""
    return {
        "measures": sorted(answer.chosen),
        "cost": answer.cost,
        "proved": answer.proved,
        "bound": answer.bound,
        "closed": sorted(map(state_name, answer.closed)),
    }


def state_name(state: GroundState) -> str:
    """`other:container-data`, or `host-root`."""
    return f"{state[1]}:{state[0]}" if state[1] else state[0]
