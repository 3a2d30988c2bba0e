"""The other language is a build of its own, in a process beside this one."""

from __future__ import annotations

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
