"""A census or a hunt that goes on from look to look, whichever suits the landscape."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable

from sim.arrays import Floats, np
from sim.critical.hunter import Hunter
from sim.critical.points import CriticalPoints
from sim.critical.torus import MOST_DIRECTIONS, Census, CensusTaker
from sim.critical.waves import is_torus
from sim.landscape import Problem
from sim.rng import Stream, fill_uniform, stream_keys

MOST_STARTS, MOST_WORK = 2000, 3e10
"""After so many starts, or multiplications, a hunt is over."""

AT_A_TIME, DRAWN = 64, 1 << 18
"""How many starts are drawn in the box at a time, and how many numbers at most."""

KEPT, KEPT_BYTES = 4, 64 << 20
"""So many searches are kept, for those who come back to a landscape, and so many bytes of landscapes beside
the one that was asked for last: with each search its landscape stays, a spin glass of 500 spins being 334 MB.
"""


class CensusSearch:
    """All critical points, on a torus of few directions."""

    def __init__(self, problem: Problem, active: int, x: Floats) -> None:
        self.lock = threading.Lock()
        self._taker = CensusTaker(problem, active, x)

    @property
    def ended(self) -> bool:
        """Whether nothing more is looked for."""
        return self._taker.ended

    def found(self) -> tuple[CriticalPoints, Census | None]:
        """The points so far, and what the census knows of them."""
        census = self._taker.census
        return census.points, census

    def go_on(self, work: float, step: int, walkers: Floats) -> None:
        """For about so many multiplications."""
        self._taker.advance(work)


class HuntSearch:
    """What can be hunted from where walkers stand, and from all over the box."""

    def __init__(self, problem: Problem, active: int, x: Floats) -> None:
        self.lock = threading.Lock()
        self._problem, self._active, self._hunter = problem, active, Hunter(problem, x, active)
        self._draws, self._step, self._work = 0, -1, 0.0

    @property
    def ended(self) -> bool:
        """Whether nothing more is looked for."""
        return self._hunter.full or self._hunter.starts >= MOST_STARTS or self._work >= MOST_WORK

    def found(self) -> tuple[CriticalPoints, Census | None]:
        """The points so far; there is no census."""
        return self._hunter.points, None

    def go_on(self, work: float, step: int, walkers: Floats) -> None:
        """For about so many multiplications, from walkers (m, active) of this step among others."""
        while work > 0.0 and not self.ended:
            if not self._hunter.waiting:
                if step != self._step:  # who has not moved would only be sent the same way again
                    self._hunter.add(walkers)
                self._step = step
                self._hunter.add(self._from_the_box())
            spent = self._hunter.advance(work)
            work -= spent
            self._work += spent

    def _from_the_box(self) -> Floats:
        """Places (m, active) where walkers might have started."""
        problem = self._problem
        drawn = np.empty((max(1, min(AT_A_TIME, DRAWN // self._active)), self._active))
        keys = stream_keys(problem.seed, Stream.CRITICAL, len(drawn))
        fill_uniform(keys, self._draws, *problem.box, drawn)
        self._draws += 1
        problem.from_box(drawn)
        if problem.landscape.constraint:
            problem.landscape.constraint.retract(drawn)
        return drawn


Search = CensusSearch | HuntSearch

_searches: OrderedDict[Hashable, tuple[Problem, Search]] = OrderedDict()
_lock = threading.Lock()


def search_of(problem: Problem, active: int, x: Floats) -> Search:
    """The search on this landscape, along its first `active` directions, the others standing as at x (d,).

    The same one for whoever asks again: what was found is kept.
    """
    settings = tuple(sorted(problem.settings.items()))
    key = (id(problem.landscape), problem.dim, problem.seed, settings, active, x[active:].tobytes())
    with _lock:
        if key not in _searches:
            few = is_torus(problem) and active <= MOST_DIRECTIONS
            search = CensusSearch(problem, active, x) if few else HuntSearch(problem, active, x)
            # The problem keeps its landscape's identity from being another's.
            _searches[key] = problem, search
        _searches.move_to_end(key)
        while len(_searches) > KEPT or _bytes_beside_the_last() > KEPT_BYTES:
            _searches.popitem(last=False)
        return _searches[key][1]


def _bytes_beside_the_last() -> float:
    """What the landscapes of all searches take but that of the last one, which somebody walks on."""
    problems = [problem for problem, _ in _searches.values()]
    others = set(problems) - {problems[-1]}
    return sum(other.landscape.packed_bytes(other.dim, other.settings) for other in others)
