"""Long series to the columns of a chart, and lines to the dots of its cells.

Columns are counted from the left and rows from below; rows are whole numbers, NaN for a gap. What stands in a
column depends on that column's values alone, so a run that goes on changes a chart at its tip only.
"""

from __future__ import annotations

from sim.arrays import Floats, Integers, np
from tui.axes import DOTS_UP

Points = tuple[Floats, Floats]
"""Columns and rows, both (k,)."""

DOTS_ACROSS = 2
"""Dots of a line in the width of a column."""

BRAILLE, BITS = 0x2800, ((0x40, 0x80), (0x04, 0x20), (0x02, 0x10), (0x01, 0x08))
"""The character without dots, and what each dot adds to its number, by row from below and column."""


def column_of(x: Floats, end: float, columns: int, dots: int) -> Floats:
    """The columns (k,) in which `x` (k,), from 0 to `end`, stand, where each column is `dots` dots wide.

    Lines are drawn in dots and other marks in whole cells; counting dots for both puts them in one place.
    """
    fine: Floats = np.floor(x * ((columns * dots - 1) / end))
    return np.floor(fine / dots)


def row_of(share: Floats, rows: int, dots: int) -> Floats:
    """The rows (k,) for heights between 0 and 1 (k,), where each row is `dots` dots high."""
    return np.floor(np.rint(share * (rows * dots - 1)) / dots)


def thinned(columns: Floats, y: Floats) -> Points:
    """At most two points a column, its lowest and its highest, in the order that joins up best.

    A column with nothing but NaN keeps one NaN, so that gaps stay gaps.
    """
    starts = _starts(columns)
    if not len(starts):
        return np.empty(0), np.empty(0)
    low, high = np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)
    ends = np.append(starts[1:], len(y)) - 1
    rising = ~(y[ends] < y[starts])
    pairs = np.stack([np.where(rising, low, high), np.where(rising, high, low)], axis=1).ravel()
    keep = np.ones(len(pairs), dtype=bool)
    keep[1::2] = low < high
    return np.repeat(columns[starts], 2)[keep], pairs[keep]


def levels(columns: Floats, y: Floats) -> Points:
    """One point a column, the last finite value in it; columns without one are left out."""
    finite = np.isfinite(y)
    columns, y = columns[finite], y[finite]
    starts = _starts(columns)
    return columns[starts], y[(np.append(starts[1:], len(y)) - 1)[: len(starts)]]


def scattered(columns: Floats, y: Floats, width: int) -> Points:
    """Each place once, of points in any order; what is beyond the left or the right edge is left out."""
    inside = np.isfinite(y) & (columns >= 0) & (columns < width)
    places = np.unique(np.stack((columns[inside], y[inside])), axis=1)
    return places[0], places[1]


def band(columns: Floats, low: Floats, high: Floats, rows: int) -> Points:
    """Every place between two curves; an infinite one is beyond the edge."""
    starts = _starts(columns)
    if not len(starts):
        return np.empty(0), np.empty(0)
    bottom, top = np.fmin.reduceat(low, starts), np.fmax.reduceat(high, starts)
    level = np.arange(rows)[:, None]
    row, column = np.nonzero((level >= bottom) & (level <= top))
    return columns[starts][column], row.astype(np.float64)


def dots(columns: Floats, y: Floats) -> tuple[Integers, Integers]:
    """Columns (k,) and rows (k,) of the dots of lines from each point to the next, where both are there."""
    there = np.isfinite(y)
    beside, above = np.diff(columns), np.diff(y)
    with np.errstate(invalid="ignore"):
        apart = np.where(there[1:] & there[:-1], np.fmax(np.abs(beside), np.abs(above)), 0.0)
    between = np.maximum(apart.astype(np.int64) - 1, 0)
    line = np.repeat(np.arange(len(between)), between)
    step = np.arange(1, len(line) + 1) - np.repeat(np.cumsum(between) - between, between)
    across, up = ((step * (change[line] / apart[line])) for change in (beside, above))
    found = [np.concatenate((a[there], a[line] + way)) for a, way in ((columns, across), (y, up))]
    return found[0].astype(np.int64), found[1].astype(np.int64)


def braille(columns: Integers, y: Integers, width: int, height: int) -> tuple[Integers, Integers, list[str]]:
    """Columns (k,) and rows (k,) of the cells of a chart in which these dots stand, and their characters."""
    inside = (columns >= 0) & (columns < width * DOTS_ACROSS) & (y >= 0) & (y < height * DOTS_UP)
    columns, y = columns[inside], y[inside]
    cells, bits = np.zeros((height, width), dtype=np.uint8), np.array(BITS, dtype=np.uint8)
    np.bitwise_or.at(cells, (y // DOTS_UP, columns // DOTS_ACROSS), bits[y % DOTS_UP, columns % DOTS_ACROSS])
    row, column = np.nonzero(cells)
    return column, row, [chr(BRAILLE + number) for number in cells[row, column].tolist()]


def _starts(columns: Floats) -> Integers:
    """The index of the first point of each column."""
    return np.flatnonzero(np.diff(columns, prepend=-1.0))
