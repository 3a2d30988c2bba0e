"""A small checklist, written by hand and filled in by people who try things; the same in both languages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from threatbase.checklist.criteria import Criteria
from threatbase.checklist.items import Check, Item, Snippet
from threatbase.checklist.sheet import Checklist, Row, Stray, Typed
from threatbase.models import Language

HOSTILE = (
    '</script><img src=x onerror=alert(1)><!-- #read("/etc/passwd") #sys.inputs $x$ *a* \\ " \' `{{ 1 }}` [@b] <c>'
)
"""Text that would do something if HTML, Typst or a template took it for its own."""

_ITEM: dict[str, Any] = {
    "summary": "One sentence.",
    "section": "strict",
    "priority": 4,
    "why": (),
    "how": (),
    "checks": (),
    "cost": 1,
    "breaks": "",
    "excludes": (),
    "mappings": {},
    "content": "0123456789ab",
}


def item(id_: str, title: str, **more: Any) -> Item:
    """An item with the fields given, and nothing more than it must have."""
    return Item(**{**_ITEM, "id": id_, "title": title, "address": f"mitigations/{id_.replace(':', '-')}/", **more})


def empty(language: Language = "en") -> Checklist:
    """A checklist that nothing answers to."""
    return Checklist(Criteria(need="web", language=language), "1.2.3", "d" * 64, "Checklist: Web", (), ())


def filled(language: Language = "en") -> Checklist:
    """A checklist with a row of each level, of each status and of some flags, and with strays."""
    texts = _FR if language == "fr" else _EN
    keep = item(
        "no:privileged",
        texts[0],
        section="keep",
        priority=1,
        cost=0,
        checks=(Check("docker inspect --format '{{json .HostConfig.Privileged}}' CONTAINER", "^false$", texts[1]),),
        mappings={"cis": ("1.6.0 5.5",)},
    )
    essential = item(
        "memory-limit",
        texts[2],
        section="essential",
        priority=2,
        why=(texts[3], "A → B → C."),
        how=(
            Snippet("run", "docker run --memory 512m redis:8"),
            Snippet("compose", "services:\n  a:\n\n    mem_limit: 1g\n"),
        ),
        checks=(Check("docker stats " + "--option-that-is-long=" * 8, r"^\d+$"), Check("true", "")),
        cost=16,
        breaks="– One.\n– Two.",
        excludes=("odd",),
        mappings={"cis": ("1.6.0 5.11",), "nist": ("4.4.3",)},
    )
    odd = replace(essential, id="odd", title=HOSTILE, address="mitigations/odd/", section="standard")
    rows = (
        Row(keep, Typed("done", "Zoé", "https://ci.example.org/1", "2026-01-31", texts[4])),
        Row(
            essential,
            Typed("accepted-risk", HOSTILE, HOSTILE, "2026-02-31", f"{HOSTILE}\n{HOSTILE}"),
            "changed",
            "ab" * 6,
        ),
        Row(replace(odd, excludes=("memory-limit",)), flag="new"),
        Row(item("last", "x" * 63), Typed("not-applicable", date="2026-12-01")),
    )
    strays = (
        Stray(
            "old", texts[5], Typed("done", "Zoé", "", "2025-01-01", texts[4]), "superseded", "cd" * 6, "memory-limit"
        ),
        Stray("odd-one", "", Typed(note=HOSTILE), "unknown"),
    )
    return replace(empty(language), remarks=(texts[6],), rows=rows, strays=strays)


_EN = (
    "No privileged containers",
    "Must not show: --privileged",
    "Memory limit",
    "Without it, “host down” opens again.",
    "Seen at the meeting.\nOn a second line.",
    "An old measure",
    "For: a private host.",
)
_FR = (
    "Pas de conteneurs privilégiés",
    "Ne doit pas montrer : --privileged",
    "Limite de mémoire",
    "Sans elle, « hôte hors service » se rouvre à l’œuvre.",
    "Vu en réunion.\nSur une deuxième ligne.",
    "Une vieille mesure",
    "Pour : un hôte privé.",
)
