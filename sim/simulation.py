"""A population of walkers on a landscape, and the only code that moves it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from sim.arrays import Floats, Keys, np
from sim.blas import one_blas_thread
from sim.commands import Advance, Command, Reseed, Rewind, Set
from sim.driver import advance, unconstrained
from sim.errors import BadInput, KernelFailure
from sim.experiment import Experiment
from sim.history import PopulationTrace, SampledTrace
from sim.kernel import Kernel
from sim.landscape import Landscape, Problem
from sim.measure import State, TraceView
from sim.memory import require_memory
from sim.optimizer import Optimizer
from sim.parameters import whole
from sim.pool import Pool, cores
from sim.registry import LANDSCAPES, MEASURES, OPTIMIZERS
from sim.rng import Stream, fill_uniform, stream_keys
from sim.snapshot import Snapshot

REBUILT = ("landscape", "dim", "walkers", "optimizer", "seed")
"""Entries of an experiment that need new arrays or new starts; the others change under the walkers."""

RECORD, LONGEST = 1 << 17, 1 << 12
"""At most so many numbers (1 MB a quantity) and steps are recorded before they go into the history."""

Progress = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Block:
    """A run of walkers that one kernel call moves: rows `first` to `last` of the population."""

    first: int
    last: int
    gradient_keys: Keys
    update_keys: Keys
    slots: Floats


class Simulation:
    """The walkers of one experiment. Every change goes through `advance` or `apply`.

    The same experiment gives the same bits whatever `workers` (threads; all cores by default) and
    however the steps are cut into calls: a block is a function of landscape, dimension and walkers.
    `epoch` counts the times that the walkers began anew, `version` the changes under their feet.
    `on_progress` is told in a few words what takes long while kernels are compiled and the landscape built.
    """

    experiment: Experiment
    problem: Problem
    step: int
    _value: Floats
    _norm: Floats
    _gradient: Floats

    def __init__(
        self, experiment: Experiment, *, workers: int | None = None, on_progress: Progress = lambda text: None
    ) -> None:
        self.epoch = self.version = 0
        self._pool = Pool(workers or cores())
        self._on_progress = on_progress
        require_memory(experiment)
        self._build(experiment)

    @property
    def landscape(self) -> Landscape:
        """The landscape's declaration."""
        return LANDSCAPES[self.experiment.landscape]

    @property
    def optimizer(self) -> Optimizer:
        """The optimizer's declaration."""
        return OPTIMIZERS[self.experiment.optimizer]

    def positions(self) -> Floats:
        """A copy of the positions (walkers, dim)."""
        return self._x.copy()

    def place(self, positions: Floats) -> None:
        """Put the walkers at `positions` (walkers, dim) and begin again from there, at step 0."""
        if np.shape(positions) != self._x.shape:
            raise BadInput("positions", f"have shape {np.shape(positions)}", f"shape {self._x.shape}")
        self._begin(positions)

    def advance(self, steps: int) -> None:
        """Take so many steps; an exception in a kernel becomes KernelFailure.

        Some walkers have then moved further than others (`broken`), so that only beginning anew helps.
        """
        if whole("steps", steps) < 0:
            raise BadInput("steps", f"{steps} is out of range", "a whole number from 0")
        if self.broken:
            raise KernelFailure("a kernel has stopped; only rewinding or another experiment helps")
        while steps > 0:
            chunk = min(steps, self._records.shape[1])
            self._drive(chunk)
            self.step += chunk
            steps -= chunk

    def apply(self, command: Command) -> str:
        """Carry out a command and say what it did. Raises BadInput, and then nothing has changed."""
        match command:
            case Advance(steps):
                self.advance(steps)
                return ""
            case Rewind():
                self.rewind()
                return "rewound: the same landscape, the same starts"
            case Reseed(seed):
                return self._change(self.experiment.with_value("seed", seed))
            case Set(name, value):
                return self._change(self.experiment.with_value(name, value))
            case _:
                raise TypeError(f"a simulation does not know {command!r}")

    def rewind(self) -> None:
        """Back to the starts, at step 0; parameters keep their present values."""
        self._begin(self._starts())

    def read(self, *measures: str) -> Snapshot:
        """The named measures (all for none), computed now, and their traces."""
        state = self.state()
        readings = {}
        for name in measures or MEASURES.names:
            measure = MEASURES.find(name)
            with one_blas_thread:  # the same bits as in any other reading
                readings[name] = measure.reading(measure.collect(state))
            self.record(name, readings[name])
        return Snapshot(self.experiment.explicit(), self.step, readings, self.traces(readings))

    def state(self, work: float = math.inf) -> State:
        """The present state; its arrays are the simulation's own and change with the next step.

        `work` is about how many multiplications a measure may take.
        """
        values = self._x, self._value, self._gradient, self._norm
        return State(self.problem, self.step, *values, self._starts_box, work=work)

    def record(self, name: str, reading: Any) -> None:
        """Add a reading to the trace of its measure, unless every step is recorded anyway."""
        trace = self._traces[name]
        if isinstance(trace, SampledTrace):
            trace.append(reading.step, MEASURES[name].row(reading))

    def traces(self, names: Iterable[str]) -> dict[str, TraceView]:
        """What the traces of these measures hold."""
        return {name: self._traces[name].view() for name in names}

    def _change(self, experiment: Experiment) -> str:
        """Another experiment: live where only numbers of landscape or rule change, else from new starts."""
        before, now = self.experiment, experiment
        if now == before:
            return ""
        require_memory(now)
        if any(getattr(now, entry) != getattr(before, entry) for entry in REBUILT):
            with self._all_or_nothing():
                self._build(now)
            dropped = "lr" in before.hyper and "lr" not in now.hyper
            suggested = f"; lr {now.hyperparameters['lr']:g}, as suggested here" if dropped else ""
            return f"started again from step 0{suggested}"
        with self._all_or_nothing():
            self.version += 1
            self.experiment, self._hyper = now, hyper_array(now)
            if now.settings != before.settings:
                self.problem = self._built(now)
                self._value, self._norm = np.empty_like(self._value), np.empty_like(self._norm)
                self._gradient = np.empty_like(self._gradient)
                self._drive(0)
        return ""

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        """Puts everything back if what is inside fails; it must replace arrays, not write into them."""
        before = dict(self.__dict__)
        try:
            yield
        except BaseException:
            self.__dict__.clear()
            self.__dict__.update(before)
            raise

    def _build(self, experiment: Experiment) -> None:
        """Everything anew."""
        landscape, optimizer = LANDSCAPES[experiment.landscape], OPTIMIZERS[experiment.optimizer]
        project = landscape.project or unconstrained
        self._compile(fill_uniform, landscape.gradient, optimizer.update, project, advance)
        problem = self._built(experiment)
        shape = (experiment.walkers, experiment.dim)
        x, gradient = np.empty(shape), np.empty(shape)
        gradient_keys = stream_keys(experiment.seed, Stream.GRADIENT, experiment.walkers)
        update_keys = stream_keys(experiment.seed, Stream.UPDATE, experiment.walkers)
        rows = min(landscape.block_rows(experiment.dim), experiment.walkers)
        blocks = []
        for first in range(0, experiment.walkers, rows):
            last = min(first + rows, experiment.walkers)
            slots = np.empty((optimizer.slots, last - first, experiment.dim))
            blocks.append(Block(first, last, gradient_keys[first:last], update_keys[first:last], slots))
        self.experiment, self.problem, self._hyper = experiment, problem, hyper_array(experiment)
        self._blocks, self._project, self._x, self._gradient = blocks, project, x, gradient
        self._value, self._norm = np.empty(len(x)), np.empty(len(x))
        self._records = np.empty((2, min(LONGEST, max(1, RECORD // len(x))), len(x)))
        self._begin(self._starts())

    def _compile(self, *kernels: Kernel[..., Any]) -> None:
        for number, kernel in enumerate(kernels, start=1):
            if not kernel.is_compiled:
                self._on_progress(f"compiling {number} of {len(kernels)}")
            try:
                kernel.compiled  # noqa: B018 - asking compiles
            except Exception as error:
                first_line = str(error).strip().partition("\n")[0]
                raise KernelFailure(f"{kernel.name} does not compile: {first_line}") from error

    def _built(self, experiment: Experiment) -> Problem:
        self._on_progress("building")
        landscape = LANDSCAPES[experiment.landscape]
        problem = landscape.build(experiment.dim, experiment.seed, **experiment.settings)
        problem.parameters  # noqa: B018 - asking draws the random parts
        return problem

    def _starts(self) -> Floats:
        """Independent starts (walkers, dim), uniform in the landscape's box."""
        low, high = self.problem.box
        starts = np.empty_like(self._x)
        fill_uniform(stream_keys(self.experiment.seed, Stream.STARTS, len(starts)), 0, low, high, starts)
        return starts

    def _begin(self, positions: Floats) -> None:
        self._x[:] = positions
        self.step = 0
        self.epoch += 1
        self._starts_box, self.broken = self.problem.box, False
        for block in self._blocks:
            block.slots[:] = 0.0
        self._traces: dict[str, PopulationTrace | SampledTrace] = {
            name: PopulationTrace() if measure.recorded else SampledTrace(measure.columns)
            for name, measure in MEASURES.items()
        }
        self._drive(0, record=True)

    def _drive(self, steps: int, record: bool = False) -> None:
        """`steps` steps of every block, into the history; with none, loss and gradient where they stand."""
        losses, norms = (record[: max(steps, 1)] for record in self._records)
        with one_blas_thread:
            try:
                self._pool.run([partial(self._drive_block, b, steps, losses, norms) for b in self._blocks])
            except Exception as error:
                self.broken = True
                raise KernelFailure(f"a kernel stopped at step {self.step}: {error}") from error
        self._norm[:] = norms[-1]
        if steps or record:
            recorded = {"value": losses, "gradient_norm": norms}
            for name, trace in self._traces.items():
                if isinstance(trace, PopulationTrace):
                    trace.extend(recorded[MEASURES[name].recorded])

    def _drive_block(self, block: Block, steps: int, losses: Floats, norms: Floats) -> None:
        rows = slice(block.first, block.last)
        advance(
            self.problem.landscape.gradient.compiled, self.optimizer.update.compiled, self._project.compiled,
            self._x[rows], self.problem.parameters, self._hyper,
            block.gradient_keys, block.update_keys, self.step, steps,
            self._value[rows], self._gradient[rows], block.slots, losses[:, rows], norms[:, rows],
        )  # fmt: skip


def hyper_array(experiment: Experiment) -> Floats:
    """The hyperparameters as the update kernel reads them (h,)."""
    return np.array(list(experiment.hyperparameters.values()))
