"""The walkers of one cohort: where they are, what their rule remembers, and what they leave on record."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sim.arrays import Floats, Keys, np
from sim.cohort import Cohort
from sim.driver import UNCONSTRAINED, advance
from sim.experiment import Experiment
from sim.history import PopulationTrace, SampledTrace
from sim.kernel import Kernel
from sim.landscape import Problem
from sim.measure import at_rest
from sim.past import Past
from sim.pool import Pool
from sim.registry import MEASURES
from sim.rng import Stream, stream_keys

RECORD, LONGEST = 1 << 17, 1 << 12
"""At most so many numbers (1 MB a quantity) and steps are recorded before they go into the history."""

Task = Callable[[], None]
Trace = PopulationTrace | SampledTrace


@dataclass(frozen=True, eq=False)
class Block:
    """A run of walkers that one kernel call moves: the `rows` of the population."""

    rows: slice
    gradient_keys: Keys
    update_keys: Keys
    slots: Floats


def kernels(problem: Problem, cohort: Cohort) -> tuple[Kernel[..., Any], ...]:
    """What has to be compiled before a cohort can move on a problem."""
    constraint = problem.landscape.constraint or UNCONSTRAINED
    return problem.gradient, cohort.rule.update, constraint.retract, constraint.tangent, advance


def new_traces() -> Mapping[str, Trace]:
    """The empty history of every measure."""
    return {
        name: PopulationTrace() if measure.recorded else SampledTrace(measure.columns)
        for name, measure in MEASURES.items()
    }


class Walkers:
    """One cohort of an experiment, standing somewhere on its problem.

    `whole` (n, d) are the positions. The rule moves the first `active` coordinates, `x` (n, a): all of
    `whole`, or an array of their own while others are locked. `value` (n,), `gradient` (n, a) and `norm` (n,)
    belong to the positions once `tasks` of 0 steps or more have been done.

    `identity` is the same object for as long as these walkers are under way, whatever changes under them;
    `past` is where they have been.

    The kernels see locked coordinates in one of two ways: with a restriction of the landscape they are given
    `x` alone, and `offset` (n,) is what the rest adds to the loss; else they are given `whole`.
    """

    def __init__(self, problem: Problem, experiment: Experiment, place: int, positions: Floats) -> None:
        n = len(positions)
        self.identity, self.traces, self.past = object(), new_traces(), Past(*positions.shape)
        self.problem, self.active, self.seed = problem, experiment.stored, experiment.seed
        self.whole = positions
        self.value, self.norm = np.empty(n), np.empty(n)
        self.gradient = np.empty((n, self.active))
        self._set_rule(experiment, place)
        self._lock()
        self.blocks = self._blocks()
        chunk = min(LONGEST, max(1, RECORD // n))
        self._losses, self._norms, self.lengths = (np.empty((chunk, n)) for _ in range(3))

    def _lock(self) -> None:
        """Decide what the kernels are given, from where the locked coordinates stand."""
        n, d = self.whole.shape
        some_are_locked = self.active < d
        self.x = self.whole[:, : self.active].copy() if some_are_locked else self.whole
        self.offset, self.parameters, self._sees_whole = np.zeros(n), self.problem.parameters, True
        restrict = self.problem.landscape.restrict
        if some_are_locked and restrict is not None:
            restricted = restrict(self.problem, self.active, self.whole[:, self.active :])
            if restricted is not None:
                self.parameters, self._sees_whole = restricted, False
        if some_are_locked and self._sees_whole:
            self._seen, self._seen_gradient = self.whole, np.empty((n, d))
        else:
            self._seen, self._seen_gradient = self.x, self.gradient

    def _set_rule(self, experiment: Experiment, place: int) -> None:
        cohort = self.cohort = experiment.cohorts[place]
        self._settings = experiment.hyperparameters_of(place)
        self._hyper = np.array([self._settings[parameter.name] for parameter in cohort.rule.parameters])
        *moving, _ = kernels(self.problem, cohort)
        self._addresses = np.array([kernel.address for kernel in moving], dtype=np.uint64)
        self.leads = any(other.follows == place for other in experiment.cohorts)

    def _blocks(self) -> list[Block]:
        """A function of landscape, directions and walkers alone, or the bits would depend on more."""
        n, slots = len(self.x), self.cohort.rule.slots
        gradient_keys = stream_keys(self.seed, Stream.GRADIENT, n)
        update_keys = stream_keys(self.seed, Stream.UPDATE, n)
        size = min(self.problem.landscape.block_rows(self._seen.shape[1]), n)
        runs = [slice(first, min(first + size, n)) for first in range(0, n, size)]
        memory = [np.zeros((slots, rows.stop - rows.start, self.active)) for rows in runs]
        return [
            Block(rows, gradient_keys[rows], update_keys[rows], slots)
            for rows, slots in zip(runs, memory, strict=True)
        ]

    @property
    def longest(self) -> int:
        """The most steps that one call may take."""
        return len(self._losses)

    def with_rule(self, experiment: Experiment, place: int) -> Walkers:
        """The same walkers under other hyperparameters."""
        changed = copy.copy(self)
        changed._set_rule(experiment, place)  # noqa: SLF001 - one of its own kind
        return changed

    def on(
        self, problem: Problem, experiment: Experiment, place: int, positions: Floats | None = None
    ) -> Walkers:
        """Where they stand, on a problem with other settings or with other directions open.

        `positions` (n, d) are theirs on a problem that has grown: the old coordinates first.

        A rule remembers nothing of a direction that opens, but its step number goes on: Adam's first steps
        along it are not corrected for that, and up to (1 − beta1)/√(1 − beta2) = 3.2 times lr.
        """
        stays = experiment.stored == self.active and positions is None
        standing = self.whole if positions is None else positions
        moved = Walkers(problem, experiment, place, standing if stays else standing.copy())
        moved.identity, moved.traces = self.identity, self.traces
        if standing.shape == self.whole.shape:
            moved.past = self.past
        if stays:
            moved.blocks = self.blocks
            return moved
        kept = min(self.active, moved.active)
        memory = np.concatenate([block.slots for block in self.blocks], axis=1)
        for block in moved.blocks:
            block.slots[:, :, :kept] = memory[:, block.rows, :kept]
        return moved

    def begin(self, positions: Floats) -> None:
        """Stand at `positions` (n, d), locked coordinates included, with nothing remembered or recorded."""
        self.identity, self.traces, self.past = object(), new_traces(), Past(*self.whole.shape)
        self.whole[:] = positions
        self._lock()
        self.blocks = self._blocks()

    def settle(self, pool: Pool, step: int) -> None:
        """Find out what the locked coordinates add to the loss, where the kernels are not given them."""
        if not self._sees_whole:
            pool.run([partial(self._find_offset, block, step) for block in self.blocks])

    def _find_offset(self, block: Block, step: int) -> None:
        """The loss at all coordinates, less the restricted one, with the open coordinates at `slice_at`.

        They cancel wherever they are, but the difference is rounded like the losses: there, those are small.
        """
        rows, gradient = block.rows, self.problem.gradient
        at = self.whole[rows].copy()
        at[:, : self.active] = self.problem.resting()[: self.active]
        n, d = at.shape
        value, restricted, scratch = np.empty(n), np.empty(n), np.empty((n, d))
        keys = block.gradient_keys
        gradient(at, self.problem.parameters, keys, step, value, scratch)
        opened = np.ascontiguousarray(at[:, : self.active])
        gradient(opened, self.parameters, keys, step, restricted, np.empty((n, self.active)))
        with np.errstate(invalid="ignore"):  # ∞ − ∞, at a walker that diverged along a locked direction
            self.offset[rows] = value - restricted

    def tasks(self, step: int, steps: int, leader: Walkers | None) -> list[Task]:
        """`steps` steps of every block; with none, loss and gradient where they stand."""
        rates = self._rates(step, steps)
        return [partial(self._drive, block, step, steps, rates, leader) for block in self.blocks]

    def rate(self, step: int) -> float | None:
        """The learning rate of the step from `step`; None for a rule without one."""
        rates = self._rates(step, 1)
        return float(rates[0]) if len(rates) else None

    @property
    def stable_below(self) -> float | None:
        """What learning rate × curvature has to stay below under this rule, if such a product decides."""
        declared = self.cohort.rule.stable_below
        return None if declared is None else declared(self._settings)

    def _rates(self, step: int, steps: int) -> Floats:
        """The learning rate of each step; none for a rule without one."""
        if not self.cohort.rule.suggest:
            return np.empty(0)
        factor, lr = self.cohort.timetable.factor, self._settings["lr"]
        return np.array([lr * factor(step + k, self._settings) for k in range(steps)])

    def _drive(self, block: Block, step: int, steps: int, rates: Floats, leader: Walkers | None) -> None:
        rows, records = block.rows, max(steps, 1)
        nothing = np.empty((0, 0))
        followed = leader.lengths[:steps, rows] if leader else nothing
        lengths = self.lengths[:steps, rows] if self.leads else nothing
        advance(
            self._addresses, self.x[rows], self._seen[rows], self.offset[rows],
            self.parameters, self._hyper, rates, block.gradient_keys, block.update_keys, step, steps,
            self.value[rows], self.gradient[rows], self._seen_gradient[rows], block.slots,
            followed, lengths, self._losses[:records, rows], self._norms[:records, rows],
        )  # fmt: skip

    def standing(self) -> Iterator[Floats]:
        """Each walker's position (d,), also where tasks were cut short."""
        for open_, whole in zip(self.x, self.whole, strict=True):
            yield np.concatenate((open_, whole[self.active :]))

    def arrive(self, steps: int, record: bool) -> None:
        """Take what the tasks left: into the history with `record`, and the last of it as the present."""
        records = max(steps, 1)
        self.norm = self._norms[records - 1].copy()
        if self.x is not self.whole:
            self.whole[:, : self.active] = self.x
        if record:
            recorded = {"value": self._losses[:records], "gradient_norm": self._norms[:records]}
            for name, trace in self.traces.items():
                if isinstance(trace, PopulationTrace):
                    trace.extend(recorded[MEASURES[name].recorded])

    def note(self, step: int) -> None:
        """Leave a trail, where it is time for that; of a part of the data a gradient says nothing."""
        if step < self.past.due:
            return
        problem = self.problem
        quiet = at_rest(problem, self.norm) | (problem.whole is not problem)
        self.past.note(step, self.whole, quiet, problem.scales.length)
