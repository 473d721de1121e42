"""The engine of a laboratory: what a screen may ask for, answered at once whatever the simulation does.

The screen asks (`want`), a thread leaves one frozen snapshot, the screen takes it if it is new. Nothing
is pushed and nothing is measured for nobody. The thread (`sim.runner`) may be kept for ever by a kernel that
loops: then this says so, and beginning anew goes on in another thread.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import replace

from sim.commands import Become, Command, Rewind, Set
from sim.experiment import Experiment
from sim.runner import Runner
from sim.snapshot import Snapshot
from sim.trail import Trail

SILENCE = 5.0
"""Seconds without a sign from the thread after which people are told, and may leave it behind."""


class Engine:
    """Runs an experiment in a thread of its own.

    Where there is a `trail`, the walkers are first led along it, to where they were when it was told.
    Every method returns at once (`stop` after its timeout) and may be called from any thread.
    """

    def __init__(self, experiment: Experiment, pace: float | None = None, trail: Trail | None = None) -> None:
        self._runner = Runner(experiment, pace, trail=trail)
        self._lock = threading.Lock()
        self._sent = self._told = 0

    def start(self) -> None:
        """Begin: import numba, compile, build, run."""
        self._runner.start()

    def send(self, command: Command) -> None:
        """Have a command carried out before the next chunk of steps.

        A thread that gives no sign is left behind by a Rewind, another landscape or another experiment: a new
        one takes up the experiment before, and what was sent in the meantime is dropped. The old one keeps
        its core.
        """
        rewinds = isinstance(command, Rewind)
        moves_on = isinstance(command, Become) or (isinstance(command, Set) and command.name == "landscape")
        with self._lock:
            self._sent += 1
            silent = self._is_silent
            if silent and (rewinds or moves_on):
                self._leave_behind(self._runner, answered=self._sent - moves_on)
            if not (silent and rewinds):
                self._runner.send(command)

    def want(self, measures: Collection[str], chosen: int = 0, walker: int = 0) -> None:
        """Ask for one fresh snapshot with these measures; the costly ones of the `chosen` cohort alone.

        Those that follow one `walker` look at it closely.
        """
        self._runner.want(measures, chosen, walker)

    def take(self) -> Snapshot | None:
        """The newest snapshot, if it was not taken yet; without one for long, how long, once a second."""
        snapshot, seconds = self._runner.take(), int(self._runner.silent_seconds)
        if snapshot or not self._is_silent or seconds == self._told:
            return snapshot
        self._told, back = seconds, self._runner.fallback
        notice = f"no answer for {seconds} s; `rewind` goes back to {back.landscape}, d = {back.dim}"
        return replace(self._runner.snapshot, phase="no answer", notice=notice, failed=True)

    @property
    def trail(self) -> Trail | None:
        """How the walkers came where they are, or are led to; None before there are any."""
        return self._runner.trail

    @property
    def ahead(self) -> Trail | None:
        """The trail whose end the walkers were to be led to, and have not come to; None where there is none.

        While they are on the way it is the `trail`; once they were led elsewhere, that is another one.
        """
        return self._runner.ahead

    def follow(self, trail: Trail, pace: float | None) -> None:
        """Give up what is under way, and lead other walkers along a trail."""
        with self._lock:
            self._runner.stop(0.0)
            self._runner = Runner(trail.experiment, pace, self._sent, trail=trail)
            self._runner.start()

    def stop(self, timeout: float = 0.2) -> bool:
        """Ask the thread to end and wait at most `timeout` seconds; False if a kernel keeps it."""
        return self._runner.stop(timeout)

    @property
    def _is_silent(self) -> bool:
        return self._runner.silent_seconds >= SILENCE

    def _leave_behind(self, old: Runner, answered: int) -> None:
        old.stop(0.0)
        notice = "given up what did not answer; while it goes on, it keeps its cores"
        self._runner = Runner(old.fallback, old.snapshot.pace, answered, notice, ahead=old.ahead)
        self._runner.start()
