"""The time from saving an entry to its changed page being served by `mkdocs serve`, with the real content."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from threatbase.knowledge import Entry, load
from threatbase.models import Threat

from benchmarks.cost import environment
from benchmarks.emit import as_yaml
from benchmarks.projects import copy_real

PATIENCE = 120.0
PAUSE = 0.05


@dataclass(frozen=True)
class Edit:
    """Seconds from saving an entry until each language shows the change."""

    english: float
    french: float


def measure(real: Path, edits: int, work: Path, say: Callable[[str], None]) -> tuple[int, list[Edit]]:
    """Serves a copy of the repository's content and edits threats in it; the number of entries, and the times."""
    copy_real(work, real)
    knowledge, _ = load(work / "threats")
    threats = [entry for entry in knowledge.entries.values() if isinstance(entry.body, Threat) and entry.is_published]
    found = []
    with _served(work) as address:
        _wait_for(f"{address}/", "</html>")
        for number in range(edits):
            found.append(_edit(threats[number * len(threats) // edits], f"changed{number}", work, address))
            say(f"edit {number + 1}: English after {found[-1].english:.2f} s, French after {found[-1].french:.2f} s")
    return len(knowledge.entries), found


@contextmanager
def _served(work: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mkdocs", "serve", "--quiet", "--dev-addr", f"127.0.0.1:{port}"]
    with (work / ".output.txt").open("wb") as output:
        process = subprocess.Popen(command, cwd=work, env=environment(), stdout=output, stderr=subprocess.STDOUT)
        try:
            _wait_for_port(port, process, work)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _wait_for_port(port: int, process: subprocess.Popen[bytes], work: Path) -> None:
    """Waits for the first build; raises RuntimeError with the server's output when it ends instead."""
    while process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(PAUSE)
    raise RuntimeError(f"mkdocs serve ended:\n{(work / '.output.txt').read_text('utf-8', 'replace')[-4000:]}")


def _edit(entry: Entry, word: str, work: Path, address: str) -> Edit:
    data = entry.document.data
    for language in ("en", "fr"):
        data["summary"][language] = f"{data['summary'][language]} {word}."
    file = work / "threats" / f"{entry.key.id}.yaml"
    file.write_text(as_yaml(data), "utf-8")
    saved = time.perf_counter()
    _wait_for(f"{address}/{entry.address}", word)
    english = time.perf_counter() - saved
    _wait_for(f"{address}/fr/{entry.address}", word)
    return Edit(english, time.perf_counter() - saved)


def _wait_for(address: str, words: str) -> None:
    """Asks until the page holds the words; raises TimeoutError when that takes too long."""
    give_up = time.perf_counter() + PATIENCE
    while time.perf_counter() < give_up:
        if words in _page(address):
            return
        time.sleep(PAUSE)
    raise TimeoutError(f"{address} never showed '{words}'")


def _page(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            return str(answer.read().decode("utf-8"))
    except (urllib.error.URLError, ConnectionError):
        return ""


def report(entries: int, edits: Sequence[Edit]) -> Iterator[str]:
    """The results as a Markdown table."""
    yield f"| {entries} entries, {len(edits)} edits | median, s | longest, s |"
    yield "|---|---:|---:|"
    for name, times in (
        ("English page", [edit.english for edit in edits]),
        ("French page", [edit.french for edit in edits]),
    ):
        yield f"| {name} | {median(times):.2f} | {max(times):.2f} |"
