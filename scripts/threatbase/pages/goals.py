"""Pages of goals: the attack map, the ranked paths, the closed doors, and the cheapest sets with their reasons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from threatbase.analysis.book import Book
from threatbase.knowledge import Key
from threatbase.pages.downloads import SUFFIXES, Download, downloads
from threatbase.pages.paths import path_card, path_id
from threatbase.pages.render import Page, Renderer

TENANCIES = ("private", "shared")
SKILLS = ("opportunist", "skilled", "expert")


def goal_pages(book: Book, renderer: Renderer, maps: dict[str, Any]) -> Iterator[Page]:
    """A page for each goal of the book, and their index; `maps` are the drawn attack maps by goal."""
    goals = book.get("goals", {})
    for goal, answers in goals.items():
        yield _goal_page(goal, answers, renderer, maps.get(goal), downloads("goal", goal, book))
    rows = [(goal, [(t, goals[goal][t]["skilled"]) for t in TENANCIES if t in goals[goal]]) for goal in goals]
    yield renderer.named_page("goals", "goals/", "goals.html", rows=rows)


def _goal_page(goal: str, answers: Book, renderer: Renderer, drawn: Any, offered: tuple[Download, ...]) -> Page:
    key, address = Key("state", goal), f"goals/{goal}/"
    renderer.page_at(address)
    svg, sentences = drawn or (None, [])
    values = {
        "key": key,
        "state": renderer.knowledge[key].body,
        "diagram": svg,
        "sentences": sentences,
        "tenancies": [(name, answers[name]) for name in TENANCIES if name in answers],
        "skills": SKILLS,
        "cards": list(_cards(answers, renderer)),
        "more": any(group["more"] for name in TENANCIES for group in answers.get(name, {}).get("paths", ())),
        "chokes": list(_chokes(answers)),
        "doors": list(_doors(answers)),
        "downloads": offered,
        "suffixes": SUFFIXES,
    }
    html = renderer.page("goal.html", address, page=values)
    title = renderer.words("goal.title", goal=renderer.title(key))
    shown = {"map": svg, "doors": values["doors"], "checklists": offered}
    sections = ("map", "sets", "paths", "doors", "checklists")
    headings = [(name, renderer.words(f"goal.{name}")) for name in sections if shown.get(name, True)]
    summary = renderer.plain(renderer.knowledge[key].body.summary)
    return Page(address, title, summary, html, tuple(headings), hide=("navigation",))


def _cards(answers: Book, renderer: Renderer) -> Iterator[dict[str, Any]]:
    """Every path once, with the attackers who can take it on each tenancy; the easiest first."""
    found: dict[str, dict[str, Any]] = {}
    for tenancy in TENANCIES:
        for group in answers.get(tenancy, {}).get("paths", ()):
            for path in group["paths"]:
                card = found.setdefault(path_id(path), {"path": path, "who": []})
                who = (group["attacker"], tenancy)
                if who not in card["who"]:
                    card["who"].append(who)
    for card in sorted(found.values(), key=_easiest_first):
        yield {**path_card(card["path"], renderer), "who": card["who"]}


def _easiest_first(card: dict[str, Any]) -> tuple[int, int, str]:
    return card["path"]["difficulty"], len(card["path"]["steps"]), path_id(card["path"])


def _chokes(answers: Book) -> Iterator[dict[str, Any]]:
    """What all paths of an attacker go through, on each tenancy; where there is nothing, nothing is said."""
    for tenancy in TENANCIES:
        for group in answers.get(tenancy, {}).get("paths", ()):
            chokes = group["chokes"]
            if chokes["threats"] or chokes["states"]:
                yield {"tenancy": tenancy, "attacker": group["attacker"], **chokes}


def _doors(answers: Book) -> Iterator[dict[str, Any]]:
    """The threats that defaults keep closed, each once, with the sets of measures of which each closes it."""
    found: dict[str, dict[str, Any]] = {}
    for door in answers.get("private", {}).get("doors", ()):
        found.setdefault(door["threat"], {"threat": door["threat"], "closed_by": door["closed_by"]})
    yield from found.values()
