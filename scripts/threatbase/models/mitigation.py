"""Mitigations: what stops, limits or detects threats."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from threatbase.models.base import NUMBER, Body, Id, Model, Prose, Ref, Text, Version, Window

Scope = Literal["image", "container", "daemon", "host", "registry", "organisation"]
Cost = Annotated[Literal[1, 2, 4, 8, 16], NUMBER]


class Apply(Model):
    """How to put it in place, one snippet per tool. Snippets are code: comments in English."""

    run: str | None = Field(
        None,
        description="A docker command line.",
        examples=["docker run --security-opt no-new-privileges=true nginx:1.29"],
    )
    compose: str | None = Field(
        None,
        description="A fragment of compose.yaml, from `services:` (or `networks:` …) down.",
        examples=["services:\n  web:\n    read_only: true\n"],
    )
    daemon: str | None = Field(
        None, description="A fragment of /etc/docker/daemon.json.", examples=['{"no-new-privileges": true}']
    )
    dockerfile: str | None = Field(None, description="Lines of a Dockerfile.", examples=["USER 10001:10001"])
    host: str | None = Field(
        None, description="Shell commands on the host, without prompts.", examples=["apt-get install --yes auditd"]
    )


class Verify(Model):
    """A command that shows whether it is in place."""

    command: str = Field(
        description="One command line; `CONTAINER` stands for the container's name, `IMAGE` for the image's.",
        examples=["docker inspect --format '{{.HostConfig.ReadonlyRootfs}}' CONTAINER"],
    )
    expect: str = Field(description="A regular expression that the output matches.", examples=["^true$"])
    because: Text | None = Field(
        None, description="How to read the output.", examples=[{"en": "1 means that the flag is set."}]
    )


class CisRecommendation(Model):
    """A recommendation of the CIS Docker Benchmark, with the version of the numbering."""

    benchmark: Version = Field(description="Version of the benchmark.", examples=["1.6.0"])
    id: Annotated[str, Field(pattern=r"^[1-7](\.[0-9]{1,2}){1,3}$")] = Field(
        description="Number of the recommendation.", examples=["5.26"]
    )


class MitigationMappings(Model):
    """The same mitigation in other catalogues."""

    cis: tuple[CisRecommendation, ...] = Field(
        (), description="CIS Docker Benchmark.", examples=[[{"benchmark": "1.6.0", "id": "5.26"}]]
    )
    nist_800_190: tuple[str, ...] = Field(
        (), description="Countermeasures of NIST SP 800-190 (sections 4.1.1 to 4.6).", examples=[["4.4.3"]]
    )
    attack: tuple[str, ...] = Field((), description="Mitigations of MITRE ATT&CK (M….).", examples=[["M1026", "M1038"]])
    owasp_docker: tuple[str, ...] = Field(
        (), description="Items of the OWASP Docker Top 10 (D01 to D10).", examples=[["D01"]]
    )


class Mitigation(Body):
    """A measure: what it rests on, what it costs, how to apply it and how to verify it."""

    kernel_features: tuple[Annotated[Id, Ref("kernel-feature")], ...] = Field(
        (), description="Kernel features that it uses.", examples=[["no-new-privs"]]
    )
    docker_options: tuple[Annotated[Id, Ref("docker-option")], ...] = Field(
        (), description="Docker options that put it in place.", examples=[["no-new-privileges"]]
    )
    scope: tuple[Scope, ...] = Field(
        min_length=1,
        description="Where it is set. Those of an image or a container exist once per container.",
        examples=[["container", "daemon"]],
    )
    since: str | None = Field(None, max_length=80, description="The version that brought it.", examples=["Docker 1.11"])
    default: Literal["on", "off"] = Field(description="Whether Docker has it in place by itself.", examples=["off"])
    default_when: tuple[Window, ...] = Field(
        (),
        description="For `default: on`: the versions and conditions under which it is in place (any of them).",
        examples=[[{"from": "1.10", "if": ["seccomp"]}]],
    )
    cost: Cost = Field(
        description="What it takes: 1 a flag, 2 a change to test, 4 a change to the image or the daemon, 8 a service "
        "to run, 16 another architecture.",
        examples=[1],
    )
    breaks: Prose = Field(
        description="What it costs and what stops working.",
        examples=[{"en": "sudo, su and ping with a setuid bit no longer work."}],
    )
    requires: tuple[Annotated[Id, Ref("mitigation")], ...] = Field(
        (), description="Mitigations without which this one does nothing.", examples=[["seccomp-default"]]
    )
    conflicts: tuple[Annotated[Id, Ref("mitigation")], ...] = Field(
        (), description="Mitigations that cannot be in place together with it.", examples=[["rootless"]]
    )
    apply: Apply = Field(Apply(), description="How to put it in place.", examples=[{"run": "docker run …"}])
    verify: tuple[Verify, ...] = Field(
        (), description="How to see that it is in place.", examples=[[{"command": "docker info", "expect": "seccomp"}]]
    )
    mappings: MitigationMappings = Field(
        MitigationMappings(),
        description="The same mitigation in other catalogues.",
        examples=[{"nist_800_190": ["4.4.3"]}],
    )
    check: str | None = Field(
        None,
        description="Reserved: the expression that decides from a container's configuration whether it is in place.",
        examples=["host_config.ReadonlyRootfs"],
    )
