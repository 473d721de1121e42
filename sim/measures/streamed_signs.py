"""How many eigenvalues of one random matrix of any size are negative, counted as its rows stream by.

The matrix is GOE_d/√d + t in the dimension of the exact laws: the Hessian of a random quadratic function, and
with its t where walkers are on one. It does not depend on them: the count goes on while they stand still, and
is kept.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.giants.laws import CountLaw, negative_of_goe
from sim.giants.stream import Matrix
from sim.giants.under_way import Trail, rows_left, under_way
from sim.measure import Measure, State

A_ROW = 500.0
"""A row takes about as long as so many multiplications of a matrix product."""


@dataclass(frozen=True, eq=False)
class StreamedSignsReading:
    """What was counted in `rows` rows, from both ends of a matrix of size `dim`, by the time of `step`.

    `counted` pivots were negative and `expected` ones, on average over all such matrices; of the whole, `law`
    is the mean and standard deviation. `counts` are negative, zero and positive eigenvalues, once it is
    `finished`: exact but for rounding. `shift` is that of the landscape, or 0 where its Hessian is no
    such matrix (`of_landscape`). A row took `nanoseconds_per_row`; at the present pace `seconds_left` are to
    come; None until that is known. The `trail` is how it went.
    """

    step: int
    dim: int
    shift: float
    seed: int
    of_landscape: bool
    rows: int
    finished: bool
    counted: int
    expected: float
    law: CountLaw
    counts: tuple[int, int, int] | None
    nanoseconds_per_row: float | None
    seconds_left: float | None
    trail: Trail


@dataclass(frozen=True)
class Inputs:
    """The matrix, which is all that is asked for, and about how much work and how long a look may be."""

    step: int
    matrix: Matrix
    of_landscape: bool
    work: float
    seconds: float = math.inf


def collect(state: State) -> Inputs:
    """Nothing of the walkers."""
    shift = state.problem.landscape.goe_shift
    found = shift(state.problem.settings) if shift else 0.0
    matrix = Matrix(state.giant, found, state.problem.seed)
    return Inputs(state.step, matrix, shift is not None, state.work, state.seconds)


def compute(inputs: Inputs) -> StreamedSignsReading:
    """The stream goes on for a while, or to its end where work is no matter."""
    matrix, watched = inputs.matrix, under_way(inputs.matrix)
    with watched.lock:
        watched.go_on(inputs.work / A_ROW, inputs.seconds)
        stream, trail = watched.stream, watched.trail
        counted, left, pace = watched.counted, watched.left, watched.pace
        nanoseconds = watched.nanoseconds
    return StreamedSignsReading(
        inputs.step,
        matrix.dim,
        matrix.shift,
        matrix.seed,
        inputs.of_landscape,
        stream.rows,
        stream.finished,
        counted,
        float(trail.expected[-1]),
        negative_of_goe(matrix.dim, matrix.shift),
        stream.counts() if stream.finished else None,
        nanoseconds,
        None if pace is None else pace * left,
        trail,
    )


def row(reading: StreamedSignsReading) -> tuple[float, ...]:
    """Rows, and negative pivots beside as many as are expected."""
    return float(reading.rows), float(reading.counted), reading.expected


MEASURE = Measure(
    title="Streamed signs",
    help="negative eigenvalues of one random matrix in the exact laws' dimension, counted row by row",
    collect=collect,
    compute=compute,
    columns=("rows", "negative", "expected"),
    row=row,
    work=lambda inputs: min(inputs.work, A_ROW * rows_left(inputs.matrix)),
    of_chosen=True,
    routine=False,
    unfinished=lambda reading: not reading.finished,
)
