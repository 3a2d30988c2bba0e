"""Docker options: a run flag, its Compose key, its daemon.json key, its Dockerfile instruction."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from threatbase.models.base import Body, Id, Model, Prose, Ref, Text, Version, Window
from threatbase.models.mitigation import CisRecommendation, Scope


class OptionNames(Model):
    """What one option is called in each tool."""

    run: str | None = Field(
        None, description="Flag of docker run, with its value where the entry is about one.", examples=["--pid host"]
    )
    build: str | None = Field(None, description="Flag of docker build.", examples=["--secret"])
    compose: str | None = Field(
        None, description="Key of a Compose service; `networks.internal` for other sections.", examples=["pid: host"]
    )
    daemon: str | None = Field(None, description="Key of daemon.json.", examples=["userns-remap"])
    dockerfile: str | None = Field(None, description="Dockerfile instruction.", examples=["USER"])
    command: str | None = Field(None, description="Another docker command.", examples=["docker exec --privileged"])
    inspect: str | None = Field(
        None, description="Path in the output of docker inspect.", examples=[".HostConfig.PidMode"]
    )


class Value(Model):
    """One value of the option and what it means."""

    value: str = Field(description="The value, as typed.", examples=["host"])
    means: Text = Field(description="What it does.", examples=[{"en": "Shares the host's process table."}])


class OptionDefault(Window):
    """The default, with the versions and conditions under which it is that."""

    value: str = Field(description="The default value, as typed; `unset` where there is none.", examples=["private"])


class Deprecation(Model):
    """When the option was deprecated and removed, and what replaces it."""

    in_: Version | None = Field(None, alias="in", description="Version that deprecates it.", examples=["1.8"])
    removed: Version | None = Field(None, description="Version that removes it.", examples=["1.10"])
    successor: Annotated[Id, Ref("docker-option")] | None = Field(
        None, description="Id of the option that replaces it.", examples=["security-opt-seccomp"]
    )
    because: Text = Field(description="Why.", examples=[{"en": "The LXC driver was removed."}])


class Avoid(Model):
    """Not using a dangerous option is a mitigation of its own, derived from the option."""

    title: Text = Field(description="Its title.", examples=[{"en": "No privileged containers"}])
    summary: Text = Field(
        description="What is done instead, in one sentence.", examples=[{"en": "Grant the one capability needed."}]
    )
    unused: str | None = Field(
        None,
        description="A regular expression that what docker inspect shows of it matches as long as it is not used.",
        examples=["^false$"],
    )
    snippet: str | None = Field(
        None, description="What to write instead.", examples=["docker run --cap-add NET_ADMIN vpn:2"]
    )
    cis: tuple[CisRecommendation, ...] = Field(
        (),
        description="Recommendations of the CIS Docker Benchmark that ask for it.",
        examples=[[{"benchmark": "1.6.0", "id": "5.5"}]],
    )


class DockerOption(Body):
    """An option of Docker: its names, the kernel features that it drives, values, defaults."""

    names: OptionNames = Field(description="What it is called in each tool.", examples=[{"run": "--pid"}])
    scope: tuple[Scope, ...] = Field(
        ("container",), min_length=1, description="Where it is set.", examples=[["container"]]
    )
    kernel_features: tuple[Annotated[Id, Ref("kernel-feature")], ...] = Field(
        (), description="Kernel features that it drives.", examples=[["pid-namespace"]]
    )
    since: Version | None = Field(None, description="Engine version that brought it.", examples=["1.11"])
    values: tuple[Value, ...] = Field(
        (), description="Values that matter.", examples=[[{"value": "host", "means": {"en": "…"}}]]
    )
    defaults: tuple[OptionDefault, ...] = Field(
        (), description="The default, per version and condition.", examples=[[{"value": "private", "from": "20.10"}]]
    )
    deprecated: Deprecation | None = Field(
        None, description="When it was deprecated and what replaces it.", examples=[{"in": "1.8"}]
    )
    disables: tuple[Annotated[Id, Ref("mitigation")], ...] = Field(
        (), description="Mitigations that it turns off.", examples=[["seccomp-default", "apparmor"]]
    )
    security: Prose | None = Field(
        None, description="What it means for security.", examples=[{"en": "Every process of the host is visible …"}]
    )
    avoid: Avoid | None = Field(
        None,
        description="For an option that opens a threat: the mitigation of not using it.",
        examples=[{"title": {"en": "No privileged containers"}}],
    )
