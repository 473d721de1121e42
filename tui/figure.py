"""What a figure declares, a number that theory tells before it is measured; the files of `tui/figures` do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.experiment import Experiment
from sim.registry import Registry
from sim.snapshot import Snapshot


@dataclass(frozen=True)
class Figure:
    """One file of `tui/figures`: `predicted` by theory for an experiment and a step of its walkers.

    What was `measured` is read off a snapshot that holds the readings of `measures`. Either is "" where there
    is none, or none yet. Both are of the first cohort; `how` says in a word how the number came about: drawn,
    streamed, walked.
    """

    title: str
    how: str
    measures: tuple[str, ...]
    predicted: Callable[[Experiment, int], str]
    measured: Callable[[Snapshot], str]


FIGURES: Registry[Figure] = Registry("figure", "tui.figures", "FIGURE")
