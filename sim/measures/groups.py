"""Whether walkers that began as a group keep together."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sim.arrays import Flags, Floats, Integers, np
from sim.landscape import Problem
from sim.measure import Measure, State, gone
from sim.pairwise import compared, squared_distances

SHUFFLES = 999
"""How many times the labels are dealt anew."""

ROUNDING = 1e-12
"""Means of the same pairs in another order are equal up to so much of themselves."""

NO_GROUPS = "starts come in no groups"


@dataclass(frozen=True)
class GroupsReading:
    """Mean distances along the open directions of pairs of one group and of pairs of two.

    Of `walkers` walkers, the first ones, in `groups` groups. `ratio` is within over between, about 1 where
    groups mean nothing. `null_low` and `null_high` hold 95 % of what `within` is when walkers are dealt to
    the groups at random, and `p_value` is the share of such deals, this one counted in, that are as close or
    closer: if nobody remembered a group, it would be ≤ α with probability α at most, exactly. `reason` says
    why there are no numbers, where there are none.
    """

    step: int
    walkers: int
    groups: int
    within: float | None
    between: float | None
    null_low: float | None
    null_high: float | None
    p_value: float | None
    reason: str = ""

    @property
    def ratio(self) -> float | None:
        """Within over between."""
        return self.within / self.between if self.within is not None and self.between else None


@dataclass(frozen=True, eq=False)
class Inputs:
    """A copy of the compared positions (k, a), who diverged by their loss (k,), and their groups (k,)."""

    problem: Problem
    step: int
    positions: Floats
    lost: Flags
    groups: Integers | None


def collect(state: State) -> Inputs:
    """The first walkers; none of them where starts come in no groups."""
    count = compared(state) if state.groups is not None else 0
    groups = None if state.groups is None else state.groups[:count]
    return Inputs(state.problem, state.step, state.moving[:count].copy(), state.lost[:count], groups)


def compute(inputs: Inputs) -> GroupsReading:
    """Means over the two kinds of pairs, and the same for shuffled labels."""
    labels = np.arange(len(inputs.positions)) if inputs.groups is None else inputs.groups
    count = 0 if inputs.groups is None else len(np.unique(labels))
    empty = GroupsReading(inputs.step, len(labels), count, None, None, None, None, None)
    first, second = np.triu_indices(len(labels), k=1)
    together = labels[first] == labels[second]
    if reason := _reason(inputs, count, together):
        return replace(empty, reason=reason)
    squared, unit = squared_distances(inputs.positions)
    distances = np.sqrt(squared)
    each = distances[first, second]
    within, between = float(each[together].mean()), float(each[~together].mean())
    if not 0.0 < unit * between < np.inf:
        return replace(empty, reason="all walkers coincide")
    means = _shuffled(distances, first[together], second[together])
    low, high = np.quantile(means, (0.025, 0.975))
    closer = np.count_nonzero(means <= within * (1.0 + ROUNDING))
    return replace(
        empty,
        within=unit * within,
        between=unit * between,
        null_low=unit * float(low),
        null_high=unit * float(high),
        p_value=(1.0 + closer) / (1.0 + SHUFFLES),
    )


def _reason(inputs: Inputs, groups: int, together: Flags) -> str:
    """Why nothing can be said of groups, if so."""
    if inputs.groups is None:
        return NO_GROUPS
    if groups < 2:
        return "needs two groups"
    if not together.any():
        return "no group has two walkers"
    if (inputs.lost | gone(inputs.problem, inputs.positions)).any():
        return "some walkers diverged"
    return ""


def _shuffled(distances: Floats, first: Integers, second: Integers) -> Floats:
    """Mean distances (SHUFFLES,) of the pairs that are in one group once walkers are dealt anew."""
    walkers = np.arange(len(distances))
    deals = np.random.default_rng(0).permuted(np.tile(walkers, (SHUFFLES, 1)), axis=1)
    return np.array([distances[deal[first], deal[second]].mean() for deal in deals])


def row(reading: GroupsReading) -> tuple[float, ...]:
    """Mean distances within and between, and within shuffled groups; NaN where there are none."""
    values = (reading.within, reading.between, reading.null_low, reading.null_high)
    return tuple(float("nan") if value is None else value for value in values)


MEASURE = Measure(
    title="Groups",
    help="mean distance within the groups of the starts and between them, beside shuffled groups",
    collect=collect,
    compute=compute,
    columns=("within", "between", "null_low", "null_high"),
    row=row,
    work=lambda inputs: float(len(inputs.positions)) * inputs.positions.size,
    of_chosen=True,
    routine=False,
)
