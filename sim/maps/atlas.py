"""Maps of a landscape as walkers move on it: kept, refined from look to look, and drawn anew when they left.

A map goes through the focused walker. Where that has gone off it by more than can be seen, another one is
begun behind the one that is shown, which stays until the new one is as good. So is one along directions that
were not found exactly enough at first.
"""

from __future__ import annotations

import math
import threading
import weakref
from collections import OrderedDict
from dataclasses import dataclass, replace

from sim.arrays import Flags, Floats, np
from sim.landscape import Problem
from sim.maps.plane import Plane
from sim.maps.sheet import COARSEST, FINEST, Sheet, Window
from sim.maps.ways import CHOICES, Ways
from sim.past import NUMBERS, WALKERS, Been

SLICE, SECONDS = 1e8, 0.03
"""About how many multiplications come between two readings, and how many seconds where the walkers go on."""

ENOUGH = 4 * (COARSEST - 1) + 1
"""Points a side of a map that walkers have left: it is refined no further, and gives way to such a one."""

SEEN = 1.0 / 64.0
"""What is nearer than this share of a map's half width is in the same place: a point of the last look."""

MOST, ROOM = 0.9, 1.2
"""A map has room for this share of the walkers, and some beyond."""

ATLASES, BYTES = 8, 16e6
"""So many are kept for a problem, of so many bytes, but one always."""


@dataclass(frozen=True, eq=False)
class Look:
    """What is looked at: walkers (n, d) of a cohort in some `place`, the focused one first.

    That is the one that was `asked` for, unless it diverged. They are the `rows` of the population of
    `walkers`, of which `diverged` are known to have diverged among those `counted`: all, or the rows. Of the
    rows, those `lost` (n,) have, and `quiet` (n,) ones have a small gradient, or one that says nothing.
    `been` is where walkers were before.
    """

    problem: Problem
    kind: str
    step: int
    active: int
    place: int
    asked: int
    rows: tuple[int, ...]
    positions: Floats
    lost: Flags
    quiet: Flags
    been: Been
    walkers: int
    diverged: int
    counted: int
    work: float
    seconds: float

    @property
    def sound(self) -> Floats:
        """The positions (m, d) of the walkers that did not diverge."""
        return self.positions[~self.lost]

    @property
    def needs_nobody(self) -> bool:
        """Whether the map is the same whichever walker it goes through: all that there is of a flat space."""
        shown = min(2, self.problem.directions(self.active))
        return self.kind == "coordinates" and self.positions.shape[1] == shown

    @property
    def x(self) -> Floats:
        """Where the focused walker stands (d,); 0 where nobody is left and none is needed."""
        return np.zeros(self.positions.shape[1]) if self.lost[0] else self.positions[0]


@dataclass(frozen=True, eq=False)
class Leaf:
    """One map through x (d,), chosen at this step; without a sheet where there is a reason.

    `walkers` (n, d) are those whose places chose the directions.
    """

    step: int
    x: Floats
    walkers: Floats
    ways: Ways
    sheet: Sheet | None

    @property
    def is_rough(self) -> bool:
        """Whether better directions may still be found."""
        return self.ways.search is not None

    @property
    def bytes(self) -> int:
        """What its arrays take."""
        search, sheet = self.ways.search, self.sheet.bytes if self.sheet else 0
        searched = search.bytes if search else 0
        return self.x.nbytes + self.walkers.nbytes + self.ways.rows.nbytes + searched + sheet


