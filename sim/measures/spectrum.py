"""The eigenvalues of the Hessian where the focused walker stands, as a histogram."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.arrays import Floats, np
from sim.hessian import Spectrum, hessian_error, spectrum_of
from sim.hessian.counts import ZERO_BAND
from sim.histogram import counted, round_limits, spread_out
from sim.landscape import Problem
from sim.measure import Measure, State
from sim.theory import Semicircle

FEWEST, MOST = 12, 60
"""Bins of a histogram: 2√D of them for D directions, but no fewer and no more than these."""

NEAR = 0.5
"""A histogram reaches as far as 2/lr where that is no further off than this share of the spectrum's width."""


SPARSE = 3.0
"""A node of a quadrature is spread over no more than so many times the distance of evenly spaced ones."""


@dataclass(frozen=True, eq=False)
class SpectrumReading:
    """`counts` (b,) directions between the `edges` (b + 1,), loss per squared coordinate; all together D.

    It belongs to walker `walker` alone. `lowest` and `highest` are the extreme eigenvalues, the true ones
    further out by at most `error`; |λ| ≤ `band` counts as zero. With `exact`, every direction is counted in
    its bin; else they are spread as an estimate has them. `law` is theory's for a typical point of this
    height. A step is stable while lr × λ is below `stable_below`, 2 for gradient descent, and the next one
    while λ is below `edge`; None for rules of which that is not known. Without a spectrum there is a
    `reason`, and nothing else.
    """

    step: int
    directions: int
    walker: int
    reason: str = ""
    edges: Floats | None = None
    counts: Floats | None = None
    lowest: float = math.nan
    highest: float = math.nan
    error: float = 0.0
    band: float = 0.0
    method: str = ""
    exact: bool = True
    law: Semicircle | None = None
    stable_below: float | None = None
    edge: float | None = None


@dataclass(frozen=True, eq=False)
class Inputs:
    """A copy of the focused walker's position (d,), or none where it diverged."""

    problem: Problem
    step: int
    walker: int
    point: Floats | None
    active: int
    stable_below: float | None
    edge: float | None
    work: float


def collect(state: State) -> Inputs:
    """The focused walker alone."""
    alone, diverged = state.copied([state.focus])
    return Inputs(
        state.problem,
        state.step,
        state.focus,
        None if diverged[0] else alone[0],
        state.active,
        state.stable_below,
        state.stable_below / state.rate if state.stable_below and state.rate else None,
        state.work,
    )


def compute(inputs: Inputs) -> SpectrumReading:
    """The spectrum by the best method that there is for so much work."""
    problem, directions = inputs.problem.whole, inputs.problem.directions(inputs.active)

    def without(reason: str) -> SpectrumReading:
        return SpectrumReading(inputs.step, directions, inputs.walker, reason)

    if not directions:
        return without("there is no direction to curve in")
    if problem.unseen:
        return without(f"{problem.unseen}{_law_of_all(problem)}")
    if inputs.point is None:
        return without("the walker diverged")
    found = spectrum_of(problem, inputs.point, inputs.active, inputs.work)
    if found is None:
        return without("the Hessian is not finite")
    value = float(problem.value_and_gradient(inputs.point)[0])
    law = problem.semicircle(inputs.point, value, inputs.active)
    edges = bins(found, directions, law, inputs.edge)
    largest = max(abs(found.lowest), abs(found.highest))
    return SpectrumReading(
        inputs.step,
        directions,
        inputs.walker,
        "",
        edges,
        histogram(found, directions, edges),
        found.lowest,
        found.highest,
        found.extreme_error,
        max(ZERO_BAND, hessian_error(problem)) * largest,
        found.method,
        found.exact,
        law,
        inputs.stable_below,
        inputs.edge,
    )


def _law_of_all(problem: Problem) -> str:
    """What is known of directions that are not drawn, where there is a law."""
    law = problem.semicircle(problem.resting(), 0.0)
    ends = (law.centre - law.radius, law.centre + law.radius) if law else ()
    return f"; all have a semicircle's law, from {ends[0]:g} to {ends[1]:g}" if ends else ""


def bins(found: Spectrum, directions: int, law: Semicircle | None, edge: float | None) -> Floats:
    """Edges about the spectrum, 0, its law, and what the learning rate can take where that is near."""
    low, high = min(found.lowest, 0.0), max(found.highest, 0.0)
    if law is not None:
        low, high = min(low, law.centre - law.radius), max(high, law.centre + law.radius)
    if edge is not None and high < edge <= high + NEAR * (high - low):
        high = edge
    count = min(MOST, max(FEWEST, round(2.0 * math.sqrt(directions))))
    return np.linspace(*round_limits(low, high), count + 1)


def histogram(found: Spectrum, directions: int, edges: Floats) -> Floats:
    """Directions in each bin: counted where every eigenvalue is known, else spread between the nodes."""
    values, weights = found.eigenvalues, found.weights
    if len(values) == directions:
        return counted(values, edges)
    evenly = (found.highest - found.lowest) / len(values)
    widest = float(np.diff(values).min(initial=math.inf)) if found.exact else SPARSE * evenly
    return spread_out(values, weights, widest, edges)


def row(reading: SpectrumReading) -> tuple[float, ...]:
    """The extreme eigenvalues; NaN where there are none."""
    return reading.lowest, reading.highest


MEASURE = Measure(
    title="Spectrum",
    help="eigenvalues of the Hessian where the focused walker stands, beside their law where one is known",
    collect=collect,
    compute=compute,
    columns=("lowest", "highest"),
    row=row,
    work=lambda inputs: min(inputs.work, inputs.problem.hessian_work(inputs.active)),
    of_chosen=True,
    routine=False,
)
