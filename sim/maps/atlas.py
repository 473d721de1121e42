"""Maps of a landscape as walkers move on it: kept, refined from look to look, and drawn anew when they left.

A map goes through the focused walker. Where that has gone off it by more than can be seen, another one is
begun behind the one that is shown, which stays until the new one is as good.
"""

from __future__ import annotations

import math
import threading
import weakref
from collections import OrderedDict
from dataclasses import dataclass, field

from sim.arrays import Flags, Floats, np
from sim.landscape import Problem
from sim.maps.plane import Plane
from sim.maps.sheet import COARSEST, Sheet, Window
from sim.maps.track import Track
from sim.maps.ways import CHOICES, Ways

SLICE, SECONDS = 1e8, 0.03
"""About how many multiplications come between two readings, and how many seconds where the walkers go on."""

ENOUGH = 4 * (COARSEST - 1) + 1
"""Points a side of a map that walkers have left: it is refined no further, and gives way to such a one."""

SEEN = 1.0 / 64.0
"""What is nearer than this share of a map's half width is in the same place: a point of the last look."""

MOST, ROOM = 0.9, 1.2
"""A map has room for this share of the walkers, and some beyond."""

ATLASES, TRACKS = 16, 4
"""So many are kept for a problem."""


@dataclass(frozen=True, eq=False)
class Look:
    """What is looked at: walkers (n, d) of a cohort in some `place`, the focused one first.

    `lost` (n,) are those that diverged; of the others, those `resting` (n,) stand with a small gradient. They
    are the `rows` of the population.
    """

    problem: Problem
    kind: str
    step: int
    active: int
    place: int
    identity: object
    rows: tuple[int, ...]
    positions: Floats
    lost: Flags
    resting: Flags
    work: float
    seconds: float

    @property
    def sound(self) -> Floats:
        """The positions (m, d) of the walkers that did not diverge."""
        return self.positions[~self.lost]


@dataclass(frozen=True, eq=False)
class Leaf:
    """One map, chosen by these walkers (n, d) at this step; without a sheet where there is a reason."""

    step: int
    walkers: Floats
    ways: Ways
    sheet: Sheet | None


