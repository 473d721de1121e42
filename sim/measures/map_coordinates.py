"""The landscape along the first two coordinates."""

from __future__ import annotations

from sim.maps.reading import map_measure

MEASURE = map_measure(
    "coordinates",
    "Map of the first coordinates",
    "the loss on the plane of the first two coordinates, with the walkers on it",
)
