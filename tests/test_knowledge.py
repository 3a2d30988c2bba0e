"""Loading: every file becomes an entry or a problem, whatever lies in the folder."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from threatbase.knowledge import Key, KnowledgeBase, Link, load
from threatbase.models import KINDS, Attacker, Mitigation, Threat
from threatbase.problems import Location, Problem
from threatbase.rules import examine

from tests.conftest import LAYER, VALID

EXTRA = Path("threats/layers/extra.yaml")


def said(root: Path = Path("threats")) -> list[str]:
    """What loading and checking have to say."""
    return [str(problem) for problem in examine(root)[1]]


def test_the_valid_base_has_every_kind_and_no_problem() -> None:
    knowledge, problems = examine(VALID / "threats")
    assert problems == []
    assert {key.kind for key in knowledge.entries} == set(KINDS)
    files = sorted((VALID / "threats").rglob("*.yaml"))
    assert sorted(f"{entry.key.kind}:{entry.key.id}" for entry in knowledge.entries.values()) == sorted(
        f"{kind.name}:{file.stem}" for kind in KINDS.values() for file in files if file.parent.name == kind.path
    )


def test_entries_come_by_kind_and_id(knowledge: KnowledgeBase) -> None:
    assert list(knowledge.entries) == sorted(knowledge.entries, key=lambda key: (list(KINDS).index(key.kind), key.id))
    assert [entry.key.id for entry in knowledge.of_kind("threat")] == [
        *("bad-idea", "crash", "idea", "no-filter", "old-suid", "suid")
    ]


def test_only_published_bodies_are_given_out(knowledge: KnowledgeBase) -> None:
    assert list(knowledge.bodies(Threat)) == ["crash", "no-filter", "suid"]
    assert list(knowledge.bodies(Mitigation)) == ["no-setuid", "sandbox", "watch"]
    assert list(knowledge.bodies(Attacker)) == ["accident"]


def test_an_entry_knows_its_key_its_address_and_its_kind(knowledge: KnowledgeBase) -> None:
    threat, option = knowledge[Key("threat", "suid")], knowledge[Key("docker-option", "privileged")]
    assert (str(threat.key), threat.address, threat.kind) == ("threat:suid", "threats/suid/", KINDS["threat"])
    assert (str(option.key), option.address) == ("docker-option:privileged", "docker-options/privileged/")
    assert [knowledge[Key("threat", id_)].is_published for id_ in ("suid", "idea", "bad-idea", "old-suid")] == [
        *(True, False, False, False)
    ]


def test_links_are_typed_fields_and_mentions(knowledge: KnowledgeBase) -> None:
    suid = knowledge[Key("threat", "suid")]
    mitigation = Key("mitigation", "no-setuid")
    assert [link for link in suid.links if link.target == mitigation] == [
        Link(suid.key, ("effects", 0, "mitigation"), mitigation),
        Link(suid.key, ("effects", 1, "with", 0), mitigation),
        Link(suid.key, ("conditions", "en"), mitigation, "[[mitigation:no-setuid#apply]]", "apply"),
        Link(suid.key, ("conditions", "fr"), mitigation, "[[mitigation:no-setuid]]"),
    ]
    assert {link.field for link in suid.links} >= {"effects", "conditions", "layer", "references"}


def test_backlinks_are_the_links_of_others(knowledge: KnowledgeBase) -> None:
    sources = {link.source for link in knowledge.backlinks[Key("mitigation", "no-setuid")]}
    assert {str(key) for key in sources} == {
        *("threat:suid", "threat:no-filter", "mitigation:sandbox", "docker-option:privileged"),
        *("need:web", "experiment:suid"),
    }
    assert Key("threat", "bad-idea") not in knowledge.backlinks


def test_an_invalid_file_is_known_but_not_loaded(base: Path) -> None:
    (base / "threats/mitigations/watch.yaml").write_text("title: {en: Watch}\n", "utf-8")
    knowledge, _ = load(Path("threats"))
    key = Key("mitigation", "watch")
    assert key not in knowledge.entries
    assert knowledge.knows(key)
    assert not knowledge.knows(Key("mitigation", "witch"))
    # What is wrong with one file is not told again wherever the entry is named.
    assert {line.partition(":")[0] for line in said()} == {"threats/mitigations/watch.yaml"}


def test_what_is_whole_is_not_judged_by_what_is_broken(base: Path) -> None:
    """An invalid threat makes no goal unreachable, no state unused and no source uncited."""
    for name in ("suid", "crash"):
        (base / f"threats/{name}.yaml").write_text("title: [\n", "utf-8")
    assert [line.split(": ")[1] for line in said()] == ["error[yaml-syntax]"] * 2


def test_a_missing_folder_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    expected = [Problem(Location("threats"), "no-folder", "there is no such folder")]
    assert load(Path("threats")) == (KnowledgeBase(Path("threats"), {}), expected)
    (tmp_path / "threats").write_text("a file", "utf-8")
    assert load(Path("threats"))[1] == expected


def test_an_empty_folder_is_an_empty_base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "threats").mkdir()
    knowledge, problems = examine(Path("threats"))
    assert (dict(knowledge.entries), problems) == ({}, [])


# --- what does not belong into the folder ----------------------------------------------------------


def test_a_link_out_of_the_tree_is_not_followed(base: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.yaml"
    outside.write_text(LAYER, "utf-8")
    EXTRA.symlink_to(outside)
    assert said() == [f"{EXTRA}:1:1: error[symlink]: links are not followed; put the file itself here"]


def test_a_link_within_the_tree_is_not_followed_either(base: Path) -> None:
    EXTRA.symlink_to("kernel.yaml")
    assert said() == [f"{EXTRA}:1:1: error[symlink]: links are not followed; put the file itself here"]


def test_links_that_lead_nowhere_or_round_in_a_circle(base: Path) -> None:
    EXTRA.symlink_to(EXTRA.name)
    Path("threats/layers/dangling.yaml").symlink_to("nowhere.yaml")
    assert said() == [
        "threats/layers/dangling.yaml:1:1: error[symlink]: links are not followed; put the file itself here",
        "threats/layers/extra.yaml:1:1: error[symlink]: links are not followed; put the file itself here",
    ]


def test_a_linked_folder_is_not_followed(base: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.yaml").write_text(LAYER, "utf-8")
    Path("threats/layers").rename("layers")
    Path("threats/layers").symlink_to(outside)
    Path("threats/elsewhere").symlink_to("/")
    found = said()
    assert "threats/layers:1:1: error[symlink]: links are not followed; put the folder here" in found
    assert "threats/elsewhere:1:1: error[symlink]: links are not followed; put the folder here" in found
    assert not any("secret" in line for line in found)


def test_a_page_that_is_a_link_is_not_followed(base: Path) -> None:
    Path("docs/en").mkdir(parents=True)
    Path("docs/en/page.md").symlink_to("/etc/passwd")
    assert said() == ["docs/en/page.md:1:1: error[symlink]: links are not followed; put the page itself here"]


def test_a_folder_with_the_name_of_an_entry(base: Path) -> None:
    EXTRA.mkdir()
    Path("threats/extra.yaml").mkdir()
    Path("docs/en/page.md").mkdir(parents=True)
    assert said() == [
        "docs/en/page.md:1:1: error[unreadable]: the file cannot be read: it is no regular file",
        "threats/extra.yaml:1:1: error[unknown-folder]: no kind of entry has the folder 'extra.yaml'",
        "threats/layers/extra.yaml:1:1: error[unknown-folder]: 'layers' holds files only; move the entries up",
    ]


def test_a_pipe_is_not_waited_for(base: Path) -> None:
    os.mkfifo(EXTRA)
    Path("docs/en").mkdir(parents=True)
    os.mkfifo("docs/en/page.md")
    assert said() == [
        "docs/en/page.md:1:1: error[unreadable]: the file cannot be read: it is no regular file",
        "threats/layers/extra.yaml:1:1: error[unreadable]: the file cannot be read: it is no regular file",
    ]


def test_hidden_files_are_passed_over(base: Path) -> None:
    Path("threats/.git").mkdir()
    Path("threats/layers/.extra.yaml.swp").write_bytes(b"\xff\x00")
    assert said() == []


def test_a_name_that_is_no_text_is_shown_all_the_same(base: Path) -> None:
    Path(os.fsdecode(b"threats/layers/caf\xe9\n.yaml")).write_text(LAYER, "utf-8")
    (found,) = said()
    assert found.startswith("threats/layers/caf\\udce9\\n.yaml:1:1: error[bad-id]: the file name 'caf\\udce9\\n' is")
    assert found.encode("utf-8")


def test_a_folder_of_many_files_that_is_none_of_ours_is_not_read(base: Path) -> None:
    folder = Path("threats/node_modules")
    folder.mkdir()
    for number in range(5_000):
        (folder / f"{number}.yaml").touch()
    started = time.process_time()
    assert said() == ["threats/node_modules:1:1: error[unknown-folder]: no kind of entry has the folder 'node_modules'"]
    assert time.process_time() - started < 1


def test_many_files_give_many_problems_in_bounded_time(base: Path) -> None:
    for number in range(500):
        Path(f"threats/layers/{number}.txt").touch()
    started = time.process_time()
    assert len(said()) == 500
    assert time.process_time() - started < 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_without_permission(base: Path) -> None:
    Path("threats/layers").chmod(0o000)
    assert said() == ["threats/layers:1:1: error[unreadable]: the folder cannot be read: Permission denied"]
    Path("threats/layers").chmod(0o755)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (LAYER.encode("utf-8-sig"), "1:1: error[byte-order-mark]: the file starts with a byte order mark;"),
        (LAYER.replace("\n", "\r\n").encode(), "1:30: error[carriage-return]: lines end with CR;"),
        (LAYER.encode() + b"# \x07", "6:3: error[control-character]: the control character U+0007 is not accepted;"),
        (LAYER.encode() + b"# \xe9", "6:3: error[not-utf-8]: this byte is not UTF-8;"),
        (LAYER.encode() + b"#" * 2**18, "1:1: error[file-too-large]: the file has more than 262144 bytes,"),
        (LAYER.encode() + b"covers: [" + b"x," * 5_000, "6:9984: error[too-many-values]: more than 5000 values"),
    ],
    ids=["byte-order-mark", "carriage-return", "control-character", "not-utf-8", "too-large", "too-many-values"],
)
def test_bytes_that_are_no_entry(raw: bytes, expected: str, base: Path) -> None:
    EXTRA.write_bytes(raw)
    (found,) = said()
    assert found.startswith(f"{EXTRA}:{expected}")
