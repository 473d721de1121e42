"""Landscapes built for tests: in about the dimension that is asked for, and points to look at them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim import LANDSCAPES, OPTIMIZERS, Experiment, Simulation
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
    found = np.random.default_rng(seed).uniform(*problem.box, (count, problem.size))
    problem.from_box(found)
    if problem.landscape.constraint:
        problem.landscape.constraint.retract(found)
    return found


def strayed(simulation: Simulation, which: Any, to: float) -> Floats:
    """Have some of the walkers begin out there, beyond all landscapes; where all of them begin (n, d)."""
    positions = simulation.positions()
    positions[which] = to
    simulation.place(positions)
    return positions


def experiment_on(landscape: str, dim: int, **entries: Any) -> Experiment:
    """An experiment in `dim` dimensions, or in the nearest number that the landscape comes in."""
    return Experiment(landscape=landscape, **entries).with_value("dim", dim)


def goes_with(landscape: str, optimizer: str) -> bool:
    """Whether a landscape takes a rule."""
    return not OPTIMIZERS[optimizer].traits & set(LANDSCAPES[landscape].refuses)


def fills_the_box(landscape: str) -> bool:
    """Whether walkers start all over the box and may go anywhere: on no surface, nowhere in particular."""
    declared = LANDSCAPES[landscape]
    return declared.constraint is None and declared.starts is None and declared.subspace is None


def has_coordinates(landscape: str) -> bool:
    """Whether its coordinates are those of space: walkers may be put at a place."""
    return LANDSCAPES[landscape].subspace is None


def locks_directions(landscape: str) -> bool:
    """Whether some directions may be closed while others are open."""
    return LANDSCAPES[landscape].constraint is None and has_coordinates(landscape)
