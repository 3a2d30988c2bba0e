"""The commands that ask the graph: reach, paths, harden, front, worth, whatif."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterable
from itertools import combinations as combinations_of
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from threatbase.cli.asking import Asked, asking, examples, unknown

if TYPE_CHECKING:
    from threatbase.analysis.model import GroundState
    from threatbase.analysis.setting import Setting

_goal = click.option(
    "--goal", multiple=True, metavar="GOAL", help="A state to keep out of reach: host-root, other:container-data …"
)

_time_limit = click.option(
    "--time-limit", type=click.FloatRange(0.1), default=60.0, show_default=True, help="Seconds for each set."
)


@click.command(
    epilog=examples(
        "threatbase reach",
        "threatbase reach --tenancy shared --skill expert",
        "threatbase reach --keep privileged",
    )
)
@asking
def reach(asked: Asked) -> None:
    """What each attacker can reach with what is in place."""
    setting, names = asked.setting, asked.names
    found: dict[str, list[str]] = {}
    lines = []
    for scenario in setting.scenarios:
        reached = setting.question.reached(scenario, setting.in_place)
        goals = sorted(state for state in reached if setting.model.states[state[0]].role == "goal")
        found.setdefault(scenario.attacker, [])
        new = [state for state in goals if names.state(state) not in found[scenario.attacker]]
        found[scenario.attacker] += [names.state(state) for state in new]
        if new or scenario.zero_day is None:
            lines.append(names.scenario(scenario))
            lines += [f"  → {names.state(state)}" for state in new] or ["  → nothing that matters"]
    asked.tell(lines, {"reached": found})


@click.command(
    epilog=examples(
        "threatbase paths --goal host-root",
        "threatbase paths --goal other:container-data --most 3",
    )
)
@_goal
@click.option(
    "--most", type=click.IntRange(1), default=10, show_default=True, help="How many to show for each attacker and goal."
)
@asking
def paths(asked: Asked, goal: tuple[str, ...], most: int) -> None:
    """Minimal attacks on a goal, the easiest first."""
    from threatbase.analysis.attacks import attacks
    from threatbase.analysis.chokes import choke_points
    from threatbase.answers import attack_data, attack_lines, choke_data, choke_lines

    lines: list[str] = []
    data, chokes = [], []
    for wanted in asked.goals(goal):
        for scenario in asked.setting.scenarios:
            every = attacks(asked.setting.question, scenario, wanted, asked.setting.in_place)
            found = list(islice(every, most + 1))
            data += [attack_data(attack) for attack in found[:most]]
            for attack in found[:most]:
                lines += [f"{asked.names.state(wanted)}", *attack_lines(attack, asked.names, "  "), ""]
            if len(found) > most:
                lines += [f"  … and more; --most shows more than {most}", ""]
            if found:
                passed = choke_points(asked.setting.question, scenario, wanted, asked.setting.in_place)
                chokes.append(choke_data(passed, scenario, wanted))
                lines += choke_lines(passed, asked.names)
    asked.tell(lines or ["No attack reaches it."], {"attacks": data, "choke_points": chokes})


@click.command(
    epilog=examples(
        "threatbase harden --goal host-root",
        "threatbase harden --goal host-root --skill expert --tenancy shared",
        "threatbase harden --goal data-lost --top 3 --resilient",
    )
)
@_goal
@click.option("--top", type=click.IntRange(1), default=1, show_default=True, help="How many sets, the cheapest first.")
@click.option(
    "--resilient/--no-resilient", default=True, show_default=True, help="Also the set that survives one surprise."
)
@_time_limit
@asking
def harden(asked: Asked, goal: tuple[str, ...], top: int, resilient: bool, time_limit: float) -> None:
    """The proved cheapest set of measures that keeps goals out of reach."""
    from threatbase import answers as words
    from threatbase.analysis import hardening as ask
    from threatbase.analysis.harden import InfeasibleError

    goals, setting, names = asked.goals(goal), asked.setting, asked.names
    lines = [f"To keep out of reach: {', '.join(names.state(item) for item in goals)}", ""]
    try:
        found = ask.harden(setting, goals, top, time_limit)
    except InfeasibleError as error:
        path = ask.irreducible(setting, goals, error.scenario)
        lines += ["No set of measures suffices. What nothing prevents:"]
        lines += words.attack_lines(path, names, "  ") if path else ["  (only measures in conflict would)"]
        asked.tell(lines, {"infeasible": words.attack_data(path) if path else {}})
        sys.exit(1)
    lines += words.hardening_lines(found, setting, names)
    data: dict[str, Any] = {
        "sets": [words.answer_data(answer) for answer in found.answers],
        "ties": found.ties,
        "certificate": {measure: words.attack_data(attack) for measure, attack in found.certificate.items()},
    }
    if resilient:
        stronger = ask.resilient(setting, goals, time_limit)
        gains = ask.worth_adding(setting, goals, found.best)
        base = ask.single_points(setting, goals, found.best)
        lines += ["", *words.resilience_lines(stronger, setting, names), "", *words.gain_lines(gains, base, names)]
        data["resilient"] = {**words.answer_data(stronger.answer), "irreplaceable": stronger.irreplaceable}
        data["worth_adding"] = [vars_of(gain) for gain in gains]
    asked.tell(lines, data)


def vars_of(gain: Any) -> dict[str, Any]:
    """A gain as plain data."""
    return {"measure": gain.measure, "cost": gain.cost, "absorbed": gain.absorbed}


@click.command(epilog=examples("threatbase front", "threatbase front --goal host-root --goal host-down --budget 8"))
@_goal
@click.option("--budget", type=click.IntRange(0), help="Leave out sets that cost more.")
@_time_limit
@asking
def front(asked: Asked, goal: tuple[str, ...], budget: int | None, time_limit: float) -> None:
    """How many goals can be closed at what cost."""
    from threatbase.analysis.hardening import front as ask
    from threatbase.answers import answer_data, answer_lines

    every = ask(asked.setting, asked.goals(goal), time_limit)
    found = [answer for answer in every if budget is None or answer.cost <= budget]
    lines: list[str] = []
    for answer in found:
        closed = ", ".join(asked.names.state(state) for state in answer.closed)
        gap = "" if answer.proved else f" (not proved: no set costs less than {answer.bound:g})"
        lines += [f"Cost {answer.cost} closes {len(answer.closed)}: {closed}{gap}"]
        lines += [*answer_lines(answer, asked.setting, asked.names), ""]
    nothing = "Nothing can be closed." if budget is None else "Nothing can be closed within the budget."
    asked.tell(lines or [nothing], {"front": [answer_data(item) for item in found]})


@click.command(
    epilog=examples(
        "threatbase worth no-new-privileges",
        "threatbase worth no-new-privileges non-root-user",
    )
)
@click.argument("measures", nargs=-1, required=True)
@_goal
@asking
def worth(asked: Asked, measures: tuple[str, ...], goal: tuple[str, ...]) -> None:
    """What measures buy: the single surprises absorbed with and without them, alone, in pairs, and together."""
    from threatbase.analysis.harden import InfeasibleError, Task, cheapest
    from threatbase.analysis.worth import worth as ask

    setting, names = asked.setting, asked.names
    for measure in measures:
        if measure not in setting.model.measures:
            raise unknown("mitigation", measure, setting.model.measures, "MEASURES")
    goals = asked.goals(goal or ("host-root",))
    try:
        base = cheapest(setting.question, Task(goals, setting.scenarios, setting.in_place, setting.impossible)).chosen
        lines = [f"On top of the cheapest set: {', '.join(sorted(base)) or 'nothing'}"]
    except InfeasibleError:
        base, lines = frozenset(), ["No set of measures suffices. On top of what is in place:"]
    measures = tuple(dict.fromkeys(measures))
    there = [measure for measure in measures if measure in setting.in_place | base]
    lines += [f"  {names.measure(measure)} is in it already." for measure in there]
    sizes = dict.fromkeys((1, 2, len(measures)))
    combinations = [chosen for size in sizes if size <= len(measures) for chosen in combinations_of(measures, size)]
    data = {}
    for chosen in combinations:
        alone, together = ask(setting, goals, base, chosen)
        gained = together.absorbed - alone.absorbed
        name = " and ".join(names.measure(measure) for measure in chosen)
        lines.append(f"  {name}: absorbs {gained:+d} ({alone.absorbed} → {together.absorbed} of {len(alone.tried)})")
        data["+".join(chosen)] = {"without": alone.absorbed, "with": together.absorbed, "tried": len(alone.tried)}
    asked.tell(lines, {"worth": data, "base": sorted(base)})


@click.command(
    epilog=examples(
        "threatbase whatif --without seccomp-default",
        "threatbase whatif --keep privileged",
        "threatbase whatif --reject apparmor",
    )
)
@click.option("--without", multiple=True, metavar="MITIGATION", help="Take away what is in place.")
@asking
def whatif(asked: Asked, without: tuple[str, ...]) -> None:
    """What opens when a measure is missing, an option stays, or an assumption does not hold.

    Asked twice: of what is in place, and on top of the cheapest set for the usual goals, since what is open anyway
    cannot open.
    """
    from threatbase.analysis.setting import make_setting

    setting, names = asked.setting, asked.names
    for measure in without:
        if measure not in setting.model.measures:
            raise unknown("mitigation", measure, setting.model.measures, "--without")
    usual = make_setting(
        asked.knowledge, setting.model, asked.tenancy, skill=setting.skill, attackers=setting.attackers
    )
    there = usual.in_place | setting.in_place
    suffices = _cheapest(usual, asked.goals(()))
    missing = [measure for measure in without if measure not in there | suffices]
    lines = [f"{names.measure(measure)} is not in place: nothing is taken away." for measure in missing]
    data = {}
    for key, added in (("opened", frozenset[str]()), ("opened_on_top", suffices)):
        if key == "opened" or added:
            left = _without(setting, setting.in_place | (added - setting.impossible), without)
            opened = _opened(asked, usual, there | added, left)
            on_top = f"On top of the cheapest set ({', '.join(sorted(added))}):"
            lines += [on_top if added else "With what is in place:", *_goal_lines(opened)]
            data[key] = opened
    asked.tell(lines, data)


def _cheapest(setting: Setting, goals: tuple[GroundState, ...]) -> frozenset[str]:
    """The cheapest set for the goals; nothing where there is none."""
    from threatbase.analysis.harden import InfeasibleError, Task, cheapest

    try:
        return cheapest(setting.question, Task(goals, setting.scenarios, setting.in_place, setting.impossible)).chosen
    except InfeasibleError:
        return frozenset()


def _without(setting: Setting, in_place: frozenset[str], without: Iterable[str]) -> frozenset[str]:
    from threatbase.analysis.reach import standing

    for measure in without:
        in_place = standing(setting.model, in_place, measure)
    return in_place


def _opened(asked: Asked, usual: Setting, before: frozenset[str], after: frozenset[str]) -> dict[str, list[str]]:
    """The goals that each scenario reaches more than before, by its words."""
    setting, names, found = asked.setting, asked.names, {}
    for scenario in setting.scenarios:
        gained = setting.question.reached(scenario, after) - usual.question.reached(scenario, before)
        goals = sorted(names.state(state) for state in gained if setting.model.states[state[0]].role == "goal")
        if goals:
            found[names.scenario(scenario)] = goals
    return found


def _goal_lines(opened: dict[str, list[str]]) -> list[str]:
    lines = [line for who, goals in opened.items() for line in (f"  {who}", *(f"    → {goal}" for goal in goals))]
    return lines or ["  Nothing more is reached than what is open anyway."]


@click.command(epilog=examples("threatbase gaps", "threatbase gaps --format json"))
@asking
def gaps(asked: Asked) -> None:
    """Where the knowledge is thin."""
    from threatbase.gaps import find_gaps

    found = find_gaps(asked.knowledge, datetime.datetime.now(datetime.UTC).date())
    beliefs = [f"{belief.mitigation} does nothing about {belief.threat}" for belief in found.beliefs]
    lists: dict[str, list[str]] = {
        **{f"unmitigated, {state}": list(ids) for state, ids in found.unmitigated.items()},
        "unanswered": list(found.unanswered),
        "detect only": list(found.detect_only),
        "beliefs that are wrong": beliefs,
        "mitigations that cut nothing": list(found.cutting_nothing),
        "mitigations that prevent over 30 % of all threats": [id_ for id_, _ in found.concentrated],
        "unsourced": [str(key) for key in found.unsourced],
        "not reviewed for a year": [str(key) for key in found.stale],
        "translation wanted": [str(key) for key in found.wanted],
    }
    lines = [line for name, ids in lists.items() for line in (f"{name}: {len(ids)}", *(f"  {id_}" for id_ in ids))]
    asked.tell(lines, {"gaps": lists})


COMMANDS = (reach, paths, harden, front, worth, whatif, gaps)
