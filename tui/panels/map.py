"""The landscape as a picture, with the walkers on it."""

from __future__ import annotations

from sim.arrays import Flags, Floats, np
from sim.maps.reading import MapReading
from sim.snapshot import Snapshot
from tui.formats import brief_whole, counted, number, whole
from tui.panel import Panel
from tui.panels import _cohorts
from tui.picture import LINE, Picture, Series

FOCUS, ON, RESTING, OFF = "╋", "■", "◉", "▵"
"""The focused walker, others on the plane, those of them that are at rest, and others off it."""

TRAIL, TRAIL_OFF, REST, REST_OFF = "·", ",", "○", "∘"
"""Where walkers came from, and where one was at rest, on the plane and off it."""

MEASURES = ("map-coordinates", "map-components", "map-curvatures", "map-random")

PLANES = {
    "coordinates": ("first coordinates", "x₁, x₂"),
    "components": ("principal components of the walkers", "components"),
    "curvatures": ("eigenvectors of highest and lowest curvature", "eigenvectors"),
    "random": ("random directions", "random"),
}
"""What the map is along, and the same in fewer words."""

ROUGH = 0.05
"""Curvatures that are less well known than this are of no eigenvectors yet."""

WORDS = {
    LINE: ("loss", "loss"),
    TRAIL: ("trails", "trail"),
    TRAIL_OFF: ("trails off the plane", "off"),
    REST: ("was at rest", "rest"),
    REST_OFF: ("rest off the plane", "off"),
    OFF: ("off the plane", "off"),
    ON: ("walkers", "on"),
    RESTING: ("at rest", "rests"),
    FOCUS: ("walker {}", "{}"),
}
"""What each mark is, in words and in fewer; the number is that of the focused walker."""

