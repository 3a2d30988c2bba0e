"""The digest of the knowledge: the same for the same published text, whatever else differs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from threatbase import digest as module
from threatbase.digest import code_digest, digest
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


# --- of the code -----------------------------------------------------------------------------------

CODE = {"a/one.py": "1", "a/deep/two.yaml": "2", "b.py": "3", "a/note.txt": "4", "a/__pycache__/one.pyc": "5"}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of its own, where nothing is remembered."""
    for name, text in CODE.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.setattr(module, "__file__", str(tmp_path / "digest.py"))
    code_digest.cache_clear()
    return tmp_path


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    code_digest.cache_clear()


def test_of_code_it_is_over_names_and_contents(package: Path) -> None:
    both = b"a/deep/two.yaml\x002\0a/one.py\x001\0b.py\x003\0"
    assert code_digest("a", "b.py") == hashlib.sha256(both).hexdigest()
    assert code_digest() == hashlib.sha256().hexdigest()


@pytest.mark.parametrize(
    ("change", "same"),
    [
        (lambda root: None, True),
        (lambda root: (root / "a/note.txt").write_text("x"), True),
        (lambda root: (root / "a/__pycache__/one.pyc").unlink(), True),
        (lambda root: (root / "c.py").write_text("x"), True),
        (lambda root: (root / "a/one.py").write_text("x"), False),
        (lambda root: (root / "a/deep/two.yaml").unlink(), False),
        (lambda root: (root / "a/new.css").write_text("x"), False),
        (lambda root: (root / "a/one.py").rename(root / "a/three.py"), False),
        (lambda root: (root / "b.py").write_text("x"), False),
    ],
    ids=["nothing", "a-text", "bytecode", "another-part", "a-module", "data", "one-more", "another-name", "a-file"],
)
def test_it_changes_with_the_parts_asked_for(change: Callable[[Path], object], same: bool, package: Path) -> None:
    before = code_digest("a", "b.py")
    change(package)
    assert code_digest("a", "b.py") == before
    code_digest.cache_clear()
    assert (code_digest("a", "b.py") == before) == same


def test_a_part_that_is_not_there_is_an_error(package: Path) -> None:
    with pytest.raises(FileNotFoundError):
        code_digest("gone.py")
