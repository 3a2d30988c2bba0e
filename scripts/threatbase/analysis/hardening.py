"""The full answer to “what suffices”: the cheapest sets, why each measure is needed, what one surprise does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from threatbase.analysis.attacks import Attack, easiest
from threatbase.analysis.harden import TIME_LIMIT, Answer, InfeasibleError, Task, alternatives, cheapest, violated
from threatbase.analysis.model import GroundState, Model
from threatbase.analysis.pairs import Closers, closers
from threatbase.analysis.reach import Question, Scenario
from threatbase.analysis.setting import Setting
from threatbase.analysis.worth import Surprises, surprises


@dataclass(frozen=True, slots=True)
class Hardening:
    """The cheapest set first, then the next ones; and for each of its measures the attack that it cuts."""

    answers: tuple[Answer, ...]
    ties: int
    certificate: dict[str, Attack]

    @property
    def best(self) -> Answer:
        """The cheapest set."""
        return self.answers[0]


@dataclass(frozen=True, slots=True)
class Resilience:
    """The cheapest set that survives any one surprise, but for those that nothing survives.

    Of these, `irreplaceable` are the measures that may not fail, `not_survivable` the threats with a zero-day.
    """

    answer: Answer
    irreplaceable: tuple[str, ...]
    not_survivable: tuple[str, ...]


def harden(setting: Setting, goals: tuple[GroundState, ...], top: int = 1, time_limit: float = TIME_LIMIT) -> Hardening:
    """The `top` cheapest sets that keep the goals closed. Raises InfeasibleError where there is none."""
    task = Task(goals, setting.scenarios, setting.in_place, setting.impossible)
    answers = alternatives(setting.question, task, max(2, top), time_limit)
    ties = sum(1 for answer in answers[1:] if answer.cost == answers[0].cost)
    certificate = {measure: _reopening(setting, task, answers[0], measure) for measure in sorted(answers[0].chosen)}
    return Hardening(tuple(answers[:top]), ties, certificate)


def _reopening(setting: Setting, task: Task, answer: Answer, measure: str) -> Attack:
    """The easiest attack that comes back when one measure of the set is left out, with all that needs it."""
    left = answer.chosen - {measure} - setting.model.dependants.get(measure, frozenset())
    found = attack_through(setting, task, left)
    if found is None:  # the solver's set would not be minimal
        raise AssertionError(f"{measure} is not needed")
    return found


def attack_through(setting: Setting, task: Task, chosen: Iterable[str]) -> Attack | None:
    """An easiest attack in the first scenario in which these measures do not hold."""
    kept = frozenset(chosen)
    scenario = violated(setting.question, task, kept)
    if scenario is None:
        return None
    found = [easiest(setting.question, scenario, goal, setting.in_place | kept) for goal in task.goals]
    return next(attack for attack in found if attack is not None)


def irreducible(setting: Setting, goals: tuple[GroundState, ...], scenario: Scenario) -> Attack | None:
    """An attack that remains when everything that can be had is in place: what nothing prevents.

    One that no measure brings with it is looked for first.
    """
    everything = setting.in_place | {id_ for id_ in setting.model.measures if id_ not in setting.impossible}
    found = (
        easiest(question, scenario, goal, everything)
        for question in (innocent(setting), setting.question)
        for goal in goals
    )
    return next((attack for attack in found if attack is not None), None)


def resilient(setting: Setting, goals: tuple[GroundState, ...], time_limit: float = TIME_LIMIT) -> Resilience:
    """The cheapest set that keeps the goals closed when one measure fails, or one zero-day is spent.

    As many surprises as any set survives are survived, and then the cost counts. The others are named, and given up
    against every attacker: a measure whose failure is one of them is irreplaceable.
    """
    possible = {id_ for id_ in setting.model.measures if id_ not in setting.impossible} | setting.in_place
    single = [*setting.zero_days(), *setting.failures(sorted(possible))]
    # Whether all measures together would hold, were there no conflicts and no side effects: an upper bound.
    harmless = innocent(setting)
    beyond = {one.surprise for one in single if not harmless.reached(one, possible).isdisjoint(goals)}
    left = [scenario for scenario in dict.fromkeys(single) if scenario.surprise not in beyond]
    task = Task(
        goals,
        tuple(dict.fromkeys([*setting.scenarios, *left])),
        setting.in_place,
        setting.impossible,
        surprises=frozenset(left) - set(setting.scenarios),
    )
    answer = cheapest(setting.question, task, time_limit=time_limit)
    lost = beyond | {scenario.surprise for scenario in answer.given_up}
    failed = {measure for _, measure in lost if measure}
    kept = tuple(sorted(failed & (answer.chosen | setting.in_place)))
    return Resilience(answer, kept, tuple(sorted(threat for threat, _ in lost if threat)))


def innocent(setting: Setting) -> Question:
    """The question without the steps that measures bring with them."""
    model = setting.model
    steps = tuple(step for step in model.steps if not step.introduced_by)
    return replace(setting.question, model=replace(model, steps=steps))


def single_points(setting: Setting, goals: tuple[GroundState, ...], answer: Answer) -> Surprises:
    """The single surprises that open a goal although the set is in place."""
    measures = {id_ for id_ in setting.in_place | answer.chosen if not id_.startswith("no:")}
    return surprises(setting, goals, answer.chosen, measures)


@dataclass(frozen=True, slots=True)
class Gain:
    """A measure that is worth adding to a set: how many more surprises are absorbed, at what cost."""

    measure: str
    cost: int
    absorbed: int


def worth_adding(
    setting: Setting, goals: tuple[GroundState, ...], answer: Answer, most: int = 8, known: Closers | None = None
) -> list[Gain]:
    """Measures that absorb more single surprises when added to a set, the best bargain first."""
    failing = {id_ for id_ in setting.in_place | answer.chosen if not id_.startswith("no:")}
    base = surprises(setting, goals, answer.chosen, failing)
    closing = known or closers(setting, goals, base, answer.chosen)
    present, gains = setting.in_place | answer.chosen, []
    for id_, measure in setting.model.measures.items():
        added = _with_needs(setting.model, id_) - present
        if id_ in present or measure.is_avoidance or added & setting.impossible:
            continue
        if _in_conflict(setting.model, added, present):
            continue
        simple = added == {id_} and id_ in closing.usable
        more = closing.absorbed(added) if simple else _absorbed(setting, goals, base, answer.chosen | added)
        if more > 0:
            gains.append(Gain(id_, sum(setting.model.measures[new].cost for new in added), more))
    return sorted(gains, key=lambda gain: (-gain.absorbed / gain.cost, gain.cost, gain.measure))[:most]


def _with_needs(model: Model, measure: str) -> frozenset[str]:
    """A measure with all that it transitively requires."""
    return frozenset({measure, *(needed for needed, items in model.dependants.items() if measure in items)})


def _in_conflict(model: Model, added: frozenset[str], present: frozenset[str]) -> bool:
    everything = model.measures.keys() & (added | present)
    return any(
        model.measures[one].conflicts & (everything if one in added else added & everything) for one in everything
    )


def _absorbed(setting: Setting, goals: tuple[GroundState, ...], base: Surprises, chosen: Iterable[str]) -> int:
    """How many of the surprises that open a goal on the base do not with these measures, less those that now do."""
    in_place = setting.in_place | set(chosen)
    harmless = not any(step.introduced_by & in_place - setting.in_place for step in setting.model.steps)
    # What brings no step with it can only close: the surprises that were absorbed still are.
    tried = base.opening if harmless else base.tried
    opening = sum(1 for s in tried if not setting.question.reached(s, in_place).isdisjoint(goals))
    return len(base.opening) - opening


def front(setting: Setting, goals: tuple[GroundState, ...], time_limit: float = TIME_LIMIT) -> list[Answer]:
    """For each number of goals closed, the cheapest set that closes so many; dominated sets are left out."""
    found: list[Answer] = []
    for least in range(len(goals), 0, -1):
        task = Task(goals, setting.scenarios, setting.in_place, setting.impossible, least)
        try:
            answer = cheapest(setting.question, task, time_limit=time_limit)
        except InfeasibleError:
            continue
        if not found or answer.cost < found[-1].cost:
            found.append(answer)
    return found[::-1]
