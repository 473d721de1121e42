"""Every measure and every panel, with walkers where nobody would put them: no exception, and no "nan"."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
from told_apart import told_apart

from sim import Cohort, Experiment, Simulation
from sim.registry import MEASURES
from tui.chart import Chart
from tui.panel import PANELS
from tui.picture import Picture
from tui.readings import as_json

SMALL = Experiment(landscape="rastrigin", dim=3, walkers=5)
STEEP = Experiment(landscape="polynomial-chain", dim=6, walkers=4, hyper={"lr": 1.0})
TINY_NETWORK = Experiment(landscape="network", walkers=3, parameters={"hidden": "2", "inputs": 1})


def advanced(experiment: Experiment, steps: int = 3) -> Simulation:
    simulation = Simulation(experiment, workers=1)
    simulation.advance(steps)
    return simulation


def placed(value: float, experiment: Experiment = SMALL) -> Simulation:
    simulation = Simulation(experiment, workers=1)
    simulation.place(np.full((experiment.walkers, experiment.dim), value))
    return simulation


def one_is_lost() -> Simulation:
    simulation = Simulation(SMALL, workers=1)
    positions = simulation.positions()
    positions[0], positions[1] = np.nan, np.inf
    simulation.place(positions)
    return simulation


STATES: dict[str, Callable[[], Simulation]] = {
    "one walker in one dimension": lambda: advanced(Experiment(landscape="rastrigin", dim=1, walkers=1)),
    "two walkers": lambda: advanced(Experiment(landscape="double-well", dim=2, walkers=2)),
    "all at one point": lambda: placed(0.3),
    "all at a minimum": lambda: placed(0.0),
    "outside the box": lambda: placed(1e3),
    "far outside": lambda: placed(1e200),
    "nowhere": lambda: placed(np.nan),
    "two are lost": one_is_lost,
    "diverged": lambda: advanced(STEEP, steps=50),
    "flat": lambda: placed(0.0, TINY_NETWORK),
    "a sphere": lambda: advanced(Experiment(landscape="spin-glass", dim=5, walkers=3)),
    "the smallest sphere": lambda: advanced(Experiment(landscape="spin-glass", dim=4, walkers=2)),
    "one direction of three": lambda: advanced(Experiment(dim=3, active_dim=1, walkers=4)),
    "a torus": lambda: advanced(Experiment(dim=2, walkers=4, parameters={"period": 5.0})),
    "a ring": lambda: advanced(
        Experiment(landscape="polynomial-chain", dim=3, walkers=2, parameters={"ends": "periodic"})
    ),
    "groups": lambda: advanced(Experiment(landscape="rastrigin", dim=3, walkers=6, starts="groups")),
    "cohorts": lambda: advanced(
        Experiment(landscape="rastrigin", dim=3, walkers=3, more_cohorts=(Cohort("adam"), Cohort("null")))
    ),
    "a part of 175 billion directions": lambda: advanced(
        Experiment(landscape="krylov-quadratic", dim=175 * 10**9, more_cohorts=(Cohort("momentum"),))
    ),
    "a part, with one walker that falls": lambda: advanced(
        Experiment(
            landscape="krylov-quadratic", dim=10**15, walkers=1, hyper={"lr": 1e3}, parameters={"shift": -9.0}
        ),
        steps=150,
    ),
    "noise": lambda: advanced(Experiment(landscape="saddle", dim=2, walkers=2, optimizer="langevin")),
}  # fmt: skip


@pytest.fixture(scope="module")
def simulations() -> dict[str, Simulation]:
    return {}


def words(picture: Picture) -> str:
    return " ".join(
        (*picture.notes, *picture.legend, *picture.short_legend, *picture.method, picture.message)
    )


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", MEASURES)
def test_what_is_measured_can_be_written_and_drawn(
    name: str, state: str, simulations: dict[str, Simulation]
) -> None:
    if state not in simulations:
        simulations[state] = STATES[state]()
    snapshot = simulations[state].read(name, work=1e7)
    written = json.dumps(as_json(snapshot.readings[name]), allow_nan=False)
    assert json.loads(written)["step"] == snapshot.step
    for panel in PANELS.values():
        if name in panel.measures:
            picture = panel.paint(snapshot)
            assert picture.series or picture.message
            assert picture.message or (told_apart(picture) and told_apart(picture, unicode=False))
            assert "nan" not in words(picture).split() and "None" not in words(picture)
            for width, height in ((60, 15), (24, 9)):
                rows = Chart().draw(picture, width, height)
                assert [len(row) for row in rows] == [width] * height
