"""The means of the benchmarks: valid and repeatable bases, hand-written pages that say the same. Nothing is timed."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from random import Random

import markdown
import pytest
from threatbase.analysis.harden import Task, cheapest
from threatbase.analysis.reach import Question
from threatbase.knowledge import load
from threatbase.pages import Page, build_pages
from threatbase.rules import examine

from benchmarks import instead, layers, record, salad
from benchmarks.agreement import Content, content_of
from benchmarks.cost import run
from benchmarks.handwritten import markdown_page
from benchmarks.shapes import read_shapes
from benchmarks.synthesis import generate

VALID = Path(__file__).parent / "data" / "valid" / "threats"
EXTENSIONS = ["admonition", "attr_list", "fenced_code", "md_in_html", "tables"]


def digest(folder: Path) -> str:
    """One number for all names and bytes below a folder."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return hashlib.sha256(
        b"".join(str(file.relative_to(folder)).encode() + file.read_bytes() for file in files)
    ).hexdigest()


@pytest.mark.parametrize("number", [15, 24, 50, 97])
def test_a_synthetic_base_has_that_many_entries_and_no_problem(tmp_path: Path, number: int) -> None:
    generate(VALID, number, tmp_path / "threats")
    knowledge, problems = examine(tmp_path / "threats")
    assert (len(knowledge.entries), problems) == (number, [])


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        generate(VALID, 40, tmp_path / name, seed)
    assert digest(tmp_path / "one") == digest(tmp_path / "again") != digest(tmp_path / "other")


def test_kinds_keep_their_proportions_and_sizes(tmp_path: Path) -> None:
    generate(VALID, 210, tmp_path)
    real, made = read_shapes(VALID), read_shapes(tmp_path)
    total = sum(len(shapes) for shapes in real.values())
    for kind, shapes in real.items():
        assert abs(len(made[kind]) - 210 * len(shapes) / total) < 2
        assert 0.8 < made[kind][len(made[kind]) // 2].size / shapes[len(shapes) // 2].size < 1.4


def test_no_two_entries_have_the_same_snippet(tmp_path: Path) -> None:
    generate(VALID, 100, tmp_path)
    knowledge, _ = load(tmp_path)
    counts = Counter(
        snippet
        for entry in knowledge.of_kind("mitigation")
        for snippet in entry.body.model_dump()["apply"].values()
        if snippet
    )
    assert counts and set(counts.values()) == {1}


def test_word_salad_keeps_form_length_and_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(salad, "FEWEST", 1)
    vocabulary = salad.Vocabulary.of(["cgroup, mounts; `dockerd`"])
    text = "The *kernel* Checks `seccomp`, see [[mitigation:one#verify|the filter]]; not UID 0.\n\n- Again."
    made = vocabulary.salad(text, Random(1), lambda mention: f"{mention.id}-7")
    words = made.replace("mounts", "cgroup").replace("Mounts", "Cgroup")
    start, _, end = words.rpartition(" ")
    assert start == "The *cgroup* Cgroup `dockerd`, see [[mitigation:one-7#verify|the cgroup]]; not UID 0.\n\n-"
    assert sorted(end.lower()) == sorted("again.")


def test_hand_written_pages_say_what_ours_say() -> None:
    pages = build_pages(load(VALID)[0], "en")
    ours = {page.address: content_of(f"<article>{_crumbs(page)}{page.html}</article>") for page in pages}
    plain = {page.address: content_of(f"<article>{_shown(markdown_page(page))}</article>") for page in pages}
    assert plain == ours


def _crumbs(page: Page) -> str:
    return "".join(f'<p><a href="{href}">{title}</a></p>' for title, href in page.crumbs)


def _shown(text: str) -> str:
    return markdown.markdown(text.split("\n---\n", 1)[1], extensions=EXTENSIONS)


def test_what_markdown_would_take_for_markup_is_escaped() -> None:
    html = '<h1>A</h1>\n<p>2 * 3 * 4, _x_, a_b, &lt;p&gt;, [n], {b} | c</p>\n<ul><li><a href="../b/#c">B</a></li></ul>'
    shown = _shown(markdown_page(Page("threats/a/", "A", "About A.", html)))
    assert "<p>2 * 3 * 4, _x_, a_b, &lt;p&gt;, [n], {b} | c</p>" in shown
    assert '<a href="b.md">B</a>' in shown


def test_diagrams_are_no_part_of_what_is_compared() -> None:
    html = '<article><h2 id="graph">Neighbourhood</h2><figure><a href="x">n</a></figure><p>One two.</p></article>'
    assert content_of(html) == Content(words=2)


def test_a_command_is_measured_with_its_children(tmp_path: Path) -> None:
    (tmp_path / "spin.py").write_text(
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'sum(range(3_000_000))'], check=True)\n", "utf-8"
    )
    cost = run(["spin"], tmp_path)
    assert cost.cpu > 0 and cost.memory > 1_000_000 and cost.wall > 0


def test_a_command_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="No module named"):
        run(["no_such_module"], tmp_path)


@pytest.mark.parametrize("old", ["old\n", ""])
def test_results_are_kept_between_their_marks(old: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "README.md"
    other = "b\n<!-- results: two -->\nold\n<!-- end -->\n"
    file.write_text(f"a\n<!-- results: one -->\n{old}<!-- end -->\n{other}", "utf-8")
    monkeypatch.setattr(record, "README", file)
    for _ in range(2):
        record.record("one", ["| new |"])
        assert file.read_text("utf-8") == f"a\n<!-- results: one -->\n\n| new |\n\n<!-- end -->\n{other}"


# --- synthetic graphs ------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_graph() -> None:
    one, again, other = (layers.make_model(layers.Size(60, 20), seed).steps for seed in (1, 1, 2))
    assert one == again != other


@pytest.mark.parametrize("seed", range(4))
def test_what_one_would_use_instead_answers_the_same(seed: int) -> None:
    model = layers.make_model(layers.Size(90, 24), seed)
    setting = layers.make_setting(model, "skilled")
    question, in_place = Question(model), frozenset(sorted(model.measures)[::2])
    for scenario in setting.scenarios:
        reached = question.reached(scenario, in_place)
        assert instead.looped(question, scenario, in_place) == reached
        assert instead.descended(question, scenario, frozenset()) >= question.reached(scenario, frozenset())
    answer = cheapest(question, Task(layers.GOALS, setting.scenarios, frozenset()))
    assert answer.proved
    assert instead.cheapest_by_maxsat(question, layers.GOALS, setting.scenarios, 60) == answer.cost
