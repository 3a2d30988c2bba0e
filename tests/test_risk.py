"""The risk table: severity by likelihood, complete and without a step back."""

from __future__ import annotations

from itertools import pairwise

import pytest
from threatbase.models.threat import Likelihood, Severity
from threatbase.risk import LIKELIHOODS, RISK_LEVELS, RISK_TABLE, SEVERITIES, TENANCIES, RiskLevel, risk, risk_of

from tests.conftest import make_threat

TABLE = """
      V1      V2      V3        V4
G1    low     low     low       medium
G2    low     medium  medium    high
G3    medium  medium  high      critical
G4    medium  high    critical  critical
"""


@pytest.mark.parametrize("severity", SEVERITIES)
def test_the_table_as_it_is_published(severity: Severity) -> None:
    rows = {row.split()[0]: row.split()[1:] for row in TABLE.strip().splitlines()[1:]}
    assert [risk(severity, likelihood) for likelihood in LIKELIHOODS] == rows[severity]


def test_worse_never_means_less() -> None:
    levels = {(s, v): RISK_LEVELS.index(risk(s, v)) for s in SEVERITIES for v in LIKELIHOODS}
    for severity in SEVERITIES:
        assert all(levels[severity, a] <= levels[severity, b] for a, b in pairwise(LIKELIHOODS))
    for likelihood in LIKELIHOODS:
        assert all(levels[a, likelihood] <= levels[b, likelihood] for a, b in pairwise(SEVERITIES))
    assert {level for row in RISK_TABLE.values() for level in row} == set(RISK_LEVELS)


@pytest.mark.parametrize(
    ("severity", "private", "shared", "expected"),
    [
        ("G1", "V1", "V4", ["low", "medium"]),
        ("G4", "V4", "V1", ["critical", "medium"]),
        ("G3", "V3", "V3", ["high", "high"]),
    ],
)
def test_a_threat_has_a_risk_for_each_tenancy(
    severity: Severity, private: Likelihood, shared: Likelihood, expected: list[RiskLevel]
) -> None:
    because = {"because": {"en": "So it is."}}
    likelihood = {"private": {"level": private, **because}, "shared": {"level": shared, **because}}
    threat = make_threat(risk={"severity": {"level": severity, **because}, "likelihood": likelihood})
    assert [risk_of(threat, tenancy) for tenancy in TENANCIES] == expected
