"""Long series to the columns of a chart.

Columns are counted from the left and rows from below; rows are whole numbers, NaN for a gap. What stands in a
column depends on that column's values alone, so a run that goes on changes a chart at its tip only.
"""

from __future__ import annotations

from sim.arrays import Floats, Integers, np

Points = tuple[Floats, Floats]
"""Columns and rows, both (k,)."""


def column_of(x: Floats, end: float, columns: int, dots: int) -> Floats:
    """The columns (k,) in which `x` (k,), from 0 to `end`, stand, where each column is `dots` dots wide.

    Lines are drawn in dots and other marks in whole cells; counting dots for both puts them in one place.
    """
    fine: Floats = np.floor(x * ((columns * dots - 1) / end))
    return np.floor(fine / dots)


def row_of(share: Floats, rows: int, dots: int) -> Floats:
    """The rows (k,) for heights between 0 and 1 (k,), where each row is `dots` dots high."""
    return np.floor(np.rint(share * (rows * dots - 1)) / dots)


def cell_of(share: Floats, cells: int) -> Floats:
    """The cells (k,) of which places between 0 and 1 (k,) are a part; the last one ends at 1 itself.

    Below 0, or from `cells` on, is beyond the ends.
    """
    found: Floats = np.floor(share * cells)
    return np.where(share == 1.0, cells - 1.0, found)


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


def turns(columns: Floats, y: Floats) -> Points:
    """A line's points without those between two others of the same height, which it passes anyway."""
    between = np.zeros(len(y), dtype=bool)
    between[1:-1] = (y[1:-1] == y[:-2]) & (y[1:-1] == y[2:])
    return columns[~between], y[~between]


def levels(columns: Floats, y: Floats) -> Points:
    """One point a column, the last finite value in it; columns without one are left out."""
    finite = np.isfinite(y)
    columns, y = columns[finite], y[finite]
    starts = _starts(columns)
    return columns[starts], y[(np.append(starts[1:], len(y)) - 1)[: len(starts)]]


def scattered(columns: Floats, y: Floats, width: int) -> Points:
    """Each place once, of points in any order; what is beyond the left or the right edge is left out."""
    inside = np.isfinite(y) & (columns >= 0) & (columns < width)
    places = np.unique(columns[inside] + 1j * y[inside])  # pairs of numbers take six times as long
    return places.real, places.imag


def band(columns: Floats, low: Floats, high: Floats, rows: int) -> Points:
    """Every place between two curves; an infinite one is beyond the edge."""
    starts = _starts(columns)
    if not len(starts):
        return np.empty(0), np.empty(0)
    bottom, top = np.fmin.reduceat(low, starts), np.fmax.reduceat(high, starts)
    level = np.arange(rows)[:, None]
    row, column = np.nonzero((level >= bottom) & (level <= top))
    return columns[starts][column], row.astype(np.float64)


def _starts(columns: Floats) -> Integers:
    """The index of the first point of each column."""
    return np.flatnonzero(np.diff(columns, prepend=-1.0))
