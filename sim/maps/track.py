"""Where walkers have been, in all of their coordinates, so that any plane can show it."""

from __future__ import annotations

from collections.abc import Sequence

from sim.arrays import Flags, Floats, np

PLACES, WALKERS = 64, 8
"""So many past places, of so many walkers at most, make a trail."""

NUMBERS = 1 << 19
"""Coordinates that are kept, about: 4 MB. Of more, trails are those of fewer walkers, and then shorter."""

RINGS = 64
"""So many places of rest are kept."""


class Track:
    """The trails of a few walkers, thinned as they grow so that they reach back to the start; and rests."""

    def __init__(self) -> None:
        self._places: list[Floats] = []
        self._rests: list[Floats] = []
        self._rows: tuple[int, ...] = ()
        self._step, self._every, self._count = -1, 1, 0

    @property
    def trails(self) -> Floats:
        """Past places (t, w, d) of w walkers, the oldest first."""
        return np.array(self._places) if self._places else np.empty((0, 0, 0))

    @property
    def rests(self) -> Floats:
        """Places (r, d) at which a walker stood with hardly any gradient."""
        return np.array(self._rests) if self._rests else np.empty((0, 0))

    def note(self, step: int, rows: Sequence[int], positions: Floats, resting: Flags, apart: float) -> None:
        """Walkers `rows` are at positions (n, d) at this step; rests nearer than `apart` are the same one."""
        if step <= self._step:
            return
        self._step, size = step, positions.shape[1]
        walkers = max(1, min(WALKERS, NUMBERS // (PLACES * size), len(rows)))
        if self._rows != tuple(rows[:walkers]):
            self._rows, self._places, self._every, self._count = tuple(rows[:walkers]), [], 1, 0
        if self._count % self._every == 0:
            self._places.append(positions[:walkers].copy())
        self._count += 1
        if len(self._places) >= max(4, min(PLACES, NUMBERS // (walkers * size))):
            self._places, self._every = self._places[::2], 2 * self._every
        self._rest(positions[resting], apart)

    def _rest(self, positions: Floats, apart: float) -> None:
        most = max(1, min(RINGS, NUMBERS // positions.shape[1]))
        for position in positions:
            if len(self._rests) >= most:
                return
            if all(float(np.linalg.norm(position - other)) > apart for other in self._rests):
                self._rests.append(position.copy())
