"""How far cohorts are from one another: the same walkers under two rules, and different ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sim.arrays import Flags, Floats, np
from sim.cohort import MOST_COHORTS
from sim.landscape import Problem
from sim.measure import Measure, State, gone
from sim.pairwise import compared, jackknife, lengths, squared_distances_between
from sim.population import Spread, spread


@dataclass(frozen=True)
class Apart:
    """The chosen cohort and the one in `place`.

    `same` is how far apart the two walkers are that began at one point, one in each. `different` is the mean
    distance of a walker in one to those of the other that began elsewhere, with its standard error by the
    jackknife over starts; None with one walker. All are None where that cohort diverged.
    """

    place: int
    same: Spread | None
    different: float | None
    error: float | None


@dataclass(frozen=True)
class CohortDistancesReading:
    """Of `walkers` walkers of each cohort, the first ones, along the open directions.

    `place` is the chosen one of `cohorts`, and `apart` are the others in their order; `reason` says why there
    are no numbers, where there are none.
    """

    step: int
    walkers: int
    cohorts: int
    place: int
    apart: tuple[Apart, ...]
    reason: str = ""


@dataclass(frozen=True, eq=False)
class Inputs:
    """Copies of the first positions (k, a) of every cohort, the chosen one's in `place`, and whose loss (k,)
    is not finite there.
    """

    problem: Problem
    step: int
    place: int
    positions: tuple[Floats, ...]
    lost: Flags


def collect(state: State) -> Inputs:
    """The first walkers of all; of nobody where there is one cohort."""
    cohorts = len(state.peers)
    count = compared(state, arrays=cohorts) if cohorts > 1 else 0
    positions = tuple(peer[:count, : state.active].copy() for peer in state.peers)
    return Inputs(state.problem, state.step, state.place, positions, state.lost[:count])


def compute(inputs: Inputs) -> CohortDistancesReading:
    """Every other cohort beside the chosen one."""
    problem, positions, place = inputs.problem, inputs.positions, inputs.place
    chosen = positions[place]
    empty = CohortDistancesReading(inputs.step, len(chosen), len(positions), place, ())
    if len(positions) < 2:
        return replace(empty, reason="there is one cohort")
    if (inputs.lost | gone(problem, chosen)).any():
        return replace(empty, reason="some walkers diverged")
    apart = tuple(
        Apart(other, None, None, None) if gone(problem, there).any() else _apart(other, chosen, there)
        for other, there in enumerate(positions)
        if other != place
    )
    return replace(empty, apart=apart)


def _apart(place: int, here: Floats, there: Floats) -> Apart:
    """The rows of both (k, a) are those of the same starts; those of the other cohort are written over."""
    walkers = len(here)
    same = spread(lengths(here - there))
    if walkers < 2:
        return Apart(place, same, None, None)
    squared, unit = squared_distances_between(here.copy(), there)
    distances = np.sqrt(squared)
    np.fill_diagonal(distances, 0.0)
    total = distances.sum()
    without_each = total - distances.sum(axis=0) - distances.sum(axis=1)
    pairs = walkers * (walkers - 1)
    fewer = (walkers - 1) * (walkers - 2)
    error = jackknife(without_each / fewer) if fewer else None
    return Apart(place, same, float(unit * total / pairs), None if error is None else unit * error)


def row(reading: CohortDistancesReading) -> tuple[float, ...]:
    """How many cohorts there are; for each place the median of the same walkers, and the mean of others."""
    values = [float(reading.cohorts), *[float("nan")] * (2 * MOST_COHORTS)]
    for apart in reading.apart:
        if apart.same:
            values[1 + apart.place] = apart.same.median
        if apart.different is not None:
            values[1 + MOST_COHORTS + apart.place] = apart.different
    return tuple(values)


PLACES = range(1, MOST_COHORTS + 1)

MEASURE = Measure(
    title="Distances of cohorts",
    help="how far walkers of other cohorts are from those of the chosen one: the same, and different ones",
    collect=collect,
    compute=compute,
    columns=("cohorts", *(f"same_{place}" for place in PLACES), *(f"different_{place}" for place in PLACES)),
    row=row,
    work=lambda inputs: float(sum(here.size * len(here) for here in inputs.positions)),
    of_chosen=True,
    routine=False,
)
