"""Displayed risk: one published table, severity by likelihood, on the EBIOS RM scales."""

from __future__ import annotations

from typing import Literal

from threatbase.models.threat import Likelihood, Severity, Threat

RiskLevel = Literal["low", "medium", "high", "critical"]
RISK_LEVELS: tuple[RiskLevel, ...] = ("low", "medium", "high", "critical")
SEVERITIES: tuple[Severity, ...] = ("G1", "G2", "G3", "G4")
LIKELIHOODS: tuple[Likelihood, ...] = ("V1", "V2", "V3", "V4")
TENANCIES = ("private", "shared")

RISK_TABLE: dict[Severity, tuple[RiskLevel, RiskLevel, RiskLevel, RiskLevel]] = {
    "G4": ("medium", "high", "critical", "critical"),
    "G3": ("medium", "medium", "high", "critical"),
    "G2": ("low", "medium", "medium", "high"),
    "G1": ("low", "low", "low", "medium"),
}
"""Rows by severity, columns by likelihood from V1 to V4."""


def risk(severity: Severity, likelihood: Likelihood) -> RiskLevel:
    """The risk level of one severity and one likelihood."""
    return RISK_TABLE[severity][LIKELIHOODS.index(likelihood)]


def risk_of(threat: Threat, tenancy: str) -> RiskLevel:
    """The risk of a threat on a `private` or a `shared` host."""
    judged = threat.risk.likelihood.private if tenancy == "private" else threat.risk.likelihood.shared
    return risk(threat.risk.severity.level, judged.level)
