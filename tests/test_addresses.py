"""Where the site is published, and what identifiers are made from."""

from __future__ import annotations

import re

import pytest
from threatbase.addresses import NAMESPACE, SITE, published
from threatbase.models import Language

from tests.site import ROOT


@pytest.mark.parametrize(
    ("address", "language", "expected"),
    [
        ("", "en", "https://threatbase.github.io/threatbase/"),
        ("", "fr", "https://threatbase.github.io/threatbase/fr/"),
        ("mitigations/memory-limit/", "en", "https://threatbase.github.io/threatbase/mitigations/memory-limit/"),
        ("mitigations/no-privileged/", "fr", "https://threatbase.github.io/threatbase/fr/mitigations/no-privileged/"),
    ],
)
def test_full_addresses(address: str, language: Language, expected: str) -> None:
    assert published(address, language) == expected


def test_the_site_is_where_its_configuration_says() -> None:
    found = re.search('^site_url: .*"(.*)"', (ROOT / "mkdocs.yml").read_text("utf-8"), re.MULTILINE)
    assert found
    assert found[1] == SITE


def test_identifiers_never_change() -> None:
    assert str(NAMESPACE) == "3889c83f-c7ae-55b3-859a-60dd0a6beb51"
