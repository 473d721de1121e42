"""The loss of the walkers, recorded at every step."""

from __future__ import annotations

from sim.population import population_measure

MEASURE = population_measure(
    "Loss", "loss: median, 10–90 %, minimum and maximum over walkers, at every step", "value"
)
