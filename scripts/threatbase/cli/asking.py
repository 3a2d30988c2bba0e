"""What every question to the graph has in common: its options, and the setting that they make."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from threatbase.problems import did_you_mean
from threatbase.versions import ENGINE_VERSIONS

if TYPE_CHECKING:
    from threatbase.analysis.model import GroundState, Model
    from threatbase.analysis.setting import Setting
    from threatbase.answers import Names
    from threatbase.knowledge import KnowledgeBase


def _existing(context: click.Context, parameter: click.Parameter, value: Path) -> Path:
    if not value.is_dir():
        message = f"there is no folder '{value}'; run it in a copy of the repository, or name its threats/ folder"
        raise click.BadParameter(message, param_hint="--root")
    return value


root_option = click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False),
    callback=_existing,
    default=Path("threats"),
    show_default=True,
    help="The folder that holds the knowledge.",
)

_VERSION = re.compile(r"[0-9]+(\.[0-9]+)*")


MOST_LISTED = 16
"""So many ids are listed in an error where none of them is like the word that was typed."""


def examples(*lines: str) -> str:
    """The end of a help text: examples that click does not re-wrap."""
    return "\n".join(("\b", "Examples:", *(f"  {line}" for line in lines)))


@dataclass(frozen=True)
class Asked:
    """What a question is asked of: the knowledge, the setting, and the words for it."""

    knowledge: KnowledgeBase
    setting: Setting
    names: Names
    tenancy: str
    as_json: bool

    def goals(self, wanted: Collection[str]) -> tuple[GroundState, ...]:
        """The goals named, or the usual ones. An unknown one ends the command with a suggestion."""
        from threatbase.analysis.setting import ground_goal, usual_goals

        model = self.setting.model
        found = []
        for goal in wanted or usual_goals(model):
            container, _, state = goal.rpartition(":")
            if state not in model.states:
                raise unknown("state", state, model.states, "--goal")
            if container and container not in model.containers:
                raise unknown("container", container, model.containers, "--goal")
            found.append(ground_goal(model, goal))
        return tuple(found)

    def tell(self, lines: Iterable[str], data: Any) -> None:
        """Prints the answer: what it takes for granted and the lines, or JSON."""
        from threatbase.answers import assumptions

        taken = assumptions(self.setting, self.tenancy)
        if self.as_json:
            click.echo(json.dumps({"assumptions": taken, **data}, indent=2, ensure_ascii=False, sort_keys=True))
            return
        for line in (*taken, "", *lines):
            click.echo(line)


_OPTIONS = (
    click.option("--tenancy", help="Who shares the host: private or shared. Without it: the need's, or private."),
    click.option(
        "--skill",
        type=click.Choice(["opportunist", "skilled", "expert"]),
        default="skilled",
        show_default=True,
        help="Of the attackers; an expert is skilled and has one zero-day.",
    ),
    click.option("--attacker", "attackers", multiple=True, help="Ask for these attackers instead of the tenancy's."),
    click.option("--in-place", multiple=True, metavar="MITIGATION", help="Already in place."),
    click.option("--exclude", multiple=True, metavar="MITIGATION", help="Impossible here."),
    click.option("--keep", multiple=True, metavar="OPTION", help="A dangerous Docker option that stays in use."),
    click.option("--reject", multiple=True, metavar="ASSUMPTION", help="Take a condition or a fact as not met."),
    click.option(
        "--assume", multiple=True, metavar="ASSUMPTION", help="Take a fact or a condition as met: cloud-host …"
    ),
    click.option("--engine", default=ENGINE_VERSIONS[-1], show_default=True, metavar="VERSION", help="Docker version."),
    click.option("--need", help="Take tenancy, goals and options from this need."),
    click.option(
        "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Output."
    ),
    root_option,
)


def asking(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the options that every question has, and hands it what is asked."""
    names = (
        "tenancy",
        "skill",
        "attackers",
        "in_place",
        "exclude",
        "keep",
        "reject",
        "assume",
        "engine",
        "need",
        "form",
        "root",
    )

    @wraps(command)
    def wrapped(**given: Any) -> None:
        options = {name: given.pop(name) for name in names}
        try:
            command(_asked(options, given), **given)
        except TimeoutError as error:
            raise click.ClickException(str(error)) from None

    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


