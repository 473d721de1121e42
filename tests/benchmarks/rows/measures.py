"""What one reading costs, beside the library call that does most of its work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np
from scipy.spatial.distance import pdist

from sim import LANDSCAPES, MEASURES, OPTIMIZERS, Experiment, Simulation, signs
from sim.beside import WORK
from sim.blas import one_blas_thread
from sim.hessian import chain_signs as chain_signs_of
from sim.hessian import largest_curvature
from sim.measure import State
from sim.measures.decrease import decreases
from sim.pairwise import pairwise_distances
from sim.rng import Stream, fill_normal, stream_keys

from ..row import Budget, Result, Row
from ..timing import Action, Timer, medians, of_one_core, per


def milliseconds(actions: Mapping[str, Action], repetitions: int) -> Result:
    """What each action takes from one core, in turn, BLAS in one thread as the engine has it."""
    with one_blas_thread:
        return Result(repetitions, per(medians(on_one_core(actions), repetitions), 1, 1e-3, "ms"))


def on_one_core(actions: Mapping[str, Action]) -> dict[str, Timer]:
    """Timers of what each action takes from one core."""
    return {name: of_one_core(action) for name, action in actions.items()}


def distances(walkers: int, repetitions: int) -> Result:
    """All pairs of walkers in 1000 dimensions, beside SciPy's pdist, and whole readings as on a screen."""
    x = np.random.default_rng(0).uniform(-5.0, 5.0, (walkers, 1000))
    if not np.allclose(pairwise_distances(x), pdist(x), rtol=1e-10):
        raise AssertionError("distances differ from SciPy's")
    simulation = Simulation(
        Experiment(landscape="rastrigin", dim=1000, walkers=walkers, starts="groups"), workers=1
    )
    actions: dict[str, Action] = {"pairs": lambda: pairwise_distances(x), "scipy_pdist": lambda: pdist(x)}
    for name in ("distances", "travel", "groups"):
        actions[f"reading_{name}"] = partial(reading, name, simulation.state(0, WORK))
    return milliseconds(actions, repetitions)


def reading(name: str, state: State) -> object:
    """What a measure says, its copies included."""
    return MEASURES[name].reading(MEASURES[name].collect(state))


def dense_signs(dim: int, repetitions: int) -> Result:
    """The signs of the dense field's Hessian, beside LAPACK's eigenvalues alone."""
    problem = LANDSCAPES["gaussian-field"].build(dim, map="dense")
    x = np.zeros(dim)
    matrix = problem.hessian(x)
    if signs(problem, x).negative != np.count_nonzero(np.linalg.eigvalsh(matrix) < 0.0):
        raise AssertionError("signs differ from LAPACK's")
    actions = {"measure": lambda: signs(problem, x), "eigenvalues": lambda: np.linalg.eigvalsh(matrix)}
    return milliseconds(actions, repetitions)


def sharpness(repetitions: int) -> Result:
    """λmax of the dense field and the decrease in a step, beside all eigenvalues and one gradient."""
    problem = LANDSCAPES["gaussian-field"].build(1000, map="dense")
    x, rate = np.zeros((1, problem.dim)), 1.0 / problem.scales.curvature
    matrix = problem.hessian(x[0])
    found, true = largest_curvature(problem, x[0]), np.linalg.eigvalsh(matrix)[-1]
    if found is None or not -1e-9 * true < true - found.value < found.error:
        raise AssertionError("λmax is not LAPACK's")
    actions = {
        "largest": lambda: largest_curvature(problem, x[0]),
        "eigenvalues": lambda: np.linalg.eigvalsh(matrix),
        "decrease": lambda: decreases(problem, x, rate, problem.dim),
        "gradient": lambda: problem.value_and_gradient(x),
    }
    return milliseconds(actions, repetitions)


def diagonal_signs(repetitions: int) -> Result:
    """The signs of Rastrigin's Hessian in a million dimensions, beside the cosine of a million numbers."""
    problem = LANDSCAPES["rastrigin"].build(1_000_000)
    x = np.random.default_rng(0).uniform(-5.0, 5.0, problem.dim)
    if signs(problem, x).negative != np.count_nonzero(problem.landscape.hessian.diagonal(problem, x) < 0.0):
        raise AssertionError("signs differ from the diagonal's")
    return milliseconds({"measure": lambda: signs(problem, x), "cosine": lambda: np.cos(x)}, repetitions)


def chain_signs(repetitions: int) -> Result:
    """Both ends of the zero band of a chain's and a ring's Hessian, from their bands and in all.

    At x = 0 theory knows the counts; where walkers start, a ring exchanges rows without a pattern.
    """
    dim, actions = 1_000_000, dict[str, Action]()
    x = np.random.default_rng(0).uniform(-1.5, 1.5, dim)
    for ends, negative in (("open", 333_334), ("periodic", 333_333)):
        problem = LANDSCAPES["polynomial-chain"].build(dim, ends=ends)
        if signs(problem, np.zeros(dim)).negative != negative:
            raise AssertionError("signs differ from theory's")
        bands = problem.landscape.hessian.bands(problem, x)
        actions[f"{ends}_from_bands"] = partial(chain_signs_of, *bands)
        actions[f"{ends}_in_all"] = partial(signs, problem, x)
    found = milliseconds(actions, repetitions)
    taken = found.medians["open_from_bands_ms"]
    budget = Budget(
        "ms for both ends of the zero band of a tridiagonal Hessian, d = 1 000 000", taken, most=5.0
    )
    return replace(found, budgets=(budget,))


