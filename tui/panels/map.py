"""The landscape as a picture, with the walkers on it."""

from __future__ import annotations

from sim.arrays import Floats, np
from sim.maps.reading import MapReading
from sim.snapshot import Snapshot
from tui.formats import number, whole
from tui.panel import Panel
from tui.panels import _cohorts
from tui.picture import LINE, Picture, Series

FOCUS, ON, OFF, TRAIL, REST = "╋", "■", "▵", "·", "○"
"""The focused walker, others on the plane and off it, where they came from, and where one was at rest."""

MEASURES = ("map-coordinates", "map-components", "map-curvatures", "map-random")

NEAR = 1.0 / 64.0
"""A walker is on the plane when it is nearer than this share of the map's half width."""


PLANES = {
    "coordinates": ("first coordinates", "x₁, x₂"),
    "components": ("principal components of the walkers", "components"),
    "curvatures": ("eigenvectors of highest and lowest curvature", "eigenvectors"),
    "random": ("random directions", "random"),
}
"""What the map is along, and the same in fewer words."""

WORDS = {
    LINE: ("loss", "loss"),
    TRAIL: ("trails", "trail"),
    REST: ("was at rest", "rest"),
    OFF: ("off the plane", "off"),
    ON: ("walkers", "on"),
    FOCUS: ("walker {}", "{}"),
}
"""What each mark is, in words and in fewer; the number is that of the focused walker."""


def paint(snapshot: Snapshot) -> Picture:
    """A map, or where there is one direction only, the profile along it."""
    reading: MapReading | None = next(filter(None, map(snapshot.readings.get, MEASURES)), None)
    if reading is None:
        return Picture()
    if reading.losses is None or reading.places is None:
        message = f"no map along {PLANES[reading.kind][0]}: {reading.reason} (walker {reading.walker + 1})"
        return Picture(message=message, notes=(message,), last=snapshot.step, measured=reading.step)
    profile = reading.losses.ndim == 1
    series = _profile(reading, reading.losses) if profile else _marks(reading)
    named = reading.kind == "coordinates" and not reading.surface
    words = [[WORDS[s.mark][brevity].format(reading.walker + 1) for s in series] for brevity in (0, 1)]
    legend, short = (tuple(f"{s.mark} {w}" for s, w in zip(series, found, strict=True)) for found in words)
    return Picture(
        series,
        legend,
        short,
        notes=_notes(reading),
        last=snapshot.step,
        limits=None if profile else _sides(reading, 1),
        method=_method(reading, _cohorts.name(snapshot)),
        measured=reading.step,
        across=_sides(reading, 0),
        across_name="x₁" if named else "",
        ground=None if profile else reading.losses,
    )


def _sides(reading: MapReading, way: int) -> tuple[float, float]:
    """The ends of the map along one of its directions."""
    return reading.centre[way] - reading.half, reading.centre[way] + reading.half


def _marks(reading: MapReading) -> tuple[Series, ...]:
    """Trails, rests and walkers, each over those before; the focused walker is always there."""
    places, off = _known(reading.places), reading.off
    near = np.ones(len(places), dtype=bool) if off is None else off <= NEAR * reading.half
    found = (
        (_known(reading.trails), TRAIL, "text--dim"),
        (_known(reading.rests), REST, "chart--theory"),
        (places[1:][~near[1:]], OFF, "text--value"),
        (places[1:][near[1:]], ON, "text--strong"),
        (places[:1], FOCUS, "text--chosen"),
    )
    return tuple(
        Series(points[:, 0], points[:, 1], mark, style, frame=False, scatter=True)
        for points, mark, style in found
        if len(points)
    )


def _known(points: Floats | None) -> Floats:
    """Places (m, k) from any array (…, k) of them."""
    return np.empty((0, 2)) if points is None or not points.size else points.reshape(-1, points.shape[-1])


def _profile(reading: MapReading, losses: Floats) -> tuple[Series, ...]:
    """The loss along a line, where walkers stand on it, and where they were at rest."""
    if not len(losses):
        return ()
    x = np.linspace(*_sides(reading, 0), len(losses))
    found = (
        (_known(reading.rests), REST, "chart--theory"),
        (_known(reading.places)[1:], ON, "text--strong"),
        (_known(reading.places)[:1], FOCUS, "text--chosen"),
    )
    return (
        Series(x, losses, LINE, "chart--median"),
        *(
            Series(
                points[:, 0], np.interp(points[:, 0], x, losses, np.nan, np.nan), mark, style, scatter=True
            )
            for points, mark, style in found
            if len(points)
        ),
    )


def _method(reading: MapReading, cohort: str) -> tuple[str, ...]:
    """Along what it is; the more the wider."""
    long, short = PLANES[reading.kind]
    where = "" if reading.whole else f" through walker {reading.walker + 1}"
    of = f"{cohort}, " if cohort else ""
    circles = "great circles along " if reading.surface else ""
    ways = (f"{of}{circles}{long}{where}", f"{circles}{long}{where}", f"{circles}{long}", long, short)
    return tuple(dict.fromkeys(ways))


def _notes(reading: MapReading) -> tuple[str, ...]:
    """What the picture is of, and what it does not show."""
    count, losses, off = reading.directions, reading.losses, reading.off
    notes = ["1 direction" if count == 1 else f"{whole(count)} directions"]
    if reading.whole:
        notes = [f"all there is: {notes[0]}"]
    else:
        notes = [f"2 of {notes[0]}: a plane can mislead" if count > 2 else f"{notes[0]}, others locked"]
        if off is not None and len(off) > 1:
            notes.append(f"walkers {number(float(np.median(off[1:])))} off it")
    notes += _figures(reading)
    beyond = _beyond(reading)
    notes += [f"{whole(beyond)} beyond the edge"] if beyond else []
    notes += [f"{whole(reading.diverged)} diverged"] if reading.diverged else []
    if losses is not None and not reading.ended:
        notes.append(f"{len(losses)} points a side so far")
    if reading.chosen_at < reading.step and not reading.whole:
        notes.append(f"plane of step {whole(reading.chosen_at)}")
    return tuple(notes)


def _figures(reading: MapReading) -> list[str]:
    """What is known of each direction."""
    if reading.kind == "components" and reading.figures:
        shares = " and ".join(f"{100.0 * share:.0f} %" for share in reading.figures)
        return [f"{shares} of the variance"]
    if reading.kind == "curvatures" and reading.figures:
        across, *upwards = (number(figure) for figure in reading.figures)
        up = f", {upwards[0]} upwards" if upwards else ""
        about = "about " if reading.method.startswith("Lanczos") else ""
        return [f"λ {about}{across} across{up} ({reading.method})"]
    return []


def _beyond(reading: MapReading) -> int:
    """How many of the walkers are not on the map."""
    places = _known(reading.places)
    if not len(places):
        return 0
    out = np.abs(places - np.array(reading.centre)) > reading.half
    return int(np.count_nonzero(out.any(axis=1)))


PANEL = Panel(
    "Map",
    "map",
    1,
    MEASURES,
    "the loss as a picture, its scale at the right, with the walkers on it: exactly the landscape where two "
    "directions are open, else a plane through one walker. `plane` goes on to the next plane: the first two "
    "coordinates, the directions in which the walkers differ most, those in which the landscape curves most "
    "and least, two at random. A plane can mislead: a wall in it may be open in all other directions, and "
    "walkers that are off it stand at another height than the picture has there. The edge of a colour is a "
    "contour. On a sphere the map is one of great circles from the walker, with true distances from it",
    paint,
    one_at_a_time=True,
)
