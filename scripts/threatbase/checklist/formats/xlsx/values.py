"""Values: what stands in a cell, as the text that a person reads there. Formulas are never worked out."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping

from threatbase.checklist.sheet import clean

_ESCAPE = re.compile("_x([0-9a-fA-F]{4})_")
_NO_PLACEHOLDER = re.compile(r'"[^"]*"|\[[^\]]*\]|[\\_*].')
_BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])


def unescaped(text: str) -> str:
    """A text of a workbook (ST_Xstring): `_x0041_` stands for A, `_x005F_` for an underscore."""
    return clean(_ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text)


def is_date(number_format: int, codes: Mapping[int, str]) -> bool:
    """Whether a number format shows a day or a time; `codes` are those that the workbook brings."""
    if number_format not in codes:
        return number_format in _BUILT_IN_DATES
    placeholders = _NO_PLACEHOLDER.sub("", codes[number_format].partition(";")[0])
    return any(letter in "dmyhs" for letter in placeholders.casefold())


def number(raw: str, *, dated: bool, since_1904: bool) -> str:
    """A number as a spreadsheet shows it by itself, to 15 digits; a day as 2026-01-31."""
    try:
        value = float(raw)
    except ValueError:
        return raw
    if not math.isfinite(value):
        return raw
    if dated:
        return _moment(value, since_1904=since_1904) or raw
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")


def _moment(serial: float, *, since_1904: bool) -> str:
    """A day, a time, or both; empty for what is none. Excel's 1900 has a 29 February, the serial 60."""
    usual = datetime.datetime(1899, 12, 31 if serial < 60 else 30)
    start = datetime.datetime(1904, 1, 1) if since_1904 else usual
    try:
        moment = start + datetime.timedelta(seconds=round(serial * 86_400))
    except OverflowError:
        return ""
    if serial < 0:
        return ""
    return iso(moment.isoformat()) if serial >= 1 or since_1904 else moment.strftime("%H:%M")


def iso(text: str) -> str:
    """A moment without what is nought in it: midnight, seconds."""
    day, _, time = text.partition("T")
    hours = time.removesuffix("Z").partition(".")[0].removesuffix(":00")
    return day if hours in ("", "00:00") else f"{day} {hours}"
