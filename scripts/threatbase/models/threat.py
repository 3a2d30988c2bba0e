"""Threats: steps that move someone from what they hold to what they gain."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictInt, StringConstraints

from threatbase.models.base import NUMBER, Body, Id, Model, Prose, Ref, Text

Difficulty = Annotated[Literal[0, 1, 2, 3], NUMBER]
"""0 it happens by accident, 1 opportunist, 2 skilled, 3 needs a zero-day."""

Severity = Literal["G1", "G2", "G3", "G4"]
Likelihood = Literal["V1", "V2", "V3", "V4"]
Stride = Literal[
    "spoofing",
    "tampering",
    "repudiation",
    "information-disclosure",
    "denial-of-service",
    "elevation-of-privilege",
]

REACHES = ("other.network", "other.volume", "other.host", "all")
"""Prefixes of a grant: another container on the same network, volume or host; every container."""


def split_grant(grant: str) -> tuple[str, str]:
    """`other.network:internal-reach` → (`other.network`, `internal-reach`); no prefix: (`this`, …)."""
    reach, colon, state = grant.rpartition(":")
    return (reach, state) if colon else ("this", grant)


def split_options(item: str) -> tuple[str, ...]:
    """`pid-host+sys-ptrace` → the options that are all needed."""
    return tuple(item.split("+"))


def _state_of(grant: str) -> tuple[str, ...]:
    return (split_grant(grant)[1],)


Grant = Annotated[
    str,
    StringConstraints(pattern=r"^((other\.(network|volume|host)|all):)?[a-z0-9]+(-[a-z0-9]+)*$"),
    Ref("state", _state_of),
]
OptionSet = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(\+[a-z0-9]+(-[a-z0-9]+)*)*$"),
    Ref("docker-option", split_options),
]
StateId = Annotated[Id, Ref("state")]
MitigationId = Annotated[Id, Ref("mitigation")]


class Effect(Model):
    """What one mitigation does to this threat, and why."""

    mitigation: MitigationId = Field(description="Id of the mitigation.", examples=["no-new-privileges"])
    effect: Literal["prevents", "limits", "detects", "none"] = Field(
        description="prevents: whoever the attacker is. limits: raises the difficulty to `to`. detects: closes "
        "nothing. none: a common belief that is wrong.",
        examples=["prevents"],
    )
    to: Annotated[Literal[1, 2, 3], NUMBER] | None = Field(
        None, description="For `limits`: the difficulty that the step is raised to.", examples=[3]
    )
    with_: tuple[MitigationId, ...] = Field(
        (),
        alias="with",
        description="Mitigations that must be in place too for the effect to hold.",
        examples=[["tmpfs-noexec"]],
    )
    bypassed_by: tuple[StateId, ...] = Field(
        (), description="States whose holder gets round the mitigation (any of them).", examples=[["host-root"]]
    )
    because: Text = Field(
        description="The mechanism, in one sentence.",
        examples=[{"en": "execve ignores the setuid bit once the flag is set."}],
    )


class Judged(Model):
    """A level with the reason for it."""

    because: Text = Field(description="The reason for the level.", examples=[{"en": "Only our own code runs there."}])


class JudgedSeverity(Judged):
    """Severity on the EBIOS RM scale."""

    level: Severity = Field(description="G1 minor, G2 significant, G3 serious, G4 critical.", examples=["G3"])


class JudgedLikelihood(Judged):
    """Likelihood on the EBIOS RM scale."""

    level: Likelihood = Field(description="V1 unlikely, V2 likely, V3 very likely, V4 almost certain.", examples=["V2"])


class LikelihoodByTenancy(Model):
    """The likelihood with Docker's defaults, for each tenancy."""

    private: JudgedLikelihood = Field(
        description="On a private host: all containers are ours.", examples=[{"level": "V2"}]
    )
    shared: JudgedLikelihood = Field(
        description="On a shared host: tenants who do not trust each other.", examples=[{"level": "V3"}]
    )


class Risk(Model):
    """Severity and likelihood on the scales of ANSSI's EBIOS Risk Manager."""

    severity: JudgedSeverity = Field(description="How bad it is when it happens.", examples=[{"level": "G3"}])
    likelihood: LikelihoodByTenancy = Field(
        description="How likely it is with Docker's defaults.", examples=[{"private": {"level": "V2"}}]
    )


