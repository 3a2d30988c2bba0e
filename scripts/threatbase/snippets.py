"""Snippets: the docker commands, Dockerfile lines and JSON that entries show, taken apart."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping

from threatbase.truth import Flag

_CONTINUED = re.compile(r"\\\n\s*")
_HEREDOC = re.compile(r"(?<!<)<<-?['\"]?([A-Za-z_]\w*)")
_INSTRUCTION = re.compile(r"^\s*([A-Za-z]+)(?=\s|$)((?:\s+--[a-z-]+(?:=\S*)?)*)")


def commands(shell: str) -> Iterator[list[str]]:
    """The words of every command line of a snippet; comments, continuations and heredocs are resolved.

    Raises ValueError where a quotation is not closed.
    """
    for line in _without_heredocs(shell):
        words = shlex.split(line, comments=True)
        if words:
            yield words


def run_flags(words: list[str], known: Mapping[str, Flag]) -> Iterator[tuple[str, str | None]]:
    """The flags of a `docker run` or `docker create` line with their values, up to the image.

    Unknown flags are taken to have no value. Yields nothing for another command.
    """
    letters = {details.short: name for name, details in known.items()}
    rest = iter(_after_run(words))
    for word in rest:
        if not word.startswith("-") or word == "--":
            return
        flag, equals, value = word.partition("=")
        flag = _long(flag, letters)
        if equals:
            yield flag, value
        elif flag in known and known[flag].value:
            yield flag, next(rest, None)
        else:
            yield flag, None


def _after_run(words: list[str]) -> list[str]:
    for index, word in enumerate(words[:-1]):
        if word == "docker":
            following = words[index + 1 :]
            while following and following[0] in ("container", "--debug", "-D"):
                following = following[1:]
            if following and following[0] in ("run", "create"):
                return following[1:]
    return []


def _long(flag: str, letters: Mapping[str | None, str]) -> str:
    if flag.startswith("--"):
        return flag
    if flag in letters:
        return letters[flag]
    # -it is -i -t: a bundle of short flags without values
    bundle = [f"-{letter}" for letter in flag[1:]]
    return letters[bundle[-1]] if bundle and all(item in letters for item in bundle) else flag


def instructions(dockerfile: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every instruction of a Dockerfile with its flags; heredocs and comments are left out."""
    for line in _without_heredocs(dockerfile):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _INSTRUCTION.match(line)
        name = match[1] if match else line.split()[0]
        yield name.upper(), tuple(re.findall(r"--[a-z-]+", match[2])) if match else ()


def _without_heredocs(text: str) -> Iterator[str]:
    """The lines with their continuations joined; what stands between `<<EOF` and `EOF` is left out."""
    ending: str | None = None
    for line in _CONTINUED.sub(" ", text).splitlines():
        if ending is None:
            heredoc = _HEREDOC.search(line)
            ending = heredoc[1] if heredoc else None
            yield line
        elif line.strip() == ending:
            ending = None


def daemon_keys(text: str) -> tuple[str, ...]:
    """The keys of a daemon.json fragment; raises ValueError when it is no JSON object."""
    data = json.loads(text)
    if not isinstance(data, dict):
        raise ValueError("not a JSON object")
    return tuple(data)
