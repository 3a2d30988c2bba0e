"""What a measure is worth: the single surprises that a set absorbs with it and without it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from threatbase.analysis.model import GroundState, build_model
from threatbase.analysis.reach import Scenario
from threatbase.analysis.setting import make_setting
from threatbase.analysis.worth import Surprises, surprises, worth

from tests.small import make

HOST: GroundState = ("host-root", None)
ZERO_DAYS = [Scenario("breached", 2, zero_day=threat) for threat in ("kernel-flaw", "sandbox-flaw")]


def failed(measure: str) -> Scenario:
    return Scenario("breached", 2, failed=measure)


def test_surprises_are_tried_one_at_a_time_in_order(tmp_path: Path) -> None:
    knowledge = make(tmp_path)
    setting = make_setting(knowledge, build_model(knowledge), "private", attackers=["breached"])
    measures = ["filter", "no-setuid", "patches", "userns", "no:privileged"]
    found = surprises(setting, (HOST,), ["no-setuid", "patches", "userns"], measures)
    assert found.tried == (*(failed(measure) for measure in measures[:4]), *ZERO_DAYS)
    # No setuid and user namespaces stand in for each other; the filter and the patches stand alone.
    assert found.opening == (failed("filter"), failed("patches"), ZERO_DAYS[0])
    assert found.absorbed == 3


@pytest.mark.parametrize(
    ("base", "measures", "counts"),
    [
        (["no-setuid", "patches"], ["userns"], (1, 2)),
        (["no-setuid", "patches"], ["no-setuid"], (1, 1)),
        (["no-setuid", "patches"], ["sandbox"], (1, 4)),
        (["no-setuid"], ["userns"], (0, 0)),
        ([], ["sandbox"], (0, 2)),
    ],
    ids=["a-second-wall", "nothing-new", "side-effects-count", "the-base-does-not-hold", "from-nothing"],
)
def test_worth(base: list[str], measures: list[str], counts: tuple[int, int], tmp_path: Path) -> None:
    knowledge = make(tmp_path)
    setting = make_setting(knowledge, build_model(knowledge), "private", attackers=["breached"])
    alone, together = worth(setting, (HOST,), base, measures)
    assert alone.tried == together.tried
    assert (alone.absorbed, together.absorbed) == counts


@pytest.mark.parametrize("given", [{"attackers": ["accident"]}, {"attackers": ["outsider"], "skill": "opportunist"}])
def test_surprises_of_nobody_and_of_nothing(given: dict[str, Any], tmp_path: Path) -> None:
    knowledge = make(tmp_path)
    setting = make_setting(knowledge, build_model(knowledge), "private", **given)
    assert surprises(setting, (), [], []).opening == ()
    assert Surprises((), ()).absorbed == 0
    assert all(scenario.attacker != "accident" for scenario in setting.zero_days())
