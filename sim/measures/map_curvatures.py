"""The landscape along the eigenvectors of the Hessian where the focused walker stands."""

from __future__ import annotations

from sim.maps.reading import map_measure

MEASURE = map_measure(
    "curvatures",
    "Map of the curvatures",
    "the loss on the plane of highest and lowest curvature at the focused walker",
)
