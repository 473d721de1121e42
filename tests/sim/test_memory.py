"""An experiment that would not fit is refused with the bytes it needs, before anything is made."""

from __future__ import annotations

import tracemalloc
from types import SimpleNamespace

import pytest
from problems import experiment_on

from sim import LANDSCAPES, BadInput, Cohort, Experiment, Simulation
from sim.commands import Rewind, Set
from sim.landscape import Diagonal
from sim.memory import bytes_needed, readable_bytes, require_memory

A_FEW_MEGABYTES = 16e6
"""Series, records and one tile of features, whatever the experiment."""


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The memory that is free; a test may change it."""
    found = SimpleNamespace(available=8e9)
    monkeypatch.setattr("psutil.virtual_memory", lambda: found)
    return found


def shapes(landscape: str) -> list[tuple[int, int]]:
    """Dimensions and walkers: few and many of each, as far as their Hessians can be had in a test."""
    diagonal = isinstance(LANDSCAPES[landscape].hessian, Diagonal)
    return [(400, 16), (2000, 300), (1, 200_000)] if diagonal else [(400, 16), (100, 1000)]


RUNS = [
    experiment_on(landscape, dim, walkers=walkers, optimizer=optimizer)
    for landscape in LANDSCAPES
    for dim, walkers in shapes(landscape)
    for optimizer in ("gd", "adam")
] + [
    Experiment(
        landscape=landscape,
        dim=400,
        active_dim=active,
        walkers=300,
        more_cohorts=(Cohort("adam"), Cohort("null")),
    )
    for landscape in ("rastrigin", "gaussian-field", "griewank")
    for active in (3, 390)
]


def called(experiment: Experiment) -> str:
    """A name for the test."""
    return f"{experiment.landscape}-{experiment.active}-{experiment.walkers}-{'-'.join(experiment.labels)}"


@pytest.mark.parametrize("experiment", RUNS, ids=called)
def test_what_is_needed_covers_the_peak_of_a_run_and_its_measures(experiment: Experiment) -> None:
    small = experiment.with_value("walkers", 2).with_value("active_dim", "all").with_value("dim", 2)
    Simulation(small).read()  # compile and import
    tracemalloc.start()
    try:
        simulation = Simulation(experiment)
        simulation.advance(3)
        simulation.read("loss", "gradient-norm", "distances", "signs", "outcomes")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= 1.05 * bytes_needed(experiment) + A_FEW_MEGABYTES
    assert bytes_needed(experiment) <= 4.0 * peak + A_FEW_MEGABYTES


def test_it_grows_with_walkers_dimensions_and_slots() -> None:
    base = Experiment(landscape="rastrigin", dim=1000, walkers=100)
    assert bytes_needed(base.with_value("walkers", 200)) == pytest.approx(2 * bytes_needed(base), rel=1e-2)
    assert bytes_needed(base.with_value("dim", 2000)) == pytest.approx(2 * bytes_needed(base), rel=1e-2)
    assert bytes_needed(base.with_value("optimizer", "adam")) > bytes_needed(base)


def test_what_fits_is_accepted_and_what_does_not_is_refused_with_its_bytes(free: SimpleNamespace) -> None:
    experiment = Experiment(landscape="rastrigin", dim=10**6, walkers=100)
    require_memory(experiment)
    free.available = 1e9
    with pytest.raises(BadInput) as refused:
        require_memory(experiment)
    assert refused.value.where == "memory"
    assert readable_bytes(bytes_needed(experiment)) in refused.value.what
    assert "800 MB free" in refused.value.what


@pytest.mark.parametrize("landscape", LANDSCAPES.names)
@pytest.mark.parametrize("dim", [10**11, 10**15])
def test_a_simulation_refuses_before_it_makes_anything(landscape: str, dim: int) -> None:
    too_large = experiment_on(landscape, dim)
    if too_large.dim < 10**10:
        pytest.skip("the landscape comes in smaller sizes only")
    with pytest.raises(BadInput, match="^memory: .*B needed, .*B free; accepted: "):
        Simulation(too_large)


def test_a_change_that_does_not_fit_is_refused(free: SimpleNamespace) -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=10, walkers=10))
    free.available = 1e6
    with pytest.raises(BadInput, match="^memory: "):
        simulation.apply(Set("dim", 10**6))
    assert simulation.experiment.dim == 10


def test_what_makes_nothing_is_never_refused(free: SimpleNamespace) -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=10**5, walkers=50))
    free.available = 1e6
    for command in (Set("lr", 1e-4), Set("active_dim", 10), Set("A", 5.0), Rewind()):
        simulation.apply(command)
    with pytest.raises(BadInput, match="^memory: "):
        simulation.apply(Set("active_dim", 10**5))
    assert simulation.experiment.active == 10


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1500, "1.5 kB"),
        (2e6, "2 MB"),
        (1.54e15, "1.54 PB"),
        (3e30, "3e+12 EB"),
    ],
)
def test_bytes_are_readable(count: float, text: str) -> None:
    assert readable_bytes(count) == text


@pytest.mark.parametrize(
    ("landscape", "parameters", "lighter"),
    [
        ("spin-glass", {"couplings": "full"}, "couplings=diluted"),
        ("spin-glass", {"couplings": "diluted", "connections": 1e6}, "a smaller landscape"),
        ("gaussian-field", {"map": "dense"}, "map=structured"),
        ("gaussian-field", {"map": "dense", "period": 5.0, "M": 1e12}, "a smaller landscape"),
    ],
)
def test_what_does_not_fit_is_told_what_would_take_less(
    landscape: str, parameters: dict[str, float | str], lighter: str
) -> None:
    experiment = Experiment(landscape=landscape, dim=10**7, walkers=1, parameters=parameters)
    with pytest.raises(BadInput, match=f"^memory: .* needed, .* free; accepted: .*, or {lighter}$"):
        require_memory(experiment)
