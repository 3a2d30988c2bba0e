"""Checklists as OSCAL: a catalog, a profile, a component definition and, once something was typed, results."""

from __future__ import annotations

from threatbase.checklist.formats.oscal.archive import write_zip
from threatbase.checklist.formats.oscal.catalog import catalog
from threatbase.checklist.formats.oscal.component import component_definition
from threatbase.checklist.formats.oscal.documents import CATALOG, COMPONENTS, PROFILE, RESULTS
from threatbase.checklist.formats.oscal.edition import OSCAL, Edition
from threatbase.checklist.formats.oscal.profile import profile
from threatbase.checklist.formats.oscal.results import assessment_results
from threatbase.checklist.sheet import Checklist

__all__ = ["OSCAL", "write_oscal", "write_zip"]


def write_oscal(checklist: Checklist) -> dict[str, bytes]:
    """The documents by the names of their files, by which they also name each other."""
    edition = Edition(checklist)
    files = {CATALOG: catalog(edition), PROFILE: profile(edition), COMPONENTS: component_definition(edition)}
    results = assessment_results(edition)
    return files if results is None else files | {RESULTS: results}