def banded_signs(repetitions: int) -> Result:
    """Both ends of the zero band of a lattice's Hessian, 128 × 128, with open and with joined ends.

    At x = 0 theory knows the count: that of pairs of angles whose squared sines add up to less than 1/4.
    """
    side, actions = 128, dict[str, Action]()
    x = np.random.default_rng(0).uniform(-1.5, 1.5, side * side)
    for ends in ("open", "periodic"):
        problem = LANDSCAPES["polynomial-lattice"].build(side * side, side=side, ends=ends)
        squares = np.sin(np.pi * np.arange(side) / (side if ends == "periodic" else 2 * side)) ** 2
        found = signs(problem, np.zeros(problem.dim))
        if found.method != "banded" or found.negative != np.count_nonzero(
            np.add.outer(squares, squares) < 0.25
        ):
            raise AssertionError("signs differ from theory's")
        actions[ends] = partial(signs, problem, x)
    return milliseconds(actions, repetitions)


def estimated_signs(dim: int, repetitions: int) -> Result:
    """The signs of a large field's Hessian by Lanczos' method, by a screen's work and by a run's."""
    problem = LANDSCAPES["gaussian-field"].build(dim)
    x = np.random.default_rng(0).uniform(-3.0, 3.0, dim)
    actions, facts = dict[str, Action](), dict[str, float | str]()
    for name, work in (("screen", 1e10), ("run", 1e11)):
        found = signs(problem, x, work=work)
        low, high = found.interval("negative")
        if found.exact or not low <= found.negative <= high or found.directions != dim:
            raise AssertionError("an estimate has an interval")
        facts[f"{name}_method"], facts[f"{name}_interval_share"] = found.method, (high - low) / dim
        actions[name] = partial(signs, problem, x, work=work)
    return replace(milliseconds(actions, repetitions), facts=facts)


def chain_gradient(repetitions: int) -> Result:
    """A gradient of the chain in ten million dimensions, beside a copy of its coordinates by NumPy."""
    dim = 10_000_000
    x, value = np.random.default_rng(0).uniform(-1.5, 1.5, (1, dim)), np.empty(1)
    gradient, keys = np.empty_like(x), stream_keys(0, Stream.GRADIENT, 1)
    actions: dict[str, Action] = {"numpy_copy": lambda: np.copyto(gradient, x)}
    for couplings in ("uniform", "random"):
        problem = LANDSCAPES["polynomial-chain"].build(dim, couplings=couplings)
        kernel = problem.gradient
        actions[couplings] = partial(kernel, x, problem.parameters, keys, 0, value, gradient)
    seconds = medians(on_one_core(actions), repetitions)
    numbers = {"numpy_copy": 2, "uniform": 2, "random": 3}  # read or written for each coordinate
    rates = {f"{name}_gb_per_s": 8e-9 * numbers[name] * dim / seconds[name] for name in seconds}
    return Result(repetitions, {**per(seconds, 1, 1e-3, "ms"), **rates})


def normals(repetitions: int) -> Result:
    """A million counter-based normals on one core, alone and in Langevin's update, beside NumPy's."""
    keys, out = stream_keys(0, Stream.UPDATE, 64), np.empty((64, 16384))
    generator, langevin = np.random.default_rng(0), OPTIMIZERS["langevin"]
    x, gradient, no_slots = np.zeros_like(out), np.zeros_like(out), np.empty((0, *out.shape))
    hyper = np.full(len(langevin.parameters), 0.5)
    fill_normal(keys, 0, out)
    if abs(out.mean()) > 0.01 or abs(out.std() - 1.0) > 0.01:
        raise AssertionError("these are no standard normals")
    actions: dict[str, Action] = {
        "counter_based": lambda: fill_normal(keys, 1, out),
        "langevin_update": lambda: langevin.update(x, gradient, no_slots, hyper, keys, 1),
        "numpy": lambda: generator.standard_normal(out=out),
    }
    found = per(medians(on_one_core(actions), repetitions), out.size, 1e-9, "ns_per_normal")
    budgets = tuple(
        Budget(f"ns a normal a core, {name}", found[f"{name}_ns_per_normal"], most=7.0)
        for name in ("counter_based", "langevin_update")
    )
    return Result(repetitions, found, budgets)


ROWS = (
    Row("distances", "distances of 64 walkers in 1000 dimensions", partial(distances, 64), 31),
    Row("distances-256", "distances of 256 walkers in 1000 dimensions", partial(distances, 256), 15),
    Row("dense-signs-100", "signs of a dense Hessian, d = 100", lambda n: dense_signs(100, n), 31),
    Row("dense-signs-1000", "signs of a dense Hessian, d = 1000", lambda n: dense_signs(1000, n), 5),
    Row("sharpness", "λmax of a dense Hessian and the decrease in a step, d = 1000", sharpness, 5),
    Row("diagonal-signs", "signs of a diagonal Hessian, d = 1 000 000", diagonal_signs, 15),
    Row("chain-signs", "signs of a tridiagonal and a cyclic Hessian, d = 1 000 000", chain_signs, 15),
    Row("banded-signs", "signs of a lattice's Hessian, 128 × 128", banded_signs, 5),
    Row(
        "lanczos-signs-2-17", "signs of a field's Hessian, d = 131 072", partial(estimated_signs, 1 << 17), 3
    ),
    Row(
        "lanczos-signs-2-20",
        "signs of a field's Hessian, d = 1 048 576",
        partial(estimated_signs, 1 << 20),
        1,
    ),
    Row("chain-gradient", "a gradient of the polynomial chain, d = 10 000 000", chain_gradient, 9),
    Row("normals", "normally distributed random numbers, alone and in Langevin's update", normals, 15),
)
