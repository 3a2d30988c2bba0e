"""What the graph says of one measure: what it closes alone, what it is worth, what reopens without it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from threatbase.analysis.book import Book
from threatbase.pages.goals import TENANCIES
from threatbase.pages.paths import path_id

MOST_PARTNERS = 2

Values = dict[str, Any]


def measure_answers(measure: str, book: Book) -> Values | None:
    """The values of the section “What it is worth”; None where the book has no answers yet."""
    alone = book.get("measures", {}).get(measure)
    if alone is None:
        return None
    return {
        **alone,
        "worth": list(_worth(measure, book["goals"])),
        "needed": list(_needed(measure, book["goals"])),
        "strong": list(_in_strong_sets(measure, book["goals"])),
    }


def _worth(measure: str, goals: Book) -> Iterator[Values]:
    """For each goal for which it counts: surprises absorbed by it alone, and with the best partners."""
    for goal, answers in goals.items():
        found = answers.get("private", {}).get("skilled", {})
        pairs = [pair for pair in found.get("pairs", ()) if measure in pair[:2]][:MOST_PARTNERS]
        gains = {gain["measure"]: gain["absorbed"] for gain in found.get("gains", ())}
        alone = found.get("alone", {}).get(measure, gains.get(measure, 0))
        if alone or pairs:
            partners = [
                {"measure": next(one for one in pair[:2] if one != measure), "together": pair[3]} for pair in pairs
            ]
            tried, absorbed = found["tried"], found["absorbs"]
            yield {"goal": goal, "alone": alone, "partners": partners, "tried": tried, "absorbed": absorbed}


def _needed(measure: str, goals: Book) -> Iterator[Values]:
    """The cheapest sets that it is in, each with the path that comes back without it."""
    for goal, answers in goals.items():
        for tenancy in TENANCIES:
            attack = answers.get(tenancy, {}).get("skilled", {}).get("certificate", {}).get(measure)
            if attack:
                yield {"goal": goal, "tenancy": tenancy, "attack": attack, "id": path_id(attack)}


def _in_strong_sets(measure: str, goals: Book) -> Iterator[Values]:
    """The sets that survive a surprise which it is in, and whether they hold when it fails."""
    for goal, answers in goals.items():
        for tenancy in TENANCIES:
            found = answers.get(tenancy, {}).get("skilled", {}).get("resilient") or {}
            if measure in found.get("measures", ()):
                yield {"goal": goal, "tenancy": tenancy, "irreplaceable": measure in found["irreplaceable"]}
