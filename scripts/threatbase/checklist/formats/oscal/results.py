"""The assessment results: what people typed on a checklist, as observations, findings and accepted risks."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from typing import Any

from threatbase.checklist.formats.oscal.catalog import title_of
from threatbase.checklist.formats.oscal.documents import CATALOG, document, moment
from threatbase.checklist.formats.oscal.edition import Edition, lists, prop, statement, token, uuid_of
from threatbase.checklist.formats.oscal.markup import line, prose, string
from threatbase.checklist.sheet import Checklist, Flag, Row, Status, Typed
from threatbase.words import Words

_TARGETS: dict[Status, tuple[str, str, str]] = {
    "todo": ("not-satisfied", "other", "planned"),
    "done": ("satisfied", "pass", "implemented"),
    "not-applicable": ("satisfied", "other", "not-applicable"),
    "accepted-risk": ("not-satisfied", "other", ""),
}
"""What OSCAL calls a status: whether the control is satisfied, the reason, and how far it is implemented."""

_DAY = re.compile(r"2\d{3}-\d\d-\d\d")
_WEB = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?(?:[/?](?:[A-Za-z0-9._~/?=&+@:,;-]|%[0-9A-Fa-f]{2})*)?")


def assessment_results(edition: Edition) -> bytes | None:
    """The document, or None as long as nobody has typed anything."""
    checklist = edition.checklist
    typed = [row for row in checklist.rows if not row.typed.is_blank]
    everything = [row.typed for row in typed] + [one.typed for one in checklist.strays if not one.typed.is_blank]
    if not everything:
        return None
    days = [day for one in everything if (day := day_of(one.date))]
    names = sorted({name for one in everything if (name := string(one.owner))})
    owners = {name: uuid_of("party", name) for name in names}
    plan = edition.uuid("plan")
    body = {
        "import-ap": {"href": f"#{plan}"},
        "results": [_result(edition, typed, days or [checklist.reviewed])],
        "back-matter": {"resources": [_no_plan(edition.words, plan)]},
    }
    modified = max([checklist.reviewed, *days])
    return document(edition, "assessment-results", body, modified=modified, owners=owners)


def day_of(text: str) -> datetime.date | None:
    """The day that was typed, if it is one of this millennium: OSCAL knows few others."""
    try:
        return datetime.date.fromisoformat(text.strip()) if _DAY.fullmatch(text.strip()) else None
    except ValueError:
        return None


def _no_plan(words: Words, plan: str) -> dict[str, Any]:
    """What stands in for the assessment plan, which OSCAL wants to be named."""
    return {
        "uuid": plan,
        "title": line(words("checklist.oscal.no_plan")),
        "description": prose(words("checklist.oscal.instead")),
        "rlinks": [{"href": CATALOG, "media-type": "application/oscal+json"}],
    }


def _result(edition: Edition, typed: Sequence[Row], days: Sequence[datetime.date]) -> dict[str, Any]:
    words, checklist = edition.words, edition.checklist
    accepted = [row for row in typed if row.typed.status == "accepted-risk"]
    return {
        "uuid": edition.uuid("result"),
        "title": line(checklist.title) or line(words("checklist.oscal.result")),
        "description": prose(words("checklist.oscal.result")),
        "start": moment(min(days)),
        "end": moment(max(days)),
        "props": prop("digest", checklist.digest) + prop("version", checklist.version),
        "reviewed-controls": {"control-selections": [_reviewed(edition.checklist, typed)]},
        "observations": [*(_of_row(edition, row) for row in typed), *_of_strays(edition, checklist)],
        **lists(
            risks=[_risk(edition, row) for row in accepted],
            findings=[_finding(edition, row) for row in typed],
        ),
    }


def _reviewed(checklist: Checklist, typed: Sequence[Row]) -> dict[str, Any]:
    """The controls on which something was typed; if there are none, all of them less all of them."""
    chosen = [{"control-id": token(row.item.id)} for row in typed or checklist.rows]
    return {"include-controls": chosen} if typed else {"include-all": {}, **lists(exclude_controls=chosen)}


def _of_row(edition: Edition, row: Row) -> dict[str, Any]:
    known = prop("item", row.item.id) + prop("content", row.content)
    return _observation(edition, _observed(edition, row), row.item.title, row.typed, row.flag, known)


def _of_strays(edition: Edition, checklist: Checklist) -> Iterator[dict[str, Any]]:
    """Observations that no finding is made from: their controls are no longer in the catalog."""
    for index, one in enumerate(checklist.strays):
        if not one.typed.is_blank:
            known = prop("item", one.id) + prop("content", one.content) + prop("successor", one.successor)
            id_ = edition.uuid("stray", f"{index} {one.id}")
            yield _observation(edition, id_, one.title, one.typed, one.flag, known)


def _observation(
    edition: Edition, id_: str, title: str, typed: Typed, flag: Flag, known: list[dict[str, Any]]
) -> dict[str, Any]:
    words, day = edition.words, day_of(typed.date)
    flagged = words(f"checklist.flag.{flag}") if flag else ""
    said = words("checklist.oscal.typed", status=words(f"checklist.status.{typed.status}"))
    return {
        "uuid": id_,
        **lists(title=line(title)),
        "description": prose(said),
        "props": known + prop("status", typed.status) + prop("flag", flag, prose(flagged)),
        "methods": ["UNKNOWN"],
        "types": ["control-objective"],
        **lists(origins=_origins(typed), relevant_evidence=_evidence(typed)),
        "collected": moment(day or edition.checklist.reviewed),
        **lists(remarks=prose(typed.note, *([] if day else _undated(typed, words)))),
    }


def _undated(typed: Typed, words: Words) -> Iterator[str]:
    """What was typed in place of a day, and that the day which OSCAL wants is another one."""
    if string(typed.date):
        yield words("checklist.oscal.date", text=typed.date)
    yield words("checklist.oscal.undated")


def _observed(edition: Edition, row: Row) -> str:
    return edition.uuid("observation", row.item.id)


def _origins(typed: Typed) -> list[dict[str, Any]]:
    name = string(typed.owner)
    actor = {"type": "party", "actor-uuid": uuid_of("party", name), "role-id": "owner"}
    return [{"actors": [actor]}] if name else []


def _evidence(typed: Typed) -> list[dict[str, Any]]:
    text = typed.evidence.strip()
    shown = prose(text)
    address = {"href": text} if _WEB.fullmatch(text) else {}
    return [{**address, "description": shown}] if shown else []


def _finding(edition: Edition, row: Row) -> dict[str, Any]:
    words, typed = edition.words, row.typed
    state, reason, implemented = _TARGETS[typed.status]
    status = words(f"checklist.status.{typed.status}")
    target = {
        "type": "statement-id",
        "target-id": statement(row.item.id),
        "status": {"state": state, "reason": reason, "remarks": prose(status)},
        **lists(implementation_status={"state": implemented} if implemented else {}),
    }
    risks = [{"risk-uuid": _risked(edition, row)}] if typed.status == "accepted-risk" else []
    return {
        "uuid": edition.uuid("finding", row.item.id),
        "title": title_of(row.item),
        "description": prose(words("checklist.oscal.typed", status=status)),
        "props": prop("item", row.item.id) + prop("status", typed.status) + prop("flag", row.flag),
        **lists(origins=_origins(typed)),
        "target": target,
        "related-observations": [{"observation-uuid": _observed(edition, row)}],
        **lists(related_risks=risks),
    }


def _risked(edition: Edition, row: Row) -> str:
    return edition.uuid("risk", row.item.id)


def _risk(edition: Edition, row: Row) -> dict[str, Any]:
    """The risk of going without a measure, which somebody has accepted; the note says why."""
    item, words = row.item, edition.words
    why = prose(*item.why) or prose(item.summary) or title_of(item)
    return {
        "uuid": _risked(edition, row),
        "title": title_of(item),
        "description": why,
        "statement": prose(row.typed.note) or prose(words("checklist.oscal.accepted")),
        "props": [{"name": "accepted", "value": "true"}, {"name": "priority", "value": str(item.priority)}],
        "status": "deviation-approved",
        **lists(origins=_origins(row.typed)),
        "related-observations": [{"observation-uuid": _observed(edition, row)}],
    }
