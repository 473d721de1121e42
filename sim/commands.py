"""The closed vocabulary of what can be done to a running experiment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Set:
    """Give one entry of the experiment another value: `name` as in `Experiment.with_value`."""

    name: str
    value: str | float


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


Command = Set | Rewind | Reseed | Advance | Run | Pace
