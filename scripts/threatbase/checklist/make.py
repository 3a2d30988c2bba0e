"""Makes a checklist: the levels of the graph's answer, as items in the words of one language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from threatbase import __version__
from threatbase.analysis.levels import LEVELS, Levels, levels_for
from threatbase.analysis.model import build_model
from threatbase.checklist.criteria import Criteria
from threatbase.checklist.describe import Describer
from threatbase.checklist.items import SECTIONS, Item, Section
from threatbase.checklist.sheet import FIRST_DAY, Checklist, Row
from threatbase.checklist.wording import Wording
from threatbase.digest import digest
from threatbase.knowledge import KnowledgeBase
from threatbase.models import DockerOption, Mitigation
from threatbase.typography import sort_key

_PER_CONTAINER = {"image", "container"}


def ask_levels(knowledge: KnowledgeBase, criteria: Criteria) -> Levels:
    """The levels that a checklist rests on; the same for all languages, layers, tools and containers."""
    return levels_for(
        knowledge, build_model(knowledge), need=criteria.need, goals=criteria.goals, tenancy=criteria.tenancy
    )


def make_checklist(knowledge: KnowledgeBase, criteria: Criteria, found: Levels | None = None) -> Checklist:
    """The checklist for some criteria, with nothing typed into it yet; `found` are levels kept from before."""
    levels_ = found or ask_levels(knowledge, criteria)
    wording = Wording(knowledge, criteria.language)
    describer = Describer(wording, criteria, levels_)
    items = [item for one in _items(describer) for item in _of_each_container(one, describer)]
    listed = {item.id for item in items}
    return Checklist(
        criteria=criteria,
        version=__version__,
        digest=digest(knowledge),
        title=_title(criteria, wording),
        remarks=tuple(_remarks(describer)),
        rows=tuple(Row(_among(item, listed)) for item in sorted(items, key=_order)),
        reviewed=max((_body(item.id.partition("@")[0], describer).reviewed for item in items), default=FIRST_DAY),
    )


def _items(describer: Describer) -> Iterator[Item]:
    criteria, found = describer.criteria, describer.found
    sections: dict[Section, tuple[str, ...]] = {
        "keep": found.keep, "essential": found.essential, "standard": found.standard, "strict": found.strict,
    }  # fmt: skip
    for section in SECTIONS[: LEVELS.index(criteria.level) + 2]:
        for measure in sections[section]:
            if _is_asked_for(measure, describer):
                yield describer.item(measure, section)


def _is_asked_for(measure: str, describer: Describer) -> bool:
    """Whether a measure acts on the layer that is asked for, and is put in place with the tool that is."""
    criteria, threats = describer.criteria, describer.wording.catalogue.threats
    in_layer = not criteria.layer or any(threats[id_].layer == criteria.layer for id_ in describer.threats(measure))
    return in_layer and (criteria.tool is None or criteria.tool in describer.tools(measure))


def _order(item: Item) -> tuple[int, int, str, str]:
    return SECTIONS.index(item.section), item.priority, sort_key(item.title), item.id


def _among(item: Item, listed: set[str]) -> Item:
    """The item, with those of its alternatives that are listed too."""
    _, at, name = item.id.partition("@")
    others = tuple(other for one in item.excludes for other in (one + at + name, one) if other in listed)
    return replace(item, excludes=tuple(dict.fromkeys(others)))


def _of_each_container(item: Item, describer: Describer) -> Iterator[Item]:
    """The item, or one for each container where there are several and it is about one."""
    names = describer.criteria.containers
    if not names or not _PER_CONTAINER & set(_body(item.id, describer).scope):
        yield item
        return
    for name in names:
        yield replace(
            item, id=f"{item.id}@{name}", title=describer.wording.words("checklist.of", title=item.title, name=name)
        )


def _body(measure: str, describer: Describer) -> Mitigation | DockerOption:
    catalogue = describer.wording.catalogue
    return catalogue.options[measure[3:]] if measure.startswith("no:") else catalogue.mitigations[measure]


def _title(criteria: Criteria, wording: Wording) -> str:
    subjects = [(kind, id_) for kind, id_ in (("need", criteria.need), ("layer", criteria.layer)) if id_]
    subjects += [("state", goal.rpartition(":")[2]) for goal in criteria.goals]
    about = ", ".join(wording.title(kind, id_) for kind, id_ in subjects) or wording.words("checklist.any")
    if criteria.tool:
        about = f"{about} ({wording.words('apply.' + criteria.tool)})"
    level = wording.words(f"checklist.level.{criteria.level}")
    return wording.words("checklist.title", about=about, level=level)


def _remarks(describer: Describer) -> Iterator[str]:
    found, wording, words = describer.found, describer.wording, describer.wording.words
    need, beyond_essential = describer.need, describer.criteria.level != "essential"
    yield words("checklist.host", tenancy=wording.title("tenancy", describer.criteria.tenancy))
    if found.closed and not (describer.criteria.tool or describer.criteria.layer):
        yield words("checklist.keeps_out", goals=wording.states(found.closed))
    elif found.closed:
        yield words("checklist.part_of", goals=wording.states(found.closed))
    if found.beyond:
        yield words("checklist.beyond", goals=wording.states(found.beyond))
    watched = [measure for measure in found.irreplaceable if _is_asked_for(measure, describer)]
    if beyond_essential and watched:
        yield words("checklist.irreplaceable_ones", measures=wording.measures(watched))
    if beyond_essential and found.not_survivable:
        yield words("checklist.not_survivable", threats=wording.titles("threat", found.not_survivable))
    if need and need.keep:
        yield words("checklist.kept", options=wording.titles("docker-option", need.keep))
    if need and need.cannot:
        yield words("checklist.cannot", measures=wording.measures(choice.mitigation for choice in need.cannot))
    if not found.proved:
        yield words("checklist.unproved")
