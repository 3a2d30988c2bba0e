"""The graph's answers, held against brute force on small random models."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import combinations, permutations
from types import SimpleNamespace
from typing import Any

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from threatbase.analysis import harden as solving
from threatbase.analysis import solver
from threatbase.analysis.attacks import attacks
from threatbase.analysis.configuration import together
from threatbase.analysis.growth import grow
from threatbase.analysis.harden import Answer, InfeasibleError, Task, alternatives, cheapest, violated
from threatbase.analysis.hardening import Resilience, front, harden, resilient, single_points, worth_adding
from threatbase.analysis.model import PREVENTS, Block, GroundState, Model, Step
from threatbase.analysis.reach import Question, Scenario
from threatbase.analysis.setting import Setting
from threatbase.models import Attacker, State

from tests.random_models import (
    GOAL,
    MEASURES,
    SCENARIOS,
    START,
    STATES,
    TEXT,
    measure,
    models,
    naively_reached,
    price,
    relaxed,
    sets_of,
    setting_of,
    state,
)


@relaxed
@given(models(), st.sampled_from(SCENARIOS), st.frozensets(st.sampled_from(MEASURES)))
def test_the_fixpoint_is_the_naive_one(model: Model, scenario: Scenario, in_place: frozenset[str]) -> None:
    assert Question(model).reached(scenario, in_place) == naively_reached(model, scenario, in_place)


@relaxed
@given(models(), st.lists(st.sampled_from(SCENARIOS), max_size=3, unique=True))
def test_the_cheapest_set_is_that_of_brute_force(model: Model, more: list[Scenario]) -> None:
    # A measure that is not in place cannot fail: the plain scenario is always asked beside the others.
    scenarios = list(dict.fromkeys([Scenario("a", 2), *more]))
    closing = [
        chosen
        for chosen in sets_of(model)
        if all(GOAL not in naively_reached(model, scenario, chosen) for scenario in scenarios)
    ]
    task = Task((GOAL,), tuple(scenarios), frozenset())
    if not closing:
        with pytest.raises(InfeasibleError):
            cheapest(Question(model), task)
        return
    answer = cheapest(Question(model), task)
    assert answer.proved
    assert answer.chosen in closing
    assert answer.cost == price(model, answer.chosen) == min(price(model, chosen) for chosen in closing)


@relaxed
@given(models())
def test_alternatives_are_the_next_cheapest_and_none_contains_another(model: Model) -> None:
    question, task = Question(model), Task((GOAL,), SCENARIOS[:2], frozenset())
    closing = [chosen for chosen in sets_of(model) if violated(question, task, chosen) is None]
    if not closing:
        return
    answers = alternatives(question, task, 3)
    taken: list[frozenset[str]] = []
    for answer in answers:
        left = [chosen for chosen in closing if not any(earlier <= chosen for earlier in taken)]
        assert answer.cost == min(price(model, chosen) for chosen in left)
        assert answer.chosen in left
        taken.append(answer.chosen)


@relaxed
@given(models(), st.sampled_from(SCENARIOS), st.frozensets(st.sampled_from(MEASURES)))
def test_attacks_are_all_the_minimal_ones_easiest_first(
    model: Model, scenario: Scenario, in_place: frozenset[str]
) -> None:
    question = Question(model)
    steps = question.open_steps(scenario, in_place)
    leading = [
        frozenset(model.steps[number] for number in kept)
        for size in range(len(steps) + 1)
        for kept in combinations(steps, size)
        if GOAL in question.derive(Scenario("a", 2), {number: steps[number] for number in kept})
    ]
    minimal = {one for one in leading if not any(other < one for other in leading)}
    found = list(attacks(question, scenario, GOAL, in_place))
    assert {frozenset(attack.steps) for attack in found} == minimal
    assert [attack.difficulty for attack in found] == sorted(attack.difficulty for attack in found)


def test_what_is_in_place_costs_nothing_and_what_is_impossible_is_not_chosen() -> None:
    block = (Block(frozenset({"m0"}), PREVENTS), Block(frozenset({"m1"}), PREVENTS))
    step = Step("t0", None, 1, frozenset({("s0", None)}), frozenset({GOAL}), block, frozenset())
    measures = {name: measure(name, cost) for name, cost in (("m0", 1), ("m1", 4))}
    attacker = Attacker.model_validate({**TEXT, "starts": [START]})
    model = Model((step,), measures, {}, {"a": attacker}, {name: state("held") for name in STATES}, together("this"))
    question, scenarios = Question(model), (Scenario("a", 2),)
    assert cheapest(question, Task((GOAL,), scenarios, frozenset())) == Answer(frozenset({"m0"}), 1, True, 1.0, (GOAL,))
    assert cheapest(question, Task((GOAL,), scenarios, frozenset(), frozenset({"m0"}))).chosen == {"m1"}
    assert cheapest(question, Task((GOAL,), scenarios, frozenset({"m1"}))).chosen == frozenset()


# --- properties of the answers ---------------------------------------------------------------------


def task_of(*scenarios: Scenario) -> Task:
    return Task((GOAL,), scenarios or SCENARIOS[:2], frozenset())


def answer_of(model: Model, task: Task) -> Answer | None:
    try:
        return cheapest(Question(model), task)
    except InfeasibleError:
        return None


@relaxed
@given(models(), st.lists(st.sampled_from(SCENARIOS), min_size=1, max_size=4, unique=True))
def test_an_answer_closes_and_every_measure_of_it_is_needed(model: Model, scenarios: list[Scenario]) -> None:
    task = task_of(*scenarios)
    answer = answer_of(model, task)
    if answer is None:
        return
    for scenario in scenarios:
        if scenario.failed is None or scenario.failed in answer.chosen:
            assert GOAL not in naively_reached(model, scenario, answer.chosen)
    for name in answer.chosen:
        left = answer.chosen - {name} - model.dependants[name]
        assert violated(Question(model), task, left) is not None


@relaxed
@given(models(), st.data())
def test_the_order_of_the_files_changes_no_answer(model: Model, data: st.DataObject) -> None:
    shuffled = replace(
        model,
        steps=tuple(data.draw(st.permutations(model.steps))),
        measures=dict(data.draw(st.permutations(list(model.measures.items())))),
    )
    first, second = answer_of(model, task_of()), answer_of(shuffled, task_of())
    assert first == second
    for scenario in SCENARIOS:
        found = [
            [(attack.difficulty, frozenset(attack.steps)) for attack in attacks(Question(one), scenario, GOAL, ())]
            for one in (model, shuffled)
        ]
        assert sorted(found[0], key=str) == sorted(found[1], key=str) or set(found[0]) == set(found[1])


@relaxed
@given(models(), st.permutations(range(len(MEASURES))), st.permutations(range(1, 5)))
def test_names_change_no_cost(model: Model, measures: list[int], states: list[int]) -> None:
    """Measures and states under other names; the start and the goal keep theirs."""
    of_measure = {name: f"x{number}" for name, number in zip(MEASURES, measures, strict=True)}
    of_state = {"s0": "s0", "s5": "s5"} | {f"s{old}": f"y{new}" for old, new in zip(range(1, 5), states, strict=True)}

    def names(given: frozenset[str]) -> frozenset[str]:
        return frozenset(of_measure[name] for name in given)

    def grounded(given: frozenset[GroundState]) -> frozenset[GroundState]:
        return frozenset((of_state[name], container) for name, container in given)

    renamed = Model(
        tuple(
            replace(
                step,
                requires=grounded(step.requires),
                grants=grounded(step.grants),
                introduced_by=names(step.introduced_by),
                blocks=tuple(
                    Block(names(block.measures), block.level, tuple(grounded(frozenset(block.bypass))))
                    for block in step.blocks
                ),
            )
            for step in model.steps
        ),
        {
            of_measure[name]: measure(of_measure[name], item.cost, names(item.requires), names(item.conflicts))
            for name, item in model.measures.items()
        },
        {(of_state[name], None): tuple(grounded(frozenset(held))) for (name, _), held in model.implied.items()},
        model.attackers,
        {of_state[name]: item for name, item in model.states.items()},
        model.configuration,
    )
    first, second = answer_of(model, task_of()), answer_of(renamed, task_of())
    assert (first and first.cost) == (second and second.cost)
    for scenario in SCENARIOS[:3]:
        reached = Question(model).reached(scenario, ())
        assert Question(renamed).reached(scenario, ()) == grounded(reached)


@relaxed
@given(models(), st.frozensets(st.sampled_from(MEASURES)), st.frozensets(st.sampled_from(MEASURES)))
def test_more_measures_reach_nothing_new_but_by_what_they_introduce(
    model: Model, some: frozenset[str], more: frozenset[str]
) -> None:
    innocent = replace(model, steps=tuple(step for step in model.steps if not step.introduced_by))
    for scenario in SCENARIOS:
        assert Question(innocent).reached(scenario, some | more) <= Question(innocent).reached(scenario, some)
        before, after = Question(model).reached(scenario, some), Question(model).reached(scenario, some | more)
        introduced = any(step.introduced_by & (more - some) for step in model.steps)
        assert introduced or after <= before


@relaxed
@given(models())
def test_a_higher_level_and_a_zero_day_reach_no_less(model: Model) -> None:
    question = Question(model)
    reached = [question.reached(Scenario("a", level), ()) for level in range(3)]
    assert reached[0] <= reached[1] <= reached[2] <= question.reached(Scenario("a", 2, zero_day="t0"), ())


@st.composite
def cuts(draw: st.DrawFn) -> Model:
    """A plain network: one state to one state, each step with a measure of its own that prevents it."""
    edge = st.tuples(st.sampled_from(STATES), st.sampled_from(STATES)).filter(lambda pair: pair[0] != pair[1])
    edges = draw(st.lists(edge, min_size=1, max_size=10, unique=True))
    costs = draw(st.lists(st.sampled_from([1, 2, 4, 8]), min_size=len(edges), max_size=len(edges)))
    steps = tuple(
        Step(
            f"t{number}", None, 1, frozenset({(source, None)}), frozenset({(target, None)}),
            (Block(frozenset({f"m{number}"}), PREVENTS),), frozenset(),
        )
        for number, (source, target) in enumerate(edges)
    )  # fmt: skip
    measures = {f"m{number}": measure(f"m{number}", cost) for number, cost in enumerate(costs)}
    attacker = Attacker.model_validate({**TEXT, "starts": [START]})
    return Model(steps, measures, {}, {"a": attacker}, {name: state("held") for name in STATES}, together("this"))


@relaxed
@given(cuts())
def test_without_and_the_cost_is_that_of_the_minimum_cut(model: Model) -> None:
    """Each step is a node of its own, as wide as its measure costs; states are as wide as can be."""
    network: networkx.DiGraph[str] = networkx.DiGraph()
    network.add_nodes_from([START, GOAL[0]])
    for step in model.steps:
        (source, _), (target, _) = *step.requires, *step.grants
        network.add_edge(source, f"{step.threat}-in")
        network.add_edge(f"{step.threat}-in", f"{step.threat}-out", capacity=model.measures["m" + step.threat[1:]].cost)
        network.add_edge(f"{step.threat}-out", target)
    wanted, _ = networkx.minimum_cut(network, START, GOAL[0])
    answer = cheapest(Question(model), task_of(Scenario("a", 2)))
    assert answer.cost == wanted


# --- several goals, several containers, surprises --------------------------------------------------

GOALS: tuple[GroundState, ...] = (GOAL, ("s4", None), ("s3", None))


@relaxed
@given(models())
def test_the_front_is_that_of_brute_force(model: Model) -> None:
    best: dict[int, int] = {}
    for chosen in sets_of(model):
        reached = naively_reached(model, Scenario("a", 2), chosen)
        closed = sum(goal not in reached for goal in GOALS)
        for least in range(1, closed + 1):
            best[least] = min(price(model, chosen), best.get(least, 999))
    wanted = {cost: least for least, cost in sorted(best.items())}
    found = front(setting_of(model), GOALS)
    assert {answer.cost: len(answer.closed) for answer in found} == wanted
    assert [answer.cost for answer in found] == sorted(wanted)
    for answer in found:
        assert not naively_reached(model, Scenario("a", 2), answer.chosen) & set(answer.closed)


@relaxed
@given(models())
def test_the_certificate_names_an_attack_for_each_measure(model: Model) -> None:
    setting = setting_of(model)
    try:
        found = harden(setting, (GOAL,))
    except InfeasibleError:
        return
    assert set(found.certificate) == found.best.chosen
    for name, attack in found.certificate.items():
        left = found.best.chosen - {name} - model.dependants[name]
        numbers = {number for number, step in enumerate(model.steps) if step in attack.steps}
        open_steps = setting.question.open_steps(attack.scenario, left)
        assert numbers <= open_steps.keys()
        assert GOAL in setting.question.derive(Scenario("a", 2), {number: open_steps[number] for number in numbers})


@relaxed
@given(models(), st.sampled_from(["skilled", "expert"]))
def test_what_survives_one_surprise_does(model: Model, skill: str) -> None:
    setting = setting_of(model, skill)
    try:
        plain = harden(setting, (GOAL,)).best
    except InfeasibleError:
        return
    found: Resilience = resilient(setting, (GOAL,))
    assert found.answer.cost >= plain.cost
    surprises = [*setting.zero_days(), *setting.failures(sorted(found.answer.chosen))]
    for scenario in surprises:
        if GOAL in naively_reached(model, scenario, found.answer.chosen):
            assert scenario.zero_day in found.not_survivable or scenario.failed in found.irreplaceable
    for scenario in setting.scenarios:
        assert GOAL not in naively_reached(model, scenario, found.answer.chosen)
    lost = {chosen: given_up(model, setting, chosen) for chosen in sets_of(model) if closes(model, setting, chosen)}
    fewest = min(lost.values())
    assert lost[found.answer.chosen] == fewest
    assert found.answer.cost == min(price(model, chosen) for chosen, number in lost.items() if number == fewest)


def closes(model: Model, setting: Setting, chosen: frozenset[str]) -> bool:
    return all(GOAL not in naively_reached(model, scenario, chosen) for scenario in setting.scenarios)


def given_up(model: Model, setting: Setting, chosen: frozenset[str]) -> int:
    """The single surprises that open the goal: a zero-day, or the failure of a measure that is in place."""
    surprises = {*setting.zero_days(), *setting.failures(sorted(chosen))}
    return sum(GOAL in naively_reached(model, scenario, chosen) for scenario in surprises)


@relaxed
@given(models(), st.data())
def test_what_survives_one_surprise_depends_on_no_order(model: Model, data: st.DataObject) -> None:
    shuffled = replace(
        model,
        steps=tuple(data.draw(st.permutations(model.steps))),
        measures=dict(data.draw(st.permutations(list(model.measures.items())))),
    )
    found = []
    for one, at_once in ((model, 2), (shuffled, 2), (model, 1), (model, 5)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(solving, "AT_ONCE", at_once)
            try:
                answer = resilient(setting_of(one), (GOAL,)).answer
            except InfeasibleError:
                return
        found.append((answer.cost, given_up(one, setting_of(one), answer.chosen), answer.proved))
    assert found == found[:1] * 4


@relaxed
@given(models())
def test_what_is_worth_adding_can_be_added_and_absorbs_what_is_said(model: Model) -> None:
    setting = setting_of(model)
    try:
        best = harden(setting, (GOAL,)).best
    except InfeasibleError:
        return
    base = single_points(setting, (GOAL,), best)
    for gain in worth_adding(setting, (GOAL,), best):
        added = {gain.measure}
        while more := {needed for name in added for needed in model.measures[name].requires} - added:
            added |= more
        assert best.chosen | added in sets_of(model)
        assert gain.cost == sum(model.measures[name].cost for name in added - best.chosen)
        opening = [s for s in base.tried if GOAL in naively_reached(model, s, best.chosen | added)]
        assert gain.absorbed == len(base.opening) - len(opening) > 0


def test_two_containers_reach_each_other_by_the_host_alone() -> None:
    """One measure closes the step of both; a bypass in one container opens that one's step alone."""
    code: dict[str, GroundState] = {name: ("s1", name) for name in ("this", "other")}
    key: dict[str, GroundState] = {name: ("s2", name) for name in ("this", "other")}
    block = {name: (Block(frozenset({"m0"}), PREVENTS, (key[name],)),) for name in code}
    steps = [
        Step("out", name, 1, frozenset({code[name]}), frozenset({GOAL}), block[name], frozenset()) for name in code
    ]
    steps.append(Step("all", None, 1, frozenset({GOAL}), frozenset(code.values()), (), frozenset()))
    attacker = Attacker.model_validate({**TEXT, "starts": ["s1"]})
    states = {name: state("held") for name in STATES}
    states |= {name: State.model_validate({**TEXT, "role": "held", "per": "container"}) for name in ("s1", "s2")}
    scenario = Scenario("a", 2)
    for order in permutations(steps):
        model = Model(order, {"m0": measure("m0", 1)}, {}, {"a": attacker}, states)
        assert Question(model).reached(scenario, ()) == {*code.values(), GOAL}
        assert Question(model).reached(scenario, {"m0"}) == {code["this"]}
        assert cheapest(Question(model), Task((code["other"],), (scenario,), frozenset())).chosen == {"m0"}
        for opened, name in ((True, "this"), (False, "other")):
            leaking = replace(model, implied={code["this"]: (key[name],)})
            assert (GOAL in Question(leaking).reached(scenario, {"m0"})) == opened


