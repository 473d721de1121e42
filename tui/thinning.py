"""Long series to the dots of a chart.

Columns run from 0 to `columns` − 1 over x from 0 to `end`; values come as rows of dots, whole numbers that
count from below, NaN for a gap. The dots in a column depend on that column's values alone, so a run that
goes on changes a chart at its tip only.
"""

from __future__ import annotations

from sim.arrays import Floats, Integers, np

Points = tuple[Floats, Floats]
"""Columns and rows of dots, both (k,)."""


def thinned(x: Integers, y: Floats, end: float, columns: int) -> Points:
    """At most two points a column, its lowest and its highest, in the order that joins up best.

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


def band(x: Integers, low: Floats, high: Floats, end: float, columns: int, rows: int) -> Points:
    """Every place between two curves; an infinite one is beyond the edge."""
    where, starts = _columns(x, end, columns)
    if not len(starts):
        return np.empty(0), np.empty(0)
    bottom, top = np.fmin.reduceat(low, starts), np.fmax.reduceat(high, starts)
    level = np.arange(rows)[:, None]
    row, column = np.nonzero((level >= bottom) & (level <= top))
    return where[column], row.astype(np.float64)


def _columns(x: Integers, end: float, columns: int) -> tuple[Floats, Integers]:
    """The columns that hold points, and the index of the first point of each."""
    column = np.minimum(np.floor(x * ((columns - 1) / end)), columns - 1.0)
    starts = np.flatnonzero(np.diff(column, prepend=-1.0))
    return column[starts], starts
