"""Upper bounds on the wall between two walkers, as more coordinates are free to move."""

from __future__ import annotations

from sim.arrays import np
from sim.measures.paths import PathsReading
from sim.snapshot import Snapshot
from tui.formats import number, whole
from tui.panel import Panel
from tui.panels import _cohorts
from tui.picture import DASHES, LINE, Picture, Series

POINT = "●"


def paint(snapshot: Snapshot) -> Picture:
    """A point for each number of free coordinates, joined up, and the level of the straight line."""
    reading: PathsReading | None = snapshot.readings.get("paths")
    if reading is None:
        return Picture()
    found = reading.found
    if found is None:
        return Picture(message=reading.reason, last=snapshot.step, measured=reading.step)
    free, walls = found.free[1:].astype(np.float64), found.walls[1:]
    low, high = (float(free[0]), float(free[-1])) if len(free) > 1 else (0.5 * free[0], 2.0 * free[0])
    x = np.geomspace(low, high, 256)
    level = Series(x, np.full(256, found.walls[0]), DASHES, "chart--theory", apart=2)
    line = Series(free, walls, LINE, "chart--band")
    points = Series(free, walls, POINT, "chart--median", scatter=True)
    return Picture(
        (level, line, points),
        (f"{POINT}{LINE} lowest path found", f"{DASHES} straight line"),
        (f"{POINT}{LINE} path", f"{DASHES} straight"),
        notes=_notes(reading, _cohorts.name(snapshot)),
        last=snapshot.step,
        method=_method(_cohorts.name(snapshot)),
        measured=reading.step,
        from_zero=True,
        across=(low, high),
        across_name="free",
        across_log=True,
    )


def _notes(reading: PathsReading, cohort: str) -> tuple[str, ...]:
    found, partner, distance = reading.found, reading.partner, reading.distance
    if found is None or partner is None or distance is None:
        return ()
    lowest = f"≤ {number(found.walls[-1])}" if found.walls[-1] > 0.0 else "no wall"
    notes = [f"{lowest}, straight {number(found.walls[0])}"]
    gone = found.free[found.walls == 0.0]
    if len(gone):
        notes.append(f"gone with {whole(int(gone[0]))} free")
    of = f" of {cohort}" if cohort else ""
    notes.append(f"walkers {reading.walker + 1} and {partner + 1}{of}, {number(distance)} apart")
    if not found.complete:
        notes.append(f"up to {whole(int(found.free[-1]))} free: more would take too long")
    if reading.surface:
        notes.append("along the surface")
    notes.append(f"seen every {number(found.spacing)} length scales")
    return tuple(notes)


def _method(cohort: str) -> tuple[str, ...]:
    """What the numbers are worth, and of which cohort they are, where there are several."""
    return _cohorts.method(cohort, "upper bounds, a lower path may exist", "upper bounds", "bounds")


PANEL = Panel(
    "Lowest paths",
    "walls",
    3,
    ("paths",),
    "the wall between one walker and the nearest that a wall parts from it on the straight line, when the "
    "path may leave that line in the first coordinates, 2, 3, 4, … of them: what is shown is the lowest path "
    "that was found, so that the true wall is this high at most",
    paint,
    "Paths",
)
