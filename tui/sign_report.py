"""A streamed sign count as people and programs read it, under way, cut short or finished."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.giants.both_ends import THREADS
from sim.giants.laws import CountLaw, expected_in_back, negative_in_front, negative_of_goe
from sim.giants.stream import End, Stream
from tui import formats

METHOD = "streamed"


@dataclass(frozen=True)
class Count:
    """A stream, finished or not, and the seconds that its rows took."""

    stream: Stream
    seconds: float

    @property
    def nanoseconds_per_row(self) -> float | None:
        """None before the first row."""
        rows = self.stream.rows
        return 1e9 * self.seconds / rows if rows else None

    @property
    def law(self) -> CountLaw:
        """What the number of negative eigenvalues should be."""
        return negative_of_goe(self.stream.matrix.dim, self.stream.matrix.shift)

    @property
    def deviation(self) -> float | None:
        """Standard deviations from the mean to what was counted; None where there is neither."""
        law = self.law
        if not self.stream.finished or law.standard_deviation == 0.0:
            return None
        return (self.stream.counts()[0] - law.mean) / law.standard_deviation

    @property
    def expected(self) -> tuple[float, float]:
        """How many pivots of either end should be negative so far."""
        dim, shift = self.stream.matrix.dim, self.stream.matrix.shift
        return (
            negative_in_front(dim, shift, self.stream.front.rows).mean,
            expected_in_back(dim, shift, self.stream.back.rows),
        )


def report(count: Count) -> dict[str, Any]:
    """As JSON values; the counts of the whole are None until both ends have met."""
    stream, law = count.stream, count.law
    negative, zero, positive = stream.counts() if stream.finished else (None, None, None)
    in_front, in_back = count.expected
    return {
        "dim": stream.matrix.dim,
        "shift": stream.matrix.shift,
        "seed": stream.matrix.seed,
        "complete": stream.finished,
        "rows": stream.rows,
        "negative": negative,
        "zero": zero,
        "positive": positive,
        "predicted": {
            "mean": law.mean,
            "standard_deviation": law.standard_deviation,
            "left_out": law.left_out,
        },
        "deviation": count.deviation,
        "tolerance": stream.matrix.tolerance,
        "method": METHOD,
        "exact": True,
        "front": _end(stream.front, in_front),
        "back": _end(stream.back, in_back),
        "nanoseconds_per_row": count.nanoseconds_per_row,
        "seconds": count.seconds,
        "threads": THREADS,
    }


def summary(count: Count) -> str:
    """As lines to read."""
    stream = count.stream
    matrix, law = stream.matrix, count.law
    of = f"{rows(matrix.dim)}, seed {matrix.seed}"
    lines = [
        ("matrix", f"GOE/√d + t, t = {formats.setting(matrix.shift)}, {of}"),
        ("directions", _directions(stream)),
        (
            "predicted",
            f"{_in_full(law.mean)} ± {_in_full(law.standard_deviation)} down, {law.left_out} left out",
        ),
    ]
    if count.deviation is not None:
        lines.append(("deviation", f"{formats.minus(f'{count.deviation:+.2f}')} standard deviations"))
    lines.append(("flat", f"within {formats.number(matrix.tolerance)} of 0, which rounding may move"))
    if not stream.finished:
        lines.extend(_so_far(count))
    if (each := count.nanoseconds_per_row) is not None:
        lines.append(
            ("time", f"{formats.duration(count.seconds)}, {formats.number(each)} ns a row, {THREADS} threads")
        )
    width = max(len(name) for name, _ in lines)
    return "\n".join(f"{name:<{width}}  {row}" for name, row in lines)


def under_way(count: Count, begun: Count) -> str:
    """One line on how far it is, parts two spaces apart; the pace is that since it was begun or resumed."""
    stream = count.stream
    done, dim = stream.rows, stream.matrix.dim
    new = done - begun.stream.rows
    if new == 0:
        return "loading" if count.seconds == begun.seconds else "the first rows"
    each = (count.seconds - begun.seconds) / new
    negative, expected = stream.front.below + stream.back.below, round(sum(count.expected))
    return (
        f"{100.0 * done / dim:.1f} %  {formats.duration(each * (dim - done))} left  {rows(dim)}  "
        f"{formats.whole(negative)} negative ({formats.whole(expected)} expected)  "
        f"{formats.number(1e9 * each)} ns a row"
    )


def rows(count: int) -> str:
    """1 row, 20 000 rows."""
    return "1 row" if count == 1 else f"{formats.whole(count)} rows"


def _end(end: End, expected: float) -> dict[str, Any]:
    negative, zero, positive = end.counts
    return {
        "rows": end.rows,
        "negative": negative,
        "zero": zero,
        "positive": positive,
        "expected_negative": expected,
    }


def _directions(stream: Stream) -> str:
    if not stream.finished:
        left = stream.matrix.dim - stream.rows
        return f"not known: {rows(left)} {'is' if left == 1 else 'are'} left"
    negative, zero, positive = map(formats.whole, stream.counts())
    return f"{negative} down, {zero} flat, {positive} up, exact ({METHOD})"


def _so_far(count: Count) -> list[tuple[str, str]]:
    """What each end has come to; the first rows are a matrix themselves."""
    ends = (("first rows", count.stream.front), ("last rows", count.stream.back))
    return [
        (
            name,
            f"{formats.whole(end.rows)}, {formats.whole(end.below)} negative, {_in_full(expected)} expected",
        )
        for (name, end), expected in zip(ends, count.expected, strict=True)
    ]


def _in_full(value: float) -> str:
    """Two digits behind the point, as far as a number has any; three digits of a small one."""
    return formats.number(value) if 0.0 < abs(value) < 1.0 else formats.decimal(value)
