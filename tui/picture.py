"""What a panel wants drawn: curves over the steps of a run, and words."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.arrays import Floats, Integers, np
from tui.axes import steps_axis

LINE = "━"
"""The mark of a line, which is drawn in braille dots; every other mark is the character that is drawn."""

BAND, DOTS, DASHES = "░", "·", "╌"


@dataclass(frozen=True, eq=False)
class Series:
    """A curve: `x` (k,) in steps, increasing, and `y` (k,); with `top` (k,), the band between them.

    NaN leaves a gap, and infinity too; a band whose top is infinite reaches the edge. `style` is a name
    in the stylesheet. The limits of the chart make room for it unless it may leave the `frame`.
    A mark is drawn in every `apart`-th column only, counted from column `begin`, so that what is
    drawn before it is seen where they share cells. With `scatter`, every point gets its mark, in whatever
    order they come. That of a histogram also has its `bins`: the edges (m + 1,) and what is in each (m,).
    """

    x: Integers | Floats
    y: Floats
    mark: str
    style: str
    top: Floats | None = None
    frame: bool = True
    apart: int = 1
    begin: int = 0
    scatter: bool = False
    bins: tuple[Floats, Floats] | None = None


@dataclass(frozen=True, eq=False)
class Picture:
    """Curves over the steps up to `last`, or over values, or a `message` in their place.

    `legend` says what each mark is ("━ median"), `short_legend` the same in fewer words, and
    `shortest_legend` where even that would be cut in the middle of words. `notes` are the
    present values in words, the most important first, and `short_note` is the first of them in fewer, where
    a cut would take what matters. `method` says in ever fewer words what the numbers are and how they are
    known. `measured` is the step of the numbers where they may be older than `last`.
    `limits` are those that the quantity has by nature; else the axis follows the data, and 0 as well with
    `from_zero`. With `log`, what is not above 0 leaves a gap; `whole` where things are counted.

    `across` are the limits of a horizontal axis of values in place of steps, called `across_name`; it is
    logarithmic with `across_log`, where x stays a value, and counts things with `across_whole`.

    With a `ground` (m, m) the picture is a map: its numbers, the first row below, lie evenly between the
    limits `across` and the `limits` upwards, and the marks of the series on it. It is empty where the numbers
    are not known yet.

    `may_be_negative` says of values that are all above 0 by chance that no logarithmic axis suits them.
    """

    series: tuple[Series, ...] = ()
    legend: tuple[str, ...] = ()
    short_legend: tuple[str, ...] = ()
    shortest_legend: tuple[str, ...] = field(default=(), kw_only=True)
    short_note: str = field(default="", kw_only=True)
    notes: tuple[str, ...] = ()
    message: str = ""
    last: int = 0
    log: bool = False
    limits: tuple[float, float] | None = None
    method: tuple[str, ...] = ()
    measured: int | None = None
    from_zero: bool = False
    whole: bool = False
    across: tuple[float, float] | None = None
    across_name: str = ""
    across_log: bool = False
    across_whole: bool = False
    ground: Floats | None = None
    may_be_negative: bool = False


def across(value: float, last: int, mark: str, style: str) -> Series:
    """A level that holds at every step, in every other column from edge to edge of the chart."""
    x = np.linspace(0, steps_axis(last).high, 512).astype(np.int64)
    return Series(x, np.full(512, value), mark, style, apart=2)


def bars(edges: Floats, heights: Floats, style: str, bottom: float = 0.0) -> Series:
    """A histogram over values: `heights` (k,) between the increasing `edges` (k + 1,), from `bottom` up.

    Where there is nothing (a height of 0 or NaN) nothing is drawn.
    """
    x = np.linspace(edges[0], edges[-1], 1024)
    bins = np.clip(np.searchsorted(edges, x, side="right") - 1, 0, len(heights) - 1)
    top = heights[bins].astype(np.float64)
    gaps = ~(top > 0.0)
    low, high = np.where(gaps, np.nan, bottom), np.where(gaps, bottom, top)
    return Series(x, low, BAND, style, top=high, bins=(edges, heights))


def upright(x: float, low: float, high: float, mark: str, style: str) -> Series:
    """A value of the horizontal axis, marked all the way from `low` up to `high`."""
    y = np.linspace(low, high, 256)
    return Series(np.full(256, x), y, mark, style, frame=False, scatter=True)
