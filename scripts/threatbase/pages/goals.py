"""Pages of goals: the attack map, the ranked paths, and the cheapest sets with their reasons."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from threatbase.analysis.book import Book
from threatbase.knowledge import Key
from threatbase.pages.render import Page, Renderer

TENANCIES = ("private", "shared")
SKILLS = ("opportunist", "skilled", "expert")


def goal_pages(book: Book, renderer: Renderer, maps: dict[str, Any]) -> Iterator[Page]:
    """A page for each goal of the book, and their index; `maps` are the drawn attack maps by goal."""
    goals = book.get("goals", {})
    for goal, answers in goals.items():
        yield _goal_page(goal, answers, renderer, maps.get(goal))
    rows = [(goal, [(t, goals[goal][t]["skilled"]) for t in TENANCIES if t in goals[goal]]) for goal in goals]
    yield renderer.named_page("goals", "goals/", "goals.html", rows=rows, measure=measure_name(renderer))


def _goal_page(goal: str, answers: Book, renderer: Renderer, svg: Any) -> Page:
    key, address = Key("state", goal), f"goals/{goal}/"
    renderer.page_at(address)
    values = {
        "key": key,
        "state": renderer.knowledge[key].body,
        "map": svg,
        "tenancies": [(name, answers[name]) for name in TENANCIES if name in answers],
        "skills": SKILLS,
        "cards": list(_cards(answers, renderer)),
    }
    html = renderer.page("goal.html", address, page=values, measure=measure_name(renderer))
    title = renderer.words("goal.title", goal=renderer.title(key))
    headings = [(name, renderer.words(f"goal.{name}")) for name in ("map", "sets", "paths") if name != "map" or svg]
    return Page(address, title, renderer.plain(renderer.knowledge[key].body.summary), html, tuple(headings))


def measure_name(renderer: Renderer) -> Any:
    """A function that links to a measure by title."""

    def name(measure: str) -> Any:
        if measure.startswith("no:"):
            return renderer.link(Key("docker-option", measure[3:]))
        return renderer.link(Key("mitigation", measure))

    return name


def path_id(path: Book) -> str:
    """A permanent name for a path: it depends on its steps alone."""
    steps = "/".join(f"{step['threat']}@{step['container']}" for step in path["steps"])
    return "path-" + hashlib.sha256(steps.encode()).hexdigest()[:8]


def _cards(answers: Book, renderer: Renderer) -> Iterator[dict[str, Any]]:
    """Every path once, with the attackers who can take it on each tenancy."""
    found: dict[str, dict[str, Any]] = {}
    for tenancy in TENANCIES:
        for group in answers.get(tenancy, {}).get("paths", ()):
            for path in group["paths"]:
                card = found.setdefault(path_id(path), {"id": path_id(path), "path": path, "who": []})
                who = (group["attacker"], tenancy)
                if who not in card["who"]:
                    card["who"].append(who)
    for card in sorted(found.values(), key=_easiest_first):
        steps = [_step(step, renderer) for step in card["path"]["steps"]]
        yield {**card, "steps": steps, "difficulty": card["path"]["difficulty"]}


def _easiest_first(card: dict[str, Any]) -> tuple[int, int, str]:
    return card["path"]["difficulty"], len(card["path"]["steps"]), card["id"]


def _step(step: Book, renderer: Renderer) -> dict[str, Any]:
    threat = renderer.catalogue.threats[step["threat"]]
    cuts = [effect.mitigation for effect in threat.effects if effect.effect in ("prevents", "limits")]
    options = [option for item in threat.opened_by for option in item.split("+")]
    return {
        "threat": step["threat"],
        "container": step["container"],
        "grants": [(state, container) for state, container in step["grants"]],
        "features": threat.kernel_features,
        "options": list(dict.fromkeys(options)),
        "cuts": list(dict.fromkeys(cuts)),
    }
