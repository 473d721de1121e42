"""An experiment that would not fit is refused with the bytes it needs, before anything is made."""

from __future__ import annotations

import ctypes
import gc
import json
import math
import os
import subprocess
import sys
import weakref
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from problems import experiment_on

from sim import (
    LANDSCAPES,
    MEASURES,
    BadInput,
    Cohort,
    Experiment,
    Simulation,
    beside,
    memory,
    pairwise,
    walkers,
)
from sim.commands import Rewind, Set
from sim.critical import search
from sim.measures import signs
from sim.memory import bytes_needed, readable_bytes, require_memory
from tui.headless import WORK

SLACK = 2e6
"""The allocator's, and what a thread's first call leaves, once a smaller run of the same kind has been."""

ALLOCATOR = {"MALLOC_MMAP_THRESHOLD_": "131072", "MALLOC_ARENA_MAX": "1"}
"""Arrays of so many bytes are given back as soon as they are free; and all threads share one heap."""

HOLE = 1 << 16
"""Bytes that are free in one piece, at least, to be called a hole."""

REST, EIGENVECTOR = "rest", "eigenvector"
SMALLER = {"M": 70, "connections": 2, "batch": 5}
"""Parameters that make much of a run, as they are while it warms up."""

BESIDE = [{"optimizer": name} for name in ("adam", "gd", "momentum")]


def a_run(
    landscape: str, dim: int, most: float, at: str = "", active: int = 0, also: str = "", **entries: Any
) -> Any:
    """What to measure, with a measure `also` to read; needed may be up to `most` times what is used, where
    it is an upper estimate.
    """
    name = f"{landscape}-{dim}-{'-'.join(map(str, entries.get('parameters', {}).values()))}"
    return pytest.param((dim, at, active, also, {"landscape": landscape, **entries}, most), id=name)


DILUTED, DIGITS = {"couplings": "diluted"}, {"data": "digits", "batch": 32}

RUNS = [
    a_run("rastrigin", 10**6, 1.3, REST, walkers=2),
    a_run("rastrigin", 1, 1.8, REST, walkers=500_000),
    a_run("rastrigin", 10**6, 1.7, REST, active=500_000, walkers=2, more_cohorts=BESIDE),
    a_run("styblinski-tang", 10**6, 1.6, REST, walkers=2, optimizer="adam"),
    a_run("rosenbrock", 10**6, 1.2, REST, walkers=1),
    a_run("polynomial-chain", 10**6, 1.2, REST, walkers=1),
    a_run("polynomial-chain", 500_000, 1.2, REST, walkers=1, parameters={"ends": "periodic"}),
    a_run("polynomial-lattice", 1600, 1.2, REST, walkers=1, parameters={"couplings": "random"}),
    a_run("griewank", 1300, 2.1, REST, walkers=1),
    a_run("random-quadratic", 1300, 1.8, walkers=1),
    a_run("separable-logistic", 1300, 2.1, walkers=1),
    a_run("gaussian-field", 1600, 1.2, walkers=1, parameters={"map": "dense", "M": 1600, "planted": "yes"}),
    a_run("gaussian-field", 1600, 1.2, walkers=1, parameters={"map": "dense", "M": 1600, "period": 5.0}),
    a_run("gaussian-field", 8, 1.2, walkers=1, parameters={"map": "structured", "M": 1_000_000}),
    # A spectrum has the most of Lanczos' vectors: as many as there is room for here, and time for below.
    a_run("gaussian-field", 1 << 20, 1.2, "", 900_000, "spectrum", walkers=1, more_cohorts=BESIDE),
    a_run("spin-glass", 100, 1.2, walkers=1, parameters={**DILUTED, "p": 4, "connections": 20_000}),
    a_run("spin-glass", 1500, 2.1, walkers=1),
    a_run("spin-glass", 1000, 1.2, EIGENVECTOR, walkers=1, parameters={"p": 2, "couplings": "full"}),
    a_run("spin-glass", 280, 1.2, walkers=1, parameters={"couplings": "full"}),
    a_run("network", 1500, 1.2, walkers=1),
    a_run("network", 200_000, 1.4, "", 0, "spectrum", walkers=10, parameters=DIGITS),
    a_run("krylov-quadratic", 10**12, 1.7, walkers=64, parameters={"reach": 1000}),
    a_run("krylov-quadratic", 4000, 1.7, walkers=64, parameters={"reach": 100}),
    a_run("relu-teacher", 2000, 1.4, walkers=1),
]  # fmt: skip


