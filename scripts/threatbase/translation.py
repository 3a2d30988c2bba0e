"""The other language is a build of its own, in a process beside this one."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path
from subprocess import PIPE, Popen


def start_build(config: str, site: Path, *, strict: bool) -> Popen[str]:
    """Starts `mkdocs build` with another configuration, into `site`."""
    command = [sys.executable, "-m", "mkdocs", "build", "--config-file", config, "--site-dir", str(site)]
    # Not --quiet: in strict mode, MkDocs counts only the warnings that it lets through.
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    return Popen([*command, *(["--strict"] if strict else [])], env=environment, stderr=PIPE, text=True)


def finish_build(process: Popen[str]) -> tuple[bool, str]:
    """Waits for a build; returns whether it succeeded, and what it had to say beside its progress."""
    _, messages = process.communicate()
    said = [line for line in messages.splitlines() if line.strip() and "INFO  " not in line]
    return process.returncode == 0, "\n".join(said)


class Translator:
    """A process that builds the other language again whenever it is told to: what it keeps makes that quick."""

    def __init__(self, config: str, site: Path) -> None:
        code = "import sys; from threatbase.plugin import build_on_demand; build_on_demand(*sys.argv[1:])"
        environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
        command = [sys.executable, "-c", code, config, str(site)]
        self._process = Popen(command, env=environment, stdin=PIPE, stdout=PIPE, text=True)
        self._building = False

    def start(self) -> None:
        """Has it begin a build."""
        self._building = True
        if self._process.stdin:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.write("build\n")
                self._process.stdin.flush()

    def finish(self) -> tuple[bool, str]:
        """Waits for the build, if one was begun; returns whether it succeeded, and what it had to say."""
        if not self._building:
            return True, ""
        self._building = False
        answer = self._process.stdout.readline() if self._process.stdout else ""
        succeeded, said = json.loads(answer) if answer else (False, "its process has ended")
        return succeeded, said

    def end(self) -> None:
        """Ends the process."""
        self._process.terminate()
        self._process.wait()
