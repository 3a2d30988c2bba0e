"""Needs: containers according to what they are for."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from threatbase.models.base import Body, Id, Model, Prose, Ref, Text


class Choice(Model):
    """A mitigation that the need must have, or cannot have, and why."""

    mitigation: Annotated[Id, Ref("mitigation")] = Field(
        description="Id of the mitigation.", examples=["read-only-rootfs"]
    )
    because: Text = Field(description="The reason.", examples=[{"en": "It serves files and writes none."}])


class NeededCapability(Model):
    """A capability that the need cannot do without."""

    capability: str = Field(description="Name without CAP_.", examples=["NET_BIND_SERVICE"])
    because: Text = Field(description="What fails without it.", examples=[{"en": "It binds port 80."}])


class WritablePath(Model):
    """A path that must stay writable."""

    path: str = Field(pattern=r"^/", description="Path in the container.", examples=["/var/cache/nginx"])
    because: Text = Field(
        description="What is written there.", examples=[{"en": "Temporary files of the proxy cache."}]
    )


class LineNote(Model):
    """Explains one line of the Compose file or the Dockerfile."""

    line: str = Field(
        description="The line, or the beginning of it, without leading spaces.", examples=["read_only: true"]
    )
    because: Text = Field(description="Why it is there.", examples=[{"en": "Nothing is ever written to the image."}])


class Need(Body):
    """What a sort of container really needs, and the hardening that fits it."""

    tenancy: Annotated[Id, Ref("tenancy")] = Field(description="Id of the usual tenancy.", examples=["private"])
    goals: tuple[Annotated[Id, Ref("state")], ...] = Field(
        min_length=1, description="Goals that must stay out of reach.", examples=[["host-root", "data-lost"]]
    )
    capabilities: tuple[NeededCapability, ...] = Field(
        (), description="Capabilities that it really needs.", examples=[[{"capability": "NET_BIND_SERVICE"}]]
    )
    writable: tuple[WritablePath, ...] = Field(
        (), description="Paths that must stay writable.", examples=[[{"path": "/tmp"}]]
    )
    network: Prose = Field(
        description="Who it talks to and who talks to it.", examples=[{"en": "Inbound 8080 from the reverse proxy."}]
    )
    keep: tuple[Annotated[Id, Ref("docker-option")], ...] = Field(
        (), description="Dangerous options that it cannot do without.", examples=[["device"]]
    )
    must: tuple[Choice, ...] = Field(
        (), description="Mitigations that it must have.", examples=[[{"mitigation": "read-only-rootfs"}]]
    )
    cannot: tuple[Choice, ...] = Field(
        (), description="Mitigations that it cannot have.", examples=[[{"mitigation": "internal-network"}]]
    )
    compose: str = Field(
        description="A complete compose.yaml.", examples=["services:\n  web:\n    image: nginx:1.29\n"]
    )
    dockerfile: str = Field(description="A complete Dockerfile.", examples=["FROM nginx:1.29\nUSER 101\n"])
    notes: tuple[LineNote, ...] = Field(
        (), description="Explains the two files line by line.", examples=[[{"line": "read_only: true"}]]
    )
