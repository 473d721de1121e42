"""How high critical points lie, and how many directions curve down there."""

from __future__ import annotations

from sim.arrays import np
from sim.critical.expected import Expected
from sim.measures.critical_points import CriticalPointsReading
from tui.formats import number
from tui.panel import Panel
from tui.panels import _critical
from tui.picture import Picture, Series

POINT, MEAN = "∘", "╋"


def draw(reading: CriticalPointsReading) -> Picture:
    """A mark for each point; theory's mean value for each index where there is one."""
    found = Series(reading.values, reading.indices.astype(np.float64), POINT, "chart--median", scatter=True)
    means = (theory(reading.expected),) if reading.expected else ()
    every = np.concatenate([series.x for series in (found, *means)])
    low, high = float(every.min()), float(every.max())
    margin = 0.03 * (high - low) or 0.5 * abs(high) or 0.5
    return Picture(
        (found, *means),
        (f"{POINT} one point", *(f"{MEAN} theory's mean" for _ in means)),
        (f"{POINT} point", *(f"{MEAN} theory" for _ in means)),
        notes=_notes(reading),
        limits=(0.0, float(reading.directions)),
        across=(low - margin, high + margin),
        across_name="loss",
    )


def theory(law: Expected) -> Series:
    """The mean value of the points of each index."""
    places = np.arange(len(law.values), dtype=np.float64)
    return Series(np.array(law.values), places, MEAN, "chart--theory", scatter=True)


def _notes(reading: CriticalPointsReading) -> tuple[str, ...]:
    minima = reading.values[reading.indices == 0]
    notes = [f"lowest {number(float(reading.values.min()))}"]
    if len(minima):
        law = f", theory {number(reading.expected.values[0])}" if reading.expected else ""
        notes.append(f"minima {number(float(minima.mean()))}{law}")
    return (*notes, _critical.number_of_points(reading), *_critical.others(reading))


PANEL = Panel(
    "Values of critical points",
    "critical",
    2,
    ("critical-points",),
    "the loss at each critical point across, and upwards how many directions curve down there: high saddles "
    "have many, minima none; the crosses are theory's mean for the points of a Gaussian field with so many",
    _critical.painted(draw),
    "Critical values",
)
