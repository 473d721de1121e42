"""How far the loss falls in a step, over what slope and curvature predict."""

from __future__ import annotations

from sim.arrays import np
from sim.measures.decrease import Decrease, DecreaseReading
from sim.snapshot import Snapshot
from tui.formats import number
from tui.panel import Panel
from tui.panels import _cohorts
from tui.picture import DASHES, DOTS, LINE, Picture, Series, across

LIMITS = (0.0, 2.0)
"""A ratio outside of these leaves the chart, and is read in words: 1 is where the prediction is right."""


def paint(snapshot: Snapshot) -> Picture:
    """The ratio of the focused walker and the median of the others, about 1."""
    reading: DecreaseReading | None = snapshot.readings.get("decrease")
    trace = snapshot.traces.get("decrease")
    if reading is None or trace is None:
        return Picture()
    rule = snapshot.experiment.cohorts[snapshot.chosen]
    if reading.rate is None:
        return Picture(message=f"{rule.optimizer} has no learning rate", last=snapshot.step)
    focus, others = trace.column("ratio"), trace.column("others_ratio")
    series = [
        across(1.0, snapshot.step, DASHES, "chart--theory"),
        Series(trace.steps, focus, LINE, "chart--median", frame=False),
    ]
    legend = [f"{DASHES} predicted", f"{LINE} walker {reading.walker + 1}"]
    short = [f"{DASHES} right", f"{LINE} w {reading.walker + 1}"]
    if np.isfinite(others).any():
        series.append(Series(trace.steps, others, DOTS, "chart--least", frame=False, apart=2, begin=1))
        legend.append(f"{DOTS} median of others")
        short.append(f"{DOTS} rest")
    return Picture(
        tuple(series),
        tuple(legend),
        tuple(short),
        _notes(reading),
        "" if reading.focus or reading.others else "walkers diverged",
        snapshot.step,
        limits=LIMITS,
        method=_method(snapshot, rule.rule.plain),
        measured=reading.step,
    )


def _notes(reading: DecreaseReading) -> tuple[str, ...]:
    focus = reading.focus
    if focus is None:
        return (f"walker {reading.walker + 1} diverged",)
    return (
        _in_words(focus),
        f"{'rose' if focus.measured < 0.0 else 'fell'} {number(abs(focus.measured))}",
        f"with curvature {number(focus.predicted)}",
        f"by slope alone {number(focus.slope)}",
    )


def _in_words(found: Decrease) -> str:
    """The ratio, or why there is none."""
    if found.ratio is not None:
        return f"{number(found.ratio)} × predicted"
    if not np.isfinite(found.measured):
        return "leads out of the finite"
    return "lost in rounding" if abs(found.slope) <= found.resolution else "slope and curvature cancel"


def _method(snapshot: Snapshot, plain: bool) -> tuple[str, ...]:
    """Which step it is, and of which cohort, where there are several; the more the wider."""
    step = ("next step",) if plain else ("of a plain gradient step at this lr", "gradient step")
    return _cohorts.method(_cohorts.name(snapshot), *step)


PANEL = Panel(
    "Predicted decrease",
    "curvature",
    3,
    ("decrease",),
    "how far the loss falls in one step down the gradient, over lr |g|² − ½ lr² gᵀHg, which slope and "
    "curvature predict; 1 where the landscape is a parabola as far as the step reaches",
    paint,
    "Decrease",
)
