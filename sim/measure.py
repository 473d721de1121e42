"""What a measure declares, what it is given and what it leaves behind."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sim.arrays import Flags, Floats, Integers, np
from sim.landscape import Problem
from sim.past import NOTHING, Been
from sim.theory import DistanceTheory

FAR = 1e6
"""A walker this many times farther from the origin than starts reach has diverged, finite or not."""

COPIED = 1 << 20
"""A sample of walkers is of at most so many numbers (8 MB, about a millisecond), or of the focused alone."""

SMALL_GRADIENT = 1e-3
"""A gradient is small below this share of curvature × length."""

LONG = 1 << 12
"""Of more coordinates the largest is found walker by walker."""

Inputs = TypeVar("Inputs")
Reading = TypeVar("Reading")


def not_known(count: int | None = None) -> None:
    """The starts of walkers that were put where they are."""


@dataclass(frozen=True, eq=False)
class State:
    """The walkers at one step: what a measure may look at, and must copy what it keeps.

    `positions` (n, d), `value` (n,), `gradient` (n, a) and `gradient_norm` (n,) belong together: loss and
    gradient are those of these positions, along the a directions that are open; of a landscape that is drawn
    in part (`Problem.unseen`), d and a count the coordinates that are stored. `start_law()` is what
    independent starts would have for distances along them, `focus` the row of the walker that is looked at
    closely, and `work` about how many multiplications a measure may take; one that needs more looks at fewer
    walkers and says so. One whose readings go on where the last one stopped stops after `seconds`, too.

    `peers` are the positions (n, d) of every cohort in their order, and `place` is which of them this is.
    `starts(count)` are the positions (n, d) of the first walkers, or of all, at step 0, drawn anew in any
    thread, or None where they came some other way; `groups` (n,) says in which group each began, where starts
    come in groups. `rate` is the learning rate of the next step, None for a rule without one, and
    `stable_below` what its product with a curvature has to stay below (`Optimizer.stable_below`), None where
    no such product decides. `giant` is the dimension of the exact laws that need no walkers. `identity` is
    the same object for as long as these walkers are under way, and `been` where they were before.
    """

    problem: Problem
    step: int
    positions: Floats
    value: Floats
    gradient: Floats
    gradient_norm: Floats
    start_law: Callable[[], DistanceTheory | None]
    focus: int = 0
    work: float = math.inf
    place: int = 0
    peers: tuple[Floats, ...] = ()
    starts: Callable[..., Floats | None] = not_known
    groups: Integers | None = None
    rate: float | None = None
    stable_below: float | None = None
    giant: int = 1
    seconds: float = math.inf
    identity: object = None
    been: Been = NOTHING

    @property
    def walkers(self) -> int:
        """How many walkers there are."""
        return len(self.value)

    @property
    def active(self) -> int:
        """How many coordinates are open."""
        return int(self.gradient.shape[1])

    @property
    def moving(self) -> Floats:
        """The coordinates (n, a) along the directions that are open."""
        return self.positions[:, : self.active]

    @property
    def lost(self) -> Flags:
        """Which walkers (n,) stand where loss or gradient are not finite."""
        lost: Flags = ~(np.isfinite(self.value) & np.isfinite(self.gradient_norm))
        return lost

    @property
    def diverged(self) -> Flags:
        """Which walkers (n,) have left for good: not finite, or far beyond all starts."""
        return self.lost | gone(self.problem, self.moving)

    def copied(self, rows: Sequence[int]) -> tuple[Floats, Flags]:
        """Copies of the positions (k, d) of some of the walkers, and which of these (k,) have diverged.

        Nobody else's coordinates are read: where there are many, that would take longer than the copies.
        """
        rows = list(rows)
        positions = self.positions[rows]
        diverged: Flags = self.lost[rows]
        if rows:
            diverged = diverged | gone(self.problem, positions[:, : self.active])
        return positions, diverged

    @property
    def affordable_hessians(self) -> int:
        """Of how many walkers the Hessian's eigenvalues can be had for `work`; one at least."""
        each = self.problem.hessian_work(self.active)
        return int(max(1.0, min(self.walkers, self.work / each)))

    def looked_at(self, others: int) -> list[int]:
        """The focused walker's row, then those of at most so many others, spread evenly over the rest.

        Fewer where their positions would be more than `COPIED` numbers.
        """
        rest, room = self.walkers - 1, COPIED // self.positions.shape[1] - 1
        size = max(0, min(rest, others, room))
        spread = [k * rest // size for k in range(size)]
        return [self.focus, *(row + (row >= self.focus) for row in spread)]


def gone(problem: Problem, positions: Floats) -> Flags:
    """Which positions (n, a) are not finite, or far beyond all starts."""
    gone: Flags = ~(largest(positions) < FAR * reach(problem))
    return gone


def at_rest(problem: Problem, norms: Floats) -> Flags:
    """Which gradients of these lengths (k,) are small."""
    small: Flags = norms < SMALL_GRADIENT * problem.scales.curvature * problem.scales.length
    return small


def reach(problem: Problem) -> float:
    """The width of the box, or the farthest coordinate where starts are somewhere else."""
    low, high = problem.box
    if problem.landscape.subspace:  # one coordinate may be as long as the walker
        return (high - low) * math.sqrt(problem.dim)
    if not problem.landscape.starts:
        return high - low
    centre, half_width = problem.landscape.starts(problem)
    return max(high - low, float(np.max(np.abs(centre) + half_width)))


def largest(values: Floats) -> Floats:
    """The largest magnitude (n,) in each row of values (n, d), without a copy of them."""
    if values.shape[1] > LONG:  # what is still in the cache is looked at for the second time
        return np.array([np.maximum(row.max(), -row.min()) for row in values], dtype=np.float64)
    magnitudes: Floats = np.maximum(values.max(axis=1), -values.min(axis=1))
    return magnitudes


def no_work(inputs: object) -> float:
    """The work of a measure that is always quick."""
    return 0.0


@dataclass(frozen=True)
class Measure(Generic[Inputs, Reading]):
    """One file of `sim/measures`.

    `collect(state)` takes copies of what is needed, quickly, in the thread that owns the walkers;
    `compute(inputs)` is a pure function of them and may run beside the engine, and `work(inputs)` says about
    how many multiplications it will take, where that can be many. `row(reading)` is the line that goes into
    the measure's trace, one number for each of `columns`. A measure with a `recorded` name keeps its trace
    from every step's record of that name instead. On a screen, one `of_chosen` is read for the chosen cohort
    alone: it is costly, or its numbers of several cohorts would be too many to see. One that is not `routine`
    is read only where it is asked for by name. A reading that is `unfinished` is followed by another one even
    where the walkers stand still, which goes on where it stopped; one that is `sliced` takes some hundredths
    of a second each time, always beside the engine, and waits for nothing that is costly. One that `follows`
    looks closely at the walker that a person chose, the others at the first.
    """

    title: str
    help: str
    collect: Callable[[State], Inputs]
    compute: Callable[[Inputs], Reading]
    columns: tuple[str, ...]
    row: Callable[[Reading], tuple[float, ...]]
    recorded: str = ""
    work: Callable[[Inputs], float] = no_work
    of_chosen: bool = False
    routine: bool = True
    unfinished: Callable[[Reading], bool] = lambda reading: False
    sliced: bool = False
    follows: bool = False

    def reading(self, inputs: Inputs) -> Reading:
        """`compute`, without floating-point warnings: walkers that diverge are data."""
        with np.errstate(all="ignore"):
            return self.compute(inputs)


@dataclass(frozen=True, eq=False)
class TraceView:
    """What a bounded series holds: `steps` (k,) increasing, `rows` (k, columns), `stride` steps a row."""

    columns: tuple[str, ...]
    steps: Integers
    rows: Floats
    stride: int = 1

    def column(self, name: str) -> Floats:
        """One column (k,) by name."""
        return self.rows[:, self.columns.index(name)]
