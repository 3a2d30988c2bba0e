"""Kernel features: what containers are made of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from threatbase.models.base import Body, Id, Prose, Ref

Family = Literal[
    "namespace", "cgroup", "credentials", "filter", "lsm", "filesystem", "network", "virtualisation", "hardening"
]


class KernelFeature(Body):
    """A mechanism of the Linux kernel that isolates, limits or filters."""

    family: Family = Field(description="What sort of mechanism it is.", examples=["namespace"])
    since_kernel: str | None = Field(
        None,
        pattern=r"^[0-9]+\.[0-9]+(\.[0-9]+)*$",
        description="Linux version that brought it, quoted.",
        examples=["3.5"],
    )
    man: str | None = Field(
        None, pattern=r"^[A-Za-z0-9_.-]+\([1-8]\)$", description="Its manual page.", examples=["namespaces(7)"]
    )
    parent: Annotated[Id, Ref("kernel-feature")] | None = Field(
        None, description="The wider feature that it is part of.", examples=["namespaces"]
    )
    namespaces: tuple[str, ...] = Field(
        (), description="Namespace types that it is about, by clone flag.", examples=[["CLONE_NEWPID"]]
    )
    capabilities: tuple[str, ...] = Field(
        (), description="Capabilities that govern it, without CAP_.", examples=[["SYS_ADMIN"]]
    )
    syscalls: tuple[str, ...] = Field((), description="System calls that drive it.", examples=[["prctl"]])
    table: Literal["capabilities"] | None = Field(
        None,
        description="A reference table that the page shows, made from the kernel's and Docker's sources.",
        examples=["capabilities"],
    )
    in_docker: Prose = Field(
        description="How Docker uses it, with defaults and versions.",
        examples=[{"en": "Docker creates one for every container …"}],
    )
    limits: Prose = Field(
        description="What it does not protect from.", examples=[{"en": "It does not hide kernel keyrings."}]
    )
