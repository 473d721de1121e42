"""What is read of a map, whichever directions it shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sim.arrays import Floats, np
from sim.landscape import Problem
from sim.maps.atlas import SLICE, Look, atlas_of, tracked
from sim.maps.plane import Plane
from sim.measure import Measure, State, at_rest

OTHERS = 255
"""So many walkers beside the focused one are shown at most."""


@dataclass(frozen=True, eq=False)
class MapReading:
    """The losses on a plane through walker `walker`, or on a line, and where walkers are seen on it.

    `kind` names the directions, which were chosen at `chosen_at`: the `figures` (k,) are the shares of the
    walkers' variance along them, or the curvatures, found by `method`. `losses` (m,) or (m, m), the second
    direction first, are those at m evenly spaced places within `half` of the `centre` (k,), and empty at
    first; the map is `ended`, or becomes finer, and it `goes_on` while it or another one is under way. It is
    `whole` where the walkers can go nowhere else. With `surface` it is the part of a sphere that great
    circles along the directions reach.

    `places` (n, k) are those nearest to the walkers that are shown, the focused one's first, and `off` (n,)
    how far these are from there; `diverged` ones are left out, of `walkers` in all. `trails` (t, w, k) are
    past places of w of them, the oldest first, and `rests` (r, k) those where a walker stood with hardly any
    gradient. There is a `reason` where there is no map.
    """

    step: int
    walker: int
    kind: str
    directions: int
    walkers: int
    reason: str = ""
    chosen_at: int = 0
    figures: tuple[float, ...] = ()
    method: str = ""
    whole: bool = False
    surface: bool = False
    centre: tuple[float, ...] = ()
    half: float = 1.0
    losses: Floats | None = None
    ended: bool = True
    places: Floats | None = None
    off: Floats | None = None
    diverged: int = 0
    trails: Floats | None = None
    rests: Floats | None = None
    goes_on: bool = False


def collect(kind: str, state: State) -> Look:
    """The focused walker and some of the others."""
    problem, rows = state.problem.whole, state.looked_at(OTHERS)
    positions, lost = state.copied(rows)
    resting = at_rest(problem, state.gradient_norm[rows]) & ~lost
    if problem is not state.problem:  # the gradient is that of a part of the data
        resting[:] = False
    return Look(
        problem, kind, state.step, state.active, state.place, state.identity, tuple(rows), positions, lost,
        resting, state.work, state.seconds,
    )  # fmt: skip


def compute(look: Look) -> MapReading:
    """The map goes on for a while, or to its end where work is no matter."""
    problem, directions = look.problem, look.problem.directions(look.active)

    def without(reason: str) -> MapReading:
        return MapReading(
            look.step, look.rows[0], look.kind, directions, len(look.rows), reason, look.step,
            diverged=int(np.count_nonzero(look.lost)),
        )  # fmt: skip

    if not directions:
        return without("there is no direction to go in")
    if look.lost[0]:
        return without("the walker that it goes through diverged")
    atlas = atlas_of(look)
    with atlas.lock:
        leaf = atlas.go_on(look)
        if leaf.sheet is None:
            return without(leaf.ways.reason)
        losses, ended, goes_on = leaf.sheet.losses, leaf.sheet.ended, atlas.goes_on(look)
    plane, window = leaf.sheet.plane, leaf.sheet.window
    places, off = plane.seen(look.sound)
    trails, rests = tracked(look)
    return MapReading(
        look.step,
        look.rows[0],
        look.kind,
        directions,
        len(look.rows),
        "",
        leaf.step,
        leaf.ways.figures,
        leaf.ways.method,
        directions <= len(plane.ways) and _agree(problem, look),
        plane.radius is not None,
        window.centre,
        window.half,
        losses,
        ended,
        places,
        off,
        int(np.count_nonzero(look.lost)),
        _seen(plane, trails),
        _seen(plane, rests),
        goes_on,
    )


def _agree(problem: Problem, look: Look) -> bool:
    """Whether all walkers stand at the same place along the directions that are locked."""
    locked = look.sound[:, look.active :]
    return bool(np.all(locked == locked[:1]))


def _seen(plane: Plane, points: Floats) -> Floats:
    """The places (…, k) of points (…, d)."""
    flat = points.reshape(-1, len(plane.origin))
    return plane.seen(flat)[0].reshape(*points.shape[:-1], len(plane.ways))


def row(reading: MapReading) -> tuple[float, ...]:
    """Lowest and highest loss on the map; NaN where there is none."""
    losses = reading.losses
    finite = losses[np.isfinite(losses)] if losses is not None else np.empty(0)
    return (float(finite.min()), float(finite.max())) if len(finite) else (np.nan, np.nan)


def map_measure(kind: str, title: str, help: str) -> Measure[Look, MapReading]:
    """The measure of a map along directions of this kind."""
    return Measure(
        title=title,
        help=help,
        collect=partial(collect, kind),
        compute=compute,
        columns=("lowest", "highest"),
        row=row,
        work=lambda look: SLICE,
        sliced=True,
        of_chosen=True,
        routine=False,
        unfinished=lambda reading: reading.goes_on,
    )
