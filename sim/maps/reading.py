"""What is read of a map, whichever directions it shows."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial

from sim.arrays import Flags, Floats, np
from sim.maps.atlas import SEEN, SLICE, Look, atlas_of
from sim.maps.plane import Plane
from sim.measure import COPIED, Measure, State, at_rest
from sim.past import spread

TRAILS = 8
"""Of so many walkers trails are shown, the focused one among them where its own is known."""

RESOLVED = 0.25
"""Points farther apart than this share of the landscape's length do not show all of its structure."""


@dataclass(frozen=True, eq=False)
class MapReading:
    """The losses on a plane through walker `walker`, or on a line, and where walkers are seen on it.

    Another one was `asked` for where that diverged.

    `kind` names the directions, which were chosen at `chosen_at`: the `figures` (k,) are the shares of the
    walkers' variance along them, or the curvatures, found by `method` and each within `error` times its size
    of an eigenvalue of the Hessian, or `by_differences` of an estimate of it. `losses` (m,) or (m, m), the
    second direction first, are those at m evenly spaced places within `half` of the `centre` (k,), and empty
    at first; the map is `ended`, or becomes finer, and it `goes_on` while it or another one is under way. Its
    points are `apart`, and structure finer than the landscape's `length` is nowhere expected. It is `whole`
    where the walkers can go nowhere else. With `surface` it is the part of a sphere that great circles along
    the directions reach.

    Of all `walkers` those that were `seen` are shown, or fewer: `diverged` ones are left out, which are
    counted among so many `counted`, all or those that were seen. `places` (n, k) are those nearest to the
    walkers, the focused one's first, and `off` (n,) how far these are from there; those `resting` (n,) have
    hardly moved since half of the run or longer. `trails` (t, w, k) are past places of w of them, the oldest
    first, since step `began`, and `rests` (r, k) those where a walker stood; those `trails_on` (t, w) and
    `rests_on` (r,) the plane are not seen there from elsewhere. There is a `reason` where there is no map.
    """

    step: int
    walker: int
    kind: str
    directions: int
    walkers: int
    seen: int
    reason: str = ""
    asked: int = 0
    chosen_at: int = 0
    figures: tuple[float, ...] = ()
    method: str = ""
    error: float = 0.0
    by_differences: bool = False
    whole: bool = False
    surface: bool = False
    centre: tuple[float, ...] = ()
    half: float = 1.0
    losses: Floats | None = None
    ended: bool = True
    goes_on: bool = False
    apart: float = 0.0
    length: float = 1.0
    places: Floats | None = None
    off: Floats | None = None
    resting: Flags | None = None
    diverged: int = 0
    counted: int = 0
    trails: Floats | None = None
    trails_on: Flags | None = None
    began: int = 0
    rests: Floats | None = None
    rests_on: Flags | None = None

    @property
    def near(self) -> float:
        """Who is nearer to the plane than that is on it, as far as can be seen."""
        return SEEN * self.half

    @property
    def is_resolved(self) -> bool:
        """Whether its points are close enough for all that the landscape has."""
        return self.apart <= RESOLVED * self.length


def collect(kind: str, state: State) -> Look:
    """The focused walker, or where it diverged the first that did not, and some of the others."""
    problem, rows = state.problem.whole, _rows(state)
    positions, lost = state.copied(rows)
    quiet = at_rest(problem, state.gradient_norm[rows]) | (problem is not state.problem)
    every = state.positions.size <= COPIED
    return Look(
        problem, kind, state.step, state.active, state.place, state.focus, tuple(rows), positions, lost,
        quiet, state.been, state.walkers, int(np.count_nonzero(state.diverged if every else lost)),
        state.walkers if every else len(rows), state.work, state.seconds,
    )  # fmt: skip


def _rows(state: State) -> list[int]:
    """Those to look at, a sound one first where there is any: it is looked for where all of them are lost."""
    rows = [state.focus, *(row for row in state.been.rows if row != state.focus)]
    found = next((row for row in rows if not state.copied([row])[1][0]), None)
    if found is None:
        others = np.flatnonzero(~state.lost)[:FURTHER].tolist()
        found = next((row for row in others if not state.copied([row])[1][0]), state.focus)
    return [found, *(row for row in rows if row != found)]


