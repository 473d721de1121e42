"""One frozen picture of a running experiment, for a screen or a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.experiment import Experiment
from sim.measure import TraceView


@dataclass(frozen=True, eq=False)
class CohortView:
    """What is known of one cohort: readings and traces by the name of their measure."""

    readings: Mapping[str, Any] = field(default_factory=dict)
    traces: Mapping[str, TraceView] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What is known of every cohort, in the order of the experiment; never the state of the walkers.

    `chosen` is the cohort whose costly measures (`Measure.of_chosen`) are read; the others have none. A
    reading carries the step it belongs to, which can be earlier than `step` where measuring takes
    long. `is_steady` says that all steps were taken under what is set now (`Trail.is_steady`). `phase` is
    what the engine does in a word or two ("running", "paused", "compiling 2 of 5", "stopped"). `answered`
    counts the commands that were carried out or refused by then, so that who sent them knows whether this is
    the state after the last. `notice` is a line for the person at the keyboard, and `failed` says that it is
    bad news.
    """

    experiment: Experiment
    step: int = 0
    cohorts: tuple[CohortView, ...] = (CohortView(),)
    is_steady: bool = True
    chosen: int = 0
    phase: str = "starting"
    answered: int = 0
    pace: float | None = None
    steps_per_second: float = 0.0
    notice: str = ""
    failed: bool = False

    @property
    def readings(self) -> Mapping[str, Any]:
        """The readings of the chosen cohort; of the first, where nobody chose."""
        return self.cohorts[self.chosen].readings

    @property
    def traces(self) -> Mapping[str, TraceView]:
        """The traces of the chosen cohort; of the first, where nobody chose."""
        return self.cohorts[self.chosen].traces

    @property
    def coordinate_steps_per_second(self) -> float:
        """Steps × walkers of all cohorts × open coordinates a second."""
        walkers = self.experiment.walkers * len(self.experiment.cohorts)
        return self.steps_per_second * walkers * self.experiment.stored
