"""Walkers on Rastrigin with the loss and gradient norm of every step recorded, against NumPy and JAX.

All three take the same steps from the same starts, and one gradient a step. Time counts only after
their last positions, losses and gradient norms were found to agree.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from sim import Experiment, Simulation

from ..row import Budget, Result, Row
from ..timing import medians, per, timed

WALKERS, DIM, STEPS = 64, 1000, 200
AMPLITUDE = 10.0
AGREEMENT = 1e-10
WITHOUT_JAX = "jax is not installed; with it: uv run --group bench python -m tests.benchmarks"

Arrays = tuple[np.ndarray, ...]
Run = Callable[[np.ndarray], Arrays]
"""From starts (n, d) to last positions (n, d), and losses and gradient norms (steps, n)."""


def value_and_gradient(x: np.ndarray) -> Arrays:
    """Rastrigin's loss (n,) and gradient (n, d), as one writes it in NumPy."""
    angle = 2.0 * np.pi * x
    value = np.sum(x * x + AMPLITUDE * (1.0 - np.cos(angle)), axis=1)
    return value, 2.0 * x + 2.0 * np.pi * AMPLITUDE * np.sin(angle)


def numpy_run(update: Callable[[Any, Any, Any, int], Any]) -> Run:
    """The rule's steps in NumPy."""

    def run(starts: np.ndarray) -> Arrays:
        x, (_, gradient) = starts, value_and_gradient(starts)
        moments = (np.zeros_like(x), np.zeros_like(x))
        losses, norms = np.empty((STEPS, len(x))), np.empty((STEPS, len(x)))
        for step in range(STEPS):
            x, moments = update(x, gradient, moments, step)
            losses[step], gradient = value_and_gradient(x)
            norms[step] = np.sqrt(np.einsum("ij,ij->i", gradient, gradient))
        return x, losses, norms

    return run


def jax_run(update: Callable[[Any, Any, Any, Any], Any], slots: int) -> Callable[[Any], Any]:
    """The rule's steps in JAX: one jitted scan in float64, that records as the others do."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)

    def landscape(x: Any) -> Any:
        angle = 2.0 * jnp.pi * x
        value = jnp.sum(x * x + AMPLITUDE * (1.0 - jnp.cos(angle)), axis=1)
        return value, 2.0 * x + 2.0 * jnp.pi * AMPLITUDE * jnp.sin(angle)

    def one(carry: Any, step: Any) -> Any:
        x, gradient, moments = carry
        x, moments = update(x, gradient, moments, step)
        value, gradient = landscape(x)
        return (x, gradient, moments), (value, jnp.sqrt(jnp.sum(gradient * gradient, axis=1)))

    @jax.jit
    def run(starts: Any) -> Any:
        moments = tuple(jnp.zeros_like(starts) for _ in range(slots))
        begin = (starts, landscape(starts)[1], moments)
        (x, _, _), (losses, norms) = jax.lax.scan(one, begin, jnp.arange(STEPS))
        return x, losses, norms

    return run


def gd(lr: float) -> Callable[[Any, Any, Any, Any], Any]:
    """Gradient descent; works on NumPy's and JAX's arrays alike."""
    return lambda x, gradient, moments, step: (x - lr * gradient, moments)


def adam(lr: float) -> Callable[[Any, Any, Any, Any], Any]:
    """Adam with torch.optim's defaults; works on NumPy's and JAX's arrays alike."""
    beta1, beta2, eps = 0.9, 0.999, 1e-8

    def update(x: Any, gradient: Any, moments: Any, step: Any) -> Any:
        m = beta1 * moments[0] + (1.0 - beta1) * gradient
        v = beta2 * moments[1] + (1.0 - beta2) * gradient * gradient
        rate = lr / (1.0 - beta1 ** (step + 1.0))
        root = (1.0 - beta2 ** (step + 1.0)) ** -0.5
        return x - rate * m / (v**0.5 * root + eps), (m, v)

    return update


def agree(name: str, found: Arrays, expected: Arrays) -> None:
    """Raise unless positions, losses and norms are those of the simulation."""
    for quantity, a, b in zip(("positions", "losses", "gradient norms"), found, expected, strict=True):
        error = np.max(np.abs(a - b)) / np.max(np.abs(b))
        if not error < AGREEMENT:
            raise AssertionError(f"{name}: {quantity} differ by {error:.1e} of the largest")


def simulation_run(simulation: Simulation) -> Arrays:
    """The same quantities from the simulation, step by step."""
    simulation.rewind()
    losses, norms = [], []
    for _ in range(STEPS):
        simulation.advance(1)
        state = simulation.state()
        losses.append(state.value.copy())
        norms.append(state.gradient_norm.copy())
    return simulation.positions(), np.array(losses), np.array(norms)


def measure(
    optimizer: str, rule: Callable[..., Any], slots: int, limits: dict[str, float], repetitions: int
) -> Result:
    """Microseconds a step of the simulation, NumPy and JAX, and how many times as long the others take."""
    experiment = Experiment(landscape="rastrigin", dim=DIM, walkers=WALKERS, optimizer=optimizer)
    simulation = Simulation(experiment)
    starts, update = simulation.positions(), rule(experiment.suggested_lr)
    expected = simulation_run(simulation)
    in_numpy = numpy_run(update)
    agree("numpy", in_numpy(starts), expected)
    timers = {
        "simulation": timed(lambda: simulation.advance(STEPS), before=simulation.rewind),
        "numpy": timed(lambda: in_numpy(starts)),
    }
    if importlib.util.find_spec("jax"):
        import jax

        in_jax, device_starts = jax_run(update, slots), jax.numpy.asarray(starts, dtype="float64")
        agree("jax", tuple(np.asarray(a) for a in in_jax(device_starts)), expected)
        timers["jax"] = timed(lambda: jax.block_until_ready(in_jax(device_starts)))
    seconds = medians(timers, repetitions)
    budgets = tuple(
        Budget(f"{other} / simulation", seconds[other] / seconds["simulation"], least)
        for other, least in limits.items()
        if other in seconds
    )
    rate = STEPS * WALKERS * DIM / seconds["simulation"] / 1e6
    return Result(
        repetitions,
        {**per(seconds, STEPS, 1e-6, "us_per_step"), "simulation_million_coordinate_steps_per_s": rate},
        budgets,
        {} if "jax" in seconds else {"skipped": WITHOUT_JAX},
    )


ROWS = (
    Row(
        "rastrigin-gd",
        f"gradient descent on Rastrigin, {WALKERS} × {DIM}, loss and gradient norm of every step",
        partial(measure, "gd", gd, 0, {"jax": 14.0, "numpy": 35.0}),
        9,
    ),
    Row("rastrigin-adam", "the same with Adam", partial(measure, "adam", adam, 2, {"jax": 9.0}), 9),
)
