"""Pictures -> rows of cells: the only file that knows plotext.

plotext draws the axes with their ticks and labels; the finished matrix of characters is read straight from
where it keeps it. Its time for every point of a curve, 1 to 2 ms a chart, was most of what a screen took: so
curves, thinned to two points a column, are set into the cells here, as plotext would.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sim.arrays import Floats, np
from tui.axes import DOTS_UP, LABEL_WIDTH, Axis, across_axis, fixed_axis, steps_axis, value_axis
from tui.cells import Row, cells, fitted, wrapped
from tui.picture import LINE, Picture, Series
from tui.thinning import (
    DOTS_ACROSS,
    Points,
    band,
    braille,
    column_of,
    dots,
    levels,
    row_of,
    scattered,
    thinned,
)

LARGEST = 1e300
"""Anything larger is drawn as if it were infinite: off the chart."""

SMALLEST = (LABEL_WIDTH + 6, 4)
"""Columns and rows below which there is no chart."""

FRAME, CORNER = "chart--frame", "└"

BRAILLE = "braille"
"""The marker of a line that is drawn in dots."""

Shape = tuple[str, str, Points]
"""What is set into cells: a marker, a style, and points, in columns and rows of dots where it is braille."""

Ticks = tuple[list[float], list[str]]
"""Places from 0 to 1, and their labels."""


class Chart:
    """Draws pictures: remembers its vertical axis, so that it moves rarely, and draws anew what changed."""

    def __init__(self, unicode: bool = True) -> None:
        self._line = BRAILLE if unicode else "*"
        self._axis: Axis | None = None
        self._last = 0
        self._framed: tuple[object, list[Row]] = (None, [])
        self._drawn: tuple[object, list[Shape], list[Row]] = (None, [], [])

    def draw(self, picture: Picture, width: int, height: int) -> list[Row]:
        """`height` rows of `width` cells."""
        if picture.last < self._last:  # another run
            self._axis = None
        self._last = picture.last
        curves = [_drawable(series, picture) for series in picture.series]
        extent = _extent(curves)
        if picture.message or extent is None:
            return in_the_middle(picture.message or "nothing to draw yet", width, height)
        if width < SMALLEST[0] or height < SMALLEST[1]:
            return in_the_middle("too small", width, height)
        self._axis = self._fitted_axis(picture, *extent, rows=height - 2)
        return self._plot(curves, self._axis, _horizontal(picture, width - LABEL_WIDTH - 1), width, height)

    def _fitted_axis(self, picture: Picture, low: float, high: float, rows: int) -> Axis:
        if picture.limits:
            return fixed_axis(*picture.limits, rows=rows)
        low = min(low, 0.0) if picture.from_zero else low
        least = 1.0 if picture.whole else 0.0
        return value_axis(low, high, log=picture.log, rows=rows, before=self._axis, least=least)

    def _plot(self, curves: Sequence[Series], axis: Axis, along: Axis, width: int, height: int) -> list[Row]:
        columns, rows = width - LABEL_WIDTH - 1, height - 2
        shapes: list[Shape] = []
        for curve in curves:
            marker = self._line if curve.mark == LINE else curve.mark
            shapes.append((marker, curve.style, self._points(curve, axis, along, columns, rows)))
        frame = (axis, along, width, height)
        if frame != self._framed[0]:
            ticks = _ticks(along, columns, DOTS_ACROSS), _ticks(axis, rows, DOTS_UP)
            self._framed = frame, framed(*ticks, width, height)
        drawn_frame, drawn_shapes, drawn = self._drawn
        if (*frame, len(shapes)) != drawn_frame or not all(map(_same, shapes, drawn_shapes)):
            drawn = plotted(shapes, self._framed[1])
            self._drawn = (*frame, len(shapes)), shapes, drawn
        return drawn

    def _points(self, curve: Series, axis: Axis, along: Axis, columns: int, rows: int) -> Points:
        """Where the curve is, thinned to the places that can be told apart."""
        across, up = DOTS_ACROSS, DOTS_UP
        if curve.mark == LINE and self._line == BRAILLE:
            columns, rows, across, up = columns * across, rows * up, 1, 1
        where = column_of(curve.x.astype(np.float64) - along.low, along.high - along.low, columns, across)
        y = row_of(axis.share(curve.y), rows, up)
        y = np.where((y >= 0) & (y < rows), y, np.nan) if not curve.frame else y
        if curve.scatter:
            where, y = scattered(where, y, columns)
        elif curve.top is not None:
            where, y = band(where, y, row_of(axis.share(curve.top), rows, up), rows)
        elif curve.mark == LINE:
            where, y = thinned(where, y)
        else:
            where, y = levels(where, y)
            kept = where % curve.apart == curve.begin
            where, y = where[kept], y[kept]
        return where, y


def _ticks(axis: Axis, cells: int, dots: int) -> Ticks:
    """The axis's ticks, each in the cell in which a curve would stand there."""
    places = row_of(axis.share(np.array([place for place, _ in axis.ticks])), cells, dots)
    return (places / (cells - 1)).tolist(), [label for _, label in axis.ticks]


