"""What a schedule of the learning rate declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.parameters import Numbers, Parameter


@dataclass(frozen=True)
class Schedule:
    """One file of `sim/schedules`: `factor(step, settings)` times lr is the learning rate of step 0, 1, ….

    It is asked for one step at a time, so that its bits do not depend on how the steps are cut.
    """

    title: str
    formula: str
    factor: Callable[[int, Numbers], float]
    parameters: tuple[Parameter, ...] = ()


def warmed_up(step: int, settings: Numbers) -> float:
    """The share (step + 1) / warmup of the learning rate in the first `warmup` steps, 1 from then on."""
    return min(1.0, (step + 1) / max(1.0, settings["warmup"]))
