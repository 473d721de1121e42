"""The one thread that owns a simulation: carries out commands, takes steps, leaves snapshots.

A reading that takes more than 10 ms is computed in a second thread, on copies, and carries the step it
belongs to. While the landscape is a file, the thread looks whether it was written, and takes it anew.
Where there is a trail, walkers are first led along it; whatever else moves or changes them ends that.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sim.beside import Beside
from sim.clock import Clock
from sim.commands import Advance, Command, Pace, Reload, Run, without_superseded
from sim.errors import BadInput, KernelFailure, in_one_line
from sim.experiment import Experiment
from sim.pool import cores
from sim.registry import LANDSCAPES, Stamp, stamp
from sim.snapshot import CohortView, Snapshot
from sim.trail import Trail
from sim.user.apart import answered_at
from sim.way_back import WayBack
from sim.words import grouped

if TYPE_CHECKING:
    from sim.simulation import Simulation

ANNOUNCED = {"compiling": 60.0, "building": 60.0}
"""Seconds that a phase may take before it counts as silence, where it is known to be long: the largest
landscapes take half a minute to build, and a slow machine a third of one to compile."""

LOOK_SECONDS = 0.5
"""How long the engine goes between two looks at the file that its landscape comes from."""


AT_THE_END = "`rewind`, which goes back to step 0, or a landscape that is drawn for more"
"""What the person at the screen may do after the last step that a landscape is drawn for; an action is named
in `such` marks, for a screen to put its key there."""

SAME = "where the same walkers stand as before"
OTHER = "where walkers stand that are not quite the same: another processor, or other libraries"


class Runner:
    """A thread with a simulation of its own; `sim.engine.Engine` says what its methods do.

    `answered` counts the commands that went before it, and `notice` says why it came after another.
    `fallback` is the experiment before the last change, where to go if this one does not come back.
    `trail` is how the walkers came where they are, as of the last step or change; while they are led along
    one, it is that, and also where it could not be begun, until something is done instead. `ahead` is the
    one whose end they were to come to, and have not: None once they have, or where there was none.
    """

    def __init__(
        self,
        experiment: Experiment,
        pace: float | None,
        answered: int = 0,
        notice: str = "",
        trail: Trail | None = None,
        ahead: Trail | None = None,
    ) -> None:
        self.fallback = Experiment()
        self.trail = trail
        self.ahead = trail or ahead
        self._way = WayBack(trail) if trail else None
        self._instead: Trail | None = None
        self._experiment = trail.begun if trail else experiment
        self._clock = Clock(pace)
        self._beside = Beside()
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._changed = threading.Condition()
        self._commands: deque[Command] = deque()
        self._answered = answered
        self._wanted: frozenset[str] = frozenset()
        self._chosen = self._walker = 0
        self._asked = self._stopping = False
        self._running, self._idle = True, "paused"
        self._snapshot = Snapshot(experiment, pace=pace, answered=answered, notice=notice)
        self._new = True
        self._at_work_since: float | None = None
        self._looked_at: Stamp = None
        self._look_again = 0.0

    def start(self) -> None:
        """Begin: import numba, compile, build, run."""
        self._thread.start()

    def send(self, command: Command) -> None:
        """Have a command carried out before the next chunk of steps."""
        with self._changed:
            self._commands.append(command)
            self._changed.notify()

    def want(self, measures: Collection[str], chosen: int = 0, walker: int = 0) -> None:
        """Ask for one fresh snapshot with these measures; the costly ones of the `chosen` cohort alone.

        Those that follow one `walker` look at it closely.
        """
        with self._changed:
            self._wanted, self._chosen, self._walker = frozenset(measures), chosen, walker
            self._asked = True
            self._changed.notify()

    @property
    def snapshot(self) -> Snapshot:
        """The newest snapshot."""
        return self._snapshot

    def take(self) -> Snapshot | None:
        """The newest snapshot, if it was not taken yet."""
        with self._changed:
            new, self._new = self._new, False
            return self._snapshot if new else None

    def stop(self, timeout: float = 0.2) -> bool:
        """Ask the thread to end and wait at most `timeout` seconds; False if a kernel keeps it."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def silent_seconds(self) -> float:
        """How long it has been at work on one thing without a sign; 0 while it waits, or a file is tried."""
        since = self._at_work_since
        if since is None:
            return 0.0
        return max(0.0, time.monotonic() - max(since, answered_at(self._thread.ident)))

    def _run(self) -> None:
        try:
            self._loop()
        except Exception as error:  # noqa: BLE001 - whatever it is, the person at the screen must be told
            self._leave(
                replace(self._snapshot, phase="stopped", notice=f"the engine failed: {error!r}", failed=True)
            )
        finally:
            self._beside.close()

    def _loop(self) -> None:
        self._at_work_since = time.monotonic()
        simulation = self._first_build()
        self._clock.restart(simulation.step)
        while (commands := self._next_commands(simulation)) is not None:
            self._at_work_since = time.monotonic()
            self._obey(simulation, commands)
            self._look_at_the_file(simulation)
            if self._way:
                self._go_back(simulation, self._way)
            elif self._running:
                self._move(simulation)
            self._note(simulation)
            if self._asked:
                self._asked = False
                self._publish(simulation)

    def _first_build(self) -> Simulation:
        """The simulation that was asked for; where that fails, the default one, paused, and why."""
        from sim.simulation import Simulation  # once the screen is painted

        workers = max(1, cores() - 1)
        try:
            return Simulation(self._experiment, workers=workers, on_progress=self._show_phase)
        except Exception as error:  # noqa: BLE001 - as above
            self._stop_moving(error)
            self._way = None
            simulation = Simulation(Experiment(), workers=workers, on_progress=self._show_phase)
            self._instead = simulation.trail if self.trail else None
            return simulation

    def _note(self, simulation: Simulation) -> None:
        """How the walkers came where they are, unless they are to be elsewhere, or stand in for those."""
        if not self._way and (found := simulation.trail) != self._instead:
            self.trail = found

    def _next_commands(self, simulation: Simulation) -> list[Command] | None:
        """What came in since, waiting for it while there is nothing else to do; None for the end."""
        self._at_work_since = None
        with self._changed:
            if not (self._commands or self._asked or self._stopping or self._way):
                self._changed.wait(self._clock.wait(simulation.step) if self._running else None)
            commands = list(self._commands)
            self._commands.clear()
            return None if self._stopping else commands

    def _obey(self, simulation: Simulation, commands: Sequence[Command]) -> None:
        """Carry out what came in together; the last word about any of it is what the notice says."""
        if commands:
            self._say("")
        for command in without_superseded(commands):
            self._carry_out(simulation, command)
        self._answered += len(commands)

    def _carry_out(self, simulation: Simulation, command: Command) -> None:
        """Carry out one command; what is refused or fails is said, and the experiment stays."""
        before, proven = simulation.experiment, self.fallback
        self.fallback = before
        try:
            match command:
                case Run(running):
                    self._running, self._idle = running, "paused"
                case Pace(steps_per_second):
                    self._clock.aim(steps_per_second, simulation.step)
                case Advance():
                    self._running, self._idle = False, "paused"
                    simulation.apply(command)
                case _:
                    self._say(simulation.apply(command))
        except Exception as error:  # noqa: BLE001 - a landscape may raise anything; the keys must go on working
            self._say(in_words(error), failed=True)
            if simulation.broken:
                self._stop_moving(error)
        self.fallback = proven if simulation.experiment == before else before
        self._clock.restart(simulation.step)

    def _look_at_the_file(self, simulation: Simulation) -> None:
        """Take the landscape's file anew if it was written since it was read, and since it was refused."""
        name, now = simulation.experiment.landscape, time.monotonic()
        if not LANDSCAPES.is_file(name) or now < self._look_again:
            return
        self._look_again = now + LOOK_SECONDS
        found = stamp(name)
        if found not in (None, LANDSCAPES.stamp(name), self._looked_at):
            self._looked_at = found
            self._say("")
            self._carry_out(simulation, Reload())

    def _move(self, simulation: Simulation) -> None:
        steps, began = simulation.possible(self._clock.due(simulation.step)), time.perf_counter()
        try:
            simulation.advance(steps)
        except BadInput as error:  # it is drawn for no more
            self._stop_moving(BadInput(error.where, error.what, AT_THE_END))
        except KernelFailure as error:
            self._stop_moving(error)
        self._clock.took(steps, time.perf_counter() - began, simulation.step)

    def _go_back(self, simulation: Simulation, way: WayBack) -> None:
        """Lead the walkers on, unless somebody has led them elsewhere; where that ends, say so."""
        to = f"step {grouped(way.trail.step)}"
        try:
            if not way.is_left(simulation):
                way.go(simulation)
                if not way.is_done(simulation):
                    return
                same = simulation.trail is not None and simulation.trail.losses == way.trail.losses
                self._say(f"back at {to}, {SAME if same else OTHER}")
                self.ahead = None
            else:
                made = self._snapshot.notice
                self._say(f"{made and f'{made}; '}left the way back to {to}, which can be gone another time")
        except Exception as error:  # noqa: BLE001 - as for a command
            self._stop_moving(error)
        self._way = None
        self._clock.restart(simulation.step)

    def _stop_moving(self, error: Exception) -> None:
        self._running, self._idle = False, "stopped"
        self._say(in_words(error), failed=True)

    def _publish(self, simulation: Simulation) -> None:
        """Leave a snapshot, unless nothing has changed since the last."""
        chosen = min(self._chosen, len(simulation.cohorts) - 1)
        if simulation.broken:  # walkers that stand at different steps are not measured
            as_it_was = simulation.experiment == self._snapshot.experiment
            readings = [dict(view.readings if as_it_was else {}) for view in self._snapshot.cohorts]
        else:
            moving = self._running or self._way is not None
            readings = self._beside.read(simulation, self._wanted, chosen, self._walker, moving=moving)
        if self._beside.failure:
            self._say(self._beside.failure, failed=True)
            self._beside.failure = ""
        before = self._snapshot
        snapshot = replace(
            before,
            experiment=simulation.experiment,
            step=simulation.step,
            is_steady=simulation.is_steady,
            chosen=chosen,
            phase=self._phase,
            answered=self._answered,
            pace=self._clock.pace,
        )
        as_before = readings == [cohort.readings for cohort in before.cohorts]
        if not as_before or any(getattr(snapshot, name) != getattr(before, name) for name in SHOWN):
            speed = self._clock.speed() if self._running else 0.0
            self._leave(replace(snapshot, cohorts=_views(simulation, readings), steps_per_second=speed))

    @property
    def _phase(self) -> str:
        if self._way:
            return f"returning to step {grouped(self._way.trail.step)}"
        return "running" if self._running else self._idle

    def _leave(self, snapshot: Snapshot) -> None:
        with self._changed:
            self._snapshot, self._new = snapshot, True

    def _show_phase(self, phase: str) -> None:
        """Say what takes long; called from within the simulation's own work, between snapshots."""
        self._at_work_since = time.monotonic() + ANNOUNCED.get(phase.partition(" ")[0], 0.0)
        self._leave(replace(self._snapshot, phase=phase))

    def _say(self, notice: str, failed: bool = False) -> None:
        """Show a line; an empty one takes the last away, a new one does not take bad news away."""
        if notice and self._snapshot.failed and not failed:
            return
        if notice != self._snapshot.notice or failed != self._snapshot.failed:
            self._leave(replace(self._snapshot, notice=notice, failed=failed))


SHOWN = ("experiment", "step", "is_steady", "chosen", "phase", "answered", "pace")
"""What makes a snapshot new, beside other readings."""


def _views(simulation: Simulation, readings: Sequence[Mapping[str, Any]]) -> tuple[CohortView, ...]:
    """Readings of every cohort with their traces; none where there are none."""
    missing = len(simulation.cohorts) - len(readings)
    found = [*readings[: len(simulation.cohorts)], *({} for _ in range(missing))]
    return tuple(CohortView(known, simulation.traces(known, place)) for place, known in enumerate(found))


def in_words(error: Exception) -> str:
    """What went wrong, as one line that a terminal can show; an error without words gives its name."""
    return in_one_line(str(error)) or type(error).__name__
