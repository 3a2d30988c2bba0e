"""States, attackers, tenancies and layers: the vocabulary in which threats are told."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from threatbase.models.base import NUMBER, Body, Condition, Id, Ref
from threatbase.models.mitigation import Scope


class State(Body):
    """What an attacker holds, or a fact about the place."""

    role: Literal["start", "held", "goal", "fact"] = Field(
        description="start: where an attacker begins. held: on the way. goal: worth asking about. fact: true or not.",
        examples=["goal"],
    )
    per: Literal["container"] | None = Field(
        None, description="`container` where each container has its own.", examples=["container"]
    )
    implies: tuple[Annotated[str, Ref("state", lambda item: (item.rpartition(":")[2],))], ...] = Field(
        (),
        description="States that whoever holds this one holds too; `all:STATE` for every container's.",
        examples=[["container-code"]],
    )


class Attacker(Body):
    """Someone, or an accident: where they start and how far their skill goes."""

    starts: tuple[Annotated[Id, Ref("state")], ...] = Field(
        min_length=1, description="States they hold at the start.", examples=[["container-code"]]
    )
    level: Annotated[Literal[0, 1, 2], NUMBER] = Field(
        2, description="The highest difficulty they can ever take: 0 accident, 1 opportunist, 2 skilled.", examples=[2]
    )
    zero_days: Annotated[Literal[0, 1], NUMBER] = Field(
        1, description="Zero-days an expert of this sort may spend: 0 or 1.", examples=[1]
    )


class Tenancy(Body):
    """Who shares the host: which attackers to expect, which scopes one controls."""

    attackers: tuple[Annotated[Id, Ref("attacker")], ...] = Field(
        min_length=1, description="Attackers to expect.", examples=[["accident", "breached"]]
    )
    on_request: tuple[Annotated[Id, Ref("attacker")], ...] = Field(
        (), description="Attackers worth asking about too.", examples=[["insider"]]
    )
    scopes: tuple[Scope, ...] = Field(
        min_length=1, description="Scopes of mitigations that one controls.", examples=[["daemon", "host"]]
    )
    facts: tuple[Annotated[Id, Ref("state")], ...] = Field(
        (), description="Fact states taken as true.", examples=[["cloud-host"]]
    )
    conditions: tuple[Condition, ...] = Field(
        (), description="Conditions of defaults that are taken as met.", examples=[["seccomp", "apparmor"]]
    )


class Layer(Body):
    """A layer of the threat model."""

    order: int = Field(strict=True, ge=1, le=99, description="Its place in the model, from 1.", examples=[1])
