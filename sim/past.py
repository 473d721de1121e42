"""Where walkers of a run have been: some places from step 0 on, thinned as it grows, and where they stood."""

from __future__ import annotations

from dataclasses import dataclass

from sim.arrays import Flags, Floats, np

PLACES, FEWEST = 64, 8
"""So many past places of a walker make a trail; where there is room for fewer than these, nothing is kept."""

NUMBERS = 1 << 19
"""Coordinates that trails may take, about: 4 MB. Those of rests, and of each mark, may be as many."""

WALKERS = 256
"""Of so many walkers it is known at most where they were."""

RINGS = 64
"""So many places of rest are kept."""

STILL, APART = 1.0 / 64.0, 0.1
"""Who moved by less than this share of the landscape's length stood still; rests nearer than that are one."""

LEAST = 64
"""Nobody stood before this step: at the start all have hardly moved."""


@dataclass(frozen=True, eq=False)
class Been:
    """What is known at one step of where walkers were.

    `trails` are the past places (w, d) of the walkers `trailed`, the oldest first, `rests` those (d,) where
    one stood, and `then` (k, d) where the walkers `rows` were at step `since`, half of the run ago or more;
    None where it has hardly begun. Of walkers with too many coordinates nothing is kept.
    """

    rows: tuple[int, ...] = ()
    trailed: tuple[int, ...] = ()
    trails: tuple[Floats, ...] = ()
    rests: tuple[Floats, ...] = ()
    began: int = 0
    since: int = 0
    then: Floats | None = None

    def stood(self, rows: tuple[int, ...], positions: Floats, length: float) -> Flags:
        """Which walkers `rows`, now at positions (n, d), have hardly moved since; nobody who is not known."""
        if self.then is None or not len(positions):
            return np.zeros(len(positions), dtype=bool)
        place = {row: at for at, row in enumerate(self.rows)}
        known = np.array([place.get(row, -1) for row in rows])
        with np.errstate(all="ignore"):
            moved = np.linalg.norm(positions - self.then[known], axis=1)
        stood: Flags = (moved <= STILL * length) & (known >= 0)
        return stood


NOTHING = Been()
"""What is known of walkers that nobody has watched."""


class Past:
    """What is noted of `walkers` in d dimensions as they go, and when.

    Trails are of as many of them as there is room for, up to `WALKERS`, from the beginning. They are noted
    wherever steps end that were taken together: to end them oftener would take up to as long as the steps.
    Whoever stands where he stood half of the run ago or more has stood all the time, as far as is known.
    """

    def __init__(self, walkers: int, dim: int) -> None:
        room = NUMBERS // dim
        self.rows = spread(walkers, min(walkers, WALKERS, room))
        trailed = min(len(self.rows), max(1, room // PLACES)) if room >= FEWEST else 0
        self.trailed = spread(walkers, trailed)
        self.due, self._began, self._every, self._noted = 0, -1, 1, 0
        self._most = min(PLACES, room // trailed) if trailed else FEWEST
        self._rings, self._is_kept = min(RINGS, room), room >= FEWEST
        self._trails: list[Floats] = []
        self._rests: list[Floats] = []
        self._marks: list[tuple[int, Floats]] = []
        self._next_mark, self._next_look = 1, LEAST

    @staticmethod
    def bytes(walkers: int, dim: int) -> float:
        """What it may take in the end: trails, rests, and three marks, as the third replaces the first."""
        room = NUMBERS // dim
        marked = min(walkers, WALKERS, room)
        return 8.0 * dim * (min(room, PLACES * marked) + min(RINGS, room) + 3 * marked) * (room >= FEWEST)

    @property
    def been(self) -> Been:
        """As of now."""
        since, then = self._marks[0] if self._is_known else (0, None)
        return Been(
            self.rows, self.trailed, tuple(self._trails), tuple(self._rests), max(0, self._began), since, then
        )

    @property
    def _is_known(self) -> bool:
        """Whether it is known where walkers were half of the run ago."""
        return len(self._marks) > 1 and self._marks[-1][0] - self._began >= LEAST

    def note(self, step: int, positions: Floats, quiet: Flags, length: float) -> None:
        """Walkers are at positions (n, d) at this step, those that are `quiet` (n,) with a small gradient.

        Nothing is noted before it is `due`, and this is passed over.
        """
        if step < self.due:
            return
        if self._began < 0:
            self._began = step
            self._next_mark, self._next_look = step + 1, step + LEAST
        age = step - self._began
        if self._is_kept and step >= self._next_look:
            self._look(positions, quiet, length)
            self._next_look = step + max(1, age // 4)
        if self._is_kept and step >= self._next_mark:
            self._marks = [*self._marks[-1:], (step, positions[list(self.rows)])]
            self._next_mark = step + age
        if self.trailed:
            self._trails.append(positions[list(self.trailed)])
        self._noted += 1
        if self._noted >= self._most:
            self._trails, self._noted = self._trails[::2], (self._noted + 1) // 2
            self._every *= 2
        self.due = self._began + (age // self._every + 1) * self._every

    def _look(self, positions: Floats, quiet: Flags, length: float) -> None:
        """Keep where walkers have stood, unless it is near a place that is kept."""
        if len(self._rests) >= self._rings or not self._is_known:
            return
        here = positions[list(self.rows)]
        here = here[self.been.stood(self.rows, here, length) & quiet[list(self.rows)]]
        known = len(self._rests)
        points = np.concatenate((np.array(self._rests).reshape(known, -1), here)) if known else here
        if not len(here):
            return
        near = squared_distances(points) <= (APART * length) ** 2
        free = np.ones(len(points), dtype=bool)
        free[:known] = False
        free &= ~near[:known].any(axis=0)
        while free.any() and len(self._rests) < self._rings:
            first = int(np.argmax(free))
            self._rests.append(points[first].copy())
            free &= ~near[first]


def spread(walkers: int, count: int) -> tuple[int, ...]:
    """So many rows of them, evenly spread, the first among them."""
    return tuple(k * walkers // count for k in range(count))


def squared_distances(points: Floats) -> Floats:
    """Between all of points (n, d): (n, n), by one matrix product; no more exact than it needs to be."""
    apart = points - points[0]
    squares = np.einsum("ij,ij->i", apart, apart)
    found: Floats = squares[:, None] + squares - 2.0 * (apart @ apart.T)
    return found
