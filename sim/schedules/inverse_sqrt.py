"""A linear warm-up and then 1/√t (Vaswani et al. 2017), scaled to the full learning rate where they meet.

With warmup = 1 it is lr / √t, the rate of stochastic gradient descent in convex optimization.
"""

from __future__ import annotations

import math

from sim.parameters import Numbers, Parameter
from sim.schedule import Schedule, warmed_up


def factor(step: int, settings: Numbers) -> float:
    """The share of the learning rate."""
    return min(warmed_up(step, settings), math.sqrt(settings["warmup"] / (step + 1)))


SCHEDULE = Schedule(
    title="Inverse square root",
    formula="lr min(t / warmup, √(warmup / t)),  t = 1, 2, …",
    factor=factor,
    parameters=(Parameter("warmup", 100.0, "steps until it begins to fall", low=1.0, whole=True),),
)
