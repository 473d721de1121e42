"""The loss of the population."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sim.arrays import np
from sim.measure import TraceView
from sim.registry import LANDSCAPES
from sim.snapshot import Snapshot
from tui.panel import Panel
from tui.panels._population import every_trace, population_picture
from tui.picture import Picture

WIDE = 30.0
"""A loss that is never negative gets a logarithmic axis once its largest is so many times its smallest."""


def paint(snapshot: Snapshot) -> Picture:
    """On a logarithmic axis where that is possible and shows more."""
    experiment = snapshot.experiment
    negative = LANDSCAPES[experiment.landscape].can_be_negative(experiment.dim, experiment.settings)
    log = not negative and _span_decades(every_trace(snapshot, "loss"))
    return replace(population_picture(snapshot, "loss", log=log), may_be_negative=negative)


def _span_decades(traces: Sequence[TraceView]) -> bool:
    if not traces:
        return False
    least, high = (np.concatenate([trace.column(name) for trace in traces]) for name in ("min", "p90"))
    # A walker that has come to exactly 0 leaves a gap, and does not take the axis from the others.
    least, high = least[np.isfinite(least) & (least > 0.0)], high[np.isfinite(high)]
    return bool(least.size and high.size and high.max() > WIDE * least.min())


PANEL = Panel("Loss", "descent", 1, ("loss",), "how high the walkers stand, at every step", paint)