def _asked(options: dict[str, Any], rest: dict[str, Any]) -> Asked:
    from threatbase.analysis.model import build_model
    from threatbase.analysis.setting import make_setting
    from threatbase.answers import Names

    knowledge = load_or_exit(options["root"])
    if options["need"] is not None:
        _take_need(knowledge, options, rest)
    options["tenancy"] = options["tenancy"] or "private"
    model = build_model(knowledge)
    _check_ids(knowledge, model, options)
    setting = make_setting(
        knowledge,
        model,
        options["tenancy"],
        skill=options["skill"],
        attackers=options["attackers"],
        in_place=options["in_place"],
        excluded=options["exclude"],
        kept=options["keep"],
        rejected=options["reject"],
        supposed=options["assume"],
        engine=options["engine"],
    )
    return Asked(knowledge, setting, Names(knowledge), options["tenancy"], options["form"] == "json")


def load_or_exit(root: Path) -> KnowledgeBase:
    """The knowledge; files that cannot be used, and links that lead nowhere, end the command with the list."""
    from threatbase.knowledge import load
    from threatbase.problems import errors
    from threatbase.report import as_text
    from threatbase.rules.references import dangling, unreliable

    knowledge, problems = load(root)
    # Links that lead nowhere are no answer either; the other rules would only take time.
    problems += [*dangling(knowledge), *unreliable(knowledge)]
    if errors(problems):
        click.echo(as_text(sorted(errors(problems))), err=True, nl=False)
        sys.exit(1)
    return knowledge


def _take_need(knowledge: KnowledgeBase, options: dict[str, Any], rest: dict[str, Any]) -> None:
    """A need brings its tenancy, the options it must keep, what it cannot have, and its goals."""
    from threatbase.models import Need

    needs = knowledge.bodies(Need)
    if options["need"] not in needs:
        raise unknown("need", options["need"], needs, "--need")
    need = needs[options["need"]]
    options["tenancy"] = options["tenancy"] or need.tenancy
    options["keep"] = (*options["keep"], *need.keep)
    options["exclude"] = (*options["exclude"], *(choice.mitigation for choice in need.cannot))
    if "goal" in rest and not rest["goal"]:
        rest["goal"] = need.goals


def _check_ids(knowledge: KnowledgeBase, model: Model, options: dict[str, Any]) -> None:
    from threatbase.models import Attacker, Mitigation, State, Tenancy
    from threatbase.models.base import Condition

    tenancies, mitigations = knowledge.bodies(Tenancy), knowledge.bodies(Mitigation)
    dangerous = {id_[3:] for id_ in model.measures if id_.startswith("no:")}
    dangerous |= {id_ for id_, measures in model.disables.items() if measures}
    _check("--tenancy", "tenancy", [options["tenancy"]], tenancies)
    host = tenancies[options["tenancy"]]
    _check("--attacker", "attacker", options["attackers"], knowledge.bodies(Attacker))
    _check("--in-place", "mitigation", options["in_place"], mitigations)
    _check("--exclude", "mitigation", options["exclude"], mitigations)
    _check("--keep", "dangerous option", options["keep"], dangerous)
    _check("--reject", "assumption", options["reject"], (*host.conditions, *host.facts, *options["assume"]))
    facts = (id_ for id_, state in knowledge.bodies(State).items() if state.role == "fact")
    _check("--assume", "fact or condition", options["assume"], (*facts, *get_args(Condition)))
    _no_contradiction("--assume", "--reject", options["assume"], options["reject"])
    _no_contradiction("--in-place", "--exclude", options["in_place"], options["exclude"])
    if not _VERSION.fullmatch(options["engine"]):
        message = f"'{options['engine']}' is no version of Docker; write it like {ENGINE_VERSIONS[-1]}"
        raise click.BadParameter(message, param_hint="--engine")


def _no_contradiction(one: str, other: str, first: Iterable[str], second: Iterable[str]) -> None:
    for word in sorted({*first} & {*second}):
        raise click.BadParameter(f"'{word}' is given with {other} too; it cannot be both", param_hint=one)


def _check(hint: str, kind: str, ids: Iterable[str], known: Collection[str]) -> None:
    for id_ in ids:
        if id_ not in known:
            raise unknown(kind, id_, known, hint)


def unknown(kind: str, word: str, known: Iterable[str], hint: str) -> click.BadParameter:
    """The error for an id that does not exist, with a suggestion or the few there are; the exit code is 2."""
    listed = sorted(known)
    few = f"; there is {', '.join(listed)}" if len(listed) <= MOST_LISTED else ""
    message = f"there is no {kind} called '{word}'{did_you_mean(word, listed) or few}"
    return click.BadParameter(message, param_hint=hint)
