"""The length of the gradient, on a logarithmic axis."""

from __future__ import annotations

from sim.arrays import np
from sim.snapshot import Snapshot
from tui.panel import Panel
from tui.panels._population import every_trace, population_picture
from tui.picture import Picture


def paint(snapshot: Snapshot) -> Picture:
    """Logarithmic unless every gradient is exactly zero; a zero among others leaves a gap."""
    largest = [np.nan_to_num(t.column("p90"), posinf=1.0) for t in every_trace(snapshot, "gradient-norm")]
    some = any(bool((values > 0.0).any()) for values in largest)
    return population_picture(snapshot, "gradient-norm", log=some)


PANEL = Panel(
    "Gradient norm",
    "descent",
    2,
    ("gradient-norm",),
    "how steep it is where they stand, at every step; small at a minimum, and at a saddle as well",
    paint,
)
