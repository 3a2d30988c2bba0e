"""Makes the data files out of local checkouts: `python -m threatbase.truth.extract --help`.

Every option is optional: a data file is made when all that it needs is given. The version of a
checkout is its tag or commit, unless one is given. A file whose items and version have not changed
is left alone, so that running it again changes nothing.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from threatbase.truth import DATA
from threatbase.truth.extractors import catalogues, compose, docker, dockerfile, flags, kernel
from threatbase.truth.extractors.datafile import Header, Items, write

_CIS = "cis-docker.json"


@dataclass(frozen=True, slots=True)
class Source:
    """Something that facts are taken from: its address, its licence, and how its version is found."""

    address: str
    licence: str
    what: str
    version: Callable[[Path], str]


@dataclass(frozen=True, slots=True)
class Part:
    """A data file: the sources that it is made from (in the order of the extractor's parameters)."""

    file: str
    sources: tuple[str, ...]
    extract: Callable[..., Items]
    levels: int = 1


@dataclass(frozen=True, slots=True)
class Given:
    """A source as it was given: where it lies here, and its version."""

    path: Path
    version: str


def described(checkout: Path) -> str:
    """`git describe` of a checkout, else commit and day; ValueError where git knows neither."""
    commands = (["describe", "--tags"], ["log", "-1", "--format=%h (%cs)"])
    for command in commands:
        result = subprocess.run(["git", "-C", checkout, *command], capture_output=True, text=True, check=False)
        if result.returncode == 0:
            return result.stdout.strip()
    raise ValueError(f"{checkout} is no git checkout: give its version")


def _github(name: str, licence: str = "Apache-2.0") -> Source:
    return Source(f"https://github.com/{name}", licence, f"checkout of {name}", described)


_SOURCES: Mapping[str, Source] = {
    "docker-cli": _github("docker/cli"),
    "moby": _github("moby/moby"),
    "profiles": _github("moby/profiles"),
    "buildx": _github("docker/buildx"),
    "buildkit": _github("moby/buildkit"),
    "compose-cli": _github("docker/compose"),
    "compose-spec": _github("compose-spec/compose-spec"),
    "linux-headers": Source(
        "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git",
        "GPL-2.0 WITH Linux-syscall-note",
        "folder with linux/ and asm/ (x86-64), as `make headers_install` leaves it",
        kernel.version,
    ),
    "attack": Source(
        "https://github.com/mitre/cti",
        "MITRE ATT&CK terms of use, © The MITRE Corporation",
        "Enterprise ATT&CK: a STIX bundle, or the folder enterprise-attack of mitre/cti",
        described,
    ),
    "capec": Source(
        "https://github.com/mitre/cti",
        "MITRE CAPEC terms of use, © The MITRE Corporation",
        "CAPEC: a STIX bundle, or the folder capec/2.1 of mitre/cti",
        partial(catalogues.stix_version, key="x_capec_version"),
    ),
    "cwe": Source(
        "https://cwe.mitre.org/data/downloads.html",
        "MITRE CWE terms of use, © The MITRE Corporation",
        "CWE: the XML catalogue, or a list made from it whose name is the version (4.20.js)",
        catalogues.cwe_version,
    ),
    "microsoft": _github("microsoft/Threat-Matrix-for-Kubernetes", "CC-BY-4.0"),
    "owasp-docker": _github("OWASP/Docker-Security", "CC-BY-NC-SA-4.0 (titles only)"),
}

_PARTS = (
    Part("docker-run-flags.json", ("docker-cli",), flags.run_flags),
    Part("docker-build-flags.json", ("buildx",), flags.build_flags),
    Part("docker-commands.json", ("docker-cli", "buildx", "compose-cli"), flags.commands),
    Part("deprecations.json", ("docker-cli",), docker.deprecations),
    Part("daemon-keys.json", ("moby",), docker.daemon_keys),
    Part("docker-defaults.json", ("moby", "profiles"), docker.defaults, levels=2),
    Part("dockerfile-instructions.json", ("buildkit",), dockerfile.instructions),
    Part("compose-keys.json", ("compose-spec",), compose.keys),
    Part("capabilities.json", ("linux-headers", "moby"), kernel.capabilities),
    Part("namespaces.json", ("linux-headers",), kernel.namespaces),
    Part("syscalls.json", ("linux-headers", "profiles", "moby"), kernel.syscalls),
    Part("attack.json", ("attack",), catalogues.attack, levels=2),
    Part("capec.json", ("capec",), catalogues.capec),
    Part("cwe.json", ("cwe",), catalogues.cwe),
    Part("microsoft-kubernetes.json", ("microsoft",), catalogues.microsoft, levels=2),
    Part("owasp-docker.json", ("owasp-docker",), catalogues.owasp_docker),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    options = vars(_parser().parse_args(arguments))
    try:
        for file, written in extract(_given(options), _cis(options["cis"]), options["output"], options["date"]):
            print(f"{file}: {'written' if written else 'unchanged'}")
    except (OSError, ValueError, LookupError) as error:
        print(f"extract: {error}", file=sys.stderr)
        return 1
    return 0


def extract(given: Mapping[str, Given], cis: Mapping[str, Path], output: Path, date: str) -> Iterator[tuple[str, bool]]:
    """Makes what can be made of the sources that are given: each file, and whether it changed."""
    for part in _PARTS:
        if all(name in given for name in part.sources):
            items = part.extract(*(given[name].path for name in part.sources))
            yield part.file, write(output / part.file, _header(part.sources, given, date), items, part.levels)
    if "compose-spec" in given:
        yield from _copy_schema(given, output, date)
    if cis:
        yield _CIS, _write_cis(cis, output, date)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m threatbase.truth.extract", description=__doc__)
    for name, source in _SOURCES.items():
        parser.add_argument(f"--{name}", type=Path, metavar="PATH", help=source.what)
        parser.add_argument(f"--{name}-version", metavar="VERSION", help="its version, instead of the one found")
    parser.add_argument(
        "--cis",
        action="append",
        default=[],
        metavar="VERSION=PATH",
        help="version of the CIS Docker Benchmark, and the checkout of docker/docker-bench-security that follows it",
    )
    parser.add_argument("--output", type=Path, default=DATA, metavar="PATH", help="folder of the data files")
    parser.add_argument(
        "--date", default=datetime.date.today().isoformat(), help="day of the extraction, today unless given"
    )
    return parser


def _given(options: Mapping[str, object]) -> dict[str, Given]:
    found = {}
    for name, source in _SOURCES.items():
        key = name.replace("-", "_")
        path, version = options[key], options[f"{key}_version"]
        if isinstance(path, Path):
            found[name] = Given(path, str(version) if version else source.version(path))
    return found


def _cis(pairs: Sequence[str]) -> dict[str, Path]:
    return {version: Path(path) for version, _, path in (pair.partition("=") for pair in pairs)}


def _header(names: Sequence[str], given: Mapping[str, Given], date: str) -> Header:
    """Joins what the sources say of themselves; with several, each version names its source."""
    sources = [_SOURCES[name] for name in names]
    versions = [given[name].version if len(names) == 1 else f"{name} {given[name].version}" for name in names]
    licences = dict.fromkeys(source.licence for source in sources)
    return Header(", ".join(source.address for source in sources), ", ".join(versions), ", ".join(licences), date)


def _copy_schema(given: Mapping[str, Given], output: Path, date: str) -> Iterator[tuple[str, bool]]:
    """The schema stays as it is; a file beside it says where it comes from."""
    content = compose.schema(given["compose-spec"].path)
    (output / "compose-spec.json").write_bytes(content)
    items = {"file": "compose-spec.json", "sha256": hashlib.sha256(content).hexdigest()}
    yield "compose-spec.json", write(output / "compose-spec.origin.json", _header(["compose-spec"], given, date), items)


def _write_cis(checkouts: Mapping[str, Path], output: Path, date: str) -> bool:
    file = output / _CIS
    content = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {"items": {}}
    versions = (f"{version} (docker-bench-security {described(path)})" for version, path in sorted(checkouts.items()))
    header = Header(
        "https://github.com/docker/docker-bench-security",
        ", ".join(versions),
        "numbers only (Apache-2.0); the titles are in our own words",
        date,
    )
    return write(file, header, catalogues.cis_docker(checkouts, content["items"]), levels=2)


if __name__ == "__main__":
    sys.exit(main())
