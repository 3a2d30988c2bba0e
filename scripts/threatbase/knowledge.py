"""A folder of YAML files becomes a knowledge base, and a list of problems."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from threatbase.glossary import Term, load_glossary
from threatbase.mentions import mentions
from threatbase.models import KINDS, LANGUAGES, Body, Kind
from threatbase.models.base import ID_PATTERN, Text
from threatbase.narrative import Narrative, load_narratives
from threatbase.problems import Location, Problem, did_you_mean
from threatbase.sources import Document, FieldPath, read, shown_path
from threatbase.validation import problems_of
from threatbase.walk import references, texts

B = TypeVar("B", bound=Body)


class Key(NamedTuple):
    """What names an entry: its kind and its id."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True)
class Entry:
    """One entry: its key, what it says, and the document it was read from."""

    key: Key
    body: Body
    document: Document = field(repr=False)

    @property
    def kind(self) -> Kind:
        """The kind of the entry."""
        return KINDS[self.key.kind]

    @property
    def address(self) -> str:
        """Its address below the site's root: `mitigations/no-new-privileges/`."""
        return f"{self.kind.path}/{self.key.id}/"

    @property
    def is_published(self) -> bool:
        """Only published entries enter the graph, indexes, search and exports."""
        return self.body.status == "published"

    @cached_property
    def texts(self) -> tuple[tuple[FieldPath, Text], ...]:
        """Every bilingual text of the entry with its path."""
        return tuple(texts(self.body))

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Every reference of the entry to another one, typed fields first, then mentions in prose."""
        typed = [Link(self.key, path, Key(kind, id_)) for path, kind, id_ in references(self.body)]
        return (*typed, *self._mentions())

    def _mentions(self) -> Iterator[Link]:
        for path, text in self.texts:
            for language in LANGUAGES:
                for found in mentions(getattr(text, language) or ""):
                    place = (*path, language)
                    yield Link(self.key, place, Key(found.kind, found.id), found.text, found.anchor, found.skip)


@dataclass(frozen=True, slots=True)
class Link:
    """A reference from one entry to another: where it stands; `mention` where it is in prose."""

    source: Key
    path: FieldPath
    target: Key
    mention: str | None = None
    anchor: str | None = None
    skip: int = 0
    """How often the same mention stands before it in the text."""

    @property
    def field(self) -> str:
        """The field of the source that holds the link."""
        return str(self.path[0])


@dataclass(frozen=True)
class KnowledgeBase:
    """All entries, by key, in the order of their ids."""

    root: Path
    entries: Mapping[Key, Entry]
    narratives: tuple[Narrative, ...] = ()
    terms: tuple[Term, ...] = ()
    invalid: frozenset[Key] = frozenset()
    """Entries whose file is there but cannot be used: links to them are not dangling."""

    def __getitem__(self, key: Key) -> Entry:
        return self.entries[key]

    def knows(self, key: Key) -> bool:
        """Whether there is a file for the entry, valid or not."""
        return key in self.entries or key in self.invalid

    def of_kind(self, name: str) -> list[Entry]:
        """All entries of a kind, whatever their status."""
        return [entry for entry in self.entries.values() if entry.key.kind == name]

    def bodies(self, model: type[B]) -> dict[str, B]:
        """The bodies of all published entries of a model, by id."""
        return {
            entry.key.id: entry.body
            for entry in self.entries.values()
            if isinstance(entry.body, model) and entry.is_published
        }

    @cached_property
    def backlinks(self) -> Mapping[Key, tuple[Link, ...]]:
        """For each entry, the links of other entries to it."""
        found: dict[Key, list[Link]] = {}
        for entry in self.entries.values():
            for link in entry.links:
                if link.target != entry.key:
                    found.setdefault(link.target, []).append(link)
        return MappingProxyType({key: tuple(links) for key, links in found.items()})

    def written(self) -> Iterator[tuple[Entry, FieldPath, str]]:
        """Every text of every entry in each language that it is written in, with its path."""
        for entry in self.entries.values():
            for path, text in entry.texts:
                for language in LANGUAGES:
                    if written := getattr(text, language):
                        yield entry, (*path, language), written


Recall = dict[Path, tuple[tuple[int, int], "Entry | list[Problem]"]]
"""What was read before: for each file, when it was changed and its size, and what came of it."""


def load(root: Path, docs: Path | None = None, recall: Recall | None = None) -> tuple[KnowledgeBase, list[Problem]]:
    """Reads every entry below `root` and every page below `docs`.

    What cannot be read or is not valid is reported, not raised. With `recall`, files that did not change
    since it was filled are not read again.
    """
    entries: dict[Key, Entry] = {}
    problems: list[Problem] = []
    if not root.is_dir():
        return KnowledgeBase(root, entries), [
            Problem(Location(shown_path(root)), "no-folder", "there is no such folder")
        ]
    invalid: set[Key] = set()
    for item in _listed(root):
        if isinstance(item, Problem):
            problems.append(item)
            continue
        file, kind = item
        loaded = _entry(file, kind) if recall is None else _recalled(file, kind, recall)
        if isinstance(loaded, Entry):
            entries[loaded.key] = loaded
        else:
            invalid.add(Key(kind.name, file.stem))
            problems.extend(loaded)
    narratives, page_problems = load_narratives(docs) if docs else ((), [])
    terms, term_problems = load_glossary(docs) if docs else ((), [])
    knowledge = KnowledgeBase(root, MappingProxyType(entries), narratives, terms, frozenset(invalid))
    return knowledge, problems + page_problems + term_problems


def _listed(root: Path) -> list[tuple[Path, Kind] | Problem]:
    try:
        return list(_files(root))
    except OSError as error:
        place = Location(shown_path(Path(error.filename or root)))
        return [Problem(place, "unreadable", f"the folder cannot be read: {error.strerror}")]


def _files(root: Path) -> Iterator[tuple[Path, Kind] | Problem]:
    folders = {kind.folder: kind for kind in KINDS.values()}
    for folder in sorted(entry for entry in root.iterdir() if entry.is_dir() and not entry.name.startswith(".")):
        if folder.is_symlink():
            yield Problem(Location(shown_path(folder)), "symlink", "links are not followed; put the folder here")
        elif folder.name not in folders:
            message = f"no kind of entry has the folder '{folder.name}'{did_you_mean(folder.name, folders)}"
            yield Problem(Location(shown_path(folder)), "unknown-folder", message)
    for name, kind in folders.items():
        if (root / name).is_dir() and not (root / name).is_symlink():
            yield from _files_of(root / name, kind)


def _files_of(folder: Path, kind: Kind) -> Iterator[tuple[Path, Kind] | Problem]:
    for file in sorted(folder.iterdir()):
        if file.name.startswith("."):
            continue
        place = Location(shown_path(file))
        if file.is_dir():
            if kind.folder:
                yield Problem(place, "unknown-folder", f"'{kind.folder}' holds files only; move the entries up")
        elif file.is_symlink():
            yield Problem(place, "symlink", "links are not followed; put the file itself here")
        elif file.suffix != ".yaml":
            yield Problem(place, "bad-file-name", "entries end with .yaml; rename the file or move it away")
        else:
            yield file, kind


def _recalled(file: Path, kind: Kind, recall: Recall) -> Entry | list[Problem]:
    status = file.stat()
    stamp = status.st_mtime_ns, status.st_size
    if file not in recall or recall[file][0] != stamp:
        recall[file] = stamp, _entry(file, kind)
    return recall[file][1]


def _entry(file: Path, kind: Kind) -> Entry | list[Problem]:
    document = read(file, shown_path(file))
    if isinstance(document, Problem):
        return [document]
    problems = list(_name_problems(file.stem, document))
    body = _body(document, kind)
    if isinstance(body, list):
        return problems + body
    return problems or Entry(Key(kind.name, file.stem), body, document)


def _name_problems(stem: str, document: Document) -> Iterator[Problem]:
    if not _is_id(stem):
        message = f"the file name '{stem}' is the entry's id: small letters, digits and single hyphens, at most 60"
        yield Problem(document.locate(), "bad-id", message)


def _is_id(stem: str) -> bool:
    return len(stem) <= 60 and re.fullmatch(ID_PATTERN, stem) is not None


def _body(document: Document, kind: Kind) -> Body | list[Problem]:
    data: Any = document.data
    if not isinstance(data, dict):
        return [Problem(document.locate(), "wrong-type", "an entry is a mapping: 'title: …', 'summary: …'")]
    try:
        return kind.model.model_validate(data)
    except ValidationError as error:
        return problems_of(error, document, kind.model)
