"""Landscapes built for tests: in about the dimension that is asked for, and points to look at them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim import LANDSCAPES
from sim.arrays import Floats
from sim.landscape import Problem
from sim.parameters import settled


def built(name: str, dim: int, chosen: Mapping[str, Any] | None = None, seed: int = 3) -> Problem:
    """The landscape in `dim` dimensions, or in the nearest number that it comes in."""
    landscape = LANDSCAPES[name]
    settings = settled(landscape.parameters, chosen or {}, dim)
    if landscape.shape:
        settings = dict(landscape.shape.fitted(dim, settings))
    return landscape.build(landscape.dim_of(settings, dim), seed, **settings)


def points(problem: Problem, count: int, seed: int = 1) -> Floats:
    """Points (count, d) all over where walkers start, the same ones at each call."""
    found = np.random.default_rng(seed).uniform(*problem.box, (count, problem.dim))
    problem.from_box(found)
    if problem.landscape.constraint:
        problem.landscape.constraint.retract(found)
    return found
