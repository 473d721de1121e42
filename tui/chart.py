"""Series of numbers -> rows of cells: the only file that knows plotext.

plotext 5 costs time for every point, raises on infinity and takes the logarithm itself only once. So
curves come in thinned to two points a column, in the chart's own coordinates, with infinities already gaps
and logarithms taken, and the finished matrix of characters is read straight from where plotext keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.arrays import Floats, np
from tui.axes import LABEL_WIDTH, Axis, fixed_axis, steps_axis, value_axis
from tui.cells import Cell, Row, cells, fitted

LARGEST = 1e300
"""Anything larger is drawn as if it were infinite: off the chart."""

SMALLEST = (LABEL_WIDTH + 6, 4)
"""Columns and rows below which there is no chart."""

FRAME = "chart--frame"


@dataclass(frozen=True)
class Mark:
    """How a series is drawn: a plotext marker, what replaces it in ASCII, and what stands for it in the legend."""

    marker: str
    ascii: str
    legend: str = ""

    def shown(self, unicode: bool) -> str:
        """The mark in the legend."""
        return (self.legend or self.marker) if unicode else self.ascii


LINE = Mark("braille", "*", "─")
BAND = Mark("░", ":")
DOTS = Mark("·", ".")
DASHES = Mark("╌", "-")


@dataclass(frozen=True, eq=False)
class Series:
    """A curve: `x` (k,) in steps, increasing, and `y` (k,); with `top` (k,), the band between them.

    NaN leaves a gap. `style` is the name of a style in the stylesheet.
    """

    x: Floats
    y: Floats
    label: str
    mark: Mark
    style: str
    top: Floats | None = None


@dataclass(frozen=True, eq=False)
class Picture:
    """What a panel shows: curves over the steps up to `last`, or a `message` in their place.

    `notes` are the present values in words, the most important first. `limits` are those that the
    quantity has by nature; else the axis follows the data. With `log`, what is not above 0 leaves a gap.
    """

    series: tuple[Series, ...] = ()
    notes: tuple[str, ...] = ()
    message: str = ""
    last: int = 0
    log: bool = False
    limits: tuple[float, float] | None = None


class Chart:
    """Draws pictures, and remembers its vertical axis so that it moves rarely."""

    def __init__(self, unicode: bool = True) -> None:
        self._unicode = unicode
        self._axis: Axis | None = None
        self._last = 0

    def draw(self, picture: Picture, width: int, height: int) -> list[Row]:
        """`height` rows of `width` cells."""
        if picture.last < self._last:  # another run
            self._axis = None
        self._last = picture.last
        if width < SMALLEST[0] or height < SMALLEST[1]:
            return in_the_middle("too small", width, height)
        values = [_drawable(series, picture.log) for series in picture.series]
        extent = _extent(values)
        if picture.message or extent is None:
            return in_the_middle(picture.message or "nothing to draw yet", width, height)
        if picture.limits:
            self._axis = fixed_axis(*picture.limits)
        else:
            self._axis = value_axis(*extent, log=picture.log, rows=height, before=self._axis)
        return self._plot(picture.series, values, steps_axis(picture.last, width >= 70), width, height)

    def _plot(
        self, series: Sequence[Series], values: Sequence[tuple[Floats, Floats | None]],
        steps: Axis, width: int, height: int,
    ) -> list[Row]:  # fmt: skip
        assert self._axis is not None
        columns, rows = width - LABEL_WIDTH - 1, height - 2
        styles = [FRAME, *dict.fromkeys(one.style for one in series)]
        canvas = _Canvas(width, height, columns, steps, self._axis)
        for one, (low, high) in zip(series, values, strict=True):
            colour = styles.index(one.style)
            marker = one.mark.marker if self._unicode else one.mark.ascii
            if high is not None:
                canvas.points(*band(one.x, low, high, steps.high, self._axis, columns, rows), marker, colour)
            elif one.mark is LINE:
                fine = 2 * columns
                canvas.line(*thinned(one.x, low, steps.high, fine), fine, marker, colour)
            else:
                canvas.points(*levels(one.x, low, steps.high, columns), marker, colour)
        return canvas.rows(styles, self._unicode)


def _drawable(series: Series, log: bool) -> tuple[Floats, Floats | None]:
    """The curve, and the top of a band, in the coordinate that is drawn; what cannot be drawn is NaN.

    The top of a band may be infinite: the band then goes to the chart's edge.
    """
    with np.errstate(all="ignore"):
        low = np.where(np.abs(series.y) < LARGEST, series.y, np.nan)
        top = series.top
        if top is not None:
            top = np.where(np.isfinite(low), np.where(np.abs(top) < LARGEST, top, np.inf), np.nan)
        if log:
            low = np.where(low > 0.0, np.log10(low), np.nan)
            top = None if top is None else np.where(top > 0.0, np.log10(top), np.nan)
    return low, top


def _extent(values: Sequence[tuple[Floats, Floats | None]]) -> tuple[float, float] | None:
    """The smallest and the largest finite value; None where there is none."""
    every = [array for pair in values for array in pair if array is not None]
    finite = np.concatenate(every) if every else np.empty(0)
    finite = finite[np.isfinite(finite)]
    return (float(finite.min()), float(finite.max())) if finite.size else None


def _columns(x: Floats, end: float, columns: int) -> tuple[Any, Any]:
    """The columns that hold points, and the index of the first point of each."""
    column = np.minimum((np.asarray(x, dtype=np.float64) * ((columns - 1) / end)).astype(np.int64), columns - 1)
    starts = np.flatnonzero(np.diff(column, prepend=-1))
    return column[starts], starts


def thinned(x: Floats, y: Floats, end: float, columns: int) -> tuple[Floats, Floats]:
    """At most two points a column, its smallest and largest value, in the order that joins up best.

    Columns run from 0 to `columns` − 1 over x from 0 to `end`; a column with nothing but NaN keeps one.
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
    return np.repeat(where, 2)[keep].astype(np.float64), pairs[keep]


