"""The full p = 3 spin glass against NumPy's rate for its matrix products alone, and for the whole tensor."""

from __future__ import annotations

import numpy as np

from sim import Experiment, Simulation
from sim.blas import one_blas_thread
from sim.landscapes.spin_glass import unpacked
from sim.spins import full

from ..row import Budget, Result, Row
from ..timing import medians, of_one_core

WALKERS, DIM, STEPS = 32, 300, 5
AGREEMENT = 1e-11


def measure(repetitions: int) -> Result:
    """On one core, where BLAS works in the calling thread alone."""
    experiment = Experiment(
        landscape="spin-glass", dim=DIM, walkers=WALKERS, parameters={"couplings": "full"}
    )
    simulation = Simulation(experiment, workers=1)
    height, couplings = unpacked(simulation.problem)[2:]
    matrices, at = [], 0
    for _, _, m in full.stems(DIM, 3):
        matrices.append(couplings[at : at + m * m].reshape(m, m))
        at += m * m
    check(simulation, height, matrices)
    x = simulation.positions()
    columns, out = np.ascontiguousarray(x.T), np.empty((DIM, WALKERS))
    tensor, product = np.random.default_rng(0).standard_normal((DIM, DIM**2)), np.empty((WALKERS, DIM**2))

    def products() -> None:
        for _ in range(STEPS):
            for matrix in matrices:
                np.matmul(matrix, columns[: len(matrix)], out=out[: len(matrix)])

    def whole() -> None:
        for _ in range(STEPS):
            np.matmul(x, tensor, out=product)

    seconds = medians(
        {
            "simulation": of_one_core(lambda: simulation.advance(STEPS)),
            "numpy, the same products": of_one_core(one_blas_thread(products)),
            "numpy, x times the whole tensor": of_one_core(one_blas_thread(whole)),
        },
        repetitions,
    )
    share = seconds["numpy, the same products"] / seconds["simulation"]
    gain = seconds["numpy, x times the whole tensor"] / seconds["simulation"]
    operations = 2.0 * WALKERS * full.count(DIM, 3) * STEPS
    return Result(
        repetitions,
        {f"{name}_ms_a_step": 1e3 * taken / STEPS for name, taken in seconds.items()}
        | {"simulation_gflop_per_s": operations / seconds["simulation"] / 1e9},
        (
            Budget("simulation / the same matrix products in NumPy", share, least=0.9),
            Budget("simulation / x times the whole tensor in NumPy", gain, least=1.5),
        ),
    )


def check(simulation: Simulation, height: float, matrices: list[np.ndarray]) -> None:
    """Raise unless the loss is that of the formula in NumPy."""
    for x, found in zip(simulation.positions()[:3], simulation.state().value[:3], strict=True):
        forms = [x[:m] @ matrix @ x[:m] for m, matrix in enumerate(matrices, start=1)]
        expected = height * (x @ forms)
        if not abs(found - expected) < AGREEMENT * DIM:
            raise AssertionError(f"the loss is {found}, and {expected} in NumPy")


ROWS = (Row("spin-glass", f"the full p = 3 spin glass, {WALKERS} × {DIM}", measure, 9),)
