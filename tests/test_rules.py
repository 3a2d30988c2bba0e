"""The rules: what each lets pass. What each reports, with its place, stands in tests/data/invalid."""

from __future__ import annotations

import datetime
import inspect
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from threatbase.knowledge import KnowledgeBase, load
from threatbase.report import FORMATS
from threatbase.rules import RULES, check, examine, lifecycle
from threatbase.sources import parse

from tests.conftest import LAYER, VALID, lay

TODAY = datetime.date(2026, 11, 23)


def change(file: str, *changes: tuple[str, str]) -> None:
    """Changes an entry of the base in the working directory."""
    path = Path("threats") / file
    text = path.read_text("utf-8")
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


def said() -> list[str]:
    """The codes of the problems, in their order."""
    return [problem.code for problem in examine(Path("threats"))[1]]


@pytest.mark.parametrize("rule", [*RULES, lifecycle.future_dates], ids=lambda rule: rule.__name__)
def test_every_rule_states_itself_and_is_a_generator(rule: Callable[..., object]) -> None:
    assert inspect.isgeneratorfunction(rule)
    summary = (rule.__doc__ or "").split("\n")[0]
    assert summary.endswith(".")


def test_every_rule_is_asked_once() -> None:
    assert len(set(RULES)) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_rule_objects_to_the_valid_base_or_to_an_empty_one(
    rule: Callable[[KnowledgeBase], object], knowledge: KnowledgeBase
) -> None:
    assert list(rule(knowledge)) == []  # type: ignore[call-overload]
    assert list(rule(KnowledgeBase(Path("threats"), {}))) == []  # type: ignore[call-overload]


def test_problems_come_in_the_order_of_the_files(base: Path) -> None:
    for name in ("b", "a"):
        (base / f"threats/layers/{name}.yaml").write_text(
            LAYER.replace("en: Extra, ", "") + "why: {fr: Oui.}\n", "utf-8"
        )
    knowledge, _ = load(Path("threats"))
    assert [str(problem) for problem in check(knowledge, TODAY)] == [
        f"threats/layers/{place}"
        for place in (
            "a.yaml:1:1: warning[missing-translation]: 'title' is wanted in English; add 'en'",
            "a.yaml:6:1: warning[missing-translation]: 'why' is wanted in English; add 'en'",
            "a.yaml:6:1: error[stray-why]: 'why' belongs to a deprecated or rejected entry; remove it or set 'status'",
            "b.yaml:1:1: warning[missing-translation]: 'title' is wanted in English; add 'en'",
            "b.yaml:6:1: warning[missing-translation]: 'why' is wanted in English; add 'en'",
            "b.yaml:6:1: error[stray-why]: 'why' belongs to a deprecated or rejected entry; remove it or set 'status'",
        )
    ]


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-11-22", []), ("2026-11-23", []), ("2026-11-24", ["future-date"]), ("2027-01-01", ["future-date"])],
)
def test_today_is_not_the_future(day: str, expected: list[str], base: Path) -> None:
    change("layers/kernel.yaml", ("reviewed: 2026-01-31", f"reviewed: {day}"))
    knowledge, _ = load(Path("threats"))
    assert [problem.code for problem in check(knowledge, TODAY)] == expected


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(
            [("opened_by: [privileged]", "opened_by: [privileged+lxc-conf, privileged]")], id="options-joined"
        ),
        pytest.param([("grants: [root]", "grants: [root, all:root, other.network:root]")], id="reaches"),
        pytest.param(
            [("    effect: prevents\n", "    effect: prevents\n    with: [watch]\n")], id="effect-with-another"
        ),
        pytest.param(
            [
                (
                    "  - mitigation: watch\n    effect: detects\n",
                    "  - mitigation: no-setuid\n    with: [watch]\n    effect: detects\n",
                )
            ],
            id="the-same-mitigation-with-another",
        ),
        pytest.param([("    private: {level: V2", "    private: {level: V3")], id="likelihood-of-a-skilled-step"),
        pytest.param(
            [("  en: What Setuid step is.", "  en: 1 < 2 and 3 > 2, a<b or <https://e.org>, `<b>`.")], id="no-html"
        ),
        pytest.param([("  en: What Setuid step is.", "  en: 'Issue #3, C# and `# code`.'")], id="no-heading"),
        pytest.param(
            [("  en: What Setuid step is.", "  en: |\n    ```sh\n    # a comment\n    ```")], id="no-heading-in-code"
        ),
        pytest.param(
            [("  en: What Setuid step is.", "  en: |\n    - a list\n\n    ---\n\n    - another")], id="a-line-across"
        ),
        pytest.param([("  en: What Setuid step is.", "  en: '[a](https://e.org) [b](mailto:a@e.org)'")], id="links"),
        pytest.param(
            [("  en: What Setuid step is.", "  en: See [[threat:suid#graph|this `very` page]].")], id="a-label"
        ),
        pytest.param(
            [("stride: [elevation-of-privilege]", "stride: [elevation-of-privilege, tampering]")], id="stride"
        ),
    ],
)
def test_what_may_be_written(changes: list[tuple[str, str]], base: Path) -> None:
    for option in ("lxc-conf", "security-opt"):
        avoid = f"avoid: {{title: {{en: Avoid {option}, fr: Sans {option}}}, summary: {{en: Do not., fr: Ne pas.}}}}\n"
        file = Path(f"threats/docker-options/{option}.yaml")
        file.write_text(file.read_text("utf-8") + avoid, "utf-8")
    change("suid.yaml", *changes)
    assert said() == []


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        pytest.param(
            "docker-options/lxc-conf.yaml",
            [("names: {run: --lxc-conf}", "names: {run: --lxc-config, daemon: lxc, dockerfile: LXC, compose: lxc}")],
            id="a-removed-option-has-names-that-nothing-knows",
        ),
        pytest.param(
            "docker-options/security-opt.yaml",
            [
                ("compose: security_opt", "compose: 'networks.internal: true'"),
                ("daemon: no-new-privileges", "daemon: builder.gc"),
            ],
            id="keys-within-sections",
        ),
        pytest.param(
            "mitigations/no-setuid.yaml",
            [("--cap-drop ALL", "--cap-drop=all --cap-add CAP_CHOWN --cap-add net_raw")],
            id="capabilities-in-every-spelling",
        ),
        pytest.param(
            "mitigations/no-setuid.yaml",
            [
                (
                    "  host: sysctl -w kernel.yama.ptrace_scope=1",
                    "  host: |\n    podman run --no-such-flag x\n    docker exec --no-such x",
                )
            ],
            id="flags-of-other-commands",
        ),
        pytest.param(
            "mitigations/watch.yaml",
            [("default: off\n", "default: on\n"), ("conflicts: [sandbox]", "requires: [sandbox]")],
            id="on-without-versions",
        ),
        pytest.param("states/root.yaml", [("implies: [code]", "implies: [code, 'all:code']")], id="implied-everywhere"),
    ],
)
def test_what_other_entries_may_say(file: str, changes: list[tuple[str, str]], base: Path) -> None:
    change(file, *changes)
    assert said() == []


