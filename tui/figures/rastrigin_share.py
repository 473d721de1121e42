"""The same as a share of all directions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.experiment import Experiment
from sim.giants.laws import falling_of_rastrigin
from sim.snapshot import Snapshot
from tui import giants
from tui.figure import Figure
from tui.formats import setting

if TYPE_CHECKING:
    from sim.measures.drawn_signs import DrawnSignsReading


def predicted(experiment: Experiment, step: int) -> str:
    """Mean and standard deviation in per cent, whatever the step."""
    dim = experiment.giant
    law = falling_of_rastrigin(dim, giants.amplitude_of(experiment))
    deviation = float(f"{100.0 * law.standard_deviation / dim:.2g}")
    return f"{_percent(law.mean / dim)} ± {setting(deviation)} %"


def measured(snapshot: Snapshot) -> str:
    """The share at one point."""
    reading: DrawnSignsReading | None = snapshot.readings.get("drawn-signs")
    if reading is None or not giants.same_laws(reading, snapshot.experiment):
        return ""
    return f"{_percent(reading.drawn / reading.dim)} %"


def _percent(share: float) -> str:
    return f"{100.0 * share:.4g}"


FIGURE = Figure("share falling", "drawn", ("drawn-signs",), predicted, measured)
