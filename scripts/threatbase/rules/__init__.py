"""Checks across entries. A check is a generator of problems; its docstring states the rule."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

from threatbase.knowledge import KnowledgeBase, Recall, load
from threatbase.problems import Problem
from threatbase.rules import coverage, editorial, lifecycle, mappings, names, references, steps, texts

Rule = Callable[[KnowledgeBase], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    *references.RULES,
    *lifecycle.RULES,
    *texts.RULES,
    *steps.RULES,
    *editorial.RULES,
    *coverage.RULES,
    *names.RULES,
    *mappings.RULES,
)


def check(knowledge: KnowledgeBase, today: datetime.date | None = None) -> list[Problem]:
    """Every problem that the rules find, by file and line. `today` is the date that nothing may pass."""
    found = [problem for rule in RULES for problem in rule(knowledge)]
    found.extend(lifecycle.future_dates(knowledge, today or datetime.datetime.now(datetime.UTC).date()))
    return sorted(found)


def examine(root: Path, recall: Recall | None = None) -> tuple[KnowledgeBase, list[Problem]]:
    """Loads the knowledge at `root` with the guide in `docs/` beside it, and finds all its problems."""
    docs = root.parent / "docs"
    knowledge, problems = load(root, docs if docs.is_dir() else None, recall)
    return knowledge, sorted(problems + check(knowledge))
