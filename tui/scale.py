"""Logarithmic and linear axes of values by choice, and why one may not suit."""

from __future__ import annotations

from dataclasses import replace

from sim.arrays import np
from tui.formats import number
from tui.picture import Picture, Series

NAMES = {True: "logarithmic", False: "linear"}
"""What an axis is called that shows logarithms, and one that does not."""


def refusal(picture: Picture, log: bool) -> str:
    """Why the values of a picture cannot have such an axis; "" where they can."""
    if picture.ground is not None:
        return "a map has none of values"
    if picture.message or not picture.series:
        return "there is nothing to draw yet"
    if picture.limits:
        low, high = map(number, picture.limits)
        return f"it goes from {low} to {high} by nature"
    if not log:
        return ""
    if picture.may_be_negative:
        return "values may be below 0 here, where there are no logarithms"
    least, most = _extent(picture)
    if least < 0.0:
        return f"there are values down to {number(least)}, and no logarithms below 0"
    return "" if most > 0.0 else "no value is above 0"


def scaled(picture: Picture, log: bool | None) -> Picture:
    """The picture with the axis that was chosen; its panel's own for None, and where that does not suit."""
    if log is None or log == picture.log or refusal(picture, log):
        return picture
    series = tuple(_standing(each, log, picture.whole) for each in picture.series)
    return replace(picture, series=series, log=log, from_zero=not log and _extent(picture)[0] >= 0.0)


def _standing(series: Series, log: bool, whole: bool) -> Series:
    """Bars from 0 up, or on a logarithmic axis from below the lowest: where things are counted, from ½."""
    if series.bins is None or series.top is None:
        return series
    heights = series.bins[1][series.bins[1] > 0.0]
    ground = 0.5 if whole or not len(heights) else 0.5 * float(heights.min())
    return replace(series, y=np.where(np.isnan(series.y), np.nan, ground if log else 0.0))


def _extent(picture: Picture) -> tuple[float, float]:
    """The smallest and the largest finite value of what is no mark; (0, 0) without one."""
    curves = [series for series in picture.series if not series.scatter]
    values = [a for curve in curves for a in (curve.y, curve.top) if a is not None]
    found = np.concatenate(values) if values else np.empty(0)
    found = found[np.isfinite(found)]
    return (float(found.min()), float(found.max())) if len(found) else (0.0, 0.0)
