"""What is shown of a landscape of which a part of the directions is drawn."""

from __future__ import annotations

import json

import pytest

from sim import Experiment, Simulation
from sim.snapshot import Snapshot
from tui import headless
from tui.panel import PANELS
from tui.picture import Picture

EXPERIMENT = Experiment(
    landscape="krylov-quadratic", dim=175 * 10**9, walkers=4, parameters={"reach": 30, "shift": 0.5}
)
UNSEEN = "only 128 of 175 000 000 000 directions are drawn, those that the walkers reach"


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    simulation = Simulation(EXPERIMENT)
    simulation.advance(10)
    return simulation.read(*{name for panel in PANELS.values() for name in panel.measures}, work=1e7)


def painted(snapshot: Snapshot, name: str) -> Picture:
    return PANELS[name].paint(snapshot)


def test_signs_are_those_of_the_law_and_say_so(snapshot: Snapshot) -> None:
    picture = painted(snapshot, "signs")
    expected = "by law 59 940 793 717 ± 1.69"
    page = "page 6 counts those of such a matrix, one by one"
    assert picture.message == f"{expected} of 175 000 000 000 fall, but for terms of order 1/d; {page}"
    assert picture.notes == (f"{expected} down", "175 000 000 000 directions")
    assert picture.method == ()


@pytest.mark.parametrize(
    "name", ["spectrum", "uphill", "paths", "index-loss", "critical-points", "critical-search"]
)
def test_a_panel_that_takes_all_directions_says_that_they_are_not_drawn(
    name: str, snapshot: Snapshot
) -> None:
    message = painted(snapshot, name).message
    assert message.startswith(("no ", "nothing is looked for: "))
    assert UNSEEN in message


@pytest.mark.parametrize(
    "name", ["loss", "gradient-norm", "distances", "decrease", "travel", "sharpness", "barrier"]
)
def test_a_panel_that_takes_walkers_alone_has_a_chart(name: str, snapshot: Snapshot) -> None:
    picture = painted(snapshot, name)
    assert picture.series and not picture.message


def test_the_largest_curvature_says_that_it_is_a_law(snapshot: Snapshot) -> None:
    assert painted(snapshot, "sharpness").method[0] == "Tracy and Widom's law"


def test_a_loss_that_stays_above_0_may_have_a_logarithmic_axis(snapshot: Snapshot) -> None:
    assert not painted(snapshot, "loss").log  # it falls below 0
    steady = Simulation(EXPERIMENT.with_value("shift", 2.0))
    steady.advance(30)
    assert painted(steady.read("loss"), "loss").log


def test_without_a_screen_the_law_is_told_too() -> None:
    told = headless.text(EXPERIMENT, 1, as_json=False).splitlines()
    (directions,) = (line for line in told if line.startswith("directions"))
    law = "by law 59 940 793 717 ± 1.69 down, but for terms of order 1/d; not counted: "
    assert directions.split(maxsplit=1)[1] == f"{law}{UNSEEN}"
    signs = json.loads(headless.text(EXPERIMENT, 1, as_json=True))["signs"]
    assert signs["law"]["mean"] == pytest.approx(59940793717.0, abs=1.0) and signs["negative"] is None
