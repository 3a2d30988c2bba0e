"""Experiments: the same harmless action, without and with a mitigation."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from threatbase.models.base import Body, Id, Model, Ref, Text


class Side(Model):
    """One side of the comparison."""

    options: tuple[str, ...] = Field(
        (),
        description="Arguments of docker run that this side adds.",
        examples=[["--security-opt", "no-new-privileges"]],
    )
    outcome: Text = Field(description="What is seen.", examples=[{"en": "The effective user stays 1000."}])


class Experiment(Body):
    """Shows one barrier at work on a real engine. How experiments run is defined with the runner."""

    mitigation: Annotated[Id, Ref("mitigation")] = Field(
        description="Id of the mitigation that it shows.", examples=["no-new-privileges"]
    )
    action: Text = Field(
        description="The harmless action, the same on both sides.",
        examples=[{"en": "Run a setuid probe as user 1000."}],
    )
    without: Side = Field(description="Without the mitigation.", examples=[{"outcome": {"en": "Effective user 0."}}])
    with_: Side = Field(
        alias="with", description="With the mitigation.", examples=[{"outcome": {"en": "Effective user 1000."}}]
    )
