"""The words of the site and of the exports, one YAML file per language."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from threatbase.sources import decode, parse


@cache
def read_locale(name: str) -> Any:
    """The words of `locales/<name>.yaml`."""
    return parse(decode((files(__name__) / f"{name}.yaml").read_bytes())).data
