"""Flags, keys, capabilities, system calls and namespaces exist in the real thing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from threatbase import truth
from threatbase.compose import compose_capabilities, compose_errors
from threatbase.knowledge import Entry, KnowledgeBase
from threatbase.models import DockerOption, KernelFeature, Mitigation, Need
from threatbase.problems import Problem, did_you_mean
from threatbase.snippets import commands, daemon_keys, instructions, run_flags
from threatbase.sources import FieldPath, SourceError, parse


def option_names(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """What a Docker option is called is what the tools call it, unless it was removed."""
    for entry in knowledge.of_kind("docker-option"):
        option = entry.body
        if isinstance(option, DockerOption) and not (option.deprecated and option.deprecated.removed):
            names = option.names
            yield from _unknown(entry, ("names", "run"), _flags(names.run), truth.run_flags(), "flag")
            yield from _unknown(entry, ("names", "compose"), _words(names.compose), _compose_keys(), "compose-key")
            yield from _unknown(entry, ("names", "daemon"), _words(names.daemon), truth.daemon_keys(), "daemon-key")
            known = truth.dockerfile_instructions()
            yield from _unknown(entry, ("names", "dockerfile"), _words(names.dockerfile), known, "instruction")


def kernel_names(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """Capabilities, system calls and namespaces of kernel features and needs exist."""
    for entry in knowledge.entries.values():
        body = entry.body
        if isinstance(body, KernelFeature):
            yield from _each(entry, "capabilities", body.capabilities, truth.capabilities(), "capability")
            yield from _each(entry, "syscalls", body.syscalls, truth.syscalls(), "syscall")
            yield from _each(entry, "namespaces", body.namespaces, truth.namespaces(), "namespace")
        if isinstance(body, Need):
            for index, item in enumerate(body.capabilities):
                place: FieldPath = ("capabilities", index, "capability")
                yield from _unknown(entry, place, [item.capability], truth.capabilities(), "capability")


def command_lines(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """Flags of `docker run` lines and what they grant or drop exist."""
    for entry, path, shell in _shell(knowledge):
        try:
            lines = list(commands(shell))
        except ValueError as error:
            yield Problem(entry.document.locate(path), "bad-command", f"the command cannot be parsed: {error}")
            continue
        for words in lines:
            for flag, value in run_flags(words, truth.run_flags()):
                yield from _unknown(entry, path, [flag], truth.run_flags(), "flag")
                if flag in ("--cap-add", "--cap-drop"):
                    yield from _capability(entry, path, value or "")


def dockerfiles(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """Instructions of Dockerfile lines exist, and so do their flags."""
    known = truth.dockerfile_instructions()
    for entry, path, text in _snippets(knowledge, "dockerfile"):
        for name, flags in instructions(text):
            yield from _unknown(entry, path, [name], known, "instruction")
            yield from _unknown(entry, path, flags, known.get(name, flags), "flag", f"flag of {name}")


def daemon_files(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """Fragments of daemon.json are JSON, and the engine knows their keys."""
    for entry, path, text in _snippets(knowledge, "daemon"):
        try:
            keys = daemon_keys(text)
        except ValueError as error:
            yield Problem(entry.document.locate(path), "bad-json", f"the fragment is not a JSON object: {error}")
            continue
        yield from _unknown(entry, path, keys, truth.daemon_keys(), "daemon-key")


def compose_files(knowledge: KnowledgeBase) -> Iterator[Problem]:
    """Compose files and fragments fit the schema of the Compose specification."""
    for entry, path, text in _snippets(knowledge, "compose"):
        try:
            data = parse(text).data
        except SourceError as error:
            line = "".join(text.split("\n")[error.line - 1 : error.line]).strip()
            message = f"line {error.line} of the fragment: {error.message}"
            yield Problem(entry.document.locate_text(path, line), "bad-compose", message)
            continue
        errors = compose_errors(data)
        for needle, message in errors:
            yield Problem(entry.document.locate_text(path, needle), "bad-compose", message)
        for capability in compose_capabilities(data) if not errors else ():
            yield from _capability(entry, path, capability)


def _compose_keys() -> Collection[str]:
    keys = truth.compose_keys()
    sections = {"networks": keys["network"], "volumes": keys["volume"], "build": keys["build"]}
    nested = [f"{section}.{key}" for section, names in sections.items() for key in names]
    return [*keys["service"], *keys["top"], *nested]


def _flags(name: str | None) -> list[str]:
    return [re.split(r"[\s=]", name)[0]] if name and name.startswith("--") else []


def _words(name: str | None) -> list[str]:
    word = re.match(r"[^\s:]+", name or "")
    return [word[0]] if word else [name] if name else []


def _capability(entry: Entry, path: FieldPath, value: str) -> Iterator[Problem]:
    name = value.upper().removeprefix("CAP_")
    if name != "ALL":
        yield from _unknown(entry, path, [name], truth.capabilities(), "capability")


def _each(entry: Entry, field: str, names: Iterable[str], known: Collection[str], what: str) -> Iterator[Problem]:
    for index, name in enumerate(names):
        yield from _unknown(entry, (field, index), [name], known, what)


_NAMED = {
    "flag": "flag of docker run",
    "compose-key": "key of Compose",
    "daemon-key": "key of daemon.json",
    "instruction": "Dockerfile instruction",
    "capability": "Linux capability",
    "syscall": "system call",
    "namespace": "namespace flag",
}


def _unknown(
    entry: Entry, path: FieldPath, names: Iterable[str], known: Collection[str], what: str, said: str = ""
) -> Iterator[Problem]:
    for name in names:
        if name not in known:
            message = f"there is no {said or _NAMED[what]} '{name}'{did_you_mean(name, known)}"
            yield Problem(entry.document.locate_text(path, name), f"unknown-{what}", message)


def _shell(knowledge: KnowledgeBase) -> Iterator[tuple[Entry, FieldPath, str]]:
    for entry in knowledge.entries.values():
        body = entry.body
        if isinstance(body, Mitigation):
            for field in ("run", "host"):
                snippet = getattr(body.apply, field)
                if snippet:
                    yield entry, ("apply", field), snippet
            for index, item in enumerate(body.verify):
                yield entry, ("verify", index, "command"), item.command
        if isinstance(body, DockerOption) and body.avoid and (body.avoid.snippet or "").startswith("docker "):
            yield entry, ("avoid", "snippet"), body.avoid.snippet or ""


def _snippets(knowledge: KnowledgeBase, name: str) -> Iterator[tuple[Entry, FieldPath, str]]:
    for entry in knowledge.entries.values():
        body = entry.body
        if isinstance(body, Mitigation) and getattr(body.apply, name):
            yield entry, ("apply", name), getattr(body.apply, name)
        if isinstance(body, Need) and name in ("compose", "dockerfile"):
            yield entry, (name,), getattr(body, name)


RULES = (option_names, kernel_names, command_lines, dockerfiles, daemon_files, compose_files)
