"""The eigenvalues of the Hessian where one walker stands."""

from __future__ import annotations

from dataclasses import replace

from sim.arrays import Floats, np
from sim.measures.spectrum import SpectrumReading
from sim.snapshot import Snapshot
from tui.formats import number, setting, whole
from tui.panel import Panel
from tui.panels import _cohorts
from tui.picture import BAND, LINE, Picture, Series, bars

ZERO, EDGE = "│", "‖"
"""The marks of λ = 0 and of what the learning rate can take."""

CROWDED = 20.0
"""Counts get a logarithmic axis once the fullest bin has so many times what the median of the filled has."""

LEAST, NOTICED = 0.5, 0.02
"""Where a logarithmic axis of directions begins, so that a single one is seen, and what is drawn at all."""


def paint(snapshot: Snapshot) -> Picture:
    """Bars of directions over λ, the law as a line, and the marks."""
    reading: SpectrumReading | None = snapshot.readings.get("spectrum")
    if reading is None:
        return Picture()
    if message := _instead(reading):
        return Picture(message=message, notes=(message,), last=snapshot.step, measured=reading.step)
    edges, counts = reading.edges, reading.counts
    if edges is None or counts is None:
        return Picture()
    log = bool(counts.max() > CROWDED * np.median(counts[counts >= LEAST]))
    zero, *edge = _marks(reading, edges, counts)
    bulk = (_bars(edges, counts, log), *_law(reading, edges, log))
    drawn = (zero, *bulk, *edge) if log else (*bulk, zero, *edge)  # a crowd at 0 must not be covered
    return Picture(
        tuple(drawn),
        _legend(drawn, _edge(reading)),
        shortest_legend=_legend(drawn, _edge(reading), short=True),
        notes=_notes(reading),
        last=snapshot.step,
        log=log,
        method=_method(reading, _cohorts.name(snapshot)),
        measured=reading.step,
        from_zero=not log,
        whole=True,
        across=(float(edges[0]), float(edges[-1])),
        across_name="λ",
    )


def _instead(reading: SpectrumReading) -> str:
    """What to say where there is no histogram to draw; "" where there is one."""
    walker = f"walker {reading.walker + 1}"
    if reading.reason:
        return f"no spectrum: {reading.reason} ({walker})"
    if reading.directions == 1:
        return f"one direction at {walker}: λ = {number(reading.highest)}{_stable(reading)}"
    return ""


def _bars(edges: Floats, counts: Floats, log: bool) -> Series:
    seen = np.where(counts > NOTICED, counts, np.nan)
    heights, bottom = (np.maximum(seen, LEAST), LEAST) if log else (seen, 0.0)
    return replace(bars(edges, heights, "chart--band", bottom), bins=(edges, counts))


def _law(reading: SpectrumReading, edges: Floats, log: bool) -> tuple[Series, ...]:
    """The directions that theory expects in a bin, at every λ where it expects any."""
    law = reading.law
    if law is None:
        return ()
    x = np.linspace(law.centre - law.radius, law.centre + law.radius, 512)
    each = reading.directions * (edges[1] - edges[0])
    expected = each * np.array([law.density(value) for value in x])
    if log:  # or the edges, where it comes down to 0, would set the limits of the axis
        expected[expected < LEAST] = np.nan
    return (Series(x, expected, LINE, "chart--theory"),)


def _marks(reading: SpectrumReading, edges: Floats, counts: Floats) -> tuple[Series, ...]:
    """Lines at 0 and at what the learning rate can take, up to beyond the top, on either kind of axis."""
    top = 2.0 * float(counts.max())
    places = [(0.0, ZERO, "chart--zero")]
    if reading.edge is not None and reading.edge <= edges[-1]:
        places.append((reading.edge, EDGE, "chart--negative"))
    heights = np.append(np.linspace(0.0, top, 256), np.geomspace(1e-3 * LEAST, top, 256))
    return tuple(
        Series(np.full_like(heights, at), heights, mark, style, frame=False, scatter=True)
        for at, mark, style in places
    )


WORDS = {BAND: "directions", LINE: "semicircle", ZERO: "0"}
SHORT_WORDS = {BAND: "dirs", LINE: "law", ZERO: "0"}


def _legend(drawn: tuple[Series, ...], edge: str, short: bool = False) -> tuple[str, ...]:
    words = SHORT_WORDS if short else WORDS
    return tuple(f"{series.mark} {words.get(series.mark, edge)}" for series in drawn)


def _edge(reading: SpectrumReading) -> str:
    """What the next step's learning rate can take, as a formula: 2/lr for gradient descent."""
    return f"{setting(reading.stable_below or 2.0)}/lr"


def _method(reading: SpectrumReading, cohort: str) -> tuple[str, ...]:
    """Whose it is and how it is known; the more the wider."""
    word = "exact" if reading.exact else "estimate"
    way = f"{word} ({reading.method})"
    return _cohorts.method(cohort, f"walker {reading.walker + 1}, {way}", way, word)


def _stable(reading: SpectrumReading) -> str:
    """The largest stable learning rate; 2/λmax, that of gradient descent, where no rate decides it."""
    if not reading.highest > reading.band:
        return ""
    if reading.stable_below is None:
        return f", 2/λmax {number(2.0 / reading.highest)}"
    return f", lr < {number(reading.stable_below / reading.highest)}"


def _notes(reading: SpectrumReading) -> tuple[str, ...]:
    error = f" (+{number(reading.error)})" if reading.error > 1e-3 * abs(reading.highest) else ""
    edge = f"{_edge(reading)} = {number(reading.edge)}" if reading.edge is not None else ""
    found = (
        f"λmax {number(reading.highest)}{error}{_stable(reading)}",
        f"λmin {number(reading.lowest)}",
        edge,
        f"{whole(reading.directions)} directions",
    )
    return tuple(filter(None, found))


PANEL = Panel(
    "Spectrum",
    "curvature",
    1,
    ("spectrum",),
    "all curvatures where one walker stands: how many directions have about which eigenvalue λ of the "
    "Hessian. The line is the semicircle of a typical point of this height, where theory knows one; the end "
    "of a descent is not typical. A learning rate that puts 2/lr inside the spectrum throws walkers out: "
    "stable are those below what stands beside λmax",
    paint,
)
