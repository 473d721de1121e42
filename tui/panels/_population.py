"""Five numbers for a population, as a line, a band and dots."""

from __future__ import annotations

from sim.arrays import np
from sim.measure import TraceView
from sim.population import PopulationReading
from sim.registry import LANDSCAPES
from sim.snapshot import Snapshot
from tui.formats import number, whole
from tui.panels import _cohorts
from tui.picture import BAND, DOTS, LINE, Picture, Series

LEGEND = (f"{LINE} median", f"{DOTS} min", f"{BAND} 10–90%")


def population_picture(snapshot: Snapshot, measure: str, *, log: bool) -> Picture:
    """Median, 10–90 % and minimum over the walkers of a measure that is recorded at every step.

    On a logarithmic axis a minimum near 0 would flatten all the others, so there it may leave the frame.
    Of several cohorts, the medians alone.
    """
    trace: TraceView | None = snapshot.traces.get(measure)
    if trace is None or not len(trace.steps):
        return Picture()
    if len(snapshot.cohorts) > 1:
        return _medians(snapshot, measure, log=log)
    median, low, high, least = (trace.column(name) for name in ("median", "p10", "p90", "min"))
    series = (
        Series(trace.steps, low, BAND, "chart--band", top=high),
        Series(trace.steps, least, DOTS, "chart--least", frame=not log),
        Series(trace.steps, median, LINE, "chart--median"),
    )
    message = "" if np.isfinite(least).any() else _cohorts.ALL_DIVERGED
    notes = _notes(snapshot.readings.get(measure), trace)
    return Picture(
        series,
        LEGEND,
        notes=notes,
        message=message,
        last=snapshot.step,
        log=log,
        method=ever_shorter(loss_of(snapshot)),
    )


def _medians(snapshot: Snapshot, measure: str, *, log: bool) -> Picture:
    series = _cohorts.lines(snapshot, measure, "median")
    message = "" if any(np.isfinite(curve.y).any() for curve in series) else _cohorts.ALL_DIVERGED
    readings = (view.readings.get(measure) for view in snapshot.cohorts)
    ways, phrases = ("median of each cohort", "medians"), ever_shorter(loss_of(snapshot))
    return Picture(
        series,
        _cohorts.legend(snapshot),
        notes=_cohorts.notes(
            snapshot, (number(reading.spread.median) if reading else "" for reading in readings)
        ),
        message=message,
        last=snapshot.step,
        log=log,
        method=tuple(words for phrase in phrases for words in (*(f"{way}, {phrase}" for way in ways), phrase))
        or ways,
    )


def loss_of(snapshot: Snapshot) -> str:
    """What loss and gradient are of, where that has to be said."""
    experiment = snapshot.experiment
    return LANDSCAPES[experiment.landscape].loss_of(experiment.settings)


def ever_shorter(phrase: str) -> tuple[str, ...]:
    """A phrase such as "a batch of 32 of 256" with "of" before it, then down to "batch of 32" and "batch"."""
    if not phrase:
        return ()
    words = phrase.removeprefix("a ").split()
    ends = [at for at in range(len(words), 0, -1) if words[at - 1] != "of"]
    return (f"of {phrase}", *(" ".join(words[:at]) for at in ends))


def every_trace(snapshot: Snapshot, measure: str) -> list[TraceView]:
    """The traces of a measure, of as many cohorts as have one."""
    return [view.traces[measure] for view in snapshot.cohorts if measure in view.traces]


def _notes(reading: PopulationReading | None, trace: TraceView) -> tuple[str, ...]:
    if reading is None:
        return ()
    spread = reading.spread
    if not np.isfinite(spread.min):
        gone = trace.steps[~np.isfinite(trace.column("min"))]
        since = (f"not finite by step {whole(int(gone[0]))}",) if len(gone) else ()
        return (*since, _cohorts.ALL_DIVERGED)
    return (
        f"median {number(spread.median)}",
        f"min {number(spread.min)}",
        f"10–90% {number(spread.p10)} to {number(spread.p90)}",
    )
