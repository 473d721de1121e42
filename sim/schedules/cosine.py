"""Half a cosine from the full learning rate down to a share of it (Loshchilov and Hutter 2017, one cycle).

After `horizon` steps it stays at the share `floor`. With a warm-up the cosine begins when that has ended.
"""

from __future__ import annotations

import math

from sim.parameters import Numbers, Parameter
from sim.schedule import Schedule, warmed_up


def factor(step: int, settings: Numbers) -> float:
    """The share of the learning rate; as torch's CosineAnnealingLR with T_max = horizon without a warm-up."""
    warmup, horizon, floor = settings["warmup"], settings["horizon"], settings["floor"]
    if step < warmup:
        return warmed_up(step, settings)
    if step >= horizon:
        return floor
    gone = (step - warmup) / (horizon - warmup)
    return floor + (1.0 - floor) * 0.5 * (1.0 + math.cos(math.pi * gone))


SCHEDULE = Schedule(
    title="Cosine",
    formula="lr (floor + (1 − floor) (1 + cos π t / horizon) / 2),  t = 0, 1, …, then lr floor",
    factor=factor,
    parameters=(
        Parameter("horizon", 1000.0, "steps until the floor", low=1.0, whole=True),
        Parameter("floor", 0.0, "share of the learning rate that stays", low=0.0, high=1.0),
        Parameter("warmup", 0.0, "steps of linear warm-up before it", low=0.0, whole=True),
    ),
)
