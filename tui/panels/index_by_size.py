"""The number of negative eigenvalues of the leading blocks of a giant matrix, less what theory expects."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from sim.arrays import np
from sim.giants.laws import negative_in_front
from sim.snapshot import Snapshot
from tui import giants
from tui.formats import brief_whole, decimal, number, setting
from tui.panel import Panel
from tui.picture import BAND, Picture, Series

if TYPE_CHECKING:  # the first frame need not wait for what computes
    from sim.measures.streamed_signs import StreamedSignsReading

FOUND = "+"

FEW = 0.1
"""Of sizes with a smaller standard deviation it means nothing that they keep to it."""

LEGEND = (f"{FOUND} counted − expected in the first k rows", f"{BAND} ± the law's sd")
SHORT = (f"{FOUND} off by", f"{BAND} ± law's sd")


def paint(snapshot: Snapshot) -> Picture:
    """One matrix, seen at every size on the way to its own."""
    reading: StreamedSignsReading | None = snapshot.readings.get("streamed-signs")
    if reading is None or not giants.is_asked_for(reading, snapshot.experiment):
        return Picture()
    trail, method = reading.trail, giants.streamed(reading.dim, reading.shift, reading.of_landscape)
    if trail.sizes[-1] < _first(reading):
        return Picture(message=_too_small(reading), last=snapshot.step, method=method)
    off = trail.counted_in_front - trail.expected_in_front
    return Picture(
        (
            _law(reading.dim, reading.shift, float(trail.sizes[0])),
            Series(trail.sizes, off, FOUND, "chart--median", scatter=True),
        ),
        LEGEND,
        SHORT,
        notes=_notes(reading),
        last=snapshot.step,
        method=method,
        across=(float(trail.sizes[0]), float(reading.dim)),
        across_name="k",
        across_log=True,
    )


@lru_cache(maxsize=16)
def _law(dim: int, shift: float, first: float) -> Series:
    """One standard deviation each way, at the sizes to come as well."""
    sizes = np.unique(np.rint(np.geomspace(first, dim, 512)))
    laws = [negative_in_front(dim, shift, int(size)) for size in sizes]
    spreads = np.array([law.standard_deviation for law in laws])
    return Series(sizes, -spreads, BAND, "chart--band", top=spreads)


def _notes(reading: StreamedSignsReading) -> tuple[str, ...]:
    """How far off the largest block is, and how often one standard deviation was kept."""
    trail = reading.trail
    off = trail.counted_in_front - trail.expected_in_front
    size, expected = int(trail.sizes[-1]), float(trail.expected_in_front[-1])
    some = trail.spreads > FEW
    within = int(np.count_nonzero(np.abs(off[some]) <= trail.spreads[some]))
    return (
        f"off {giants.signed(float(off[-1]))} ± {number(float(trail.spreads[-1]))}",
        f"of {decimal(expected, 1)} in {brief_whole(size)} rows",
        *((f"{within} of {np.count_nonzero(some)} sizes within one sd",) if some.any() else ()),
        *((f"nothing to vary below k = {number(_first(reading))}",) if _first(reading) > 1.0 else ()),
    )


def _too_small(reading: StreamedSignsReading) -> str:
    """What there is to say of blocks that are too small for their count to vary."""
    so_far, first = f"{brief_whole(int(reading.trail.sizes[-1]))} rows so far", _first(reading)
    if first >= reading.dim:
        return f"nothing to vary at any size: t = {setting(reading.shift)} is beyond the spectrum; {so_far}"
    return f"nothing to vary below k = d t²/4 = {number(first)}; {so_far}"


def _first(reading: StreamedSignsReading) -> float:
    """The size from which the semicircle of a block, √(k/d) times as wide, reaches across 0."""
    return reading.dim * min(1.0, 0.25 * reading.shift * reading.shift)


PANEL = Panel(
    "Every size",
    "giants",
    2,
    ("streamed-signs",),
    "the first k rows of the same matrix are a random matrix of their own: how many of its eigenvalues are "
    "negative, less what theory expects, up to k = giant_dim. The band is one standard deviation, about "
    "√(ln k/π² + ¼): 500 million are off by one or two. A shift t weighs √(d/k) times as much there, so that "
    "small blocks have no negative ones. Sizes that are near each other share most of their rows",
    paint,
)
