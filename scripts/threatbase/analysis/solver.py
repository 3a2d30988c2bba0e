"""The mixed-integer solver: HiGHS by scipy. The only module that imports scipy, which takes half a second."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

OUT_OF_TIME = 1
"""The solver's status when its time is up."""

Row = tuple[Mapping[int, float], float, float]
"""Coefficients by variable, and what their sum must be at least and at most."""


@dataclass(frozen=True, slots=True)
class Solution:
    """The value of every variable, the optimum, whether it is proved, and what nothing can undercut."""

    values: Sequence[float]
    optimum: float
    proved: bool
    bound: float


def minimise(
    cost: Sequence[float],
    rows: Sequence[Row],
    lower: Sequence[float],
    upper: Sequence[float],
    whole: int,
    time_limit: float,
    *,
    presolve: bool = True,
) -> Solution | None:
    """The cheapest values within the rows; the first `whole` variables are whole numbers. None: there are none.

    Raises TimeoutError when no values were found in `time_limit` seconds.
    """
    integrality = numpy.zeros(len(cost), dtype=int)
    integrality[:whole] = 1
    with _quiet():
        solved = milp(
            numpy.array(cost),
            constraints=_constraints(rows, len(cost)),
            integrality=integrality,
            bounds=Bounds(numpy.array(lower), numpy.array(upper)),
            options={"time_limit": time_limit, "mip_rel_gap": 0.0, "presolve": presolve},
        )
    if solved.x is None:
        if solved.status == OUT_OF_TIME:
            raise TimeoutError("no set was found in the time given")
        return None
    return Solution(solved.x.tolist(), float(solved.fun), solved.status == 0, float(solved.mip_dual_bound))


@contextmanager
def _quiet() -> Iterator[None]:
    """Nothing on the standard output: HiGHS writes a line there at times, which would spoil JSON."""
    try:
        saved = os.dup(1)
    except OSError:  # there is no standard output
        yield
        return
    sys.stdout.flush()
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device, not a file
        os.dup2(nowhere.fileno(), 1)
    try:
        yield
    finally:
        os.dup2(saved, 1)
        os.close(saved)


def _constraints(rows: Sequence[Row], size: int) -> list[LinearConstraint]:
    if not rows:
        return []
    entries = [(number, column, value) for number, (row, _, _) in enumerate(rows) for column, value in row.items()]
    numbers, columns, values = zip(*entries, strict=True)
    matrix = csr_matrix((values, (numbers, columns)), shape=(len(rows), size))
    return [LinearConstraint(matrix, [low for _, low, _ in rows], [high for _, _, high in rows])]