def levels(x: Floats, y: Floats, end: float, columns: int) -> tuple[Floats, Floats]:
    """One point a column, the last finite value in it; columns without one are left out."""
    finite = np.isfinite(y)
    x, y = x[finite], y[finite]
    where, starts = _columns(x, end, columns)
    return where.astype(np.float64), y[(np.append(starts[1:], len(y)) - 1)[: len(starts)]]


def band(
    x: Floats, low: Floats, high: Floats, end: float, axis: Axis, columns: int, rows: int
) -> tuple[Floats, Floats]:
    """A point for every cell between the two curves: the columns, and values in the middle of their cells."""
    where, starts = _columns(x, end, columns)
    if not len(starts):
        return np.empty(0), np.empty(0)
    cell = (axis.high - axis.low) / (rows - 1)
    first = (np.fmin.reduceat(low, starts) - axis.low) / cell
    last = (np.fmax.reduceat(high, starts) - axis.low) / cell
    inside = np.isfinite(first) & ~np.isnan(last)
    level = np.arange(rows)[:, None]
    row, column = np.nonzero(inside & (level >= np.rint(first)) & (level <= np.rint(last)))
    return where[column].astype(np.float64), axis.low + row * cell


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

    def line(self, x: Floats, y: Floats, fine: int, marker: str, colour: int) -> None:
        """A line through points whose x counts in `fine` columns over the whole width."""
        scaled = x * ((self._columns - 1) / (fine - 1))
        self._figure.plot(scaled.tolist(), y.tolist(), marker=marker, color=colour)

    def points(self, x: Floats, y: Floats, marker: str, colour: int) -> None:
        """Single characters."""
        self._figure.scatter(x.tolist(), y.tolist(), marker=marker, color=colour)

    def rows(self, styles: Sequence[str], unicode: bool) -> list[Row]:
        """The finished picture from top to bottom, colours as names of styles."""
        self._figure._set_sizes()  # noqa: SLF001 - build() would also join it all into one coloured text
        self._figure.monitor.build_plot()
        matrix = self._figure.monitor.matrix

        def cell(character: str, colour: Any) -> Cell:
            return character if unicode else ASCII_FRAME.get(character, character), (
                styles[colour] if isinstance(colour, int) else FRAME
            )

        found = [
            [cell(c, k) for c, k in zip(characters, colours, strict=True)]
            for characters, colours in zip(matrix.marker, matrix.fullground, strict=True)
        ]
        return found[::-1]


ASCII_FRAME = {"│": "|", "─": "-", "└": "+", "┤": "+", "┬": "+", "−": "-"}


def across(value: float, last: int, label: str, mark: Mark, style: str) -> Series:
    """A level that holds at every step, from edge to edge of the chart."""
    x = np.linspace(0.0, steps_axis(last, quarters=False).high, 512)
    return Series(x, np.full(512, value), label, mark, style)


def in_the_middle(text: str, width: int, height: int) -> list[Row]:
    """A line of text where a chart would be."""
    rows = [fitted([], width) for _ in range(height)]
    if height > 0:
        line = text if len(text) <= width else text[: max(0, width - 1)] + "…"
        rows[height // 2] = fitted([*cells(" " * ((width - len(line)) // 2)), *cells(line, FRAME)], width)
    return rows


def legend(series: Sequence[Series], unicode: bool) -> tuple[str, ...]:
    """What each curve is, with its mark."""
    return tuple(f"{one.mark.shown(unicode)} {one.label}" for one in series if one.label)