class Atlas:
    """The map that is shown, and the one that is to follow, for one way of choosing directions."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._shown: Leaf | None = None
        self._coming: Leaf | None = None

    def go_on(self, look: Look) -> Leaf:
        """The map to show, after some work on it or the next; who has any amount waits for that of now."""
        shown, late = self._shown, self._shown is None or _is_late(self._shown, look)
        if shown is None or shown.sheet is None or (late and look.work == math.inf):
            shown, self._coming, late = _begun(look, shown), None, False
        sheet = shown.sheet
        if late and sheet is not None and (sheet.ended or sheet.side >= ENOUGH):
            self._coming = self._coming or _begun(look, shown)
        under_way = self._coming or shown
        if under_way.sheet is not None:
            waits = look.work == math.inf
            work = math.inf if waits else min(look.work, SLICE)
            under_way.sheet.go_on(look.problem, work, math.inf if waits else min(look.seconds, SECONDS))
        if self._coming and _is_as_good(self._coming, shown):
            shown, self._coming = self._coming, None
        self._shown = shown
        return shown

    def goes_on(self, look: Look) -> bool:
        """Whether there is more to do while these walkers stand still."""
        shown = self._shown
        if shown is None or shown.sheet is None:
            return False
        return not shown.sheet.ended or self._coming is not None or _is_late(shown, look)


def _is_as_good(leaf: Leaf, shown: Leaf) -> bool:
    if leaf.sheet is None or shown.sheet is None or leaf.sheet.ended:
        return True
    return leaf.sheet.side >= min(ENOUGH, shown.sheet.side)


def _is_late(leaf: Leaf, look: Look) -> bool:
    """Whether the walkers have left a map by more than can be seen."""
    sheet = leaf.sheet
    if sheet is None:
        return True
    near = SEEN * sheet.window.half
    if look.kind in ("coordinates", "random"):
        off = sheet.plane.seen(look.positions[:1])[1][0]
        moved = off > near
    elif look.kind == "curvatures":
        moved = float(np.linalg.norm(look.positions[0] - leaf.walkers[0])) > near
    else:
        same = leaf.walkers.shape == look.sound.shape
        moved = not same or float(np.linalg.norm(look.sound - leaf.walkers, axis=1).max()) > near
    return moved or _window(look, sheet.plane, sheet.window) != sheet.window


def _begun(look: Look, before: Leaf | None) -> Leaf:
    """A map through the focused walker; its directions turned as those of the one before, if any."""
    problem, x = look.problem, look.positions[0]
    ways = CHOICES[look.kind](problem, x, look.sound, look.active)
    walkers = look.positions[:1] if look.kind == "curvatures" else look.sound
    walkers = walkers.copy()
    if ways.reason:
        return Leaf(look.step, walkers, ways, None)
    rows = ways.rows
    if before and before.sheet and before.sheet.plane.ways.shape == rows.shape:
        turned = np.einsum("ij,ij->i", rows, before.sheet.plane.ways)
        rows = rows * np.where(turned < 0.0, -1.0, 1.0)[:, None]
    plane = through(problem, x, rows, look.kind)
    return Leaf(look.step, walkers, ways, Sheet(problem, plane, _window(look, plane)))


def through(problem: Problem, x: Floats, rows: Floats, kind: str) -> Plane:
    """The plane through x (d,) along rows (k, d); of the first coordinates, places are these."""
    constraint = problem.landscape.constraint
    if constraint and constraint.codimension:
        return Plane(x.copy(), rows, float(np.linalg.norm(x)))
    origin = x.copy()
    if kind == "coordinates":
        origin[: len(rows)] = 0.0
    return Plane(origin, rows)


def _window(look: Look, plane: Plane, before: Window | None = None) -> Window:
    """The box, or about the focused walker, doubled until most walkers are in it; as before, if it suits."""
    problem, ways = look.problem, len(plane.ways)
    centre, base = np.zeros(ways), problem.scales.length
    if plane.radius is None and look.kind == "coordinates":
        centre, base = _box(problem, ways)
    places = plane.seen(look.sound)[0] - (np.array(before.centre) if before else centre)
    needed = max(base, ROOM * float(np.quantile(np.abs(places).max(axis=1), MOST)))
    if look.kind == "coordinates" and needed < ROOM * base:  # starts fill the box
        needed = base
    if before and 0.25 * before.half <= needed <= before.half:
        return before
    half = base * 2.0 ** math.ceil(math.log2(needed / base) - 1e-9)
    if plane.radius is not None:
        half = min(half, math.pi * plane.radius)
    return Window(tuple(centre.tolist()), half)


def _box(problem: Problem, ways: int) -> tuple[Floats, float]:
    """Middle (k,) and half width of where walkers start."""
    low, high = problem.box
    centre, half = np.full(ways, 0.5 * (low + high)), 0.5 * (high - low)
    if problem.landscape.starts:
        middle, widths = problem.landscape.starts(problem)
        centre, half = middle[:ways].copy(), float(widths[:ways].max())
    return centre, half or problem.scales.length


@dataclass
class _Shelf:
    """What is known of one problem."""

    atlases: OrderedDict[tuple[int, str, int], Atlas] = field(default_factory=OrderedDict)
    tracks: OrderedDict[object, Track] = field(default_factory=OrderedDict)


_shelves: weakref.WeakKeyDictionary[Problem, _Shelf] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def atlas_of(look: Look) -> Atlas:
    """The same one for whoever looks at the walkers in the same place again."""
    with _lock:
        atlases = _shelves.setdefault(look.problem, _Shelf()).atlases
        key = (look.place, look.kind, look.active)
        found = atlases.setdefault(key, Atlas())
        atlases.move_to_end(key)
        while len(atlases) > ATLASES:
            atlases.popitem(last=False)
        return found


def tracked(look: Look) -> tuple[Floats, Floats]:
    """Trails (t, w, d) and rests (r, d) of these walkers, with where they are now."""
    with _lock:
        tracks = _shelves.setdefault(look.problem, _Shelf()).tracks
        track = tracks.setdefault(look.identity, Track())
        tracks.move_to_end(look.identity)
        while len(tracks) > TRACKS:
            tracks.popitem(last=False)
        apart = 0.1 * look.problem.scales.length
        track.note(look.step, look.rows, look.positions, look.resting, apart)
        return track.trails, track.rests
