"""Axes that move rarely: round limits, kept while the data still fill them, and ticks on round numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.arrays import Floats
from sim.parameters import neighbour
from tui.formats import UNITS, minus

LABEL_WIDTH = 6
"""Columns of a tick label, the same in every chart, so that charts line up."""

FILLED = 0.4
"""Limits stay while the data fill this share of them."""


@dataclass(frozen=True)
class Axis:
    """Limits and labelled ticks, in the coordinate that is drawn (log10 of the values where `log`)."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    log: bool = False

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


def value_axis(low: float, high: float, *, log: bool, rows: int, before: Axis | None = None) -> Axis:
    """Round limits about the data from `low` to `high`, or those of `before` while they still suit."""
    if before and before.log == log and before.low <= low and high <= before.high:
        filled = (high - low) / (before.high - before.low)
        if filled >= FILLED:
            return before
    return _log_axis(low, high, rows) if log else _linear_axis(low, high, rows)


def fixed_axis(low: float, high: float) -> Axis:
    """Limits that the quantity itself has, with ticks at the ends and between."""
    middle = 0.5 * (low + high)
    places = (low, middle, high) if middle.is_integer() else (low, high)
    return Axis(low, high, tuple((place, _number(place, 0.0)) for place in places))


def _linear_axis(low: float, high: float, rows: int) -> Axis:
    if high - low <= 1e-9 * max(abs(low), abs(high)):  # one value: room about it
        room = 0.5 * abs(high) or 1.0
        low, high = low - room, high + room
    step = _round_up((high - low) / min(6, max(2, rows - 2)))
    first, last = math.floor(low / step), math.ceil(high / step)
    ticks = tuple((i * step, _number(i * step, step)) for i in range(first, last + 1))
    return Axis(first * step, last * step, ticks)


def _log_axis(low: float, high: float, rows: int) -> Axis:
    """Limits on 1, 2, 5, 10, ...; ticks on powers of ten, on 1, 2, 5 as well where there are few."""
    bottom, top = _rung(low, down=True), _rung(high, down=False)
    if top <= bottom:
        top = math.log10(neighbour(10.0**bottom, up=True))
    decades = list(range(math.ceil(bottom - 1e-9), math.floor(top + 1e-9) + 1))
    if len(decades) >= 3:
        every = math.ceil(len(decades) / max(2, min(5, rows // 2)))
        places = [float(d) for d in decades if d % every == 0]
    else:
        places = [bottom]
        while places[-1] < top - 1e-9:
            places.append(math.log10(neighbour(10.0 ** places[-1], up=True)))
    return Axis(bottom, top, tuple((place, _number(10.0**place, 0.0)) for place in places), log=True)


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
        text = "0"
    elif 1e-3 <= max(abs(value), step) < 1e5:
        text = f"{value:.{decimals(step)}f}" if step else f"{value:g}"
    else:
        text = next(t for d in (1, 0) if len(t := _exponential(value, d)) <= LABEL_WIDTH or d == 0)
    return minus(text).rjust(LABEL_WIDTH)


def decimals(step: float) -> int:
    """How many decimals tell multiples of `step` = 1, 2 or 5 × 10^k apart."""
    return max(0, -math.floor(math.log10(step) + 1e-9))


def _exponential(value: float, digits: int) -> str:
    mantissa, exponent = f"{value:.{digits}e}".split("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent)}"