def test_a_draft_may_rest_on_what_it_likes(base: Path) -> None:
    change("idea.yaml", ("  en: What Draft idea is.", "  en: See [[threat:bad-idea]] and [[threat:old-suid]]."))
    assert said() == []


def test_hostile_lists_take_bounded_time(base: Path) -> None:
    """Thousands of references that lead nowhere, each with its search for what was meant."""
    wrong = ", ".join(f"no-setuid-{number}" for number in range(4_000))
    change("suid.yaml", ("introduced_by: [sandbox]", f"introduced_by: [{wrong}]"))
    started = time.process_time()
    assert said() == ["unknown-mitigation"] * 4_000
    assert time.process_time() - started < 5


def test_hostile_texts_take_bounded_time(base: Path) -> None:
    for text in (
        "`" * 19_000,
        "[[" * 9_000,
        "<a " * 6_000,
        "[a](" * 4_000,
        "# a\n      " * 1_000,
        "a" * 19_000,
        "« " * 9_000,
    ):
        change("layers/kernel.yaml", ("  en: What Kernel layer is.", "  en: |\n      " + text.strip()))
        started = time.process_time()
        said()
        assert time.process_time() - started < 1
        change("layers/kernel.yaml", ("  en: |\n      " + text.strip(), "  en: What Kernel layer is."))


# --- for any entry ---------------------------------------------------------------------------------

VALID_FILES = sorted(file.relative_to(VALID).as_posix() for file in (VALID / "threats").rglob("*.yaml"))
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [
        *(
            "",
            " ",
            ":",
            "-",
            "--",
            "a",
            "a+a",
            "all:code",
            "[[",
            "[[a]]",
            "[[state:code]]",
            "`",
            "'",
            '"',
            "{",
            "{}",
            "[]",
        ),
        *(
            "docker run",
            "docker run -",
            "docker run --",
            "docker run '",
            "docker run --cap-add",
            "services:",
            "services: [a]",
        ),
        *(
            "services:\n  a:",
            "services:\n  a: {cap_add: }",
            "a: &b",
            "FROM",
            "\\",
            "<<EOF",
            "<b>",
            "](",
            "[a](b)",
            "# a",
        ),
        *(
            "1.0",
            "0",
            "2026-01-31",
            "https://e.org",
            "CVE-2021-1",
            "idea",
            "bad-idea",
            "old-suid",
            "code",
            "root",
            "fault",
        ),
        *(0, 1, -1, 10**17, True, False, None, [], {}, [""], [None], [[]], ["code", "code"], {"en": ""}, {"en": "[["}),
        {"en": "a", "fr": "b"},
    ]
)


def places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a document where a value can be put: the container, and the key or index."""
    for key, value in list(data.items() if isinstance(data, dict) else enumerate(data)):
        yield data, key
        if isinstance(value, dict | list):
            yield from places(value)


@given(st.sampled_from(VALID_FILES), st.data())
@settings(max_examples=150)
def test_no_entry_breaks_the_check(file: str, data: st.DataObject) -> None:
    """Any value in any place of any entry gives problems, in every format, and no exception."""
    document = parse((VALID / file).read_text("utf-8")).data
    for container, key in data.draw(st.lists(st.sampled_from(list(places(document))), min_size=1, max_size=3)):
        container[key] = data.draw(ODD)
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    with TemporaryDirectory() as folder:
        (lay(VALID, Path(folder)) / file).write_text(text, "utf-8")
        _, problems = examine(Path(folder) / "threats")
    for found in problems:
        assert not found.location.path.endswith(file) or found.location.line <= text.count("\n") + 1
    for form in FORMATS.values():
        form(problems)
