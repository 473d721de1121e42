"""The landscape along the directions in which the walkers differ most."""

from __future__ import annotations

from sim.maps.reading import map_measure

MEASURE = map_measure(
    "components", "Map of the components", "the loss on the plane of the walkers' two principal components"
)
