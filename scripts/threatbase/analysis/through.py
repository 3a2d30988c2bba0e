"""Attacks through one threat: how it is come to, and which goals it leads to; and the doors that are closed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from threatbase.analysis.attacks import Attack, minimised
from threatbase.analysis.model import Block, GroundState, Step
from threatbase.analysis.reach import ZERO_DAY, OpenSteps, Question, Scenario, closed_by, steps_behind
from threatbase.analysis.setting import Setting


@dataclass(frozen=True, slots=True)
class Through:
    """An attack in which the threat is needed, and on what it depends.

    `absent` measures are missing that are in place by default, `added` ones are in place, `facts` are true. The
    `doors` are the sets of measures that would each close it: one of each has to be missing.
    """

    attack: Attack
    absent: frozenset[str] = frozenset()
    added: frozenset[str] = frozenset()
    facts: frozenset[str] = frozenset()
    doors: tuple[frozenset[str], ...] = ()


def attacks_through(setting: Setting, threat: str, goals: Iterable[GroundState]) -> list[Through]:
    """For each goal, an attack that needs the threat, by the first attacker who can take it.

    What closes the threat by default is left out, and what brings it is put in place. Where this is not enough,
    every dangerous option is in use and every fact is true.
    """
    wanted = list(goals)
    for asked in (setting, _at_worst(setting)):
        candidates = (next(_candidates(asked, threat, goal), None) for goal in wanted)
        found = [_explained(one, asked, setting) for one in candidates if one is not None]
        if found:
            return found
    return []


def _at_worst(setting: Setting) -> Setting:
    facts = frozenset(id_ for id_, state in setting.model.states.items() if state.role == "fact")
    in_place = frozenset(measure for measure in setting.in_place if not measure.startswith("no:"))
    return replace(setting, question=Question(setting.model, facts), in_place=in_place)


def _explained(found: Through, asked: Setting, setting: Setting) -> Through:
    """The attack with all that it depends on in the setting that was asked about."""
    steps, scenario = found.attack.steps, found.attack.scenario
    there = setting.in_place | found.added
    closing = {block.measures for step in steps for block in _blocks(step, scenario, there)}
    absent = (found.absent | (setting.in_place - asked.in_place)) & frozenset().union(*closing)
    for measures in sorted(closing, key=sorted):
        # What the attack gets round by itself is not missed.
        if _works(found.attack, setting.question, (there - absent) | measures):
            absent -= measures
    required = {state for step in steps for state, _ in step.requires if setting.model.states[state].role == "fact"}
    met = [measures for measures in closing if measures & absent]
    doors = [measures for measures in met if not any(other < measures for other in met)]
    absent &= frozenset().union(*doors)
    facts = frozenset(required - setting.question.facts)
    return replace(found, absent=absent, facts=facts, doors=tuple(sorted(doors, key=sorted)))


def _works(attack: Attack, question: Question, in_place: frozenset[str]) -> bool:
    numbers = question.index.numbers
    taken = {numbers[step]: closed_by(step, attack.scenario, in_place) for step in attack.steps}
    steps = {number: closed for number, closed in taken.items() if closed is not None}
    return attack.goal in question.derive(attack.scenario, steps)


def _candidates(setting: Setting, threat: str, goal: GroundState) -> Iterator[Through]:
    for number in setting.question.index.of_threat.get(threat, ()):
        step = setting.model.steps[number]
        for plain in setting.plain:
            for scenario in _with_skill(plain, step, setting):
                absent = _closing(step, scenario, setting.in_place)
                added = frozenset(sorted(step.introduced_by - setting.in_place)[:1])
                added = frozenset() if step.introduced_by & setting.in_place else added
                in_place = (setting.in_place - absent) | added
                attack = through(setting.question, scenario, number, goal, in_place)
                if attack is not None:
                    yield Through(attack, absent, added)


def _with_skill(plain: Scenario, step: Step, setting: Setting) -> Iterator[Scenario]:
    """The attacker as they are; with a zero-day where the step takes one."""
    if step.difficulty <= plain.level:
        yield plain
    elif step.difficulty <= ZERO_DAY and setting.model.attackers[plain.attacker].zero_days:
        yield Scenario(plain.attacker, plain.level, step.threat, None, plain.start)


def _closing(step: Step, scenario: Scenario, in_place: Collection[str]) -> frozenset[str]:
    """The measures in place that close a step; of measures that close it together, all."""
    return frozenset(measure for block in _blocks(step, scenario, in_place) for measure in block.measures)


def _blocks(step: Step, scenario: Scenario, in_place: Collection[str]) -> list[Block]:
    level = ZERO_DAY if step.threat == scenario.zero_day else scenario.level
    return [block for block in step.blocks if block.level > level and block.measures <= set(in_place)]


def through(
    question: Question, scenario: Scenario, number: int, goal: GroundState, in_place: Collection[str]
) -> Attack | None:
    """A minimal attack on a goal in which one step is needed; None where none was found."""
    steps, index = question.open_steps(scenario, in_place), question.index
    step = question.model.steps[number]
    if number not in steps:
        return None
    before = question.derive(scenario, steps)
    if not step.requires <= before.keys():
        return None
    used = [*steps_behind(before, step.requires), step, *_following(question, scenario, number, goal, steps)]
    kept = {one: steps[one] for one in dict.fromkeys(index.numbers[found] for found in used)}
    if goal not in question.derive(scenario, kept):
        return None
    numbers = minimised(question, scenario, goal, kept, needed=number)
    if goal in question.derive(scenario, {one: kept[one] for one in numbers if one != number}):
        return None  # the threat's step in another container is needed, this one is not
    # The same steps in whatever container, without the threat itself: if they suffice, it is a detour.
    others = {question.model.steps[one].threat for one in numbers} - {step.threat}
    rest = {one: steps[one] for threat in others for one in index.of_threat[threat] if one in steps}
    if goal in question.derive(scenario, rest):
        return None
    return Attack(scenario, goal, _in_order(question, scenario, {one: kept[one] for one in numbers}))


def _following(question: Question, scenario: Scenario, number: int, goal: GroundState, steps: OpenSteps) -> list[Step]:
    """The steps that lead on to the goal: from what the step grants alone, else together with what is held anyway."""
    step, index = question.model.steps[number], question.index
    facts = [state for state in question.starts(scenario.attacker, scenario.start) if state[0] in question.facts]
    after = index.fixpoint([*sorted(step.grants, key=str), *facts], steps)
    if goal not in after:
        others = question.model.steps
        only = {one: closed for one, closed in steps.items() if one == number or not others[one].grants & step.grants}
        after = question.derive(scenario, only)
    return steps_behind(after, [goal])


def _in_order(question: Question, scenario: Scenario, steps: OpenSteps) -> tuple[Step, ...]:
    """The steps as they can be taken one after the other."""
    origin = question.derive(scenario, steps)
    taken = dict.fromkeys(source for source in origin.values() if isinstance(source, Step))
    return tuple(taken)


@dataclass(frozen=True, slots=True)
class Door:
    """A step that the measures in place close, though attackers come to it and it would lead to the goal."""

    step: Step
    closed_by: tuple[tuple[str, ...], ...]


def closed_doors(setting: Setting, goal: GroundState) -> list[Door]:
    """The doors on the way to a goal, in the order of the model."""
    question, index = setting.question, setting.question.index
    reached: set[GroundState] = set()
    for scenario in setting.plain:
        reached |= question.reached(scenario, setting.in_place)
    level = max((scenario.level for scenario in setting.plain), default=0)
    highest = Scenario("", level)
    steps = question.open_steps(highest, setting.in_place)
    facts = [(state, None) for state in sorted(question.facts)]
    found = []
    for number, step in enumerate(setting.model.steps):
        if number in steps or step.difficulty > level or not step.requires <= reached:
            continue
        if closed_by(step, highest, setting.in_place - _closing(step, highest, setting.in_place)) is None:
            continue
        if goal in index.fixpoint([*sorted(step.grants, key=str), *facts], steps):
            blocks = (block for block in _blocks(step, highest, setting.in_place) if not block.bypass)
            found.append(Door(step, tuple(dict.fromkeys(tuple(sorted(block.measures)) for block in blocks))))
    return found
