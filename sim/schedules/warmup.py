"""A linear warm-up (Goyal et al. 2017), and then a learning rate that stays."""

from __future__ import annotations

from sim.parameters import Parameter
from sim.schedule import Schedule, warmed_up

SCHEDULE = Schedule(
    title="Warm-up",
    formula="lr min(1, t / warmup),  t = 1, 2, …",
    factor=warmed_up,
    parameters=(Parameter("warmup", 100.0, "steps until the full learning rate", low=0.0, whole=True),),
)