def _horizontal(picture: Picture, columns: int) -> Axis:
    """The axis of steps, or that of values."""
    if picture.across is None:
        return steps_axis(picture.last, columns)
    return across_axis(
        *picture.across,
        name=picture.across_name,
        log=picture.across_log,
        columns=columns,
        least=1.0 if picture.across_whole else 0.0,
    )


def _drawable(series: Series, picture: Picture) -> Series:
    """The series in the coordinates that are drawn; what cannot be drawn is NaN, an infinite top stays."""
    log, x = picture.log, series.x
    with np.errstate(all="ignore"):
        if picture.across_log:
            x = np.where(x > 0.0, np.log10(x), np.nan)
        y, top = np.where(np.abs(series.y) < LARGEST, series.y, np.nan), series.top
        if top is not None:
            top = np.where(np.abs(top) < LARGEST, top, np.inf)
        if log:
            y = np.where(y > 0.0, np.log10(y), np.nan)
            top = None if top is None else np.where(top > 0.0, np.log10(top), np.nan)
    return replace(series, x=x, y=y, top=top)


def _extent(curves: Sequence[Series]) -> tuple[float, float] | None:
    """The smallest and the largest finite value in the frame; of all curves where the framed have none."""
    for framed in (True, False):
        values = [
            a for curve in curves if curve.frame or not framed for a in (curve.y, curve.top) if a is not None
        ]
        finite: Floats = np.concatenate(values) if values else np.empty(0)
        finite = finite[np.isfinite(finite)]
        if finite.size:
            return float(finite.min()), float(finite.max())
    return None


def _same(shape: Shape, other: Shape) -> bool:
    (marker, style, points), (other_marker, other_style, other_points) = shape, other
    return (marker, style) == (other_marker, other_style) and all(
        np.array_equal(a, b, equal_nan=True) for a, b in zip(points, other_points, strict=True)
    )


def plotted(shapes: Sequence[Shape], frame: Sequence[Row]) -> list[Row]:
    """Rows from top to bottom: in the frame, one shape over the other."""
    rows, left = [row.copy() for row in frame], _left(frame)
    width, height = len(frame[0]) - left, len(frame) - 2
    for marker, style, points in shapes:
        for column, row, character in _placed(marker, points, width, height):
            rows[height - 1 - row][left + column] = (character, style)
    return rows


def _left(frame: Sequence[Row]) -> int:
    """The first column that curves stand in, to the right of the corner of the axes."""
    return next(column for column, (character, _) in enumerate(frame[-2]) if character == CORNER) + 1


def _placed(marker: str, points: Points, width: int, height: int) -> Iterable[tuple[int, int, str]]:
    """Column, row from below and character of every cell that a shape takes."""
    if marker == BRAILLE:
        columns, rows, characters = braille(*dots(*points), width, height)
        return zip(columns.tolist(), rows.tolist(), characters, strict=True)
    inside = (points[0] >= 0) & (points[0] < width) & (points[1] >= 0) & (points[1] < height)  # NaN is not
    places = (a[inside].astype(np.int64).tolist() for a in points)
    return ((column, row, marker) for column, row in zip(*places, strict=True))


def framed(x: Ticks, y: Ticks, width: int, height: int) -> list[Row]:
    """The axes, drawn by plotext; the only place that touches its private names."""
    from plotext._figure import _figure_class  # the public functions share one global figure

    figure: Any = _figure_class()
    figure._limit_size(False, False)  # noqa: SLF001 - or it is cut to the terminal that it finds
    figure.plot_size(width, height)
    figure.xaxes(True, False)
    figure.yaxes(True, False)
    figure.xlim(0, 1)
    figure.ylim(0, 1)
    figure.xticks(*x)
    figure.yticks(*y)
    figure.scatter([0.0], [0.0], marker=" ")  # axes without data are none
    figure._set_sizes()  # noqa: SLF001 - build() would also join it all into one coloured text
    figure.monitor.build_plot()
    return [[(character, FRAME) for character in row] for row in figure.monitor.matrix.marker[::-1]]


def in_the_middle(text: str, width: int, height: int) -> list[Row]:
    """Text where a chart would be, in as many lines as it takes."""
    lines = wrapped(text, width)
    above = max(0, (height - len(lines) + 1) // 2)
    rows = [*[""] * above, *lines, *[""] * height][:height]
    return [fitted(cells(row.center(width), FRAME), width) for row in rows]
