"""The landscape along two random directions."""

from __future__ import annotations

from sim.maps.reading import map_measure

MEASURE = map_measure(
    "random", "Map at random", "the loss on a plane through the focused walker that nobody chose"
)