class Case(Model):
    """A real case: a vulnerability or an incident."""

    cve: Annotated[str, StringConstraints(pattern=r"^CVE-(199|20[0-9])[0-9]-[0-9]{4,7}$")] | None = Field(
        None, description="The CVE number, if it has one.", examples=["CVE-2019-5736"]
    )
    name: str | None = Field(None, description="The name it is known by.", examples=["Dirty Pipe"])
    year: int = Field(strict=True, ge=1990, le=2100, description="The year it became public.", examples=[2019])
    component: str = Field(description="What was at fault.", examples=["runc"])
    fixed: str | None = Field(
        None, description="The version that fixed it, with the product.", examples=["runc 1.0-rc7"]
    )
    what: Text = Field(
        description="What happened, in one sentence.",
        examples=[{"en": "The container could overwrite the host's runc."}],
    )
    source: Annotated[str, Ref("source")] = Field(
        description="Id of the source that tells it.", examples=["cve-2019-5736"]
    )


class ThreatMappings(Model):
    """The same threat in other catalogues."""

    attack: tuple[str, ...] = Field(
        (), description="Techniques of MITRE ATT&CK (version pinned by the site).", examples=[["T1611", "T1548.001"]]
    )
    microsoft: tuple[str, ...] = Field(
        (), description="Techniques of Microsoft's threat matrix for Kubernetes.", examples=[["MS-TA9018"]]
    )
    cwe: tuple[StrictInt, ...] = Field((), description="Weaknesses of CWE, as numbers.", examples=[[269]])
    capec: tuple[StrictInt, ...] = Field((), description="Attack patterns of CAPEC, as numbers.", examples=[[233]])
    owasp_docker: tuple[str, ...] = Field(
        (), description="Items of the OWASP Docker Top 10 (D01 to D10).", examples=[["D01"]]
    )
    nist_800_190: tuple[str, ...] = Field(
        (), description="Risks of NIST SP 800-190 (sections 3.1.1 to 3.5.5).", examples=[["3.4.3"]]
    )


class Unmitigated(Model):
    """An honest reason for having no mitigation."""

    state: Literal["not-written", "none-known", "accepted"] = Field(
        description="not-written: a mitigation exists and wants an author. none-known. accepted: by design.",
        examples=["accepted"],
    )
    because: Text = Field(description="The reason.", examples=[{"en": "Sharing the kernel is what a container is."}])


class Threat(Body):
    """A step that an attacker takes, or an accident; or the weakness of a mitigation."""

    layer: Annotated[Id, Ref("layer")] = Field(description="Id of the layer it belongs to.", examples=["kernel"])
    difficulty: Difficulty | None = Field(
        None,
        description="0 it happens by accident, 1 opportunist, 2 skilled, 3 needs a zero-day. Required for a step.",
        examples=[2],
    )
    requires: tuple[StateId, ...] = Field(
        (), description="States that must all be held before the step.", examples=[["container-code"]]
    )
    grants: tuple[Grant, ...] = Field(
        (),
        description="States gained; `other.network:STATE`, `other.volume:STATE`, `other.host:STATE` reach another "
        "container, `all:STATE` every one.",
        examples=[["container-root"]],
    )
    opened_by: tuple[OptionSet, ...] = Field(
        (),
        description="Docker options without which the step is not there: any one item, `a+b` joins several.",
        examples=[["privileged", "pid-host+sys-ptrace"]],
    )
    introduced_by: tuple[MitigationId, ...] = Field(
        (), description="Mitigations that bring this step with them: any of them.", examples=[["user-namespaces"]]
    )
    weakness_of: MitigationId | None = Field(
        None, description="For a weakness that is no step: the mitigation that it undoes.", examples=["apparmor"]
    )
    effects: tuple[Effect, ...] = Field(
        (), description="What mitigations do to it.", examples=[[{"mitigation": "no-new-privileges"}]]
    )
    unmitigated: Unmitigated | None = Field(
        None, description="Where nothing prevents or limits it: why.", examples=[{"state": "accepted"}]
    )
    conditions: Prose = Field(
        description="What makes it possible in Docker: options, defaults, versions.",
        examples=[{"en": "Docker runs the process as root by default …"}],
    )
    detection: Prose = Field(
        description="How a defender sees it: logs, events, commands.",
        examples=[{"en": "Audit execve calls whose euid differs from the uid."}],
    )
    risk: Risk = Field(description="Severity and likelihood.", examples=[{"severity": {"level": "G3"}}])
    stride: tuple[Stride, ...] = Field(
        min_length=1, description="STRIDE categories.", examples=[["elevation-of-privilege"]]
    )
    kernel_features: tuple[Annotated[Id, Ref("kernel-feature")], ...] = Field(
        (), description="Kernel features that it abuses or gets round.", examples=[["no-new-privs"]]
    )
    cases: tuple[Case, ...] = Field((), description="Real cases.", examples=[[{"cve": "CVE-2019-5736"}]])
    mappings: ThreatMappings = Field(
        ThreatMappings(), description="The same threat in other catalogues.", examples=[{"attack": ["T1611"]}]
    )
