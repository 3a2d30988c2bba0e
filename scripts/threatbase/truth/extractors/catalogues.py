"""Catalogues of threats and measures that entries map to: ids with their names, nothing more."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from threatbase.truth.extractors.datafile import Items
from threatbase.truth.extractors.golang import NotFoundError

Stix = Mapping[str, Any]

_JS_WEAKNESS = re.compile(
    r"id: 'CWE-(?P<id>\d+)',\s+name:\s+(?P<quote>['\"])(?P<name>.+?)(?P=quote),\s+status: '(?P<status>\w+)'"
)
_CHECK = re.compile(r"^ *local id=\"(\d+(?:\.\d+)+)\"", re.MULTILINE)


def attack(source: Path) -> Items:
    """Enterprise ATT&CK: techniques, mitigations, tactics; the techniques on containers."""
    objects = [stix for stix in _stix(source) if not stix.get("revoked") and not stix.get("x_mitre_deprecated")]
    on_containers = [stix for stix in objects if "Containers" in stix.get("x_mitre_platforms", ())]
    return {
        "containers": dict(_names(on_containers, "attack-pattern", r"T\d{4}(\.\d{3})?")),
        "mitigations": dict(_names(objects, "course-of-action", r"M\d{4}")),
        "tactics": dict(_names(objects, "x-mitre-tactic", r"TA\d{4}")),
        "techniques": dict(_names(objects, "attack-pattern", r"T\d{4}(\.\d{3})?")),
    }


def capec(source: Path) -> Items:
    """CAPEC attack patterns, without the prefix."""
    objects = (stix for stix in _stix(source) if stix.get("x_capec_status") not in ("Deprecated", "Obsolete"))
    return {name.removeprefix("CAPEC-"): title for name, title in _names(objects, "attack-pattern", r"CAPEC-\d+")}


def cwe(source: Path) -> Items:
    """CWE weaknesses, without the prefix: from the XML catalogue, or a JavaScript list made from it."""
    read = _cwe_xml if source.suffix == ".xml" else _cwe_list
    items = dict(read(source))
    if not items:
        raise NotFoundError(f"{source.name} lists no weakness")
    return items


def cwe_version(source: Path) -> str:
    """The version of a CWE catalogue: an attribute of the XML, or the name of the list."""
    return _search(r'^.*<Weakness_Catalog\b[^>]*\bVersion="([^"]+)"', source.read_text(encoding="utf-8")) or source.stem


def microsoft(checkout: Path) -> Items:
    """Microsoft's threat matrix for Kubernetes: techniques and mitigations."""
    pages = [file.read_text(encoding="utf-8") for file in sorted((checkout / "docs").rglob("*.md"))]
    headed = [(_search(r"^ +ID: (MS-[\w.]+)", page), _search(r"^# (.+)$", page)) for page in pages]
    names = {id_: title.strip() for id_, title in headed if id_}
    return {
        "mitigations": {id_: title for id_, title in names.items() if id_.startswith("MS-M")},
        "techniques": {id_: title for id_, title in names.items() if id_.startswith("MS-TA")},
    }


def owasp_docker(checkout: Path) -> Items:
    """The OWASP Docker Top 10: D01 to D10, from the names of the pages."""
    pages = (re.fullmatch(r"(D\d\d) - (.+)", file.stem) for file in checkout.glob("D*.md"))
    return {page[1]: page[2] for page in pages if page and page[1] != "D00"}


def cis_docker(checkouts: Mapping[str, Path], titles: Mapping[str, Mapping[str, str]]) -> Items:
    """Recommendations of the CIS Docker Benchmark, by version, from Docker Bench for Security.

    Only the numbers are taken. The titles are ours (the benchmark's text is licensed): they are kept
    from the data file, and one that is missing or left over is an error.
    """
    found: Items = {version: dict(titles[version]) for version in titles}
    for version, checkout in checkouts.items():
        numbers = set(_recommendations(checkout))
        if numbers != set(found.get(version, ())):
            odd = sorted(numbers ^ set(found.get(version, ())))
            raise NotFoundError(f"CIS {version}: write or remove the titles of {odd}")
    return found


def _recommendations(checkout: Path) -> Iterator[str]:
    """Numbers of the checks, without the headings of sections and groups."""
    for file in sorted((checkout / "tests").glob("[1-7]_*.sh")):
        numbers = _CHECK.findall(file.read_text(encoding="utf-8"))
        yield from (one for one in numbers if not any(other.startswith(f"{one}.") for other in numbers))


def stix_version(source: Path, key: str) -> str:
    """The highest version that objects of a bundle carry under `key`."""
    found = {str(stix[key]) for stix in _stix(source) if key in stix}
    return max(found, key=lambda version: [int(part) for part in version.split(".")])


def _stix(source: Path) -> Iterator[Stix]:
    """The objects of a STIX bundle, or of a folder of bundles."""
    for file in [source] if source.is_file() else sorted(source.rglob("*.json")):
        yield from json.loads(file.read_text(encoding="utf-8")).get("objects", ())


def _names(objects: Iterator[Stix] | list[Stix], kind: str, pattern: str) -> Iterator[tuple[str, str]]:
    for stix in objects:
        if stix["type"] == kind:
            ids = (str(reference.get("external_id", "")) for reference in stix.get("external_references", ()))
            yield from ((id_, stix["name"]) for id_ in ids if re.fullmatch(pattern, id_))


def _cwe_xml(source: Path) -> Iterator[tuple[str, str]]:
    for _, element in ElementTree.iterparse(source):
        if element.tag.endswith("}Weakness") and element.get("Status") != "Deprecated":
            yield element.attrib["ID"], element.attrib["Name"].strip()


def _cwe_list(source: Path) -> Iterator[tuple[str, str]]:
    for match in _JS_WEAKNESS.finditer(source.read_text(encoding="utf-8")):
        if match["status"] != "Deprecated":
            yield match["id"], re.sub(r"\\(.)", r"\1", match["name"])


def _search(pattern: str, text: str) -> str:
    match = re.search(pattern, text, re.MULTILINE)
    return match[1] if match else ""
