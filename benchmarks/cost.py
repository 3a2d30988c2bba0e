"""What a command costs: processor time and memory, its children included."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """CPU seconds (user and system, with children), the peak of the largest process in bytes, seconds on the clock."""

    cpu: float
    memory: int
    wall: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.cpu + other.cpu, max(self.memory, other.memory), self.wall + other.wall)


def environment() -> Mapping[str, str]:
    """The environment that measured commands run in; the site stands at the root of its host."""
    site = {"THREATBASE_SITE_URL": "http://localhost/", "THREATBASE_SITE_URL_FR": "http://localhost/fr/"}
    return os.environ | site | {"NO_MKDOCS_2_WARNING": "1", "NO_COLOR": "1"}


def run(command: Sequence[str], folder: Path) -> Cost:
    """Runs `python -m command…` in `folder`; raises RuntimeError with its output when it fails."""
    log = folder / ".output.txt"
    with log.open("wb") as output:
        launcher = [sys.executable, "-I", "-c", _LAUNCHER, sys.executable, "-m", *command]
        done = subprocess.run(
            launcher, cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=output, text=True, check=True
        )
    code, cpu, memory, wall = json.loads(done.stdout)
    if code:
        raise RuntimeError(f"{' '.join(command[:3])} … failed:\n{log.read_text('utf-8', 'replace')[-4000:]}")
    return Cost(cpu, memory if sys.platform == "darwin" else memory * 1024, wall)


# A process inherits the peak memory of the one that starts it, so a small one stands in between.
_LAUNCHER = """
import json, os, subprocess, sys, time
started = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=sys.stderr)
_, status, used = os.wait4(process.pid, 0)
code, wall = os.waitstatus_to_exitcode(status), time.perf_counter() - started
print(json.dumps([code, used.ru_utime + used.ru_stime, used.ru_maxrss, wall]))
"""
