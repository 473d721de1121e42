"""How many eigenvalues of one random matrix are negative, in the dimension of the exact laws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.experiment import Experiment
from sim.giants.laws import negative_of_goe
from sim.snapshot import Snapshot
from tui import giants
from tui.figure import Figure
from tui.formats import brief, whole

if TYPE_CHECKING:
    from sim.measures.streamed_signs import StreamedSignsReading


def predicted(experiment: Experiment, step: int) -> str:
    """Mean and standard deviation, whatever the step."""
    law = negative_of_goe(experiment.giant, giants.shift_of(experiment))
    return giants.expected(law.mean, law.standard_deviation)


def measured(snapshot: Snapshot) -> str:
    """The count, or how far it has come and how far it is off what so many rows would have."""
    reading: StreamedSignsReading | None = snapshot.readings.get("streamed-signs")
    if reading is None or not giants.is_asked_for(reading, snapshot.experiment):
        return ""
    if reading.finished:
        return whole(reading.counted)
    done = brief(100.0 * reading.rows / reading.dim)
    return f"{done} %, off {giants.signed(reading.counted - reading.expected)}"


FIGURE = Figure("falling", "streamed", ("streamed-signs",), predicted, measured)
