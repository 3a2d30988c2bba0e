"""Small checklists for the tests of the formats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from threatbase.checklist.criteria import Criteria
from threatbase.checklist.items import Check, Item, Snippet
from threatbase.checklist.sheet import Checklist, Row, Stray, Typed
from threatbase.models import Language

GOLDEN = Path(__file__).parent / "data" / "checklist"

_FIRST = Item(
    id="no:privileged",
    title="No privileged containers",
    summary="Grant what is missing.",
    section="keep",
    priority=1,
    why=("Without it, “Root” opens again.", "Prevents: One | two, <three>."),
    how=(Snippet("run", "docker run --cap-drop ALL \\\n  web:1\n"),),
    checks=(Check("docker inspect --format '{{json .HostConfig.Privileged}}' CONTAINER", "", "Must not show: `x`"),),
    cost=0,
    breaks="",
    excludes=(),
    mappings={"cis": ("1.6.0 5.5",)},
    address="mitigations/no-privileged/",
    content="000000000001",
)
_SECOND = Item(
    id="memory-limit",
    title="Memory *limit*",
    summary="A limit.",
    section="essential",
    priority=2,
    why=("=SUM(A1) is text.",),
    how=(
        Snippet("compose", "services:\n  web:\n    mem_limit: 128m\n"),
        Snippet("host", "echo '```'\n"),
    ),
    checks=(Check("docker stats CONTAINER", "^128", "It shows the limit."), Check("true", "^$")),
    cost=1,
    breaks="What needs more.\n– A large cache.",
    excludes=("userns-remap",),
    mappings={"nist": ("4.4.3",), "attack": ("M1026", "M1038")},
    address="mitigations/memory-limit/",
    content="000000000002",
)
_THIRD = replace(
    _SECOND,
    id="userns-remap",
    title="User namespaces",
    section="strict",
    excludes=("memory-limit",),
    content="000000000003",
)


def small_checklist(language: Language) -> Checklist:
    """Three items of three sections, with nothing typed."""
    return Checklist(
        criteria=Criteria(need="static-web-server", level="strict", language=language),
        version="0.1.0",
        digest="0123456789abcdef" * 4,
        title="A small checklist",
        remarks=("For: a private host.", "Proved."),
        rows=tuple(Row(item) for item in (_FIRST, _SECOND, _THIRD)),
    )


def ticked_checklist(language: Language) -> Checklist:
    """One item done and changed since, one accepted, one new; two strays."""
    small = small_checklist(language)
    first, second, third = small.rows
    done = Typed("done", "Zoé", "ticket #12 | <https://example.com>", "2026-01-31", "=1+1\nsecond line")
    accepted = Typed("accepted-risk", "Bob", "", "next week", "  - [ ] \\o/")
    return replace(
        small,
        rows=(
            replace(first, typed=done, flag="changed", ticked="00000000000a"),
            replace(second, typed=accepted),
            replace(third, flag="new"),
        ),
        strays=(
            Stray("old-measure", "An old measure", done, "superseded", "00000000000b", "memory-limit"),
            Stray("", "Our own rule", Typed(note="kept"), "unknown"),
        ),
    )


def empty_checklist(language: Language) -> Checklist:
    """No item at all."""
    return replace(small_checklist(language), remarks=(), rows=())


CHECKLISTS: dict[str, Callable[[Language], Checklist]] = {
    "small": small_checklist,
    "ticked": ticked_checklist,
    "empty": empty_checklist,
}
