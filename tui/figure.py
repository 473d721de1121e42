"""What a figure declares, a number that theory tells before it is measured; the files of `tui/figures` do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.experiment import Experiment
from sim.registry import Registry
from sim.snapshot import Snapshot

UNKNOWN = "…"
"""Stands where a number will be."""


@dataclass(frozen=True)
class Figure:
    """One file of `tui/figures`: `predicted` by theory for an experiment and a step of its walkers.

    What was `measured` is read off a snapshot that holds the readings of `measures`. Either is "" where there
    is none, or none yet. Both are of the first cohort; `how` says in a word how the number came about: drawn,
    streamed, walked. The law of one that is `of_steps` is that of walkers all of whose steps were alike.
    """

    title: str
    how: str
    measures: tuple[str, ...]
    predicted: Callable[[Experiment, int], str]
    measured: Callable[[Snapshot], str]
    of_steps: bool = False

    def law(self, experiment: Experiment, snapshot: Snapshot) -> str:
        """What theory says beside what was measured, of the experiment that is set; "" where it says nothing.

        Of walkers that the engine has yet to bring into that experiment, it is not known which steps they
        will have taken: `UNKNOWN`. On a busy machine what was measured is of some steps ago.
        """
        if not self.of_steps:
            return self.predicted(experiment, snapshot.step)
        if snapshot.experiment != experiment:
            return UNKNOWN
        readings = snapshot.cohorts[0].readings
        steps = [readings[name].step for name in self.measures if name in readings]
        return self.predicted(experiment, min(steps, default=snapshot.step)) if snapshot.is_steady else ""


FIGURES: Registry[Figure] = Registry("figure", "tui.figures", "FIGURE")
