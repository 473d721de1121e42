"""The closed vocabulary of what can be done to a running experiment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from sim.cohort import Cohort
from sim.experiment import Experiment


@dataclass(frozen=True)
class Set:
    """Give an entry of the experiment, or of a cohort, another value: see `Experiment.with_value`."""

    name: str
    value: str | float
    cohort: int = 0


@dataclass(frozen=True)
class Become:
    """Take another experiment, whole; walkers go on where no more has changed than they can go on with."""

    experiment: Experiment


@dataclass(frozen=True)
class AddCohort:
    """One more cohort, from the same starts; all begin again, so that they stay side by side."""

    cohort: Cohort


@dataclass(frozen=True)
class RemoveCohort:
    """Take one cohort away, 0 for the first; the others go on."""

    place: int


@dataclass(frozen=True)
class Graft:
    """Add so many parts, such as neurons, to the landscape under the walkers, which go on where they are."""

    count: int = 1


@dataclass(frozen=True)
class Reload:
    """Take the user's file as it is now, and begin again."""


@dataclass(frozen=True)
class Rewind:
    """Back to step 0: the same landscape, the same starts."""


@dataclass(frozen=True)
class Reseed:
    """Another seed: a new landscape where it is random, new starts, step 0."""

    seed: int


@dataclass(frozen=True)
class Advance:
    """Take so many steps now, also while paused."""

    steps: int = 1


@dataclass(frozen=True)
class Run:
    """Go on or pause."""

    running: bool


@dataclass(frozen=True)
class Pace:
    """Steps a second to aim at; None for all that the machine gives."""

    steps_per_second: float | None


Command = Set | Become | AddCohort | RemoveCohort | Graft | Reload | Rewind | Reseed | Advance | Run | Pace


def without_superseded(commands: Sequence[Command]) -> list[Command]:
    """Leaves out a Set that the next command sets again: a held key builds one landscape, not ten."""
    return [
        command
        for command, after in zip_longest(commands, commands[1:])
        if not (isinstance(command, Set) and isinstance(after, Set) and _same_entry(command, after))
    ]


def _same_entry(command: Set, after: Set) -> bool:
    return (command.name, command.cohort) == (after.name, after.cohort)
