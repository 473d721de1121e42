"""What a row of a streamed matrix costs, on one core from either end, and on both."""

from __future__ import annotations

import psutil

from sim.giants.both_ends import BothEnds
from sim.giants.entries import ROWS as ROWS_A_BLOCK
from sim.giants.laws import negative_of_goe
from sim.giants.stream import End, Matrix, Stream, back_advanced, front_advanced

from ..limits import of_one_core
from ..row import Budget, Result, Row
from ..timing import medians, per, timed

DIM = 10**15
"""Of the matrix whose last rows and whose rows about the middle are timed."""

BLOCKS = 10_000
COUNTED = 3 * 10**8
"""Rows of the matrix that is counted whole, on both cores."""


def counted() -> BothEnds:
    """A whole matrix; its count is as theory has it."""
    matrix = Matrix(COUNTED, 0.5, 1)
    ends = BothEnds(Stream(matrix))
    ends.start()
    while not ends.wait(60.0):
        pass
    law = negative_of_goe(COUNTED, 0.5)
    if abs(ends.stream.counts()[0] - law.mean) > 5.0 * law.standard_deviation:
        raise AssertionError("the count is not what theory has")
    return ends


def streamed(repetitions: int) -> Result:
    """Nanoseconds a row, after one count that compiles and does not count."""
    matrix = Matrix(DIM, 0.5, 1)
    far = End(rows=matrix.middle // 2 * ROWS_A_BLOCK)
    counted()
    before = psutil.Process().memory_info().rss
    cores = {
        "front_one_core": of_one_core(lambda: front_advanced(matrix, far, BLOCKS)),
        "back_one_core": of_one_core(lambda: back_advanced(matrix, End(), BLOCKS)),
    }
    found = per(medians(cores, repetitions), BLOCKS * ROWS_A_BLOCK, 1e-9, "ns_a_row")
    found |= per(medians({"both_cores": timed(counted)}, repetitions), COUNTED, 1e-9, "ns_a_row")
    grown = psutil.Process().memory_info().rss - before
    return Result(
        repetitions,
        found,
        (
            Budget("both cores, ns a row", found["both_cores_ns_a_row"], most=8.0),
            Budget("memory that counting takes, MB", grown / 1e6, most=8.0),
        ),
    )


ROWS = (Row("streamed-signs", "a row of a streamed random Hessian, whose signs are counted", streamed, 5),)
