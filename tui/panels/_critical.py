"""What the panels of critical points share: how the points are known, and why there are none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sim.measures.critical_points import CriticalPointsReading
from sim.snapshot import Snapshot
from tui.formats import counted, whole
from tui.picture import Picture


def reading_of(snapshot: Snapshot) -> CriticalPointsReading | None:
    """The reading of the chosen cohort."""
    found: CriticalPointsReading | None = snapshot.readings.get("critical-points")
    return found


def painted(draw: Callable[[CriticalPointsReading], Picture]) -> Callable[[Snapshot], Picture]:
    """Paints the points by `draw`, where there are some; else says why there are none."""

    def paint(snapshot: Snapshot) -> Picture:
        reading = reading_of(snapshot)
        if reading is None:
            return Picture()
        if not len(reading.values):
            return without_points(snapshot, reading)
        return replace(draw(reading), last=snapshot.step, method=method(reading))

    return paint


def without_points(snapshot: Snapshot, reading: CriticalPointsReading) -> Picture:
    """A picture that says why there is nothing to draw."""
    said = ", ".join(filter(None, (_message(reading), *others(reading))))
    return Picture(message=said, notes=(said,), last=snapshot.step, method=method(reading))


def _message(reading: CriticalPointsReading) -> str:
    if reading.reason:
        return f"nothing is looked for: {reading.reason}"
    over = "" if reading.ended else " yet"
    return f"no critical points found{over} from {counted(reading.starts, 'start')}"


def method(reading: CriticalPointsReading) -> tuple[str, ...]:
    """What the points are, in ever fewer words."""
    if reading.reason:
        return ()
    if not reading.census:
        return "hunted, a biased sample", "biased sample", "biased"
    if reading.complete:
        return "census, complete: Morse sum 0", "complete census", "complete"
    if not reading.ended:
        return "census, going on", "going on"
    return f"census, incomplete: Morse sum {whole(reading.morse_sum or 0)}", "incomplete census", "incomplete"


def number_of_points(reading: CriticalPointsReading) -> str:
    """How many there are, and what that number is worth."""
    worth = method(reading)[-1]
    return f"{counted(len(reading.values), 'point')}, {worth}"


def others(reading: CriticalPointsReading) -> tuple[str, ...]:
    """What else was met."""
    kinds = {
        "flat places": reading.flat,
        "outside the box": reading.outside,
        "whose directions could not be counted": reading.unknown,
    }
    estimated = () if reading.exact else ("directions estimated",)
    return (*estimated, *(f"{whole(count)} {what}" for what, count in kinds.items() if count))


def effort(reading: CriticalPointsReading) -> str:
    """From how many starts, and how many of them were in vain."""
    return f"{counted(reading.starts, 'start')}, {whole(reading.failed)} ended nowhere"
