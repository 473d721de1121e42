"""How many eigenvalues of a giant matrix are negative, counted row by row, and how far off theory."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from sim.arrays import np
from sim.giants.laws import negative_of_goe
from sim.snapshot import Snapshot
from tui import giants
from tui.formats import brief, brief_whole, decimal, duration, number, whole
from tui.panel import Panel
from tui.picture import DASHES, LINE, Picture, Series

if TYPE_CHECKING:  # the first frame need not wait for what computes
    from sim.measures.streamed_signs import StreamedSignsReading

LEAST = 0.1
"""A count is a whole number and its mean is not: what is nearer than this is drawn as so far off."""

FEW = 0.1
"""Of what is expected less often than that, no deviation is drawn."""

LEGEND = (
    f"{LINE} |counted/expected − 1| by rows, off by {LEAST} at least",
    f"{DASHES} sd of a matrix of so many rows",
)
SHORT = (f"{LINE} relative error", f"{DASHES} law's sd")
SHORTEST = (f"{LINE} error", f"{DASHES} law's sd")

LATER = 600.0
"""Above so many seconds it is said that there is a command, which takes both cores."""


def paint(snapshot: Snapshot) -> Picture:
    """The relative error of the count as rows go by, on two logarithmic axes."""
    reading: StreamedSignsReading | None = snapshot.readings.get("streamed-signs")
    if reading is None or not giants.is_asked_for(reading, snapshot.experiment):
        return Picture()
    trail, notes = reading.trail, _notes(reading, snapshot.experiment.seed)
    expected = trail.expected >= 1.0
    if not expected.any():
        return Picture(message=_nothing(reading), notes=notes, last=snapshot.step, method=method(reading))
    rows, counted, mean = trail.rows[expected], trail.counted[expected], trail.expected[expected]
    off = np.maximum(np.abs(counted - mean), LEAST) / mean
    return Picture(
        (_law(reading.dim, reading.shift, float(rows[0])), Series(rows, off, LINE, "chart--median")),
        LEGEND,
        SHORT,
        shortest_legend=SHORTEST,
        notes=notes,
        last=snapshot.step,
        method=method(reading),
        log=True,
        across=(float(rows[0]), float(reading.dim)),
        across_name="rows",
        across_log=True,
    )


def method(reading: StreamedSignsReading) -> tuple[str, ...]:
    """How it is known, and of which matrix, in ever fewer words."""
    return giants.streamed(reading.dim, reading.shift, reading.of_landscape)


@lru_cache(maxsize=16)
def _law(dim: int, shift: float, first: float) -> Series:
    """The standard deviation over the mean of a whole matrix, as large as the rows are many."""
    sizes = np.geomspace(first, dim, 256)
    laws = [negative_of_goe(round(size), shift) for size in sizes]
    means = np.array([law.mean if law.mean >= FEW else math.nan for law in laws])
    spreads = np.array([law.standard_deviation for law in laws]) / means
    return Series(sizes, spreads, DASHES, "chart--theory", apart=2)


def _nothing(reading: StreamedSignsReading) -> str:
    """Where less than one is expected, there is nothing to compare with."""
    few = number(reading.expected) if reading.expected > 0.0 else "none is"
    share = f"{_done(reading)} of {brief_whole(reading.dim)} rows"
    return f"{share}, {whole(reading.counted)} negative: {few} expected"


def _done(reading: StreamedSignsReading) -> str:
    return f"{brief(100.0 * reading.rows / reading.dim)} %"


def _notes(reading: StreamedSignsReading, seed: int) -> tuple[str, ...]:
    """How far off it is and how far it has come, what was counted, and how long it takes."""
    off = f"off {giants.signed(reading.counted - reading.expected)}"
    counted = f"{whole(reading.counted)} negative", f"expected {decimal(reading.expected, 1)}"
    row = (f"{reading.nanoseconds_per_row:.3g} ns a row",) if reading.nanoseconds_per_row else ()
    if reading.counts:
        _, zero, positive = reading.counts
        spread = f"sd {number(reading.law.standard_deviation)}"
        rest = f"{whole(zero)} zero, {whole(positive)} positive"
        return f"all {brief_whole(reading.dim)}: {off}", *counted, spread, rest, *row
    share = f"{_done(reading)}: {off}"
    rows = f"{whole(reading.rows)} of {brief_whole(reading.dim)} rows"
    left = () if reading.seconds_left is None else (f"{duration(reading.seconds_left)} left",)
    return share, *left, *counted, rows, *row, *_quicker(reading, seed)


def _quicker(reading: StreamedSignsReading, seed: int) -> tuple[str, ...]:
    """The command that counts the same matrix, where it takes long."""
    if reading.seconds_left is None or reading.seconds_left <= LATER:
        return ()
    which = f"--dim {reading.dim} --shift {reading.shift:.12g} --seed {seed}"
    return (f"quicker: landscape-tui signs {which}",)


PANEL = Panel(
    "Signs",
    "giants",
    1,
    ("streamed-signs",),
    "how many eigenvalues of one random matrix are negative, GOE/√d + t with d = giant_dim: its rows are "
    "drawn, counted and forgotten, from both ends. The line is how far the count is off what is expected of "
    "so many rows, in relation to that; the dashes are the standard deviation of a whole matrix of as many. "
    "The command signs does the same on all cores, and can be interrupted",
    paint,
)
