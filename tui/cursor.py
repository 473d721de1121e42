"""Numbers read off a picture where a cursor stands: what was recorded there, and nothing between records."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sim.arrays import Floats, np
from tui.formats import brief, setting, whole
from tui.picture import DASHES, Picture, Series

DIGITS = 12
"""Of a value that was recorded, where there is room for them."""

MEANT = 6
"""Of a value that was sampled or computed from a law: more of its digits say nothing."""

LEAST, MOST = 6, 17
"""Digits of a place that is no whole number: as many tell all numbers apart."""

LARGEST = 1e15
"""Up to here all digits before the point are told."""

GAP = "none"
"""What is read where there is a gap: nothing was recorded, or it was no number."""

EMPTY = "nothing here"
"""What is read where none of several curves of values is."""


def stops(picture: Picture) -> Floats:
    """Where on the horizontal axis something can be read (k,), increasing; none of a map or scattered points.

    Those of a histogram are the middles of its bins, those of a curve its own points.
    """
    if picture.message or picture.ground is not None:
        return np.empty(0)
    if (edges := _edges(picture)) is not None:
        return 0.5 * (edges[:-1] + edges[1:])
    found = [series.x.astype(np.float64) for series in _curves(picture) if series.mark != DASHES]
    return np.unique(np.concatenate(found)) if found else np.empty(0)


def nearest(picture: Picture, x: float | None) -> float | None:
    """The place that is nearest to `x`, the last one for None; None where nothing can be read."""
    found = stops(picture)
    if not len(found):
        return None
    return float(found[-1 if x is None else np.abs(found - x).argmin()])


def further(found: Floats, columns: Floats, x: float, by: int, fine: bool) -> float | None:
    """The place a column further than `x`, or with `fine` the next one; None beyond the last.

    `columns` (k,) are those of the places found (k,). Beyond the first it stays.
    """
    at = int(np.abs(found - x).argmin())
    beyond = np.flatnonzero(columns > columns[at] if by > 0 else columns < columns[at])
    if fine:
        at += by
    elif len(beyond):
        at = int(beyond[0] if by > 0 else beyond[-1])
    else:
        at = len(found) if by > 0 else 0
    return float(found[max(0, at)]) if at < len(found) - 1 else None


def reading(picture: Picture, x: float, digits: int = DIGITS) -> tuple[str, ...]:
    """Where `x` is, and the value of each series there, after its mark and its name in the legend.

    What every step records has so many `digits`, and what is counted all of them.
    """
    if picture.measured is not None or picture.across is not None:
        digits = min(digits, MEANT)
    if (edges := _edges(picture)) is not None:
        bin = int(np.clip(np.searchsorted(edges, x, side="right") - 1, 0, len(edges) - 2))
        low, high = (_told_apart(float(edge), edges) for edge in edges[bin : bin + 2])
        return _where(picture, f"{low} to {high}"), *_counts(picture, bin, digits)
    where = whole(int(x)) if picture.across is None else _told_apart(x, stops(picture))
    values = [_value(name, series, x, digits) for name, series in _named(picture)]
    if picture.across is not None:
        values = [value for value in values if GAP not in value] or [EMPTY]
    return _where(picture, where), *values


def _where(picture: Picture, place: str) -> str:
    name = "step" if picture.across is None else picture.across_name or "at"
    return f"{name} {place}"


def _counts(picture: Picture, bin: int, digits: int) -> Iterator[str]:
    for name, series in _named(picture, bars=True):
        if series.bins is not None and bin < len(series.bins[1]):
            yield f"{name} {_number(float(series.bins[1][bin]), digits)}"


def _value(name: str, series: Series, x: float, digits: int) -> str:
    """A level holds everywhere; else what was recorded at `x` and nowhere else is the value there."""
    level = series.mark == DASHES and bool(np.all(series.y == series.y[:1]))
    at = np.zeros(1, dtype=np.int64) if level else np.flatnonzero(series.x == x)
    if not len(at):
        return f"{name} {GAP}"
    if series.mark == DASHES:  # whose last value may stand in the legend already
        name, digits = name.removesuffix(f" {brief(float(series.y[-1]))}"), min(digits, MEANT)
    low = _number(float(series.y[at[-1]]), digits)
    if series.top is None:
        return f"{name} {low}"
    return f"{name} {low} to {_number(float(series.top[at[-1]]), digits)}"


def _named(picture: Picture, bars: bool = False) -> Iterator[tuple[str, Series]]:
    """Each series under its mark and what the legend says of it, in the order of the legend.

    What the legend leaves out is no series of its own: of a line and the numbers on it, one has a name.
    """
    series = picture.series if bars else _curves(picture)
    if not picture.legend:
        yield from ((each.mark, each) for each in series)
    for entry in picture.legend:
        marks, _, words = entry.partition(" ")
        yield from ((f"{each.mark} {words}", each) for each in series if each.mark in marks)


def _curves(picture: Picture) -> list[Series]:
    return [series for series in picture.series if len(series.x) and _is_function(series)]


def _is_function(series: Series) -> bool:
    """Whether there is one value for each x; of points that come in any order, that has to be seen."""
    return not series.scatter or bool(np.all(np.diff(series.x) > 0))


def _edges(picture: Picture) -> Floats | None:
    """The edges of the bins of a histogram."""
    return next((series.bins[0] for series in picture.series if series.bins is not None), None)


def _number(value: float, digits: int) -> str:
    if np.isnan(value):
        return GAP
    if value.is_integer():
        return setting(value)
    return setting(float(f"{value:.{digits}g}")) if np.isfinite(value) else ("∞" if value > 0 else "−∞")


def _told_apart(value: float, among: Floats) -> str:
    """One of these places (k,), increasing: in full if it is whole, else with digits that only it has.

    Two more than tell it from its neighbours, and six at least, but not the last ones of a sum of steps.
    """
    at = int(np.abs(among - value).argmin())
    apart = np.diff(among[max(0, at - 1) : at + 2])
    size = max(1e-300, abs(value))
    digits = max(LEAST, _power(size) + 1 if size < LARGEST else 0)
    if len(apart) and (least := float(apart.min())) > 0.0:
        digits = max(digits, _power(max(size, least)) - _power(least) + 2)
    digits = min(MOST, digits)
    return setting(float(f"{value:.{digits}g}"), digits)


def _power(size: float) -> int:
    """Of ten, in a number above 0."""
    return math.floor(math.log10(size))
