"""Pictures -> rows of cells: the only file that knows plotext.

plotext 5 takes time for every point, raises on infinity, and takes a logarithm twice when it builds twice.
So curves come in thinned to two points a column, with infinities already gaps and logarithms taken, and the
finished matrix of characters is read straight from where plotext keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.arrays import Floats, np
from tui.axes import LABEL_WIDTH, Axis, fixed_axis, steps_axis, value_axis
from tui.cells import Row, cells, fitted
from tui.picture import LINE, Picture, Series
from tui.thinning import Points, band, levels, thinned

LARGEST = 1e300
"""Anything larger is drawn as if it were infinite: off the chart."""

SMALLEST = (LABEL_WIDTH + 6, 4)
"""Columns and rows below which there is no chart."""

QUARTERS = 70
"""From so many columns on, the step axis is labelled in quarters."""

FRAME = "chart--frame"


class Chart:
    """Draws pictures, and remembers its vertical axis so that it moves rarely."""

    def __init__(self, unicode: bool = True) -> None:
        self._line = "braille" if unicode else "*"
        self._axis: Axis | None = None
        self._last = 0

    def draw(self, picture: Picture, width: int, height: int) -> list[Row]:
        """`height` rows of `width` cells."""
        if picture.last < self._last:  # another run
            self._axis = None
        self._last = picture.last
        curves = [_drawable(series, picture.log) for series in picture.series]
        extent = _extent(curves)
        if picture.message or extent is None:
            return in_the_middle(picture.message or "nothing to draw yet", width, height)
        if width < SMALLEST[0] or height < SMALLEST[1]:
            return in_the_middle("too small", width, height)
        self._axis = self._fitted_axis(picture, *extent, rows=height - 2)
        return self._plot(curves, self._axis, steps_axis(picture.last, width >= QUARTERS), width, height)

    def _fitted_axis(self, picture: Picture, low: float, high: float, rows: int) -> Axis:
        if picture.limits:
            return fixed_axis(*picture.limits)
        low = min(low, 0.0) if picture.from_zero else low
        return value_axis(low, high, log=picture.log, rows=rows, before=self._axis)

    def _plot(self, curves: Sequence[Series], axis: Axis, steps: Axis, width: int, height: int) -> list[Row]:
        columns, rows = width - LABEL_WIDTH - 1, height - 2
        styles = [FRAME, *dict.fromkeys(curve.style for curve in curves)]
        canvas = _Canvas(width, height, columns, steps, axis)
        for curve in curves:
            colour = styles.index(curve.style)
            if curve.top is not None:
                cells_between = band(curve.x, curve.y, curve.top, steps.high, columns, rows, axis)
                canvas.points(cells_between, curve.mark, colour)
            elif curve.mark == LINE:
                fine = 2 * columns  # a cell of braille has two columns of dots
                canvas.line(thinned(curve.x, curve.y, steps.high, fine), fine, self._line, colour)
            else:
                canvas.points(levels(curve.x, curve.y, steps.high, columns), curve.mark, colour)
        return canvas.rows(styles)


def _drawable(series: Series, log: bool) -> Series:
    """The series in the coordinate that is drawn; what cannot be drawn is NaN, an infinite top stays."""
    with np.errstate(all="ignore"):
        y, top = np.where(np.abs(series.y) < LARGEST, series.y, np.nan), series.top
        if top is not None:
            top = np.where(np.abs(top) < LARGEST, top, np.inf)
        if log:
            y = np.where(y > 0.0, np.log10(y), np.nan)
            top = None if top is None else np.where(top > 0.0, np.log10(top), np.nan)
    return Series(series.x, y, series.mark, series.style, top)


def _extent(curves: Sequence[Series]) -> tuple[float, float] | None:
    """The smallest and the largest finite value; None where there is none."""
    values = [array for curve in curves for array in (curve.y, curve.top) if array is not None]
    finite: Floats = np.concatenate(values) if values else np.empty(0)
    finite = finite[np.isfinite(finite)]
    return (float(finite.min()), float(finite.max())) if finite.size else None


class _Canvas:
    """One plotext figure; the only place that touches plotext's private names."""

    def __init__(self, width: int, height: int, columns: int, x: Axis, y: Axis) -> None:
        from plotext._figure import _figure_class  # the public functions share one global figure

        self._figure: Any = _figure_class()
        self._columns = columns
        self._figure._limit_size(False, False)  # noqa: SLF001 - or it is cut to the terminal that it finds
        self._figure.plot_size(width, height)
        self._figure.xaxes(True, False)
        self._figure.yaxes(True, False)
        self._figure.ticks_color(0)
        last = columns - 1
        self._figure.xlim(0, last)
        self._figure.ylim(y.low, y.high)
        self._figure.xticks([last * place / x.high for place, _ in x.ticks], [text for _, text in x.ticks])
        self._figure.yticks([place for place, _ in y.ticks], [text for _, text in y.ticks])

    def line(self, points: Points, fine: int, marker: str, colour: int) -> None:
        """A line through points whose columns count `fine` over the whole width."""
        x, y = points
        scaled = x * ((self._columns - 1) / (fine - 1))
        self._figure.plot(scaled.tolist(), y.tolist(), marker=marker, color=colour)

    def points(self, points: Points, marker: str, colour: int) -> None:
        """Single characters."""
        x, y = points
        self._figure.scatter(x.tolist(), y.tolist(), marker=marker, color=colour)

    def rows(self, styles: Sequence[str]) -> list[Row]:
        """The finished picture from top to bottom; colours are places in `styles`."""
        self._figure._set_sizes()  # noqa: SLF001 - build() would also join it all into one coloured text
        self._figure.monitor.build_plot()
        matrix, names = self._figure.monitor.matrix, dict(enumerate(styles))
        return [
            [(character, names.get(colour, FRAME)) for character, colour in zip(*row, strict=True)]
            for row in zip(matrix.marker[::-1], matrix.fullground[::-1], strict=True)
        ]


def in_the_middle(text: str, width: int, height: int) -> list[Row]:
    """A line of text where a chart would be."""
    rows: list[Row] = [fitted([], width) for _ in range(height)]
    if height > 0:
        rows[height // 2] = fitted(cells(text.center(width), FRAME), width)
    return rows
