"""An experiment under way, and the only code that moves its walkers."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, cast

from sim import changes
from sim.arrays import Floats, np
from sim.blas import one_blas_thread
from sim.commands import AddCohort, Advance, Become, Command, Graft, Reload, RemoveCohort, Reseed, Rewind, Set
from sim.errors import BadInput, KernelFailure
from sim.experiment import Experiment
from sim.history import SampledTrace
from sim.landscape import Graft as Growth
from sim.landscape import Landscape, Problem
from sim.making import Progress, built, compile_for, drawn_starts, where_they_began
from sim.measure import State, TraceView, not_known
from sim.memory import require_memory
from sim.parameters import settled, whole
from sim.pool import Pool, cores
from sim.registry import LANDSCAPES, MEASURES, STARTS
from sim.rng import Stream, fill_normal, stream_keys
from sim.snapshot import CohortView, Snapshot
from sim.start import Start, no_law
from sim.trail import Change, Trail
from sim.walkers import Walkers

MARKED = 64
"""Of how many walkers the losses are told apart when somebody goes their trail again."""


class Simulation:
    """The cohorts of one experiment. Every change goes through `advance` or `apply`.

    The same experiment gives the same bits whatever `workers` (threads; all cores by default) and
    however the steps are cut into calls: a block is a function of landscape, directions and walkers.
    `epoch` counts the times that the walkers began anew, `version` the changes under their feet.
    `on_progress` is told in a few words what takes long while kernels are compiled and the landscape built.
    """

    experiment: Experiment
    problem: Problem
    step: int
    broken: bool
    cohorts: list[Walkers]
    _where_they_began: Callable[..., Floats | None]
    _trail: Trail | None

    def __init__(
        self, experiment: Experiment, *, workers: int | None = None, on_progress: Progress = lambda text: None
    ) -> None:
        self.epoch = self.version = self._grafted = 0
        self._pool = Pool(workers or cores())
        self._on_progress = on_progress
        require_memory(experiment)
        self._build(experiment, built(experiment, self._on_progress))

    @property
    def landscape(self) -> Landscape:
        """The landscape's declaration."""
        return self.problem.landscape

    @property
    def trail(self) -> Trail | None:
        """How the walkers came where they are; None if they were put somewhere by hand."""
        return self._trail and self._trail.arrived(self.step, self._mark())

    @property
    def is_steady(self) -> bool:
        """Whether all steps were taken under what is set now, from starts of the experiment's own."""
        return self._trail is not None and self._trail.is_steady

    def _mark(self) -> str:
        """A hash of the first losses of each cohort: walkers elsewhere have other ones."""
        digest = hashlib.blake2b(digest_size=8)
        for walkers in self.cohorts:
            digest.update(walkers.value[:MARKED].tobytes())
        return digest.hexdigest()

    def positions(self, cohort: int = 0) -> Floats:
        """A copy of the positions (walkers, dim) of one cohort; of coordinates, those that are stored."""
        return self.cohorts[cohort].whole.copy()

    def place(self, positions: Floats) -> None:
        """Put the walkers of every cohort at `positions` (walkers, dim) and begin again there, at step 0."""
        if self.landscape.subspace:
            what = f"{self.experiment.landscape} has no coordinates of its own to put walkers at"
            raise BadInput("positions", what, "its own starts")
        shape = (self.experiment.walkers, self.experiment.dim)
        if np.shape(positions) != shape:
            raise BadInput("positions", f"have shape {np.shape(positions)}", f"shape {shape}")
        self._begin(np.asarray(positions, dtype=np.float64), start=None)

    def advance(self, steps: int) -> None:
        """Take so many steps; an exception in a kernel becomes KernelFailure.

        Some walkers have then moved further than others (`broken`), so that only beginning anew helps. More
        steps than the landscape is drawn for are refused, before any is taken.
        """
        if whole("steps", steps) < 0:
            raise BadInput("steps", f"{steps} is out of range", "a whole number from 0")
        self.experiment.check_steps(self.step + steps)
        if self.broken:
            raise KernelFailure("a kernel has stopped; only rewinding or another experiment helps")
        while steps > 0:
            chunk = min(steps, *(walkers.longest for walkers in self.cohorts))
            self._drive(chunk, record=True)
            self.step += chunk
            self._note()
            steps -= chunk

    def possible(self, steps: int) -> int:
        """So many steps, or as many as the landscape is drawn for; one more where there are none."""
        longest = self.experiment.longest
        return steps if longest is None else min(steps, max(1, longest - self.step))

    def apply(self, command: Command) -> str:
        """Carry out a command and say what it did. Raises BadInput, and then nothing has changed."""
        epoch, version = self.epoch, self.version
        said = self._carry_out(command)
        if self._trail and self.epoch == epoch and self.version != version:
            self._trail = self._trail.changed(self.step, cast(Change, command))
        return said

    def _carry_out(self, command: Command) -> str:
        now = self.experiment
        match command:
            case Advance(steps):
                self.advance(steps)
                return ""
            case Rewind():
                self.rewind()
                return "rewound: the same landscape, the same starts"
            case Reseed(seed):
                return self._change(now.with_value("seed", seed))
            case Set(name, value, cohort):
                if name == "landscape" and LANDSCAPES.is_file(str(value)):
                    self._on_progress("reading the file")
                return self._change(now.with_value(name, value, cohort))
            case Become(experiment):
                return self._change(experiment)
            case AddCohort(cohort):
                return self._change(now.with_cohorts((*now.cohorts, cohort)))
            case RemoveCohort(place):
                return self._remove(place)
            case Graft(count):
                return self._graft(count)
            case Reload():
                return self._reload()
            case _:
                raise TypeError(f"a simulation does not know {command!r}")

    def rewind(self) -> None:
        """Back to the starts, at step 0; parameters keep their present values, what was grafted goes."""
        if self._grafted:
            experiment = self.experiment.grafted(-self._grafted)
            with self._all_or_nothing():
                self._build(experiment, built(experiment, self._on_progress))
            return
        self._begin(drawn_starts(self.problem, self.experiment), STARTS[self.experiment.starts])

    def read(self, *measures: str, work: float = math.inf, walker: int = 0) -> Snapshot:
        """The named measures (all that are routine for none) of every cohort, computed now, and their traces.

        `work` is about how many multiplications each measure may take; those that follow one `walker` do.
        """
        views = []
        for place in range(len(self.cohorts)):
            readings = dict[str, Any]()
            for name in measures or routine_measures():
                measure = MEASURES.find(name)
                state = self.state(place, work, focus=walker if measure.follows else 0)
                with one_blas_thread:  # the same bits as in any other reading
                    readings[name] = measure.reading(measure.collect(state))
                self.record(name, readings[name], place)
            views.append(CohortView(readings, self.traces(readings, place)))
        return Snapshot(self.experiment.explicit(), self.step, tuple(views), is_steady=self.is_steady)

    def state(
        self, cohort: int = 0, work: float = math.inf, seconds: float = math.inf, focus: int = 0
    ) -> State:
        """The present state of one cohort; its arrays are its own and change with the next step.

        `work` is about how many multiplications a measure may take, and `seconds` how long, where it goes on
        later; `focus` is the row of the walker that is looked at closely.
        """
        walkers = self.cohorts[cohort]
        return State(
            self.problem, self.step, walkers.whole, walkers.value, walkers.gradient, walkers.norm,
            partial(self._start_law, self.experiment.active), focus=focus, work=work, place=cohort,
            peers=tuple(peer.whole for peer in self.cohorts), starts=self._where_they_began,
            groups=self._groups, rate=walkers.rate(self.step), stable_below=walkers.stable_below,
            giant=self.experiment.giant, seconds=seconds, identity=walkers.identity,
            been=walkers.past.been,
        )  # fmt: skip

    def record(self, name: str, reading: Any, cohort: int = 0) -> None:
        """Add a reading to the trace of its measure, unless every step is recorded anyway."""
        trace = self.cohorts[cohort].traces[name]
        if isinstance(trace, SampledTrace):
            trace.append(reading.step, MEASURES[name].row(reading))

    def traces(self, names: Iterable[str], cohort: int = 0) -> dict[str, TraceView]:
        """What the traces of these measures hold, for one cohort."""
        return {name: self.cohorts[cohort].traces[name].view() for name in names}

    def _change(self, experiment: Experiment) -> str:
        """Another experiment: live where only numbers of landscape or rules change, else from new starts."""
        before, now = self.experiment, self._pruned(experiment)
        if now == before:
            return ""
        anew = changes.begin_anew(before, now)
        changes.require_room(before, now)
        with self._all_or_nothing():
            problem = built(now, self._on_progress) if changes.lay_out_anew(before, now) else self.problem
            if anew:
                self._build(now, problem)
            else:
                self._change_live(now, problem)
        return changes.in_words(before, now)

    def _pruned(self, experiment: Experiment) -> Experiment:
        """What was grafted goes when the walkers begin anew, unless other settings were asked for."""
        now = self.experiment
        anew = changes.begin_anew(now, experiment) and experiment.settings == now.settings
        return experiment.grafted(-self._grafted) if anew and self._grafted else experiment

    def _change_live(self, experiment: Experiment, problem: Problem) -> None:
        compile_for(experiment, problem, self._on_progress)
        self.version += 1
        on_new_ground = problem is not self.problem or experiment.active != self.experiment.active
        if problem is not self.problem:  # starts would be drawn from it, and must not keep the old one
            self._where_they_began = not_known
        self.experiment, self.problem = experiment, problem
        if on_new_ground:
            self._stand([old.on(problem, experiment, place) for place, old in enumerate(self.cohorts)])
        else:
            self.cohorts = [old.with_rule(experiment, place) for place, old in enumerate(self.cohorts)]

    def _remove(self, place: int) -> str:
        """The others go on as if it had never been there."""
        label = self.experiment.labels[place] if place < len(self.cohorts) else ""
        experiment = self.experiment.without_cohort(place)
        self.version += 1
        self.experiment = experiment
        kept = [walkers for number, walkers in enumerate(self.cohorts) if number != place]
        self.cohorts = [walkers.with_rule(experiment, number) for number, walkers in enumerate(kept)]
        return f"removed cohort {place + 1}, {label}"

    def _graft(self, count: int) -> str:
        """The walkers go on with more coordinates; what their rules remember stays with the old ones."""
        if whole("graft", count) < 1:
            raise BadInput("graft", f"{count} is out of range", "a whole number from 1")
        before, now = self.experiment, self.experiment.grafted(count)
        require_memory(now)
        graft = cast(Growth, self.landscape.graft)  # or the experiment would have refused
        with self._all_or_nothing():
            problem = built(now, self._on_progress)
            compile_for(now, problem, self._on_progress)
            drawn = np.empty((now.walkers, now.dim - before.dim))
            # The dimension is the counter: parts that are grafted one after the other must not be equal.
            fill_normal(stream_keys(now.seed, Stream.GRAFT, now.walkers), before.dim, drawn)
            added = graft.added(problem, drawn)
            cohorts = [
                old.on(problem, now, place, np.concatenate((old.whole, added), axis=1))
                for place, old in enumerate(self.cohorts)
            ]
            self.version += 1
            self._grafted += count
            self.experiment, self.problem = now, problem
            self._start_law = partial(no_law, problem, now.starts_settings)
            self._where_they_began = not_known
            self._stand(cohorts)
        return changes.grafted_in_words(before, now, f"{count} {graft.part}{'s' if count > 1 else ''}")

    def _reload(self) -> str:
        name = self.experiment.landscape
        self._on_progress("reading the file")
        with LANDSCAPES.reloaded(name, self._require_fitting), self._all_or_nothing():
            require_memory(self.experiment)
            self._build(self.experiment, built(self.experiment, self._on_progress))
        return f"reloaded {name}; started again from step 0"

    def _require_fitting(self, landscape: Landscape) -> None:
        """A file's new version must take the experiment as it is: its dimension, and what was set."""
        experiment = self.experiment
        settings = settled(landscape.parameters, experiment.parameters, experiment.dim)
        landscape.scales(experiment.dim, settings)

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        """Puts everything back if what is inside fails; it must replace objects, not write into them."""
        before = dict(self.__dict__)
        try:
            yield
        except BaseException:
            self.__dict__.clear()
            self.__dict__.update(before)
            raise

    def _build(self, experiment: Experiment, problem: Problem) -> None:
        """Everything anew."""
        compile_for(experiment, problem, self._on_progress)
        self.experiment, self.problem, self._grafted = experiment, problem, 0
        starts = drawn_starts(problem, experiment)
        places = range(len(experiment.cohorts))
        self.cohorts = [Walkers(problem, experiment, place, starts.copy()) for place in places]
        self._start(STARTS[experiment.starts])

    def _begin(self, positions: Floats, start: Start | None) -> None:
        """Every cohort at these positions (walkers, dim), at step 0; in the arrays that there are.

        Should a kernel raise, the walkers stand there all the same, and only beginning anew helps.
        """
        for walkers in self.cohorts:
            walkers.begin(positions)
        self._start(start)

    def _start(self, start: Start | None) -> None:
        """Step 0, where the walkers are; `start` says how they came there, None for by hand."""
        self.step = 0
        self.epoch += 1
        self.broken = False
        in_the_box = self.landscape.starts is None and self.landscape.constraint is None
        law = start.distances if start and in_the_box else no_law
        settings = self.experiment.starts_settings
        self._start_law = partial(law, self.problem, settings)
        began = partial(where_they_began, self.problem, self.experiment)
        self._where_they_began = began if start else not_known
        self._trail = Trail(self.experiment) if start else None
        self._groups = start.groups(settings, self.experiment.walkers) if start else None
        self._stand(self.cohorts, record=True)

    def _stand(self, cohorts: list[Walkers], record: bool = False) -> None:
        """Let these be the walkers; loss and gradient are computed where they are."""
        self.cohorts = cohorts
        with self._failing_kernels():
            for walkers in cohorts:
                walkers.settle(self._pool, self.step)
        self._drive(0, record)
        self._note()

    def _note(self) -> None:
        for walkers in self.cohorts:
            walkers.note(self.step)

    def _drive(self, steps: int, record: bool) -> None:
        """`steps` steps of every cohort; those that follow another go after it."""
        leaders = [c for c in self.cohorts if c.cohort.follows is None]
        followers = [c for c in self.cohorts if c.cohort.follows is not None]
        with self._failing_kernels():
            for group in filter(None, (leaders, followers)):
                self._pool.run([task for walkers in group for task in self._tasks(walkers, steps)])
        for walkers in self.cohorts:
            walkers.arrive(steps, record)

    def _tasks(self, walkers: Walkers, steps: int) -> Sequence[Callable[[], None]]:
        leader = walkers.cohort.follows
        return walkers.tasks(self.step, steps, None if leader is None else self.cohorts[leader])

    @contextmanager
    def _failing_kernels(self) -> Iterator[None]:
        """What kernels raise, or Ctrl+C, leaves walkers at different steps."""
        with one_blas_thread:
            try:
                yield
            except BaseException as error:
                self.broken = True
                if not isinstance(error, Exception):
                    raise
                standing = (x for walkers in self.cohorts for x in walkers.standing())
                why = self.landscape.explain(self.problem, error, standing)
                raise KernelFailure(f"a kernel stopped at step {self.step}: {why}") from error


def routine_measures() -> tuple[str, ...]:
    """The names of the measures that are read unless others are asked for."""
    return tuple(name for name, measure in MEASURES.items() if measure.routine)
