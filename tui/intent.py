"""What the person at the keyboard has asked for, ahead of what the engine has done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from sim import changes
from sim.commands import (
    AddCohort,
    Advance,
    Become,
    Command,
    Graft,
    Pace,
    RemoveCohort,
    Reseed,
    Rewind,
    Run,
    Set,
)
from sim.errors import BadInput
from sim.experiment import Experiment
from sim.measures.sharpness import SharpnessReading
from sim.memory import require_memory
from sim.parameters import neighbour, number
from sim.registry import LANDSCAPES
from sim.snapshot import CohortView, Snapshot
from tui import knobs, steering
from tui.formats import brief_whole, setting

OPENING_PACE = 20.0
"""Steps a second at the start: slow enough to watch the walkers come down, quick enough to see them stop."""

FASTEST = 1e6
"""Beyond this, the speed is all that the machine gives."""

SPEED, GIANT = "speed", "giant_dim"

LAST = "is as far as it goes"

MOVING = {"running": True, "paused": False, "stopped": False}
"""Phases of the engine in which it says whether the walkers move."""

PATIENCE = 0.15
"""Seconds for which numbers stay after another experiment was asked for: mostly it is there by then, and
charts that were blank in between would flicker."""


@dataclass
class Wish:
    """The learning rate of a cohort under a rule is to follow from λmax, measured at step `since` or later.

    `since` is None until the engine has answered what was asked before.
    """

    cohort: int
    optimizer: str
    since: int | None = None


class Intent:
    """Turns keys into commands, and shows each at once; `settle` brings it back to what the engine did.

    `cohort` is the place of the chosen cohort, whose parameters are shown, turned and typed, and `walker` the
    row of the walker that is looked at closely by what follows one. `sent` counts the commands: a snapshot
    that answers fewer says nothing about the latest, and what it shows is of other walkers than are asked
    for if it answers fewer than had them begin `_anew`. Values are checked here, so that a mistake is refused
    (BadInput) before anything is sent. What a method returns is worth saying.
    """

    def __init__(self, experiment: Experiment, send: Callable[[Command], None]) -> None:
        self.experiment = experiment
        self.cohort = self.walker = 0
        self.running = True
        self.pace: float | None = OPENING_PACE
        self.sent = self._anew = 0
        self._awaited: float | None = None
        self._wish: Wish | None = None
        self._passed: int | None = None
        self._pass_on = send

    @property
    def groups(self) -> list[knobs.Group]:
        """All parameters, in groups, the speed the last."""
        return [*knobs.groups(self.experiment, self.cohort), knobs.Group((SPEED,))]

    @property
    def names(self) -> list[str]:
        """All parameters, in the order of their groups."""
        return [name for group in self.groups for name in group.names]

    @property
    def values(self) -> dict[str, str]:
        """Every parameter's value as it is shown."""
        values = self.experiment.values(self.cohort)
        found = {name: setting(value) for name, value in values.items()}
        speed = "max" if self.pace is None else f"{setting(self.pace)} steps/s"
        return {**found, GIANT: brief_whole(self.experiment.giant), SPEED: speed}

    def value(self, name: str) -> str:
        """A parameter's value as it is shown."""
        return self.values[name]

    def plain(self, name: str) -> str:
        """A parameter's value as it is typed: 1000, where `value` shows 1 000."""
        if name == SPEED:
            return "max" if self.pace is None else f"{self.pace:g}"
        value = self.experiment.values(self.cohort)[name]
        return f"{value:.12g}" if isinstance(value, float) else str(value)

    def help(self, name: str) -> str:
        """What a parameter is, in one line."""
        if name == SPEED:
            return "steps a second to aim at; a number above 0, or max for all that the machine gives"
        return knobs.help_of(self.experiment, name, self.cohort)

    def turn(self, name: str, up: bool) -> str:
        """One press of an arrow on a parameter."""
        if name == SPEED:
            return self._set_pace(_next_pace(self.pace, up))
        if self._is_for_the_engine(name):
            return self._pass(name, knobs.next_value(self.experiment, name, up, self.cohort))
        found = knobs.turned(self.experiment, name, up, self.cohort)
        if name == GIANT:
            found = found.with_value(name, self._stop(found.giant))
        return self._ask(name, found, LAST)

    def dial(self, up: bool) -> str:
        """One press of the dimension dial."""
        before = self.experiment
        name, value = knobs.dialled(before, up)
        if self._is_for_the_engine(name):
            return self._pass(name, value)
        value = self._stop(value) if name == GIANT else value
        said = self._ask(name, before.with_value(name, value), LAST)
        return knobs.past_memory(before, self.experiment) or said

    def _stop(self, giant: int) -> int:
        """Where a turn of `giant_dim` ends: at the last one between that was typed, or came with a scene.

        Such as 175e9, between 1e11 and 2e11: who turns away from it, and back, finds what was counted there.
        """
        before = self.experiment.giant
        low, high = sorted((before, giant))
        found = self._passed if self._passed is not None and low < self._passed < high else giant
        if before > self.experiment.dim and knobs.next_dim(knobs.next_dim(before, False), True) != before:
            self._passed = before
        return found

    def put(self, name: str, text: str) -> str:
        """A value that was typed."""
        if name == SPEED:
            return self._set_pace(_typed_pace(text))
        if self._is_for_the_engine(name) or (name == "landscape" and LANDSCAPES.is_file(text.strip())):
            return self._pass(name, text.strip())
        return self._ask(name, self.experiment.with_value(name, text.strip(), self.cohort))

    def become(self, experiment: Experiment, anew: bool = False) -> str:
        """Another experiment, whole; with `anew`, walkers that could go on begin again as well."""
        before = self.experiment
        if experiment != before:
            changes.require_room(before, experiment)
            self.experiment = experiment
            self.cohort = min(self.cohort, len(experiment.cohorts) - 1)
            self._send(Become(experiment), changes.begin_anew(before, experiment))
        if anew and not changes.begin_anew(before, experiment):
            self._send(Rewind())
        return ""

    def take_over(self, experiment: Experiment, pace: float | None, running: bool, cohort: int) -> None:
        """What the engine was told to go on with, in the place of what was asked for."""
        self.experiment, self.pace, self.running = experiment, pace, True
        self.cohort = min(cohort, len(experiment.cohorts) - 1)
        self._wish = self._passed = None
        if not running:
            self.pause()

    def choose_cohort(self) -> str:
        """The next cohort, after the last the first."""
        cohorts = self.experiment.cohorts
        if len(cohorts) == 1:
            return "there is one cohort; `add-cohort` adds another"
        self.cohort = (self.cohort + 1) % len(cohorts)
        return f"cohort {self.cohort + 1}, {self.experiment.labels[self.cohort]}"

    def choose_walker(self, by: int) -> str:
        """Another walker for the map to go through; after the last the first."""
        count = self.experiment.walkers
        if count == 1:
            return "there is one walker"
        self.walker = (self.walker + by) % count
        return f"walker {self.walker + 1} of {count} for the map to go through"

    def add_cohort(self) -> str:
        """One more like the chosen one, with the next optimizer that it can have; then that is chosen."""
        before, place = self.experiment.cohorts, len(self.experiment.cohorts)
        copied = self.experiment.with_cohorts((*before, before[self.cohort]))
        experiment = knobs.turned(copied, "optimizer", True, place)
        require_memory(experiment)
        self.experiment, self.cohort = experiment, place
        self._send(AddCohort(experiment.cohorts[place]), anew=True)
        return ""

    def remove_cohort(self) -> str:
        """Take the chosen cohort away."""
        place = self.cohort
        self.experiment = self.experiment.without_cohort(place)
        self.cohort = min(place, len(self.experiment.cohorts) - 1)
        self._send(RemoveCohort(place))
        return ""

    def graft(self) -> str:
        """One more part, such as a neuron, on what every walker is."""
        experiment = self.experiment.grafted(1)
        require_memory(experiment)
        self.experiment = experiment
        self._send(Graft())
        return ""

    @property
    def wants(self) -> set[str]:
        """Measures that are waited for, whatever panels are seen."""
        return {steering.SHARPNESS} if self._wish else set()

    def steer(self, snapshot: Snapshot) -> str:
        """Let the chosen cohort's learning rate follow from the curvature: at once, or when that is measured.

        A reading that a panel shows will do, also while a newer one is on its way.
        """
        steering.edge_of(self.experiment, self.cohort)
        self._wish = Wish(self.cohort, self.experiment.cohorts[self.cohort].optimizer)
        reading = self._reading(snapshot)
        return self._apply(reading) if reading else steering.WAITING

    def steered(self, snapshot: Snapshot) -> str:
        """What became of a learning rate that waits for λmax, once it is there; "" while there is no news."""
        wish = self._wish
        if wish is None or snapshot.answered < self.sent:
            return ""
        if wish.cohort != self.cohort or wish.optimizer != self.experiment.cohorts[self.cohort].optimizer:
            self._wish = None
            return ""
        if wish.since is None or snapshot.step < wish.since:  # the first answer, or another run
            wish.since = snapshot.step
        reading = self._reading(snapshot)
        if reading and reading.step >= wish.since:
            return self._apply(reading)
        raised = snapshot.failed and snapshot.notice.startswith(steering.SHARPNESS)
        if raised or snapshot.phase == "stopped":
            self._wish = None
            raise BadInput("lr", "λmax could not be measured", "`rewind`, which goes back to step 0")
        return ""

    def _reading(self, snapshot: Snapshot) -> SharpnessReading | None:
        """The newest λmax of the chosen cohort, if it is of what there is now."""
        if snapshot.answered < self.sent:
            return None
        reading: SharpnessReading | None = snapshot.cohorts[self.cohort].readings.get(steering.SHARPNESS)
        return reading if reading and steering.matches(reading, self.experiment) else None

    def _apply(self, reading: SharpnessReading) -> str:
        self._wish = None
        found = steering.advice(self.experiment, self.cohort, reading)
        before = self.experiment.hyperparameters_of(self.cohort)["lr"]
        self._ask("lr", self.experiment.with_value("lr", found.lr, self.cohort))
        if found.lr == before:
            return f"lr is {self.value('lr')} = {found.formula} already ({found.where})"
        return steering.applied(before, found, reading)

    def pause(self) -> str:
        """Pause, or go on."""
        self.running = not self.running
        self._send(Run(self.running))
        return ""

    def step(self) -> str:
        """Pause and take one step."""
        self.running = False
        self._send(Advance(1))
        return "one step"

    def rewind(self) -> str:
        """Back to step 0."""
        self._send(Rewind())
        return "back to step 0: the same landscape, the same starts"

    def reseed(self) -> str:
        """The next seed."""
        self.experiment = knobs.turned(self.experiment, "seed", True, self.cohort)
        self._send(Reseed(self.experiment.seed), anew=True)
        return ""

    def settle(self, snapshot: Snapshot) -> None:
        """Take over what the engine did, unless it has yet to answer what was asked."""
        if snapshot.answered < self.sent:
            return
        self.experiment, self.pace = snapshot.experiment, snapshot.pace
        self.cohort = min(self.cohort, len(self.experiment.cohorts) - 1)
        self.walker = min(self.walker, self.experiment.walkers - 1)
        self.running = MOVING.get(snapshot.phase, self.running)

    def seen(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot, or while walkers of another experiment are long in coming, that without a reading.

        Those that go on, under another learning rate or with more coordinates, are seen all the time.
        """
        if snapshot.answered >= self._anew:
            self._awaited = None
        elif snapshot.experiment != self.experiment:
            self._awaited = self._awaited or monotonic()
            if monotonic() >= self._awaited + PATIENCE:
                return self._without_readings(snapshot)
        return snapshot

    def _without_readings(self, snapshot: Snapshot) -> Snapshot:
        return Snapshot(
            self.experiment,
            cohorts=tuple(CohortView() for _ in self.experiment.cohorts),
            chosen=self.cohort,
            phase="building" if snapshot.phase in MOVING else snapshot.phase,
            answered=snapshot.answered,
            pace=snapshot.pace,
            notice=snapshot.notice,
            failed=snapshot.failed,
        )

    def _send(self, command: Command, anew: bool = False) -> None:
        """Pass it on; with `anew`, other walkers begin."""
        self.sent += 1
        if anew:
            self._anew = self.sent
        self._pass_on(command)

    def _is_for_the_engine(self, name: str) -> bool:
        """Whether another value has a person's own file tried anew, which can take seconds."""
        own = name == "dim" or name in self.experiment.settings
        return own and LANDSCAPES.is_file(self.experiment.landscape)

    def _pass(self, name: str, value: str | float) -> str:
        """Have the engine find out whether a value will do: what is shown waits for its answer."""
        self._send(Set(name, value))
        return f"trying {name} {value if isinstance(value, str) else setting(value)}"

    def _ask(self, name: str, experiment: Experiment, unchanged: str = "") -> str:
        if experiment == self.experiment:
            return unchanged and f"{name}: {self.value(name)} {unchanged}"
        before = self.experiment
        changes.require_room(before, experiment)
        self.experiment = experiment
        command = Set(name, experiment.values(self.cohort)[name], self.cohort)
        self._send(command, changes.begin_anew(before, experiment))
        return knobs.of_giants(experiment) if name == GIANT else ""

    def _set_pace(self, pace: float | None) -> str:
        self.pace = pace
        self._send(Pace(pace))
        return f"speed: {self.value(SPEED)}"


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
