"""Long series to the columns of a chart.

Columns run from 0 to `columns` − 1 over x from 0 to `end`. A curve's points in a column depend on that
column's values alone, so a run that goes on changes a chart at its tip only.
"""

from __future__ import annotations

from sim.arrays import Floats, Integers, np
from tui.axes import Axis

Points = tuple[Floats, Floats]
"""Columns and values, both (k,)."""


def thinned(x: Integers, y: Floats, end: float, columns: int) -> Points:
    """At most two points a column, its smallest and largest value, in the order that joins up best.

    A column with nothing but NaN keeps one NaN, so that gaps stay gaps.
    """
    where, starts = _columns(x, end, columns)
    if not len(starts):
        return np.empty(0), np.empty(0)
    low, high = np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)
    ends = np.append(starts[1:], len(y)) - 1
    rising = ~(y[ends] < y[starts])
    pairs = np.stack([np.where(rising, low, high), np.where(rising, high, low)], axis=1).ravel()
    keep = np.ones(len(pairs), dtype=bool)
    keep[1::2] = low < high
    return np.repeat(where, 2)[keep], pairs[keep]


def levels(x: Integers, y: Floats, end: float, columns: int) -> Points:
    """One point a column, the last finite value in it; columns without one are left out."""
    finite = np.isfinite(y)
    x, y = x[finite], y[finite]
    where, starts = _columns(x, end, columns)
    return where, y[(np.append(starts[1:], len(y)) - 1)[: len(starts)]]


def band(x: Integers, low: Floats, high: Floats, end: float, columns: int, rows: int, axis: Axis) -> Points:
    """A point for every cell of a chart of `rows` rows between two curves; values in the middle of cells."""
    where, starts = _columns(x, end, columns)
    if not len(starts):
        return np.empty(0), np.empty(0)
    cell = (axis.high - axis.low) / (rows - 1)
    bottom = (np.fmin.reduceat(low, starts) - axis.low) / cell
    top = (np.fmax.reduceat(high, starts) - axis.low) / cell
    level = np.arange(rows)[:, None]
    inside = np.isfinite(bottom) & (level >= np.rint(bottom)) & (level <= np.rint(top))
    row, column = np.nonzero(inside)
    return where[column], axis.low + cell * row.astype(np.float64)


def _columns(x: Integers, end: float, columns: int) -> tuple[Floats, Integers]:
    """The columns that hold points, and the index of the first point of each."""
    column = np.minimum(np.floor(x * ((columns - 1) / end)), columns - 1.0)
    starts = np.flatnonzero(np.diff(column, prepend=-1.0))
    return column[starts], starts
