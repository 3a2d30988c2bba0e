"""Links between entries lead somewhere, once, and to something that may be relied on."""

from __future__ import annotations

from collections.abc import Iterator

from threatbase.knowledge import Entry, Key, KnowledgeBase, Link
from threatbase.mentions import broken_mentions, mentions
from threatbase.models import KINDS, LANGUAGES
from threatbase.problems import Location, Problem, did_you_mean
from threatbase.sections import SECTIONS
from threatbase.sources import FieldPath


def dangling(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """Every reference names an entry that exists."""
    for entry in knowledge.entries.values():
        for link in entry.links:
            if not knowledge.knows(link.target):
                place = _place(entry, link)
                yield _unknown(knowledge, link.target, place)


def duplicated(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """A list names an entry once."""
    for entry in knowledge.entries.values():
        seen: dict[tuple[FieldPath, str], FieldPath] = {}
        for link in entry.links:
            if link.mention is None and isinstance(link.path[-1], int):
                name = str(link.path[-2])
                # As it is written: `a+b` and `a+c` name `a` twice, and so do `code` and `all:code`.
                if seen.setdefault((link.path[:-1], _written(entry, link.path)), link.path) != link.path:
                    message = f"'{link.target.id}' stands twice in '{name}'; keep one"
                    yield Problem(entry.document.locate(link.path), "duplicate-reference", message)


def _written(entry: Entry, path: FieldPath) -> str:
    value = entry.document.data
    for part in path:
        value = value[part]
    return str(value)


def unreliable(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """A published entry rests on published ones."""
    for entry in knowledge.entries.values():
        for link in entry.links if entry.is_published else ():
            target = knowledge.entries.get(link.target)
            if target is not None and not target.is_published:
                yield from _to_unpublished(entry, link, target)


def _to_unpublished(entry: Entry, link: Link, target: Entry) -> Iterator[Problem]:
    place, name, successor = _place(entry, link), str(target.key), target.body.replaced_by
    if target.body.status == "draft":
        yield Problem(place, "link-to-draft", f"'{name}' is a draft; publish it first, or remove the link")
    elif target.body.status == "rejected":
        yield Problem(place, "link-to-rejected", f"'{name}' was rejected; remove the link")
    elif successor:
        yield Problem(place, "link-to-deprecated", f"'{name}' is deprecated; use '{successor}'", "warning")
    else:
        message = f"'{name}' is deprecated without a successor; remove the link, or name one in its 'replaced_by'"
        yield Problem(place, "link-to-deprecated", message)


def malformed_mentions(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """What looks like a mention is one."""
    for entry in knowledge.entries.values():
        for path, text in entry.texts:
            for language in LANGUAGES:
                for found, skip in broken_mentions(getattr(text, language) or ""):
                    yield _broken(entry.document.locate_text((*path, language), found, skip), found)
    for page in knowledge.narratives:
        for found, skip in broken_mentions(page.body):
            yield _broken(page.locate(found, skip), found)


def _broken(place: Location, found: str) -> Problem:
    return Problem(place, "bad-mention", f"'{found}' is no link to an entry; write [[kind:id]]")


def dead_anchors(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """`[[kind:id#section]]` names a section that pages of that kind have."""
    for entry in knowledge.entries.values():
        for link in entry.links:
            if link.anchor and link.target in knowledge.entries:
                yield from _anchor(link.target, link.anchor, _place(entry, link))


def page_mentions(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """The narrative pages link to entries and sections that exist."""
    for page in knowledge.narratives:
        for found in mentions(page.body):
            key, place = Key(found.kind, found.id), page.locate(found.text, found.skip)
            if not knowledge.knows(key):
                yield _unknown(knowledge, key, place)
            elif found.anchor:
                yield from _anchor(key, found.anchor, place)


def unused_sources(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """Every source is cited; not asked before every file can be read."""
    if knowledge.invalid:
        return
    cited = {found.id for page in knowledge.narratives for found in mentions(page.body) if found.kind == "source"}
    for entry in knowledge.of_kind("source"):
        if entry.key not in knowledge.backlinks and entry.key.id not in cited:
            message = "no entry cites this source; cite it or remove it"
            yield Problem(entry.document.locate(), "unused-source", message, "warning")


def _place(entry: Entry, link: Link) -> Location:
    if link.mention is not None:
        return entry.document.locate_text(link.path, link.mention, link.skip)
    return entry.document.locate(link.path)


def _unknown(knowledge: KnowledgeBase, key: Key, place: Location) -> Problem:
    if key.kind not in KINDS:
        message = f"there is no kind of entry called '{key.kind}'{did_you_mean(key.kind, KINDS)}"
        return Problem(place, "unknown-kind", message)
    known = [entry.key.id for entry in knowledge.of_kind(key.kind)]
    words = key.kind.replace("-", " ").replace("docker", "Docker")
    message = f"no {words} is called '{key.id}'{did_you_mean(key.id, known)}"
    return Problem(place, f"unknown-{key.kind}", message)


def _anchor(key: Key, anchor: str, place: Location) -> Iterator[Problem]:
    known = SECTIONS[key.kind]
    if anchor not in known:
        message = f"pages of this kind have no section '#{anchor}'{did_you_mean(anchor, known)}"
        yield Problem(place, "dead-anchor", message)


RULES = (dangling, duplicated, unreliable, malformed_mentions, dead_anchors, page_mentions, unused_sources)