def status(entry: str) -> int:
    """Bytes of this process that Linux counts: "VmRSS" now, "VmHWM" at most since `clear_refs` was told."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(entry))


def peak_above(base: int) -> int:
    return status("VmHWM") - base


def give_back() -> None:
    """What compiling took and no longer needs must not come off what the experiment takes.

    Nor may arrays fill the holes that it leaves, which they would not leave again: these are taken, and stay
    untouched, until the heap grows.
    """
    gc.collect()
    allocator = ctypes.CDLL(None)
    allocator.malloc_trim(0)
    allocator.malloc.restype = allocator.sbrk.restype = ctypes.c_void_p
    end, most = allocator.sbrk(0), 1 << 14
    while allocator.sbrk(0) == end and most:
        allocator.malloc(HOLE)
        most -= 1


def an_experiment(dim: int, active: int, entries: dict[str, Any]) -> Experiment:
    more = entries.get("more_cohorts", ())
    experiment = experiment_on(**{**entries, "dim": dim, "more_cohorts": tuple(Cohort(**c) for c in more)})
    return experiment.with_value("active_dim", active) if active else experiment


def placed(simulation: Simulation, at: str) -> None:
    """All walkers near the known minimum, or at the lowest eigenvector of a spin glass of p = 2."""
    n, d = simulation.experiment.walkers, simulation.experiment.dim
    if at == REST:
        place = np.full((n, d), simulation.problem.slice_at)
        place += 1e-9 * np.random.default_rng(0).standard_normal((n, d))
        simulation.place(place)
    if at == EIGENVECTOR:
        matrix = simulation.problem.value_and_gradient(np.eye(d))[1]
        simulation.place(math.sqrt(d) * np.linalg.eigh(matrix)[1][:, :1].T.repeat(n, axis=0))


def measured(dim: int, at: str, active: int, also: str, entries: dict[str, Any]) -> tuple[float, float]:
    """What is needed, and what the process has grown by at the most."""
    parameters = dict(entries.get("parameters", {}))
    parameters.update({name: small for name, small in SMALLER.items() if name in parameters})
    small = Simulation(an_experiment(20, 0, {**entries, "walkers": 2, "parameters": parameters}))
    small.advance(3)
    small.read()
    del small
    give_back()
    experiment = an_experiment(dim, active, entries)
    base = status("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")
    simulation = Simulation(experiment)
    simulation.advance(3)
    simulation.rewind()
    most = peak_above(base)
    placed(simulation, at)
    Path("/proc/self/clear_refs").write_text("5")
    simulation.read(work=WORK)  # as a run has it
    if also:  # of one cohort, as one is read after the other
        MEASURES[also].reading(MEASURES[also].collect(simulation.state(work=WORK)))
    return bytes_needed(experiment), max(most, peak_above(base))


SCRIPT = """
import json, sys
import numpy as np
import psutil  # whoever asks for much memory loads it
import scipy.linalg
import test_memory
matrix = np.random.default_rng(0).standard_normal((1700, 1700))  # NumPy's BLAS has buffers, and SciPy's
np.linalg.eigvalsh(matrix), np.linalg.solve(matrix, matrix), scipy.linalg.blas.dgemm(1.0, matrix, matrix)
for run in json.load(sys.stdin):
    print(json.dumps(test_memory.measured(*run)), flush=True)
"""


@cache
def all_measured() -> list[tuple[float, float]]:
    """Of every run, in one process, which gives what it frees back at once."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **ALLOCATOR}
    runs = json.dumps([run.values[0][:-1] for run in RUNS])
    found = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input=runs,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,  # a minute or two on a core of its own
        check=False,
    )
    assert found.returncode == 0, found.stderr
    return [tuple(json.loads(line)) for line in found.stdout.splitlines()]


@pytest.mark.skipif(not os.access("/proc/self/clear_refs", os.W_OK), reason="Linux alone tells the peak")
@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(RUNS)), ids=[run.id for run in RUNS])
def test_what_is_needed_is_the_peak_of_a_run_and_its_measures(number: int) -> None:
    needed, used = all_measured()[number]
    *_, most = RUNS[number].values[0]
    assert used > 20e6, "too small to tell anything"
    assert used - SLACK <= needed <= most * used + SLACK, (needed, used)


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_a_landscape_goes_with_its_walkers(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "KEPT_BYTES", 0)
    simulation = Simulation(Experiment(landscape="spin-glass", dim=5, walkers=3))
    before = weakref.ref(simulation.problem)
    simulation.read(name, work=1e6)
    gc.collect()  # what numba leaves when it compiles: frames of the calls that led there
    gc.disable()  # it comes seldom, however large what it would free
    try:
        simulation.apply(Set("seed", 1))
        simulation.read(name, work=1e6)
        assert before() is None
    finally:
        gc.enable()


def test_the_same_numbers_are_meant_elsewhere() -> None:
    assert memory.COMPARED == pairwise.SAMPLE
    assert (memory.RECORD, memory.LONGEST) == (walkers.RECORD, walkers.LONGEST)
    assert beside.WORK <= WORK == memory.MOST_WORK
    assert memory.SAMPLED == signs.COPIED


def test_it_grows_with_walkers_dimensions_and_slots() -> None:
    base = Experiment(landscape="rastrigin", dim=1000, walkers=10_000)
    assert bytes_needed(base.with_value("walkers", 20_000)) == pytest.approx(2 * bytes_needed(base), rel=2e-2)
    assert bytes_needed(base.with_value("dim", 2000)) == pytest.approx(2 * bytes_needed(base), rel=2e-2)
    assert bytes_needed(base.with_value("optimizer", "adam")) > bytes_needed(base)


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The memory that is free; a test may change it."""
    found = SimpleNamespace(available=8e9)
    monkeypatch.setattr("psutil.virtual_memory", lambda: found)
    return found


def test_what_fits_is_accepted_and_what_does_not_is_refused_with_its_bytes(free: SimpleNamespace) -> None:
    experiment = Experiment(landscape="rastrigin", dim=10**6, walkers=50)
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
    if too_large.size < 10**10:
        pytest.skip("the landscape comes in smaller sizes only, or is drawn along its walkers")
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