def test_a_solver_out_of_time_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "milp", lambda *_, **__: SimpleNamespace(x=None, status=solver.OUT_OF_TIME))
    step = Step("t0", None, 1, frozenset({("s0", None)}), frozenset({GOAL}), (), frozenset())
    attacker = Attacker.model_validate({**TEXT, "starts": [START]})
    model = Model((step,), {}, {}, {"a": attacker}, {name: state("held") for name in STATES}, together("this"))
    with pytest.raises(TimeoutError, match="no set was found in the time given"):
        cheapest(Question(model), task_of(Scenario("a", 2)))


# --- when the time is up ---------------------------------------------------------------------------


@relaxed
@given(models(), st.lists(st.sampled_from(SCENARIOS), min_size=1, max_size=4, unique=True))
def test_a_grown_set_holds_and_nothing_can_be_left_out(model: Model, scenarios: list[Scenario]) -> None:
    question, task = Question(model), task_of(*scenarios)
    found = grow(question, task, (), task.goals)
    if found is None:
        return
    assert found.chosen in sets_of(model)
    assert violated(question, task, found.chosen) is None
    for name in found.chosen:
        assert violated(question, task, found.chosen - {name} - model.dependants[name]) is not None


@relaxed
@given(models(), st.lists(st.sampled_from(SCENARIOS), min_size=1, max_size=4, unique=True))
def test_without_time_a_set_holds_and_is_not_called_the_cheapest(model: Model, scenarios: list[Scenario]) -> None:
    question, task = Question(model), task_of(*scenarios)
    best = answer_of(model, task)
    try:
        answer = cheapest(question, task, time_limit=0)
    except TimeoutError:
        return
    assert violated(question, task, answer.chosen) is None
    assert answer.proved == (violated(question, task, ()) is None)
    assert best is not None
    assert answer.bound <= best.cost <= answer.cost == price(model, answer.chosen)


def test_the_solver_writes_nothing_itself(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Any = vars(solver)["milp"]

    def talkative(*given: Any, **options: Any) -> Any:
        os.write(1, b"as HiGHS does")
        return asked(*given, **options)

    monkeypatch.setattr(solver, "milp", talkative)
    print("before")
    assert solver.minimise([1.0], [({0: 1.0}, 1.0, 2.0)], [0.0], [2.0], 1, 10) is not None
    print("after")
    assert capfd.readouterr().out == "before\nafter\n"
