"""How many different critical points so many starts have found: flat where none are left."""

from __future__ import annotations

from sim.arrays import Floats, np
from sim.measures.critical_points import CriticalPointsReading
from tui.formats import number, whole
from tui.panel import Panel
from tui.panels import _critical
from tui.picture import DASHES, LINE, Picture, Series


def draw(reading: CriticalPointsReading) -> Picture:
    """The number of points as starts went by."""
    law: tuple[Series, ...] = ()
    if reading.expected:
        x = np.geomspace(1.0, max(2.0, float(reading.starts)), 512)
        law = (Series(x, np.full(512, reading.expected.total), DASHES, "chart--theory", apart=2),)
    return Picture(
        (Series(*steps_up(reading), LINE, "chart--median"), *law),
        (f"{LINE} points found by starts", *(f"{DASHES} theory's mean" for _ in law)),
        (f"{LINE} by starts", *(f"{DASHES} theory" for _ in law)),
        notes=_notes(reading),
        from_zero=True,
        whole=True,
        across=(1.0, max(2.0, float(reading.starts))),
        across_log=True,
    )


def steps_up(reading: CriticalPointsReading) -> tuple[Floats, Floats]:
    """How many starts there had been, and how many points they had found."""
    count = len(reading.first)
    starts = np.append(reading.first + 1, reading.starts).astype(np.float64)
    return starts, np.append(np.arange(1.0, count + 1.0), float(count))


def _since(latest: int) -> str:
    """How many starts in a row found nothing new."""
    if not latest:
        return "the last start found one"
    return f"none new in the last {'start' if latest == 1 else f'{whole(latest)} starts'}"


def _notes(reading: CriticalPointsReading) -> tuple[str, ...]:
    latest = reading.starts - 1 - int(reading.first[-1])
    return (
        _critical.number_of_points(reading),
        _since(latest),
        *((f"about {number(reading.missed)} missing (Chao)",) if reading.missed else ()),
        *((f"theory's mean {number(reading.expected.total)}",) if reading.expected else ()),
        _critical.effort(reading),
    )


PANEL = Panel(
    "The search for them",
    "critical",
    4,
    ("critical-points",),
    "how many different critical points have been found, over the starts that it took: where the curve is "
    "flat, further starts only find what is known; the dashes are how many a Gaussian field has on average",
    _critical.painted(draw),
)
