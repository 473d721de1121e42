"""What a measure declares, what it is given and what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sim.arrays import Floats, Integers, np
from sim.landscape import Problem

Inputs = TypeVar("Inputs")
Reading = TypeVar("Reading")


@dataclass(frozen=True, eq=False)
class State:
    """The walkers at one step: what a measure may look at, and must copy what it keeps.

    `positions` (n, d), `value` (n,), `gradient` (n, d) and `gradient_norm` (n,) belong together: loss and
    gradient are those of these positions. `focus` is the row of the walker that is looked at closely.
    """

    problem: Problem
    step: int
    positions: Floats
    value: Floats
    gradient: Floats
    gradient_norm: Floats
    focus: int = 0

    @property
    def walkers(self) -> int:
        """How many walkers there are."""
        return len(self.value)


@dataclass(frozen=True)
class Measure(Generic[Inputs, Reading]):
    """One file of `sim/measures`.

    `collect(state)` takes copies of what is needed, quickly, in the thread that owns the walkers;
    `compute(inputs)` is a pure function of them and may run beside the engine. `row(reading)` is the
    line that goes into the measure's trace, one number for each of `columns`. A measure with a
    `recorded` name keeps its trace from every step's record of that name instead.
    """

    title: str
    help: str
    collect: Callable[[State], Inputs]
    compute: Callable[[Inputs], Reading]
    columns: tuple[str, ...]
    row: Callable[[Reading], tuple[float, ...]]
    recorded: str = ""

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
