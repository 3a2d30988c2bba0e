"""Describes a measure as an item of a checklist: why, how, how to verify, and how urgent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from threatbase.analysis.levels import Levels
from threatbase.checklist.criteria import TOOLS, Criteria
from threatbase.checklist.items import Check, Item, Section, Snippet, content_of
from threatbase.checklist.wording import Wording
from threatbase.models import DockerOption, Mitigation, Need
from threatbase.risk import RISK_LEVELS, risk_of

MOST_THREATS = 6
"""Threats that an item names for each effect; it says how many more there are."""


@dataclass(frozen=True)
class Describer:
    """Describes measures for some criteria."""

    wording: Wording
    criteria: Criteria
    found: Levels

    @cached_property
    def need(self) -> Need | None:
        """The need that the checklist is for, if it is for one."""
        return self.wording.knowledge.bodies(Need)[self.criteria.need] if self.criteria.need else None

    def item(self, measure: str, section: Section) -> Item:
        """The item for a mitigation, or for not using an option."""
        catalogue = self.wording.catalogue
        if measure.startswith("no:"):
            return self._avoidance(measure, catalogue.options[measure[3:]], section)
        return self._mitigation(measure, catalogue.mitigations[measure], section)

    def _mitigation(self, measure: str, body: Mitigation, section: Section) -> Item:
        snippets = tuple(Snippet(tool, text) for tool in TOOLS if (text := getattr(body.apply, tool)))
        checks = tuple(Check(one.command, one.expect, self.wording.line(one.because)) for one in body.verify)
        windows = (window.model_dump_json() for window in body.default_when)
        facts = (body.default, str(body.cost), body.since or "", *windows, *body.requires, *body.conflicts)
        return Item(
            id=measure,
            title=self.wording.line(body.title),
            summary=self.wording.line(body.summary),
            section=section,
            priority=self._priority(measure, section),
            why=tuple(self._why(measure, section)),
            how=tuple(one for one in snippets if self.criteria.tool in (None, one.tool)),
            checks=checks,
            cost=0 if section == "keep" else body.cost,
            breaks=self.wording.prose(body.breaks),
            excludes=self._excluded_by(measure),
            mappings=_mappings(body),
            address=f"mitigations/{measure}/",
            content=content_of(snippets, checks, facts),
        )

    def _avoidance(self, measure: str, option: DockerOption, section: Section) -> Item:
        avoid, names = option.avoid, option.names
        called = [name for name in (names.run, names.compose, names.daemon) if name]
        snippet = avoid.snippet if avoid else None
        snippets = (Snippet(_tool_of(snippet), snippet),) if snippet else ()
        command = f"docker inspect --format '{{{{json {names.inspect}}}}}' CONTAINER"
        read = self.wording.words("checklist.unused", names=", ".join(called))
        checks = (Check(command, avoid.unused, read),) if avoid and avoid.unused and names.inspect else ()
        return Item(
            id=measure,
            title=self.wording.measure(measure),
            summary=self.wording.line(avoid.summary if avoid else option.summary),
            section=section,
            priority=self._priority(measure, section),
            why=tuple(self._why(measure, section)),
            how=tuple(one for one in snippets if self.criteria.tool in (None, one.tool)),
            checks=checks,
            cost=0,
            breaks="",
            excludes=(),
            mappings={"cis": tuple(f"{one.benchmark} {one.id}" for one in avoid.cis)} if avoid and avoid.cis else {},
            address=f"mitigations/no-{measure[3:]}/",
            content=content_of(snippets, checks, ("no", *called)),
        )

    def threats(self, measure: str) -> Iterable[str]:
        """The threats that a measure acts on, alone or with others."""
        catalogue = self.wording.catalogue
        if measure.startswith("no:"):
            return catalogue.opened_by.get(measure[3:], ())
        own = (one.threat for one in catalogue.effects_of.get(measure, ()) if one.effect.effect != "none")
        return [*own, *self._helped.get(measure, ())]

    @cached_property
    def _helped(self) -> dict[str, list[str]]:
        """For each mitigation, the threats on which another one needs its help."""
        found: dict[str, list[str]] = {}
        for id_, threat in self.wording.catalogue.threats.items():
            for helper in (helper for effect in threat.effects for helper in effect.with_):
                found.setdefault(helper, []).append(id_)
        return found

    def tools(self, measure: str) -> set[str]:
        """The tools with which a measure is put in place, or with which an option would be used."""
        catalogue = self.wording.catalogue
        if measure.startswith("no:"):
            names = catalogue.options[measure[3:]].names
            return {tool for tool in TOOLS if tool != "host" and getattr(names, tool)}
        return {tool for tool in TOOLS if getattr(catalogue.mitigations[measure].apply, tool)}

    def _priority(self, measure: str, section: Section) -> int:
        if measure in self.found.reopening:
            return 1
        if section == "standard" or measure in self.found.irreplaceable:
            return 2
        return 3 if any(_RANK[self._risk(id_)] >= _RANK["high"] for id_ in self.threats(measure)) else 4

    def _risk(self, threat: str) -> str:
        return risk_of(self.wording.catalogue.threats[threat], self.criteria.tenancy)

    def _why(self, measure: str, section: Section) -> Iterator[str]:
        wording, words = self.wording, self.wording.words
        for choice in self.need.must if self.need else ():
            if choice.mitigation == measure:
                yield wording.line(choice.because)
        way = self.found.reopening.get(measure)
        if way:
            path = " → ".join(wording.title("threat", id_) for id_ in way.threats)
            who, goal = wording.title("attacker", way.attacker), wording.states([way.goal])
            yield words("checklist.reopens", attacker=who, goal=goal, path=path)
        if measure in self.found.irreplaceable:
            yield words("checklist.irreplaceable")
        elif section == "standard":
            yield words("checklist.survives")
        for effect, ids in self._effects(measure):
            more = words.count("checklist.more", len(ids) - MOST_THREATS) if len(ids) > MOST_THREATS else ""
            yield words(f"checklist.{effect}", threats=wording.titles("threat", ids[:MOST_THREATS]) + more)

    def _effects(self, measure: str) -> Iterator[tuple[str, list[str]]]:
        catalogue = self.wording.catalogue
        if measure.startswith("no:"):
            yield "prevents", list(catalogue.opened_by.get(measure[3:], ()))
            return
        for effect in ("prevents", "limits", "detects"):
            ids = {one.threat for one in catalogue.effects_of.get(measure, ()) if one.effect.effect == effect}
            if ids:
                yield effect, sorted(ids, key=lambda id_: (-_RANK[self._risk(id_)], id_))

    def _excluded_by(self, measure: str) -> tuple[str, ...]:
        return tuple(other for pair in self.found.exclusive if measure in pair for other in pair if other != measure)


_RANK: dict[str, int] = {level: rank for rank, level in enumerate(RISK_LEVELS)}


def _mappings(body: Mitigation) -> dict[str, tuple[str, ...]]:
    ids = body.mappings
    found = {
        "cis": tuple(f"{one.benchmark} {one.id}" for one in ids.cis),
        "nist": ids.nist_800_190,
        "attack": ids.attack,
        "owasp": ids.owasp_docker,
    }
    return {name: listed for name, listed in found.items() if listed}


def _tool_of(snippet: str) -> str:
    """The tool that a snippet of an option to do without is written for."""
    if snippet.startswith("{"):
        return "daemon"
    if snippet.startswith(("docker run", "docker create")):
        return "run"
    return "compose" if snippet.split("\n")[0].endswith(":") else "host"
