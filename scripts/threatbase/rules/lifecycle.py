"""Status, successors and dates."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from threatbase.knowledge import Entry, Key, KnowledgeBase
from threatbase.models import Source
from threatbase.problems import Problem, did_you_mean


def successors(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """`replaced_by` stands on deprecated entries alone and names an entry of the same kind."""
    for entry in knowledge.entries.values():
        successor = entry.body.replaced_by
        if successor is None:
            continue
        place = entry.document.locate(("replaced_by",))
        if entry.body.status != "deprecated":
            yield Problem(place, "stray-successor", "only a deprecated entry has 'replaced_by'; set its 'status'")
        elif not knowledge.knows(Key(entry.key.kind, successor)):
            known = [other.key.id for other in knowledge.of_kind(entry.key.kind)]
            message = f"no {entry.key.kind} is called '{successor}'{did_you_mean(successor, known)}"
            yield Problem(place, "unknown-successor", message)


def successor_cycles(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """Following `replaced_by` comes to an end."""
    for entry in knowledge.entries.values():
        if entry.key in _chain(knowledge, entry)[1:]:
            chain = " → ".join(key.id for key in _chain(knowledge, entry))
            place = entry.document.locate(("replaced_by",))
            yield Problem(place, "successor-cycle", f"'replaced_by' goes round in a circle: {chain}; break it")


def _chain(knowledge: KnowledgeBase, entry: Entry) -> list[Key]:
    chain = [entry.key]
    current: Entry | None = entry
    while current is not None and current.body.replaced_by:
        following = Key(entry.key.kind, current.body.replaced_by)
        chain.append(following)
        if following in chain[:-1]:
            break
        current = knowledge.entries.get(following)
    return chain


def reasons(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """A deprecated or rejected entry says why; the others do not."""
    for entry in knowledge.entries.values():
        ended = entry.body.status in ("deprecated", "rejected")
        if ended and entry.body.why is None:
            message = f"a {entry.body.status} entry says why; add 'why'"
            yield Problem(entry.document.locate(("status",)), "missing-why", message)
        elif not ended and entry.body.why is not None:
            message = "'why' belongs to a deprecated or rejected entry; remove it or set 'status'"
            yield Problem(entry.document.locate(("why",)), "stray-why", message)


def future_dates(knowledge: KnowledgeBase, today: datetime.date) -> Iterator[Problem]:
    """Nothing was reviewed or read in the future."""
    for entry in knowledge.entries.values():
        dates = {"reviewed": entry.body.reviewed}
        if isinstance(entry.body, Source):
            dates["consulted"] = entry.body.consulted
        for name, date in dates.items():
            if date > today:
                message = f"'{name}' is {date.isoformat()}, which lies in the future; write the day it was done"
                yield Problem(entry.document.locate((name,)), "future-date", message)


RULES = (successors, successor_cycles, reasons)
