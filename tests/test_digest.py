"""The digest of the knowledge: the same for the same published text, whatever else differs."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from threatbase.digest import digest
from threatbase.knowledge import KnowledgeBase, load


def digest_of(root: Path) -> str:
    return digest(load(root / "threats")[0])


def append(name: str) -> Callable[[Path], object]:
    return lambda root: (root / name).write_text((root / name).read_text("utf-8") + "# more\n", "utf-8")


@pytest.mark.parametrize(
    ("change", "same"),
    [
        (lambda root: None, True),
        (append("threats/idea.yaml"), True),
        (append("threats/bad-idea.yaml"), True),
        (append("threats/old-suid.yaml"), True),
        (lambda root: (root / "threats/idea.yaml").unlink(), True),
        (append("threats/suid.yaml"), False),
        (append("threats/sources/manual.yaml"), False),
        (lambda root: (root / "threats/mitigations/watch.yaml").unlink(), False),
        (lambda root: (root / "threats/suid.yaml").rename(root / "threats/setuid.yaml"), False),
    ],
    ids=[
        "nothing", "a-draft", "a-rejected-one", "a-deprecated-one", "no-draft", "a-threat", "a-source", "one-less",
        "another-name",
    ],
)  # fmt: skip
def test_it_changes_with_what_is_published(change: Callable[[Path], object], same: bool, base: Path) -> None:
    before = digest_of(base)
    change(base)
    assert (digest_of(base) == before) == same


def test_the_order_of_the_entries_and_the_folder_do_not_matter(knowledge: KnowledgeBase, base: Path) -> None:
    backwards = KnowledgeBase(knowledge.root, dict(reversed(list(knowledge.entries.items()))))
    assert digest(backwards) == digest(knowledge) == digest_of(base)
    assert re.fullmatch("[0-9a-f]{64}", digest(knowledge))


def test_of_nothing(tmp_path: Path) -> None:
    assert digest(KnowledgeBase(tmp_path, {})) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