class Atlas:
    """The map that is shown, and the one that is to follow, for one way of choosing directions."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._shown: Leaf | None = None
        self._coming: Leaf | None = None

    @property
    def bytes(self) -> int:
        """What its maps take."""
        return sum(leaf.bytes for leaf in (self._shown, self._coming) if leaf)

    def go_on(self, look: Look) -> Leaf:
        """The map to show, after some work on it or the next; who has any amount waits for that of now."""
        leaf = self._once(look)
        while look.work == math.inf and self.goes_on(look):
            leaf = self._once(look)
        return leaf

    def _once(self, look: Look) -> Leaf:
        """The map to show, after one piece of work."""
        waits, shown = look.work == math.inf, self._shown
        late = shown is None or _is_late(shown, look)
        if shown is None or shown.sheet is None or (late and waits):
            shown, self._coming = _begun(look, shown), None
            while waits and shown.is_rough:
                shown = _improved(look, shown)
        elif shown.sheet.ended or shown.sheet.side >= ENOUGH:
            if late and not self._coming:
                self._coming, shown = _begun(look, shown), _as_found(shown)
            elif shown.is_rough:
                self._coming = self._coming or shown
        if self._coming and self._coming.is_rough:
            self._coming = _improved(look, self._coming)
        else:
            self._work(look, self._coming or shown)
        if self._coming and not self._coming.is_rough and _is_as_good(self._coming, shown):
            shown, self._coming = self._coming, None
        self._shown = shown
        return shown

    def _work(self, look: Look, leaf: Leaf) -> None:
        """Go on with the losses, for a slice of work and time unless somebody waits for all of it."""
        if leaf.sheet is None:
            return
        if look.work == math.inf:
            leaf.sheet.go_on(look.problem, math.inf, math.inf)
        else:
            leaf.sheet.go_on(look.problem, min(look.work, SLICE), min(look.seconds, SECONDS))

    def goes_on(self, look: Look) -> bool:
        """Whether there is more to do while these walkers stand still."""
        shown = self._shown
        if shown is None or shown.sheet is None:
            return False
        return not shown.sheet.ended or self._coming is not None or shown.is_rough or _is_late(shown, look)


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
    if look.kind == "components":
        same = leaf.walkers.shape == look.sound.shape
        moved = not same or float(np.linalg.norm(look.sound - leaf.walkers, axis=1).max()) > near
    elif look.kind == "curvatures":
        moved = float(np.linalg.norm(look.x - leaf.x)) > near
    else:
        moved = bool(sheet.plane.seen(look.x[None])[1][0] > near)
    return moved or _window(look, sheet.plane, sheet.window) != sheet.window


def _begun(look: Look, before: Leaf | None) -> Leaf:
    """A map through the focused walker; its directions turned as those of the one before, if any."""
    old = before.ways if before and before.sheet else None
    ways = CHOICES[look.kind](look.problem, look.x, look.sound, look.active, old)
    chosen_by = look.sound if look.kind == "components" else look.sound[:0]
    return _on_a_sheet(look, Leaf(look.step, look.x.copy(), chosen_by.copy(), ways, None), old)


def _improved(look: Look, leaf: Leaf) -> Leaf:
    """The same one along directions that were searched for once more: the curvatures can but grow apart."""
    ways = CHOICES[look.kind](look.problem, leaf.x, leaf.walkers, look.active, leaf.ways)
    return _on_a_sheet(look, replace(leaf, ways=ways), leaf.ways)


def _as_found(leaf: Leaf) -> Leaf:
    """The same one, without what a search keeps that nobody goes on with."""
    return replace(leaf, ways=replace(leaf.ways, search=None))


def _on_a_sheet(look: Look, leaf: Leaf, before: Ways | None) -> Leaf:
    rows = leaf.ways.rows
    if leaf.ways.reason:
        return replace(leaf, sheet=None)
    if before and before.rows.shape == rows.shape:
        turned = np.einsum("ij,ij->i", rows, before.rows)
        rows = rows * np.where(turned < 0.0, -1.0, 1.0)[:, None]
    plane = through(look.problem, leaf.x, rows, look.kind)
    sheet = Sheet(look.problem, plane, _window(look, plane))
    return replace(leaf, ways=replace(leaf.ways, rows=rows), sheet=sheet)


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
    if plane.radius is not None and problem.directions(look.active) <= ways:  # there is no more than that
        return Window(tuple(centre.tolist()), math.pi * plane.radius)
    places = plane.seen(look.sound)[0] - (np.array(before.centre) if before else centre)
    needed = base
    if len(places):
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


Key = tuple[int, str, int]
"""Place of the cohort, kind of directions, and how many are open."""

_atlases: weakref.WeakKeyDictionary[Problem, OrderedDict[Key, Atlas]] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def atlas_of(look: Look) -> Atlas:
    """The same one for whoever looks at the walkers in the same place again; old ones go."""
    with _lock:
        atlases = _atlases.setdefault(look.problem, OrderedDict())
        key = (look.place, look.kind, look.active)
        found = atlases.setdefault(key, Atlas())
        atlases.move_to_end(key)
        while len(atlases) > 1 and (len(atlases) > ATLASES or sum(a.bytes for a in atlases.values()) > BYTES):
            atlases.popitem(last=False)
        return found


def bytes_kept(walkers: int, dim: int) -> float:
    """What maps of so many walkers in d dimensions may take, the next ones among them."""
    leaf = 8.0 * (dim * (3 + min(walkers, WALKERS, max(1, NUMBERS // dim))) + FINEST**2)
    others = min(BYTES, 2.0 * (ATLASES - 1) * leaf) if leaf <= BYTES else 0.0
    return 2.0 * leaf + others
