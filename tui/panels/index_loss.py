"""The share of falling directions against the height: random, planted and descending points."""

from __future__ import annotations

from collections.abc import Sequence

from sim.arrays import Floats, np
from sim.histogram import round_limits
from sim.measure import TraceView
from sim.measures.index_loss import FOLLOWED, IndexLossReading, law_of_levels
from sim.samplings import Point
from sim.snapshot import Snapshot
from tui.formats import number, whole
from tui.panel import Panel
from tui.panels import _cohorts
from tui.picture import LINE, Picture, Series

RANDOM, PLANTED, DESCENT = "∘", "▵", "+"
"""The marks of the three samplings."""

MANY = 10
"""Fewer directions have another law than the semicircle, so that points near it would be a chance."""

LEVELS = (-2.5, 1.0)
"""The levels that are always in sight: all that is between none falling and most falling."""


def paint(snapshot: Snapshot) -> Picture:
    """Three samplings over level or loss, beside the law where there is one."""
    reading: IndexLossReading | None = snapshot.readings.get("index-loss")
    trace = snapshot.traces.get("index-loss")
    if reading is None or trace is None:
        return Picture()
    if reading.reason or not reading.directions:
        return Picture(message=reading.reason or "there is no direction to curve in", last=snapshot.step)
    descent = _descended(trace)
    drawn = [
        _scatter(descent, DESCENT, "chart--median"),
        _scatter(_places(reading.planted), PLANTED, "chart--least"),
        _scatter(_places(reading.random), RANDOM, "chart--zero"),  # all at one height: few cells
    ]
    drawn = [series for series in drawn if len(series.x)]
    if not drawn:
        return Picture(message="the Hessian is not finite: walkers diverged", last=snapshot.step)
    limits = _limits(reading, np.concatenate([series.x for series in drawn]))
    if reading.levels:
        drawn.insert(0, _law(limits))
    return Picture(
        tuple(drawn),
        _legend(drawn, reading),
        _legend(drawn, reading, brevity=1),
        shortest_legend=_legend(drawn, reading, brevity=2),
        notes=_notes(reading),
        last=snapshot.step,
        limits=(0.0, 1.0) if reading.levels else None,
        from_zero=True,
        method=_method(reading, _cohorts.name(snapshot)),
        measured=reading.step,
        across=limits,
        across_name="level ε" if reading.levels else "loss",
    )


def _descended(trace: TraceView) -> Floats:
    """Level or loss and share (k, 2) of the walkers at all steps on the present ground."""
    here = trace.column("ground") == trace.column("ground")[-1]
    pairs = [
        np.stack([trace.column(f"{name}_{place}")[here] for name in ("at", "share")], axis=1)
        for place in range(1, FOLLOWED + 1)
    ]
    found: Floats = np.concatenate(pairs)
    return found[np.isfinite(found).all(axis=1)]


def _places(points: Sequence[Point]) -> Floats:
    return np.array([(point.at, point.share) for point in points]).reshape(-1, 2)


def _scatter(places: Floats, mark: str, style: str) -> Series:
    return Series(places[:, 0], places[:, 1], mark, style, scatter=True)


def _limits(reading: IndexLossReading, x: Floats) -> tuple[float, float]:
    low, high = float(x.min()), float(x.max())
    return (
        round_limits(min(low, LEVELS[0]), max(high, LEVELS[1])) if reading.levels else round_limits(low, high)
    )


def _law(limits: tuple[float, float]) -> Series:
    levels = np.linspace(*limits, 512)
    return Series(levels, np.array([law_of_levels(level) for level in levels]), LINE, "chart--theory")


WORDS = {
    LINE: ("semicircle", "law", "law"),
    RANDOM: ("random", "rnd", "rnd"),
    DESCENT: ("descent", "desc", "dsc"),
    PLANTED: ("planted", "plant", "plnt"),
}


def _legend(drawn: Sequence[Series], reading: IndexLossReading, brevity: int = 0) -> tuple[str, ...]:
    """Every mark; and that nothing is planted, where that cannot be."""
    marks = tuple(f"{series.mark} {WORDS[series.mark][brevity]}" for series in drawn)
    to_come = reading.levels and reading.left
    none = () if reading.planted or to_come or brevity else ("none planted",)
    return (*marks, *none)


def _method(reading: IndexLossReading, cohort: str) -> tuple[str, ...]:
    """How the shares are known, and of which cohort the walkers are, where there are several."""
    points = [point for point in (*reading.walkers, *reading.random, *reading.planted) if point]
    if not points:
        return _cohorts.method(cohort)
    widest = max(point.most - point.least for point in points)
    word = "exact" if all(point.exact for point in points) else f"estimates ± {number(0.5 * widest)}"
    return _cohorts.method(cohort, f"{word} ({points[0].method})", word)


def _notes(reading: IndexLossReading) -> tuple[str, ...]:
    """How far planted points are from theory, what the focused walker has, and how many points there are."""
    many = reading.directions >= MANY
    off = reading.deviation if many else None
    focus = reading.walkers[0] if reading.walkers else None
    found = (
        f"off by {number(abs(off.value))} ± {number(off.error)}" if off else "",
        f"walker: {_share(focus)} fall" if focus else "walker diverged",
        f"{whole(len(reading.random))} random" if reading.random else "",
        f"{whole(len(reading.planted))} planted" if reading.planted else "",
        f"{whole(reading.left)} still to come" if reading.left else "",
        f"furthest from theory at ε = {number(off.at)}" if off else "",
        f"{whole(reading.directions)} directions",
        "" if many or not reading.levels else "the semicircle is that of many",
    )
    return tuple(filter(None, found))


def _share(point: Point) -> str:
    between = f" ({number(point.least)} to {number(point.most)})" if point.most > point.least else ""
    return f"{number(point.share)}{between}"


PANEL = Panel(
    "Index against loss",
    "curvature",
    4,
    ("index-loss",),
    "what share of directions falls at which height: at points at random, at critical points planted in "
    "other landscapes of the same kind, and where walkers come down. The height is the level ε if theory "
    "knows the spectrum, −2 where it has no falling direction left; else the loss. Off by: the largest "
    "deviation of the planted points' means from theory, and its interval over fields",
    paint,
    "Index",
)
