"""The graph: an edge for every relation, read off the file that stores it, and the least fixpoint."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from threatbase.graph import Relation, build, edges, reachable, reachable_at_most
from threatbase.knowledge import Entry, Key, KnowledgeBase, load
from threatbase.models import KINDS, Threat
from threatbase.models.threat import split_grant
from threatbase.sources import Document

from tests.conftest import make_threat

EDGES = {
    "threat:suid": [
        "state:code -requires→ threat:suid",
        "threat:suid -grants→ state:root reach=this",
        "docker-option:privileged -opens→ threat:suid alternative=0",
        "mitigation:sandbox -introduces→ threat:suid",
        "threat:suid -uses→ kernel-feature:seccomp",
        "threat:suid -part-of→ layer:kernel",
        "mitigation:no-setuid -prevents→ threat:suid bypassed_by=() to=None with=()",
        "mitigation:sandbox -limits→ threat:suid bypassed_by=('root',) to=3 with=('no-setuid',)",
        "mitigation:watch -detects→ threat:suid bypassed_by=() to=None with=()",
    ],
    "threat:no-filter": [
        "docker-option:privileged -opens→ threat:no-filter alternative=0",
        "threat:no-filter -part-of→ layer:kernel",
        "threat:no-filter -undoes→ mitigation:no-setuid",
    ],
    "mitigation:no-setuid": [
        "mitigation:no-setuid -uses→ kernel-feature:seccomp",
        "docker-option:security-opt -sets→ mitigation:no-setuid",
    ],
    "mitigation:sandbox": ["mitigation:sandbox -needs→ mitigation:no-setuid"],
    "mitigation:watch": ["mitigation:watch -conflicts→ mitigation:sandbox"],
    "docker-option:privileged": ["docker-option:privileged -disables→ mitigation:no-setuid"],
    "docker-option:security-opt": ["docker-option:security-opt -uses→ kernel-feature:seccomp"],
    "kernel-feature:pid-namespace": ["kernel-feature:pid-namespace -part-of→ kernel-feature:seccomp"],
    "kernel-feature:seccomp": [],
    "state:root": ["state:root -implies→ state:code reach=this"],
    "attacker:accident": ["attacker:accident -starts→ state:fault"],
    "tenancy:private": ["tenancy:private -starts→ attacker:accident"],
    "layer:kernel": [],
    "need:web": [],
    "experiment:suid": [],
    "source:manual": [],
    "threat:idea": [],  # a draft
    "threat:bad-idea": [],  # rejected
    "threat:old-suid": [],  # deprecated
}


def key(name: str) -> Key:
    """The key that a name stands for."""
    return Key(*name.split(":"))


def shown(entries: Iterable[Entry]) -> list[str]:
    """The edges of entries, one a line."""
    return [
        f"{source} -{relation}→ {target}" + "".join(f" {name}={details[name]}" for name in sorted(details))
        for source, target, relation, details in edges(entries)
    ]


@pytest.mark.parametrize("name", EDGES)
def test_every_relation_is_an_edge(name: str, knowledge: KnowledgeBase) -> None:
    assert shown([knowledge[key(name)]]) == EDGES[name]


def test_the_table_above_has_every_kind_and_every_relation() -> None:
    assert {name.split(":")[0] for name in EDGES} == set(KINDS)
    shown = {edge.split(" -")[1].split("→")[0] for found in EDGES.values() for edge in found}
    assert shown == set(get_args(Relation)) - {"none"}  # below


def entry(**fields: Any) -> Entry:
    """A threat of the name `t`."""
    return Entry(Key("threat", "t"), make_threat(**fields), Document("t.yaml", "", {}))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"requires": ["a", "b"]}, ["state:a -requires→ threat:t", "state:b -requires→ threat:t"]),
        (
            {"grants": ["other.network:c", "other.volume:c", "other.host:c", "all:c"]},
            [
                f"threat:t -grants→ state:c reach={reach}"
                for reach in ("other.network", "other.volume", "other.host", "all")
            ],
        ),
        (
            {"opened_by": ["x+y", "z"]},
            [
                "docker-option:x -opens→ threat:t alternative=0",
                "docker-option:y -opens→ threat:t alternative=0",
                "docker-option:z -opens→ threat:t alternative=1",
            ],
        ),
        ({"introduced_by": ["m", "n"]}, [f"mitigation:{name} -introduces→ threat:t" for name in "mn"]),
        (
            {"effects": [{"mitigation": "m", "effect": "none", "because": {"en": "a"}}]},
            ["mitigation:m -none→ threat:t bypassed_by=() to=None with=()"],
        ),
    ],
    ids=["requires", "grants", "opened-by", "introduced-by", "none"],
)
def test_lists_come_apart(fields: dict[str, Any], expected: list[str]) -> None:
    assert [edge for edge in shown([entry(**fields)]) if "-part-of→" not in edge] == expected


def test_the_graph_holds_what_is_published(knowledge: KnowledgeBase) -> None:
    graph = build(knowledge)
    assert set(graph) == {key for key, entry in knowledge.entries.items() if entry.is_published}
    for node, details in graph.nodes(data=True):
        assert details == {"kind": node.kind, "entry": knowledge[node]}
    relations = [details["relation"] for _, _, details in graph.edges(data=True)]
    expected = [edge.split(" -")[1].split("→")[0] for edge in shown(knowledge.entries.values())]
    assert sorted(relations) == sorted(expected)


def test_an_edge_to_what_is_not_published_is_left_out(base: Path) -> None:
    file = Path("threats/mitigations/watch.yaml")
    file.write_text(file.read_text("utf-8") + "status: draft\n", "utf-8")
    graph = build(load(Path("threats"))[0])
    assert Key("mitigation", "watch") not in graph
    found = [details["relation"] for _, _, details in graph.in_edges(key("threat:suid"), data=True)]
    assert sorted(found) == ["introduces", "limits", "opens", "prevents", "requires"]


# --- the fixpoint ----------------------------------------------------------------------------------

STATES = [f"s{number}" for number in range(7)]
SOME = st.lists(st.sampled_from(STATES), max_size=3)
STEPS = st.lists(st.tuples(SOME, SOME), max_size=8)
IMPLIED = st.dictionaries(st.sampled_from(STATES), SOME.map(tuple), max_size=3)
Step = tuple[Sequence[str], Sequence[str]]


def threats(steps: Sequence[Step]) -> list[Threat]:
    """A threat for each pair of states required and states granted."""
    return [make_threat(requires=list(requires), grants=list(grants)) for requires, grants in steps]


def naively(starts: Sequence[str], steps: Sequence[Step], implied: dict[str, tuple[str, ...]]) -> frozenset[str]:
    """The least fixpoint, by going through everything until nothing is new."""
    reached = set(starts)
    while True:
        new = {state for held in reached for state in implied.get(held, ())}
        new |= {split_grant(grant)[1] for requires, grants in steps if set(requires) <= reached for grant in grants}
        if new <= reached:
            return frozenset(reached)
        reached |= new


@pytest.mark.parametrize(
    ("starts", "steps", "implied", "expected"),
    [
        pytest.param([], [], {}, "", id="nothing"),
        pytest.param(["a"], [], {}, "a", id="a-start"),
        pytest.param(["a"], [(["a"], ["b"]), (["b"], ["c"])], {}, "abc", id="a-chain"),
        pytest.param(["a"], [(["b"], ["c"]), (["a"], ["b"])], {}, "abc", id="a-chain-out-of-order"),
        pytest.param(["a"], [(["a", "b"], ["c"])], {}, "a", id="and-needs-all"),
        pytest.param(["a", "b"], [(["a", "b"], ["c"])], {}, "abc", id="and-has-all"),
        pytest.param(["a"], [(["a"], ["c"]), (["b"], ["c"])], {}, "ac", id="or-needs-one"),
        pytest.param(["a"], [(["b"], ["c"]), (["c"], ["b"])], {}, "a", id="a-circle-holds-nothing-up"),
        pytest.param(["a"], [(["a"], ["b"]), (["b"], ["a"])], {}, "ab", id="a-circle-ends"),
        pytest.param(["a"], [(["a", "a"], ["b"])], {}, "ab", id="required-twice"),
        pytest.param([], [([], ["a"])], {}, "a", id="nothing-required"),
        pytest.param(["a"], [], {"a": ("b",), "b": ("c", "a")}, "abc", id="implied"),
        pytest.param(["a"], [(["b"], ["d"])], {"a": ("b",)}, "abd", id="implied-then-a-step"),
        pytest.param(["a"], [(["a"], ["other.network:b", "all:c"])], {}, "abc", id="containers-are-merged"),
        pytest.param(["z"], [(["a"], ["b"])], {}, "z", id="an-unknown-start"),
    ],
)
def test_what_can_be_reached(
    starts: list[str], steps: list[Step], implied: dict[str, tuple[str, ...]], expected: str
) -> None:
    assert reachable(starts, threats(steps), implied) == frozenset(expected)
    assert naively(starts, steps, implied) == frozenset(expected)


@given(SOME, STEPS, IMPLIED)
def test_it_is_the_least_fixpoint(starts: list[str], steps: list[Step], implied: dict[str, tuple[str, ...]]) -> None:
    assert reachable(starts, threats(steps), implied) == naively(starts, steps, implied)


@given(SOME, STEPS, IMPLIED, st.sampled_from(STATES), st.randoms(use_true_random=False))
def test_more_to_start_from_never_reaches_less_and_order_does_not_matter(
    starts: list[str], steps: list[Step], implied: dict[str, tuple[str, ...]], more: str, random: Random
) -> None:
    reached = reachable(starts, threats(steps), implied)
    shuffled = random.sample(steps, len(steps))
    assert reachable(reversed(starts), threats(shuffled), implied) == reached
    assert reachable([*starts, more], threats(steps), implied) >= reached


def test_a_long_chain_and_a_wide_fan_are_no_burden() -> None:
    """40,000 steps in one go: a fixpoint of another than linear time would not come to an end."""
    count = 20_000
    link = make_threat(requires=["a"], grants=["b"])
    chain = [
        link.model_copy(update={"requires": (f"s{number}",), "grants": (f"s{number + 1}",)})
        for number in reversed(range(count))
    ]
    fan = [
        link.model_copy(update={"requires": ("s0", f"s{count}"), "grants": (f"f{number}",)}) for number in range(count)
    ]
    assert len(reachable(["s0"], [*chain, *fan], {})) == 2 * count + 1


def test_the_valid_base_reaches_its_goal(knowledge: KnowledgeBase) -> None:
    assert reachable_at_most(knowledge) == {"fault", "cloud", "code", "root"}
