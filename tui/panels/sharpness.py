"""The largest curvature where walkers stand, beside what the learning rate can take."""

from __future__ import annotations

from sim.arrays import Floats, np
from sim.errors import BadInput
from sim.measures.sharpness import SharpnessReading
from sim.registry import LANDSCAPES
from sim.snapshot import Snapshot
from tui import steering
from tui.formats import brief, setting
from tui.panel import Panel
from tui.panels import _cohorts
from tui.picture import DASHES, DOTS, LINE, Picture, Series

FAR = 5.0
"""A limit so many times above all that was measured does not press it to the floor of the chart."""


def paint(snapshot: Snapshot) -> Picture:
    """λmax of the focused walker, the median of the others, and what is too sharp for the learning rate."""
    reading: SharpnessReading | None = snapshot.readings.get(steering.SHARPNESS)
    trace = snapshot.traces.get(steering.SHARPNESS)
    if reading is None or trace is None:
        return Picture()
    focus, others, edge = (trace.column(name) for name in ("sharpness", "others", "edge"))
    series = [Series(trace.steps, focus, LINE, "chart--median")]
    legend = [f"{LINE} λmax, walker {reading.walker + 1}"]
    short = [f"{LINE} λ"]
    if np.isfinite(others).any():
        series.append(Series(trace.steps, others, DOTS, "chart--least", apart=2, begin=1))
        legend.append(f"{DOTS} {_others(reading)}")
        short.append(f"{DOTS} rest")
    if np.isfinite(edge).any():
        near = _largest(edge) < FAR * max(_largest(focus), _largest(others))
        series.insert(0, Series(trace.steps, edge, DASHES, "chart--theory", frame=near, apart=2))
        limit = f"{_multiple(reading)} {brief(reading.edge)}" if reading.edge is not None else "limit"
        legend.append(f"{DASHES} {limit}")
        short.append(f"{DASHES} {limit}")
    return Picture(
        tuple(series),
        tuple(legend),
        tuple(short),
        _notes(snapshot, reading),
        _message(reading, focus, others),
        snapshot.step,
        method=_method(snapshot, reading),
        measured=reading.step,
        from_zero=True,
    )


def _largest(values: Floats) -> float:
    return float(np.max(values[np.isfinite(values)], initial=0.0))


def _multiple(reading: SharpnessReading) -> str:
    """What the learning rate can take, as the numerator over lr."""
    return f"{reading.stable_below:.3g}/lr"


def _message(reading: SharpnessReading, focus: Floats, others: Floats) -> str:
    if np.isfinite(focus).any() or np.isfinite(others).any():
        return ""
    if not reading.diverged:
        return "the Hessian is not finite"
    found = reading.sharpest
    start = f": λmax {brief(found.value)} {steering.place_of(found)}" if found else ""
    return f"walkers diverged{start}"


def _others(reading: SharpnessReading) -> str:
    count = len(reading.others)
    return f"median of {count} others" if count > 1 else "one other"


def _notes(snapshot: Snapshot, reading: SharpnessReading) -> tuple[str, ...]:
    """λmax now, what the key would set, and what there is to know of both."""
    focus, notes = reading.focus, []
    if focus is None:
        notes.append("λmax not known")
    else:
        notes.append(steering.value_of(focus).replace(" to ", "–"))
    try:
        found = steering.advice(snapshot.experiment, snapshot.chosen, reading)
    except BadInput as mistake:
        notes.append(mistake.what)
    else:
        notes += [f"`steer`: {setting(found.lr)}", f"lr = {found.formula}", f"{found.where}"]
    if focus is not None and focus.step < reading.step:
        notes.append("diverged: λmax at its start")
    general = snapshot.experiment.cohorts[snapshot.chosen].suggested_lr(snapshot.experiment.scales)
    if general is not None:
        notes.append(f"in general lr {setting(general)}")
    if reading.of_others is not None:
        notes.append(f"{_others(reading)} {brief(reading.of_others)}")
    return tuple(notes)


def _method(snapshot: Snapshot, reading: SharpnessReading) -> tuple[str, ...]:
    """How λmax is known, and of which cohort, where there are several; the more the wider."""
    known = reading.sharpest
    ways = [known.method] if known else []
    if LANDSCAPES[snapshot.experiment.landscape].whole:
        ways = [f"{way}, all examples" for way in ways] + ways
    return _cohorts.method(_cohorts.name(snapshot), *ways)


PANEL = Panel(
    "Sharpness",
    "curvature",
    2,
    (steering.SHARPNESS,),
    "λmax, the largest eigenvalue of the Hessian; where it is above 2/lr (for momentum and others another "
    "multiple of 1/lr), gradient descent is thrown out along the sharpest direction; s sets lr to half of "
    "what is stable",
    paint,
)