STYLES = {
    TRAIL: "text--dim",
    TRAIL_OFF: "text--dim",
    REST: "chart--theory",
    REST_OFF: "chart--theory",
    OFF: "text--value",
    ON: "text--strong",
    RESTING: "text--strong",
    FOCUS: "text--chosen",
}
"""How each is drawn, in this order, each over those before."""


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
    walker = f"{reading.walker + 1}{', at rest' if _flags(reading.resting, 1)[:1].any() else ''}"
    words = [[WORDS[s.mark][brevity].format(walker) for s in series] for brevity in (0, 1)]
    legend, short = (tuple(f"{s.mark} {w}" for s, w in zip(series, found, strict=True)) for found in words)
    return Picture(
        series,
        legend,
        short,
        notes=_notes(reading),
        short_note=""
        if reading.whole or reading.directions <= 2
        else f"can mislead: 2 of {brief_whole(reading.directions)}",
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
    """Trails, rests and walkers: of each mark what is on the map; the focused walker is always there."""
    places, trails, rests = map(_known, (reading.places, reading.trails, reading.rests))
    others, near = places[1:], reading.off is None or reading.off[1:] <= reading.near
    resting = _flags(reading.resting, len(places))[1:]
    trails_on, rests_on = (
        np.ones(len(found), dtype=bool) if on is None else on.ravel()
        for found, on in ((trails, reading.trails_on), (rests, reading.rests_on))
    )
    found = {
        TRAIL_OFF: trails[~trails_on],
        TRAIL: trails[trails_on],
        REST_OFF: rests[~rests_on],
        REST: rests[rests_on],
        OFF: others[np.logical_not(near) & np.ones(len(others), dtype=bool)],
        ON: others[near & ~resting],
        RESTING: others[near & resting],
    }
    seen = {mark: points[_inside(reading, points)] for mark, points in found.items()}
    seen[FOCUS] = places[:1]
    return tuple(
        Series(points[:, 0], points[:, 1], mark, STYLES[mark], frame=False, scatter=True)
        for mark, points in seen.items()
        if len(points)
    )


def _inside(reading: MapReading, places: Floats) -> Flags:
    """Which places (m, k) are on the map."""
    inside: Flags = (np.abs(places - np.array(reading.centre)) <= reading.half).all(axis=1)
    return inside


def _flags(flags: Flags | None, count: int) -> Flags:
    """What is not known of so many is false."""
    return np.zeros(count, dtype=bool) if flags is None else flags


def _known(points: Floats | None) -> Floats:
    """Places (m, k) from any array (…, k) of them."""
    return np.empty((0, 2)) if points is None or not points.size else points.reshape(-1, points.shape[-1])


def _profile(reading: MapReading, losses: Floats) -> tuple[Series, ...]:
    """The loss along a line, where walkers stand on it, and where they were at rest."""
    if not len(losses):
        return ()
    x, places = np.linspace(*_sides(reading, 0), len(losses)), _known(reading.places)
    others, resting = places[1:], _flags(reading.resting, len(places))[1:]
    found = {
        REST: _known(reading.rests),
        ON: others[~resting],
        RESTING: others[resting],
        FOCUS: places[:1],
    }
    return (
        Series(x, losses, LINE, "chart--median"),
        *(
            Series(at, np.interp(at, x, losses, np.nan, np.nan), mark, STYLES[mark], scatter=True)
            for mark, at in ((mark, points[:, 0]) for mark, points in found.items() if len(points))
            if np.any((at >= x[0]) & (at <= x[-1])) or mark == FOCUS
        ),
    )


def _method(reading: MapReading, cohort: str) -> tuple[str, ...]:
    """Along what it is; the more the wider."""
    long, short = PLANES[reading.kind]
    if reading.error > ROUGH:
        long, short = f"towards {long}", f"towards {short}"
    where = "" if reading.whole else f" through walker {reading.walker + 1}"
    of = f"{cohort}, " if cohort else ""
    circles = "great circles " + "along " * (reading.error <= ROUGH) if reading.surface else ""
    ways = (f"{of}{circles}{long}{where}", f"{circles}{long}{where}", f"{circles}{long}", long, short)
    return tuple(dict.fromkeys(ways))


def _notes(reading: MapReading) -> tuple[str, ...]:
    """What the picture is of, and what it does not show; first what is nowhere else on the screen."""
    count, losses = reading.directions, reading.losses
    notes = ["1 direction" if count == 1 else f"{whole(count)} directions"]
    if reading.whole:
        notes = [f"all there is: {notes[0]}"]
    else:
        notes = [f"2 of {notes[0]}: a plane can mislead" if count > 2 else f"{notes[0]}, others locked"]
    notes += _figures(reading)
    if reading.asked != reading.walker and not reading.whole:
        notes.append(f"walker {reading.asked + 1} diverged")
    if losses is not None and reading.ended and not reading.is_resolved:
        notes.append(f"points {number(reading.apart)} apart: finer structure is not seen")
    notes += _of_walkers(reading)
    if losses is not None and not reading.ended:
        notes.append(f"{len(losses)} points a side so far")
    if reading.chosen_at < reading.step and not reading.whole:
        notes.append(f"plane of step {whole(reading.chosen_at)}")
    return (*notes, *_of_trails(reading))


def _of_walkers(reading: MapReading) -> list[str]:
    """Which are shown, and where the others are."""
    notes = list[str]()
    if reading.seen < reading.walkers:
        notes.append(f"{whole(reading.seen)} of {whole(reading.walkers)} walkers")
    if not reading.whole and reading.off is not None and len(reading.off) > 1:
        off = float(np.median(reading.off[1:]))
        notes.append(f"walkers {number(off)} off it" if off else "walkers on it")
    if beyond := int(np.count_nonzero(~_inside(reading, _known(reading.places)))):
        notes.append(f"{whole(beyond)} beyond the edge")
    if reading.diverged:
        of = "" if reading.counted == reading.walkers else f" of these {whole(reading.counted)}"
        notes.append(f"{whole(reading.diverged)}{of} diverged")
    return notes


def _of_trails(reading: MapReading) -> list[str]:
    """Whose trails there are, and since when, where they are not everybody's since the start."""
    if reading.trails is None or not reading.trails.size:
        return ["too many coordinates for trails"] if reading.trails is not None else []
    of = reading.trails.shape[1]
    since = f" since step {whole(reading.began)}" if reading.began else ""
    return [f"trails of {counted(of, 'walker')}{since}"] if of < reading.walkers or since else []


def _figures(reading: MapReading) -> list[str]:
    """What is known of each direction."""
    if reading.kind == "components" and reading.figures:
        shares = " and ".join(f"{100.0 * share:.0f} %" for share in reading.figures)
        return [f"{shares} of the variance"]
    if reading.kind == "curvatures" and reading.figures:
        across, *upwards = (number(figure) for figure in reading.figures)
        up = f", {upwards[0]} upwards" if upwards else ""
        about = "about " if reading.error or reading.by_differences else ""
        how = f"{reading.method}, by differences" if reading.by_differences else reading.method
        error = f", residual {100.0 * reading.error:.2g} %" if reading.error else ""
        return [f"λ {about}{across} across{up} ({how}{error})"]
    return []


PANEL = Panel(
    "Map",
    "map",
    1,
    MEASURES,
    "the loss as a picture, its scale at the right, with the walkers on it: exactly the landscape where two "
    "directions are open, else a plane through one walker. `plane` goes on to the next plane: the first two "
    "coordinates, the directions in which the walkers differ most, those in which the landscape curves most "
    "and least, two at random. A plane can mislead: a wall in it may be open in all other directions, and "
    "walkers that are off it stand at another height than the picture has there. `next-walker` has it go "
    "through another walker. At rest is who has hardly moved since half of the run. A line joins places "
    "of equal loss, which the scale names; there is none where it would get lost in details. On a sphere "
    "the map is one of great circles from the walker, with true distances from it",
    paint,
    one_at_a_time=True,
)
