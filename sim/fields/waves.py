"""What every map of frequencies shares: angles in turns become waves, their slopes and their curvatures."""

from __future__ import annotations

import math

from sim.arrays import Floats, np
from sim.kernel import inline
from sim.numerics import sin_cos_turns


@inline
def slopes_of_waves(turns: Floats, phases: Floats, height: float) -> float:
    """The sum of waves of this height at `turns` (k,) + `phases` (k,), and into `turns` how it changes.

    The changes are loss per turn.
    """
    total = 0.0
    for m in range(len(phases)):
        sine, cosine = sin_cos_turns(turns[m] + phases[m])
        total += cosine
        turns[m] = -height * math.tau * sine
    return height * total


def curvatures_of_waves(turns: Floats, height: float) -> Floats:
    """What each wave adds to the curvature along its frequency, loss per squared turn, at angles in turns.

    They take the place of the angles.
    """
    turns *= math.tau
    np.cos(turns, out=turns)
    turns *= -height * math.tau**2
    return turns
