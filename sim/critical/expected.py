"""What theory expects of the critical points of a field on a torus, and how far one field may be off."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

from sim.arrays import Floats, np
from sim.critical.kac_rice import MOST_DIRECTIONS, density_of_values, kac_rice
from sim.critical.waves import is_torus
from sim.landscape import Problem

SPREADS = {
    1: (0.17, 0.17),
    2: (0.31, 0.40, 0.31),
    3: (0.39, 0.56, 0.56, 0.39),
    4: (0.52, 0.85, 0.98, 0.85, 0.52),
}
"""The variance of the number of points of each index from field to field, over its mean.

Not theory: measured by censuses of 1500 fields in one dimension, 800 in two, 300 in three and 60 in four,
of periods of 5 and 10 length scales, to about 4, 5, 8 and 15 %. Below 1: critical points keep their distance.
"""


SMALLEST, FEWEST_WAVES = 4.0, 16.0
"""There is a law from so many length scales a period on, and so many waves for each direction.

What comes round a torus changes the fourth derivative of the covariance the most: in one dimension it adds
7e-4 to the number of points at a period of 5 length scales and 2 % at 4, and at 2 there are twice as many.
With 16 waves 4 % of the points are missing, with 4 a fifth.
"""

LEVELS = 91
"""At so many values of the field the law is given, up to 4.5 standard deviations either way."""


@dataclass(frozen=True, eq=False)
class Expected:
    """Mean `counts` by index over fields, and the standard deviation `spreads` of one field's, if known.

    `values` are the mean values of the points of each index. At `levels` (m,) of the loss there are, on
    average, `densities` (m,) points of any index for each unit of loss.
    """

    counts: tuple[float, ...]
    spreads: tuple[float, ...]
    values: tuple[float, ...]
    levels: Floats
    densities: Floats

    @property
    def total(self) -> float:
        """The mean number of all of them."""
        return math.fsum(self.counts)


def expected(problem: Problem, active: int) -> Expected | None:
    """The law for the first `active` directions of a field on a torus; None for anything else.

    The formula of Kac and Rice, for a Gaussian field on a torus without end; None as well where the torus is
    too small for that, or the waves are too few.
    """
    if not is_torus(problem) or active > MOST_DIRECTIONS:
        return None
    settings = problem.settings
    lengths, sigma = settings["period"] / settings["length_scale"], settings["sigma"]
    if lengths < SMALLEST or settings["M"] < FEWEST_WAVES * active:
        return None
    volume, law = lengths**active, kac_rice(active)
    counts = tuple(volume * density for density in law.densities)
    ratios = SPREADS.get(active, ())
    spreads = tuple(math.sqrt(ratio * count) for ratio, count in zip(ratios, counts, strict=False))
    u, densities = levels(active)
    values = tuple(sigma * value for value in law.values)
    return Expected(counts, spreads, values, sigma * u, volume / sigma * densities)


@functools.lru_cache(maxsize=MOST_DIRECTIONS)
def levels(directions: int) -> tuple[Floats, Floats]:
    """Values u = f/σ (m,), and how many points there are on average a volume l^d and a unit of u (m,)."""
    u = np.linspace(-4.5, 4.5, LEVELS)
    return u, density_of_values(directions, u).sum(axis=0)
