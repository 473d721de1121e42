"""Walkers that blow up are data: counted, drawn, and nothing crashes or warns (warnings are errors here)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pairs import PAIRS
from problems import built, experiment_on, has_coordinates, strayed

from sim import LANDSCAPES, OPTIMIZERS, Experiment, Simulation
from sim.commands import Rewind, Set
from sim.landscape import Scales
from sim.simulation import routine_measures

WALKERS = 9


def diverging(landscape: str, optimizer: str, dim: int = 5) -> Simulation:
    """A run whose learning rate is absurd."""
    return Simulation(experiment_on(landscape, dim, walkers=WALKERS, optimizer=optimizer, hyper={"lr": 1e12}))


DYING = ("multiplication-gates",)
"""Where neurons that are far out answer nothing, and no slope leads them back."""


def gets_steeper(landscape: str) -> bool:
    """Whether the gradient grows with the distance for ever: else no learning rate sends walkers away."""
    problem = built(landscape, 5)
    if problem.landscape.constraint or landscape in DYING:
        return False
    near, far = (np.abs(problem.value_and_gradient(np.full(problem.dim, at))[1]).max() for at in (1e9, 1e12))
    return bool(far > 100.0 * near)


def steps_grow_with_the_gradient(optimizer: str) -> bool:
    """Whether the rule diverges for good: one whose step is about lr itself comes back from any distance."""
    sharp, flat = (OPTIMIZERS[optimizer].suggest(Scales(curvature, 1.0)) for curvature in (10.0, 1.0))
    return sharp < flat


@pytest.mark.parametrize(("landscape", "optimizer"), PAIRS)
def test_walkers_are_counted_as_diverged_and_the_run_goes_on(landscape: str, optimizer: str) -> None:
    simulation = diverging(landscape, optimizer)
    for steps in (1, 2, 97, 400):
        simulation.advance(steps)
        readings = simulation.read().readings
        assert readings.keys() == set(routine_measures())
        assert sum(readings["outcomes"].counts.values()) == WALKERS
        grows = steps_grow_with_the_gradient(optimizer) and gets_steeper(landscape)
        can_leave = LANDSCAPES[landscape].constraint is None
        if (simulation.step == 1 and can_leave) or grows:
            assert readings["outcomes"].counts["diverged"] == WALKERS
    assert simulation.step == 500
    simulation.apply(Rewind())
    assert simulation.read("outcomes").readings["outcomes"].counts["diverged"] == 0


@pytest.mark.parametrize("landscape", LANDSCAPES.names)
def test_loss_and_gradient_become_infinite_and_never_nan(landscape: str) -> None:
    if not gets_steeper(landscape):  # which takes a kernel, and so is not asked where tests are listed
        pytest.skip("its gradient does not grow with the distance for ever")
    simulation = diverging(landscape, "gd")
    simulation.advance(500)
    snapshot = simulation.read("loss", "gradient-norm")
    assert not np.isfinite(simulation.positions()).any()
    for name in ("loss", "gradient-norm"):
        rows = snapshot.traces[name].rows
        assert len(rows) == 501
        assert not np.isnan(rows).any()
        assert np.isfinite(rows[0]).all()
        assert (rows[-1] == math.inf).all()
        assert snapshot.readings[name].spread.median == math.inf


@pytest.mark.parametrize("landscape", filter(has_coordinates, LANDSCAPES))
def test_one_walker_that_diverged_leaves_the_others_alone(landscape: str) -> None:
    simulation = Simulation(experiment_on(landscape, 4, walkers=WALKERS, seed=2))
    starts = simulation.positions()
    simulation.advance(20)  # on a landscape without a floor all walkers leave for good in the end
    undisturbed = simulation.positions()
    starts[3] = 1e308 if LANDSCAPES[landscape].constraint is None else np.nan
    simulation.place(starts)
    simulation.advance(20)
    readings = simulation.read().readings
    assert readings["outcomes"].outcomes[3] == "diverged"
    assert readings["outcomes"].counts["diverged"] == 1
    assert math.isfinite(readings["loss"].spread.median)
    assert readings["loss"].spread.max == math.inf
    assert readings["distances"].mean is None
    rest = [row for row in range(WALKERS) if row != 3]
    np.testing.assert_allclose(simulation.positions()[rest], undisturbed[rest], rtol=1e-9)


def test_a_focused_walker_that_diverged_has_no_signs() -> None:
    simulation = Simulation(Experiment(dim=4, walkers=3))
    starts = simulation.positions()
    starts[0] = math.nan
    simulation.place(starts)
    reading = simulation.read("signs").readings["signs"]
    assert reading.focus is None
    assert len(reading.others) == 2
    assert math.isnan(simulation.read("signs").traces["signs"].column("negative")[0])


def test_a_stable_learning_rate_saves_what_is_left() -> None:
    """The laboratory's way out: the rate is changed live, then the walkers start again."""
    simulation = diverging("rastrigin", "gd")
    simulation.advance(50)
    simulation.apply(Set("lr", 1e-3))
    assert simulation.step == 50
    simulation.apply(Rewind())
    simulation.advance(500)
    assert simulation.read("outcomes").readings["outcomes"].counts["at a minimum"] == WALKERS


def test_a_walker_far_away_has_neither_signs_nor_a_share_in_the_distances() -> None:
    """Past 2⁵³ a cosine is noise: an exact-looking count of it would be a wrong number."""
    simulation = Simulation(Experiment(landscape="rastrigin", dim=5, walkers=4))
    strayed(simulation, 0, 1e40)
    readings = simulation.read("signs", "distances", "outcomes").readings
    assert readings["signs"].focus is None
    assert len(readings["signs"].others) == 3
    assert readings["distances"].mean is readings["distances"].relative_spread is None
    assert readings["outcomes"].counts["diverged"] == 1
