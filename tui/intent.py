"""What the person at the keyboard has asked for, ahead of what the engine has done."""

from __future__ import annotations

from collections.abc import Callable

from sim.commands import Advance, Command, Pace, Reseed, Rewind, Run, Set
from sim.errors import BadInput
from sim.experiment import Experiment
from sim.memory import require_memory
from sim.parameters import neighbour, number
from sim.snapshot import Snapshot
from tui import knobs
from tui.formats import setting

OPENING_PACE = 20.0
"""Steps a second at the start: slow enough to watch the walkers come down, quick enough to see them stop."""

FASTEST = 1e6
"""Beyond this, the speed is all that the machine gives."""

SPEED = "speed"

MOVING = {"running": True, "paused": False, "stopped": False}
"""Phases of the engine in which it says whether the walkers move."""


class Intent:
    """Turns keys into commands, and shows each at once; `settle` brings it back to what the engine did.

    `sent` counts the commands: a snapshot that answers fewer says nothing about the latest.
    Values are checked here, so that a mistake is refused (BadInput) before anything is sent.
    """

    def __init__(self, experiment: Experiment, send: Callable[[Command], None]) -> None:
        self.experiment = experiment
        self.running = True
        self.pace: float | None = OPENING_PACE
        self.sent = 0
        self._pass_on = send

    @property
    def names(self) -> list[list[str]]:
        """All parameters, in groups, the speed the last."""
        return [*knobs.groups(self.experiment), [SPEED]]

    def value(self, name: str) -> str:
        """A parameter's value as it is shown."""
        if name == SPEED:
            return "max" if self.pace is None else f"{setting(self.pace)} steps/s"
        return setting(self.experiment.values()[name])

    def plain(self, name: str) -> str:
        """A parameter's value as it is typed: 1000, where `value` shows 1 000."""
        if name == SPEED:
            return "max" if self.pace is None else f"{self.pace:g}"
        value = self.experiment.values()[name]
        return f"{value:.12g}" if isinstance(value, float) else str(value)

    def help(self, name: str) -> str:
        """What a parameter is, in one line."""
        if name == SPEED:
            return "steps a second to aim at; a number above 0, or max for all that the machine gives"
        return knobs.help_of(self.experiment, name)

    def turn(self, name: str, up: bool) -> None:
        """One press of an arrow on a parameter."""
        if name == SPEED:
            self._set_pace(_next_pace(self.pace, up))
        else:
            self._ask(name, knobs.turned(self.experiment, name, up))

    def put(self, name: str, text: str) -> None:
        """A value that was typed."""
        if name == SPEED:
            self._set_pace(_typed_pace(text))
        else:
            self._ask(name, self.experiment.with_value(name, text.strip()))

    def pause(self) -> None:
        """Pause, or go on."""
        self.running = not self.running
        self._send(Run(self.running))

    def step(self) -> None:
        """Pause and take one step."""
        self.running = False
        self._send(Advance(1))

    def rewind(self) -> None:
        """Back to step 0."""
        self._send(Rewind())

    def reseed(self) -> None:
        """The next seed."""
        self.experiment = knobs.turned(self.experiment, "seed", up=True)
        self._send(Reseed(self.experiment.seed))

    def settle(self, snapshot: Snapshot) -> None:
        """Take over what the engine did, unless it has yet to answer what was asked."""
        if snapshot.answered < self.sent:
            return
        self.experiment, self.pace = snapshot.experiment, snapshot.pace
        self.running = MOVING.get(snapshot.phase, self.running)

    def _send(self, command: Command) -> None:
        self.sent += 1
        self._pass_on(command)

    def _ask(self, name: str, experiment: Experiment) -> None:
        if experiment == self.experiment:
            return
        require_memory(experiment)
        self.experiment = experiment
        self._send(Set(name, experiment.values()[name]))

    def _set_pace(self, pace: float | None) -> None:
        self.pace = pace
        self._send(Pace(pace))


def _next_pace(pace: float | None, up: bool) -> float | None:
    """1, 2, 5, 10, ... steps a second, then no limit."""
    if pace is None:
        return None if up else FASTEST
    following = neighbour(pace, up)
    return None if following > FASTEST else max(1.0, following)


def _typed_pace(text: str) -> float | None:
    if text.strip().lower() == "max":
        return None
    pace = number(SPEED, text.removesuffix("steps/s").strip())
    if pace <= 0.0:
        raise BadInput(SPEED, f"{text} is out of range", "a number above 0, or max")
    return pace
