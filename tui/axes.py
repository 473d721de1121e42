"""Axes that move rarely: round limits, kept while the data still fill them, and ticks on round numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sim.arrays import Floats
from sim.parameters import neighbour
from tui.formats import UNITS, minus

LABEL_WIDTH = 6
"""Columns of a tick label, the same in every chart, so that charts line up."""

DOTS_UP = 4
"""Dots of a line in the height of a row. Limits are the lowest dot of a chart and its highest."""

TINY = 1e-300
"""What is not above it counts as 0: parts of it would have no logarithm."""

Tick = tuple[float, str]
"""A place in the coordinate that is drawn, and its label."""

FILLED = 0.4
"""Limits stay while the data fill this share of them."""


@dataclass(frozen=True)
class Axis:
    """Limits and labelled ticks, in the coordinate that is drawn (log10 of the values where `log`).

    The ticks suit a chart of so many `rows`; 0 where that does not matter.
    """

    low: float
    high: float
    ticks: tuple[Tick, ...]
    log: bool = False
    rows: int = 0

    def share(self, values: Floats) -> Floats:
        """Where values lie between the limits, from 0 to 1."""
        return (values - self.low) * (1.0 / (self.high - self.low))


def steps_axis(last: int, columns: int = 0) -> Axis:
    """The whole run: up to the first of 100, 200, 500, 1000, ... that `last` does not pass.

    Labels stand at 0, half and end, and with room in `columns` at the quarters, the last one with its unit.
    """
    end = 100.0
    while end < last:
        end = neighbour(end, up=True)
    shares = (0.0, 0.25, 0.5, 0.75) if columns >= 60 else (0.0, 0.5)
    ticks = [(share * end, _count(share * end)) for share in shares]
    unit = " steps" if columns >= 30 else ""
    return Axis(0.0, end, (*ticks, (end, f"{_count(end)}{unit}")))


def across_axis(low: float, high: float, *, name: str, log: bool, columns: int, least: float = 0.0) -> Axis:
    """A horizontal axis of values with exactly these limits, and two ticks or one every twelve columns.

    The last tick bears the `name` of the quantity, where there is room. Values are at least `least` apart: 1
    for what is counted.
    """
    if log:
        low, high = math.log10(low), math.log10(high)
    if not high > low:
        room = 0.5 * abs(low) or 1.0
        low, high = low - room, high + room
    most = max(2, columns // 12)
    ticks = _powers(low, high, max(2, columns // 8)) if log else _multiples(low, high, most, least)
    *before, (place, label) = ticks
    named = [*before, (place, f"{label} {name}")]
    if name and columns >= 30 and _stand_apart(named, low, high, columns):
        ticks = named
    while len(ticks) > 2 and not _stand_apart(ticks, low, high, columns):
        ticks = ticks[::2]
    return Axis(low, high, tuple(ticks), log)


def _stand_apart(ticks: Sequence[tuple[float, str]], low: float, high: float, columns: int) -> bool:
    """Whether labels centred at their ticks, or moved in from the edges, have two columns between them."""
    begins = [
        min(max(0.0, (place - low) / (high - low) * columns - 0.5 * len(label)), columns - len(label))
        for place, label in ticks
    ]
    ends = [begin + len(label) for begin, (_, label) in zip(begins, ticks, strict=True)]
    return all(end + 2.0 <= begin for end, begin in zip(ends, begins[1:], strict=False))


def _multiples(low: float, high: float, most: int, least: float = 0.0) -> list[tuple[float, str]]:
    """About so many multiples of 1, 2 or 5 × 10^k between the limits, two at least, with their labels.

    One alone, where others would be less than `least` apart.
    """
    step = max(least, _round_up((high - low) / most))
    while True:
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last > first or (last == first and step <= least):
            return [(i * step, _number(i * step, step).strip()) for i in range(first, last + 1)]
        step = neighbour(step, up=False)


def _powers(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """Powers of ten between two logarithms, not more than `most`; closer ones where there are few."""
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    apart = max(1, math.ceil((last - first + 1) / most))
    places = [float(exponent) for exponent in range(first, last + 1, apart)]
    if len(places) < 2:
        rungs = [exponent + math.log10(m) for exponent in range(first - 1, last + 1) for m in (1.0, 2.0, 5.0)]
        places = [rung for rung in rungs if low - 1e-9 <= rung <= high + 1e-9]
    if len(places) < 2:
        return [(math.log10(value), label) for value, label in _multiples(10.0**low, 10.0**high, most)]
    return [(place, _number(10.0**place, 0.0).strip()) for place in places]


def value_axis(
    low: float, high: float, *, log: bool, rows: int, before: Axis | None = None, least: float = 0.0
) -> Axis:
    """Limits about the data from `low` to `high`, or those of `before` while they still suit.

    Ticks that are evenly apart in value are evenly apart in rows too, and no two of them share a row; nor
    are they less than `least` apart, unless they are logarithms.
    """
    if before and (before.log, before.rows) == (log, rows) and before.low <= low and high <= before.high:
        filled = (high - low) / (before.high - before.low)
        if filled >= FILLED:
            return before
    return _log_axis(low, high, rows) if log else _linear_axis(low, high, rows, least)


def round_places(axis: Axis, most: int, apart: float) -> Iterator[tuple[Tick, ...]]:
    """Round places within an axis: first as many as are wanted, at least so far `apart`, then ever fewer."""
    least = max(apart, (axis.high - axis.low) / (most + 1))
    if axis.log and least < math.log10(2.0):
        decades = range(math.floor(axis.low), math.ceil(axis.high))
        yield _within(axis, [decade + math.log10(m) for decade in decades for m in (1.0, 2.0, 5.0)], 0.0)
    step = _round_up(max(least, 1.0) if axis.log else least)
    while step < axis.high - axis.low:
        first = math.ceil(axis.low / step)
        yield _within(axis, [i * step for i in range(first, first + most + 2)], step)
        step = neighbour(step, up=True)


def _within(axis: Axis, places: Sequence[float], step: float) -> tuple[Tick, ...]:
    """Those of the places that are not at the ends or beyond; none if labels cannot tell them apart."""
    slack = 1e-6 * (axis.high - axis.low)
    inside = [place for place in places if axis.low + slack < place < axis.high - slack]
    found = [(p, _number(10.0**p, 0.0) if axis.log else _number(p, step)) for p in inside]
    is_said = axis.log or all(_says(label, place, step) for place, label in found)
    return tuple((place, label.strip()) for place, label in found) if is_said else ()


def fixed_axis(low: float, high: float, rows: int) -> Axis:
    """Limits that the quantity itself has, with ticks at the ends, and between where a row stands there."""
    middle = 0.5 * (low + high)
    places = (low, middle, high) if middle.is_integer() and rows % 2 else (low, high)
    return Axis(low, high, tuple((place, _number(place, 0.0)) for place in places), rows=rows)


def _linear_axis(low: float, high: float, rows: int, least: float) -> Axis:
    if high - low <= max(1e-9 * max(abs(low), abs(high)), TINY):  # one value: room about it
        room = 0.5 * abs(high) if abs(high) > TINY else 1.0
        low, high = low - room, high + room
    return min((_even_axis(low, high, rows, apart, least) for apart in _distances(rows)), key=_length)


def _distances(rows: int) -> range:
    """How many rows apart ticks may be: three to seven of them, and none on neighbouring rows if possible."""
    most = max(1, (rows - 1) // 2)
    return range(min(most, max(2, math.ceil((rows - 1) / 6))), most + 1)


def _length(axis: Axis) -> float:
    return axis.high - axis.low


def _even_axis(low: float, high: float, rows: int, apart: int, least: float = 0.0) -> Axis:
    """The shortest axis with a tick of 1, 2, 5 × 10^k every `apart` rows from the lowest row up.

    Its ticks are at least `least` apart in value, and far enough for their labels to tell them apart.
    """
    intervals = (rows - 1.0 / DOTS_UP) / apart
    step = max(least, _round_up((high - low) / intervals))
    while True:
        first = math.floor(low / step + 1e-9)
        places = [(first + i) * step for i in range(int(intervals) + 1)]
        top = (first + intervals) * step
        labels = [_number(place, step) for place in places]
        if top >= high and all(
            _says(label, place, step) for label, place in zip(labels, places, strict=True)
        ):
            return Axis(first * step, top, tuple(zip(places, labels, strict=True)), rows=rows)
        step = neighbour(step, up=True)


def _says(label: str, value: float, step: float) -> bool:
    return abs(float(label.replace("−", "-")) - value) <= 1e-3 * step


def _log_axis(low: float, high: float, rows: int) -> Axis:
    """Ticks on powers of ten, evenly apart; within three of them limits and ticks on 1, 2, 5, 10, ..."""
    bottom, top = _rung(low, down=True), _rung(high, down=False)
    if top <= bottom:
        top = math.log10(neighbour(10.0**bottom, up=True))
    if math.floor(top + 1e-9) - math.ceil(bottom - 1e-9) >= 2:
        found = min(
            (_even_axis(low, high, rows, apart, least=1.0) for apart in _distances(rows)), key=_length
        )
        bottom, top, places = found.low, found.high, [place for place, _ in found.ticks]
    else:
        places = [bottom]
        while places[-1] < top - 1e-9:
            places.append(math.log10(neighbour(10.0 ** places[-1], up=True)))
        if _rung_width(bottom, top, rows) < 2.0:
            places = [bottom, top]
    return Axis(bottom, top, tuple((place, _number(10.0**place, 0.0)) for place in places), True, rows)


def _rung_width(bottom: float, top: float, rows: int) -> float:
    """How many rows apart 1 and 2 are, the closest of 1, 2, 5, 10."""
    return (rows - 1) * math.log10(2.0) / (top - bottom)


def _rung(exponent: float, *, down: bool) -> float:
    """The log10 of the nearest of ..., 1, 2, 5, 10, ... at or beyond 10^exponent."""
    decade, share = divmod(exponent, 1.0)
    rungs = [0.0, math.log10(2.0), math.log10(5.0), 1.0]
    if down:
        return decade + max(r for r in rungs if r <= share + 1e-9)
    return decade + min(r for r in rungs if r >= share - 1e-9)


def _round_up(step: float) -> float:
    """The first of 1, 2, 5 × 10^k that is not below `step`."""
    return math.pow(10.0, _rung(math.log10(step), down=False))


def _count(value: float) -> str:
    for size, unit in UNITS:
        if value >= 10.0 * size or value >= size > 1e3:
            return f"{value / size:g}{unit}"
    return f"{value:g}"


def _number(value: float, step: float) -> str:
    """A tick label of LABEL_WIDTH columns; `step` between the ticks sets the decimals, 0 where it varies."""
    if abs(value) <= 1e-9 * step:
        return "0".rjust(LABEL_WIDTH)
    texts = [_exponential(value, 1), _exponential(value, 0)]
    if 1e-3 <= max(abs(value), step) < 1e5:
        texts.insert(0, f"{value:.{decimals(step)}f}" if step else f"{value:g}")
    text = next((text for text in texts if len(text) <= LABEL_WIDTH), texts[-1])
    return minus(text).rjust(LABEL_WIDTH)


def decimals(step: float) -> int:
    """How many decimals tell multiples of `step` = 1, 2 or 5 × 10^k apart."""
    return max(0, -math.floor(math.log10(step) + 1e-9))


def _exponential(value: float, digits: int) -> str:
    mantissa, exponent = f"{value:.{digits}e}".split("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent)}"
