"""Templates: one set of rules for all of them. Markup is escaped, and an undefined name is an error."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from threatbase.bytecode import BYTECODE


def environment(**names: Any) -> Environment:
    """The environment of the templates in `templates/`, in which they know `names`."""
    made = Environment(
        loader=PackageLoader("threatbase", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=BYTECODE,
    )
    made.globals |= names
    return made
