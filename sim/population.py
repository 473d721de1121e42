"""Five numbers for a population of walkers, and the measures that are made of them."""

from __future__ import annotations

from dataclasses import dataclass

from sim.arrays import Floats, np
from sim.measure import Measure, State

COLUMNS = ("min", "p10", "median", "p90", "max")


@dataclass(frozen=True)
class Spread:
    """Minimum, 10 %, median, 90 % and maximum over walkers; a diverged walker counts as +∞."""

    min: float
    p10: float
    median: float
    p90: float
    max: float


@dataclass(frozen=True)
class PopulationReading:
    """One quantity of every walker at `step`, as five numbers."""

    step: int
    spread: Spread


def spread_rows(values: Floats) -> Floats:
    """The five numbers (k, 5) of k populations (k, n), quantiles interpolated linearly.

    NaN counts as +∞: a walker that blew up is worse than any other, and leaving it out would make
    the rest look better than the population is.
    """
    ordered = np.sort(np.where(np.isnan(values), np.inf, values), axis=1)
    last = ordered.shape[1] - 1
    rows = np.empty((len(ordered), len(COLUMNS)))
    for column, share in enumerate((0.0, 0.1, 0.5, 0.9, 1.0)):
        below = int(share * last)
        weight = share * last - below
        rows[:, column] = ordered[:, below]
        if weight > 0.0:
            with np.errstate(invalid="ignore", over="ignore"):  # ∞ − ∞
                rows[:, column] += weight * (ordered[:, below + 1] - ordered[:, below])
    rows[np.isnan(rows)] = np.inf
    return rows


def spread(values: Floats) -> Spread:
    """The five numbers of one population (n,)."""
    return Spread(*(float(v) for v in spread_rows(values[None, :])[0]))


def population_measure(
    title: str, help: str, quantity: str
) -> Measure[tuple[int, Floats], PopulationReading]:
    """A measure of `quantity`, an attribute (n,) of State that the driver records at every step."""

    def collect(state: State) -> tuple[int, Floats]:
        return state.step, getattr(state, quantity).copy()

    def compute(inputs: tuple[int, Floats]) -> PopulationReading:
        step, values = inputs
        return PopulationReading(step, spread(values))

    def row(reading: PopulationReading) -> tuple[float, ...]:
        s = reading.spread
        return (s.min, s.p10, s.median, s.p90, s.max)

    return Measure(title, help, collect, compute, COLUMNS, row, recorded=quantity)