FURTHER = 64
"""So many walkers beyond those that are seen may be asked whether they diverged."""


def compute(look: Look) -> MapReading:
    """The map goes on for a while, or to its end where work is no matter."""
    problem, directions = look.problem, look.problem.directions(look.active)
    none = MapReading(
        look.step, look.rows[0], look.kind, directions, look.walkers, len(look.rows), asked=look.asked,
        chosen_at=look.step, length=problem.scales.length, diverged=look.diverged, counted=look.counted,
    )  # fmt: skip
    if reason := _obstacle(look):
        return replace(none, reason=reason)
    atlas = atlas_of(look)
    with atlas.lock:
        leaf = atlas.go_on(look)
        if leaf.sheet is None:
            return replace(none, reason=leaf.ways.reason)
        losses, apart = leaf.sheet.losses, leaf.sheet.apart
        ended, goes_on = leaf.sheet.ended, atlas.goes_on(look)
    plane, window, sound = leaf.sheet.plane, leaf.sheet.window, ~look.lost
    shown = replace(
        none,
        chosen_at=leaf.step,
        figures=leaf.ways.figures,
        method=leaf.ways.method,
        error=leaf.ways.error,
        by_differences=leaf.ways.by_differences,
        surface=plane.radius is not None,
        centre=window.centre,
        half=window.half,
        losses=losses,
        ended=ended,
        goes_on=goes_on,
        apart=apart,
        resting=(look.been.stood(look.rows, look.positions, problem.scales.length) & look.quiet)[sound],
    )
    places, off = plane.seen(look.sound)
    whole = directions <= len(plane.ways) and _agree(look) and _is_all(plane, window.half)
    return replace(_with_past(shown, look, plane), places=places, off=off, whole=whole)


def _obstacle(look: Look) -> str:
    """Why there can be no map, whatever the landscape."""
    if not look.problem.directions(look.active):
        return "there is no direction to go in"
    if look.lost[0] and not look.needs_nobody:
        return "the walkers that were looked at diverged" if look.counted < look.walkers else "all diverged"
    if look.kind == "components" and len(look.sound) < 2 and look.walkers > 1:
        return "too many coordinates for several walkers" if len(look.rows) < 2 else "all others diverged"
    return ""


def _is_all(plane: Plane, half: float) -> bool:
    """Whether the window shows all of a sphere; of a plane, what is further out is the same landscape."""
    return plane.radius is None or half >= math.pi * plane.radius * (1.0 - 1e-9)


def _with_past(reading: MapReading, look: Look, plane: Plane) -> MapReading:
    """With the trails of some walkers, the focused one's first, and the places of rest."""
    been = look.been
    order = sorted(range(len(been.trailed)), key=lambda at: been.trailed[at] != look.rows[0])
    chosen = order[:1] + [order[1:][k] for k in spread(len(order) - 1, min(len(order), TRAILS) - 1)]
    trails = np.array([place[chosen] for place in been.trails]) if chosen else np.empty((0, 0, plane.size))
    rests = np.array(been.rests).reshape(-1, plane.size)
    places, off = _seen(plane, trails)
    rested, rests_off = _seen(plane, rests)
    return replace(
        reading, trails=places, trails_on=off <= reading.near, began=been.began, rests=rested,
        rests_on=rests_off <= reading.near,
    )  # fmt: skip


def _agree(look: Look) -> bool:
    """Whether all walkers stand at the same place along the directions that are locked."""
    locked = look.sound[:, look.active :]
    return bool(np.all(locked == locked[:1]))


def _seen(plane: Plane, points: Floats) -> tuple[Floats, Floats]:
    """The places (…, k) of points (…, d), and how far they are from there (…)."""
    places, off = plane.seen(points.reshape(-1, plane.size))
    return places.reshape(*points.shape[:-1], len(plane.ways)), off.reshape(points.shape[:-1])


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
        follows=True,
        of_chosen=True,
        routine=False,
        unfinished=lambda reading: reading.goes_on,
    )
