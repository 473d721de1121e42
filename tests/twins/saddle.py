from __future__ import annotations

import itertools
import math
from fractions import Fraction

from twins import quadratic


class Twin(quadratic.Twin):
    """The same with curvatures 1 and −c: of the first k directions, k · fraction fall, rounded up."""

    def __init__(self, dim: int, seed: int, fraction: float, down: float) -> None:
        share = Fraction(str(fraction))
        falling = [math.ceil(k * share) for k in range(dim + 1)]
        self.curvatures = [1.0 if before == after else -down for before, after in itertools.pairwise(falling)]


formula = quadratic.formula


UNUSUAL = {"fraction": 0.7, "down": 3.0}
