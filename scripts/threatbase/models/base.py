"""What every entry shares: bilingual text, references, lifecycle, and typed links."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = ("en", "fr")

ID_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=60)]


def _text_of_number(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Version = Annotated[
    str,
    BeforeValidator(_text_of_number),
    StringConstraints(pattern=r"^[0-9]+(\.[0-9]+)*([a-z+~-][a-z0-9.+~-]*)?$", max_length=30),
    WithJsonSchema({"type": ["string", "number"], "examples": ["1.11", "29.4.2"]}),
]
"""A version of Docker, the kernel, a benchmark: digits and dots, compared part by part."""


def _iso_date(value: Any) -> Any:
    # Pydantic would take 0, "86400" and times of day for dates, too.
    if isinstance(value, datetime.date) or (isinstance(value, str) and _ISO_DATE.fullmatch(value)):
        return value
    raise PydanticCustomError("date_type", "a date is written 2026-01-31")


def _no_boolean(value: Any) -> Any:
    if isinstance(value, bool):
        raise PydanticCustomError("int_type", "a whole number is expected")
    return value


_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Date = Annotated[datetime.date, BeforeValidator(_iso_date)]
"""A day, written 2026-01-31."""

NUMBER = BeforeValidator(_no_boolean)
"""For a choice of numbers: `true` is not 1."""


@dataclass(frozen=True, slots=True)
class Ref:
    """Marks a text field as a link to an entry of `kind`; `split` takes the ids out of the value."""

    kind: str
    split: Callable[[str], tuple[str, ...]] = lambda value: (value,)


class Model(BaseModel):
    """Frozen, and unknown keys are refused. No text is so long that rendering or checking it takes seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_max_length=20_000)


class Text(Model):
    """One line of plain text in each language. Whoever contributes may write one of the two."""

    en: str | None = Field(None, min_length=1, description="English.", examples=["No new privileges"])
    fr: str | None = Field(None, min_length=1, description="French.", examples=["Aucun nouveau privilège"])

    @model_validator(mode="after")
    def _one_language_at_least(self) -> Self:
        if self.en is None and self.fr is None:
            raise ValueError("write at least one language: 'en' or 'fr'")
        return self

    def get(self, language: Language) -> str:
        """The text in `language`, or in the other one where it is still wanted."""
        return (self.fr or self.en or "") if language == "fr" else (self.en or self.fr or "")

    def has(self, language: Language) -> bool:
        """Whether the text exists in `language`."""
        return (self.fr if language == "fr" else self.en) is not None


class Prose(Text):
    """Markdown in each language; `[[mitigation:drop-capabilities]]` links to an entry."""


class Reference(Model):
    """What the entry rests on: a source, the place in it, and what it is cited for."""

    source: Annotated[str, Ref("source")] = Field(
        description="Id of a source in threats/sources/.", examples=["docker-docs-seccomp"]
    )
    locator: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="Where in the source: section, heading, page, recommendation number.",
        examples=["section “Significant syscalls blocked by the default profile”"],
    )
    claim: Text = Field(
        description="The statement that the source supports, in one sentence.",
        examples=[{"en": "The default profile has been an allow list since Docker 1.10."}],
    )


class History(Model):
    """A statement that has aged: what was true then, and what is true now."""

    then: Text = Field(
        description="What was said or true then.", examples=[{"en": "The user namespace was under review."}]
    )
    year: int = Field(strict=True, ge=1970, le=2100, description="The year of `then`.", examples=[2015])
    now: Text = Field(
        description="What is true today, and since when.",
        examples=[{"en": "userns-remap is in the engine since 1.10; it is still opt-in."}],
    )
    since: str | None = Field(
        None,
        max_length=60,
        description="The version since which `now` is true.",
        examples=["Docker 1.10", "Linux 4.8"],
    )
    source: Annotated[str, Ref("source")] | None = Field(
        None, description="Who said `then`: id of a source.", examples=["docker-security-guide"]
    )


Status = Literal["draft", "published", "deprecated", "rejected"]


class Body(Model):
    """The fields that entries of every kind have."""

    title: Text = Field(
        description="The title, without a full stop.", examples=[{"en": "No new privileges", "fr": "Aucun privilège"}]
    )
    summary: Text = Field(
        description="One sentence of plain text, under 200 characters, that stands alone in lists and search.",
        examples=[{"en": "A process and its children can never gain privileges through execve."}],
    )
    description: Prose = Field(
        description="The explanation, in Markdown without headings or raw HTML.",
        examples=[{"en": "The kernel keeps one bit per task …"}],
    )
    status: Status = Field(
        "published",
        description="draft: a page with a banner; published; deprecated: kept, points to its successor; rejected: "
        "listed with the reason.",
        examples=["published"],
    )
    replaced_by: Id | None = Field(
        None, description="For a deprecated entry: the id of its successor, of the same kind.", examples=["cap-drop"]
    )
    why: Text | None = Field(
        None,
        description="For a deprecated or rejected entry: the reason.",
        examples=[{"en": "Merged into its successor."}],
    )
    reviewed: Date = Field(
        description="The day on which somebody last checked the entry against its sources.", examples=["2026-11-23"]
    )
    references: tuple[Reference, ...] = Field(
        (), description="The sources that the entry rests on.", examples=[[{"source": "man-capabilities"}]]
    )
    covers: tuple[Id, ...] = Field(
        (), description="Ids of founding facts that this entry carries.", examples=[["tech-capabilities"]]
    )
    history: tuple[History, ...] = Field(
        (), description="Statements that have aged, with what replaced them.", examples=[[{"year": 2015}]]
    )


Condition = Literal[
    "apparmor",
    "selinux",
    "seccomp",
    "cgroup-v1",
    "cgroup-v2",
    "rootful",
    "rootless",
    "userns-remap",
    "containerd-image-store",
    "linux-5-6",
    "linux-5-12",
]
"""What a default may depend on; the words a reader sees stand in the locales."""


class Window(Model):
    """When something holds: from a version, until before a version, under conditions (all of them)."""

    from_: Version | None = Field(
        None, alias="from", description="First engine version in which it holds.", examples=["1.10"]
    )
    until: Version | None = Field(
        None, description="First engine version in which it holds no longer.", examples=["23.0"]
    )
    if_: tuple[Condition, ...] = Field(
        (), alias="if", description="Conditions on the host or the daemon, all of them.", examples=[["apparmor"]]
    )
