"""Writing files: whole or not at all, and nothing left over."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from threatbase.files import write_bytes, write_text


def test_text_is_utf_8_with_unix_line_ends(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    write_text(file, "é\n« à »\n")
    assert file.read_bytes() == "é\n« à »\n".encode()


def test_what_was_there_is_replaced_and_readable(tmp_path: Path) -> None:
    file = tmp_path / "a.bin"
    file.write_bytes(b"something longer than what comes")
    file.chmod(0o600)
    write_bytes(file, b"\x00\xff")
    assert file.read_bytes() == b"\x00\xff"
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("kept", "utf-8")
    link.symlink_to(target)
    write_text(link, "new")
    assert (target.read_text("utf-8"), link.read_text("utf-8"), link.is_symlink()) == ("kept", "new", False)


@pytest.mark.parametrize("data", ["text, not bytes", None])
def test_a_failure_leaves_the_old_file_whole(data: object, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("old", "utf-8")
    with pytest.raises(TypeError):
        write_bytes(file, data)  # type: ignore[arg-type]
    assert file.read_text("utf-8") == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_text_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write_text(tmp_path / "a.txt", "\udcff")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_taken_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        write_text(tmp_path / "folder", "x")
    assert [file.name for file in tmp_path.iterdir()] == ["folder"]
    with pytest.raises(FileNotFoundError):
        write_text(tmp_path / "missing" / "a.txt", "x")
