"""Synthetic knowledge bases: as many entries as asked for, in the form of the real ones, and valid.

The same real base, number and seed give the same bytes.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from threatbase.mentions import Mention
from threatbase.models import KINDS, LANGUAGES, Language
from threatbase.sources import FieldPath

from benchmarks.emit import as_yaml
from benchmarks.repair import repair
from benchmarks.roster import Member, Roster, muster
from benchmarks.salad import Vocabulary
from benchmarks.shapes import Link, Shape, read_shapes

SEED = 20261123


@dataclass(frozen=True)
class Made:
    """A synthetic entry: its kind, its id and its data."""

    kind: str
    id: str
    data: dict[str, Any]


def generate(real: Path, number: int, folder: Path, seed: int = SEED) -> None:
    """Writes a base of `number` entries like those below `real` into `folder`."""
    for made in synthesise(read_shapes(real), number, seed):
        file = folder / KINDS[made.kind].folder / f"{made.id}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(as_yaml(made.data), "utf-8")


def synthesise(shapes: Mapping[str, list[Shape]], number: int, seed: int = SEED) -> list[Made]:
    """The entries of a base in the proportions of `shapes`."""
    random = Random(seed)
    roster = muster(shapes, number)
    vocabularies = {language: Vocabulary.of(_texts(shapes, language)) for language in LANGUAGES}
    made = [_Maker(member, roster, vocabularies, random).make() for member in roster.members]
    repair({kind: {item.id: item.data for item in made if item.kind == kind} for kind in KINDS})
    return made


def _texts(shapes: Mapping[str, list[Shape]], language: Language) -> Iterator[str]:
    for found in shapes.values():
        for shape in found:
            yield from (getattr(text, language) or "" for _, text in shape.texts)


class _Maker:
    """Makes one entry."""

    def __init__(
        self, member: Member, roster: Roster, vocabularies: Mapping[Language, Vocabulary], random: Random
    ) -> None:
        self._member, self._roster, self._vocabularies, self._random = member, roster, vocabularies, random
        self._data: dict[str, Any] = copy.deepcopy(member.shape.data)
        self._stand_ins: dict[tuple[str, str], str | None] = {}
        self._gone: set[FieldPath] = set()
        self._mentions = 0

    def make(self) -> Made:
        """The entry: other texts, other links, other snippets."""
        for link in self._member.shape.links:
            self._relink(link)
        for path, text in self._member.shape.texts:
            for language in LANGUAGES:
                if text.has(language):
                    self._mentions = 0
                    vocabulary, holder = self._vocabularies[language], _at(self._data, path)
                    holder[language] = vocabulary.salad(holder[language], self._random, self._mention)
        for way in sorted(self._gone, reverse=True):
            del _at(self._data, way[:-1])[way[-1]]
        self._single_out()
        return Made(self._member.shape.kind, self._member.id, self._data)

    def _relink(self, link: Link) -> None:
        """Names the stand-in of a link's target; without one, the item of the list or the field goes."""
        target, holder = self._stand_in(link), _at(self._data, link.path[:-1])
        if target is not None:
            holder[link.path[-1]] = _renamed(holder[link.path[-1]], link.id, target)
        elif isinstance(link.path[-1], str) and len(link.path) > 2:
            self._gone.add(link.path[:-1])
        else:
            self._gone.add(link.path)

    def _stand_in(self, link: Link) -> str | None:
        key = (link.kind, link.id)
        if key not in self._stand_ins:
            taken = {id_ for (kind, _), id_ in self._stand_ins.items() if kind == link.kind and id_}
            taken |= {self._member.id} if link.kind == self._member.shape.kind else set()
            found = self._roster.target(self._member, link.kind, link.id, link.kind)
            if found is None or found in taken:
                found = self._roster.instead(link.kind, link.id, taken, self._random)
            self._stand_ins[key] = found
        return self._stand_ins[key]

    def _mention(self, mention: Mention) -> str | None:
        self._mentions += 1
        found = self._roster.target(self._member, mention.kind, mention.id, f"prose {self._mentions}")
        return found or self._roster.anyone(mention.kind, self._random)

    def _single_out(self) -> None:
        """Makes snippets, addresses and covered facts of copies differ, so that no cache can shorten the work."""
        number = int(self._member.id.rpartition("-")[2])
        for holder, field, own_line in _code_fields(self._data):
            holder[field] = _marked(holder[field], number, own_line)
        if self._member.copy:
            self._data.pop("covers", None)
            if self._data.get("url"):
                self._data["url"] += f"#{self._member.copy}"


def _code_fields(data: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, bool]]:
    """The snippets of an entry: where each stands, and whether it may have one more line."""
    yield from ((data["apply"], field, True) for field in data.get("apply") or ())
    yield from ((item, "command", False) for item in data.get("verify") or ())
    yield from ((data["avoid"], "snippet", True) for _ in range("snippet" in (data.get("avoid") or {})))
    yield from ((data, field, True) for field in ("compose", "dockerfile") if isinstance(data.get(field), str))


def _marked(snippet: str, number: int, own_line: bool) -> str:
    if snippet.lstrip().startswith("{"):
        return json.dumps(json.loads(snippet) | {"labels": [f"host={number}"]}, indent=2 if "\n" in snippet else None)
    if own_line and "\n" in snippet:
        return f"{snippet.rstrip()}\n# host {number}\n"
    return f"{snippet.rstrip()}  # host {number}"


def _renamed(value: str, old: str, new: str) -> str:
    """`other.network:STATE` and `a+b` keep what stands around the id."""
    reach, colon, rest = value.rpartition(":")
    return reach + colon + "+".join(new if part == old else part for part in rest.split("+"))


def _at(data: Any, path: FieldPath) -> Any:
    for part in path:
        data = data[part]
    return data
