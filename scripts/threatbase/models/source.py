"""Sources: the bibliography."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from threatbase.models.base import Body, Date, Prose, Version

Nature = Literal[
    "documentation", "manual-page", "standard", "advisory", "source-code", "paper", "article", "book", "guide", "talk"
]


class Source(Body):
    """A document that entries rest on."""

    description: Prose | None = Field(  # type: ignore[assignment]
        None,
        description="What it is and what it is good for, where the summary does not say it all.",
        examples=[{"en": "…"}],
    )
    authors: tuple[str, ...] = Field(min_length=1, description="Authors or publisher.", examples=[["Docker, Inc."]])
    year: int | None = Field(
        None,
        strict=True,
        ge=1970,
        le=2100,
        description="Year of publication; none for a living document.",
        examples=[2017],
    )
    url: str | None = Field(
        None,
        pattern=r"""^https?://[^\s<>"']+$""",
        description="Its address.",
        examples=["https://docs.docker.com/engine/security/"],
    )
    nature: Nature = Field(description="What sort of document it is.", examples=["documentation"])
    language: Literal["en", "fr"] = Field("en", description="The language it is written in.", examples=["en"])
    version: Version | None = Field(None, description="Version or edition that was read.", examples=["1.6.0"])
    consulted: Date = Field(description="The day on which it was read.", examples=["2026-11-23"])
