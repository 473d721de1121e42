"""The dense Gaussian field against NumPy's rate for its two matrix products alone, and a structured one.

OpenBLAS picks its kernel when it is loaded, and environment variables can pick another. So the dense field is
measured in processes of their own: as OpenBLAS chooses, and, where the environment differs, as it is set.
The structured field is measured beside a plain Hadamard transform of the same size.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import numba
import numpy as np

from sim import LANDSCAPES, Experiment, Simulation
from sim.blas import one_blas_thread
from sim.fields.packed import Field

from ..machine import blas, blas_environment
from ..row import Budget, Result, Row
from ..timing import medians, of_one_core, per, timed

WALKERS, DIM, FEATURES, STEPS = 64, 1000, 4000, 5
AGREEMENT = 1e-10

LARGE, SMALLER = 1 << 20, 1 << 15
TRANSFORMS = 12
"""Hadamard transforms in a gradient of 2d features: three for each of two blocks, forth and back."""


def measure(repetitions: int) -> Result:
    """The share of NumPy's rate, once for each choice of the BLAS kernel."""
    chosen = blas_environment()
    clean = {name: value for name, value in os.environ.items() if name not in chosen}
    found = {"as BLAS chooses": in_own_process(repetitions, clean)}
    if chosen:
        found["as the environment sets it"] = in_own_process(repetitions, dict(os.environ))
    rates, budgets = {}, []
    for how, one in found.items():
        rates |= {f"{name}_gflop_per_s, {how}": rate for name, rate in one["gflop_per_s"].items()}
        budgets += [
            Budget(f"simulation / matrix products in NumPy, {cores}, {how}", share, least=0.9)
            for cores, share in one["shares"].items()
        ]
    facts = {"blas": {how: one["blas"] for how, one in found.items()}}
    return Result(repetitions, rates, tuple(budgets), facts)


def in_own_process(repetitions: int, environment: dict[str, str]) -> Any:
    """What `compare` finds in a fresh process with this environment."""
    command = [sys.executable, "-c", f"from {__name__} import compare; compare({repetitions})"]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def compare(repetitions: int) -> None:
    """Print the rates of simulation and products as JSON, after checking that both mean the same field."""
    settings = {"M": FEATURES, "map": "dense"}
    experiment = Experiment(landscape="gaussian-field", dim=DIM, walkers=WALKERS, parameters=settings)
    on_all, on_one = Simulation(experiment), Simulation(experiment, workers=1)
    check(on_all)
    x, gradient = on_all.positions(), np.empty((WALKERS, DIM))
    turns = np.empty((WALKERS, FEATURES))
    frequencies = Field(on_all.problem.parameters, DIM).frequencies

    def products() -> None:
        for _ in range(STEPS):
            np.matmul(x, frequencies.T, out=turns)
            np.matmul(turns, frequencies, out=gradient)

    all_cores = medians(
        {"simulation": timed(lambda: on_all.advance(STEPS)), "numpy": timed(products)}, repetitions
    )
    one_core = medians(
        {
            "simulation": of_one_core(lambda: on_one.advance(STEPS)),
            "numpy": of_one_core(one_blas_thread(products)),
        },
        repetitions,
    )
    operations = 4.0 * WALKERS * DIM * FEATURES * STEPS
    found = {"all cores": all_cores, "one core": one_core}
    report = {
        "gflop_per_s": {
            f"{name}, {cores}": operations / taken / 1e9
            for cores, seconds in found.items()
            for name, taken in seconds.items()
        },
        "shares": {cores: seconds["numpy"] / seconds["simulation"] for cores, seconds in found.items()},
        "blas": blas(),
    }
    print(json.dumps(report))


def check(simulation: Simulation) -> None:
    """Raise unless some steps of the simulation are those of the formula in NumPy."""
    field = Field(simulation.problem.parameters, DIM)
    height, mu = field.height, field.mu
    phases, frequencies = 2.0 * np.pi * field.phases, 2.0 * np.pi * field.frequencies
    lr = simulation.experiment.hyperparameters["lr"]

    def angles(x: np.ndarray) -> np.ndarray:
        return x @ frequencies.T + phases

    x = simulation.positions()
    for _ in range(STEPS):
        x = x - lr * (mu * x - height * np.sin(angles(x)) @ frequencies)
    value = height * np.sum(np.cos(angles(x)), axis=1) + 0.5 * mu * np.sum(x * x, axis=1)
    simulation.advance(STEPS)
    error = np.max(np.abs(value - simulation.state().value)) / np.max(np.abs(value))
    if not error < AGREEMENT:
        raise AssertionError(f"the field's loss differs from NumPy's by {error:.1e} of the largest")


@numba.njit
def plain_transform(v: np.ndarray) -> None:
    """The Hadamard transform of v, in place, as it is usually written."""
    stride = 1
    while stride < len(v):
        for first in range(0, len(v), 2 * stride):
            for k in range(first, first + stride):
                v[k], v[k + stride] = v[k] + v[k + stride], v[k] - v[k + stride]
        stride *= 2


def structured(repetitions: int) -> Result:
    """One gradient of one walker, on one core, and the memory of fields of two sizes."""
    field = LANDSCAPES["gaussian-field"]
    large, smaller = (field.build(dim, M=2 * dim, map="structured") for dim in (LARGE, SMALLER))
    rng = np.random.default_rng(0)
    x, v = rng.uniform(*large.box, (1, LARGE)), rng.standard_normal(LARGE) / LARGE
    timers = {
        "gradient": of_one_core(lambda: large.value_and_gradient(x)),
        "plain_transform": of_one_core(lambda: plain_transform(v), before=lambda: v.fill(1.0)),
    }
    seconds = medians(timers, repetitions)
    a_coordinate = [problem.parameters.nbytes / problem.dim for problem in (large, smaller)]
    return Result(
        repetitions,
        per(seconds, 1.0, 1.0, "s"),
        (
            Budget("seconds a gradient of a walker", seconds["gradient"], most=0.15),
            Budget(
                f"a gradient / {TRANSFORMS} plain transforms",
                seconds["gradient"] / seconds["plain_transform"] / TRANSFORMS,
                most=1.0,
            ),
            Budget(
                "bytes a coordinate / those in 2¹⁵ dimensions", a_coordinate[0] / a_coordinate[1], most=1.01
            ),
        ),
        {"megabytes": large.parameters.nbytes / 1e6},
    )


ROWS = (
    Row("structured-field", "the structured field, 1 × 2²⁰, 2²¹ features", structured, 7),
    Row("gaussian-field", f"the dense field, {WALKERS} × {DIM}, {FEATURES} features", measure, 7),
)
