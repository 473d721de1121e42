"""Networks that learn the digits: examples a second against JAX (jit, vmap over walkers, scan, float64).

Both take the same steps of gradient descent from the same starts and record every loss. JAX is given the
examples of all batches; the simulation draws them while its clock runs. Time counts only after the last
weights and all losses were found to agree.
"""

from __future__ import annotations

import importlib.util
from functools import partial
from typing import Any

import numpy as np

from sim import Experiment, Simulation
from sim.neural.data import DIGITS, PIXELS, learnt
from sim.rng import Stream, fill_uniform, stream_keys

from ..row import Budget, Result, Row
from ..timing import medians, timed
from .descent import AGREEMENT, WITHOUT_JAX

WALKERS, HIDDEN, CLASSES = 64, 32, 10


def experiment_of(batch: int) -> Experiment:
    """Gradient descent on the cross-entropy of the digits."""
    settings = {"data": "digits", "objective": "cross-entropy", "hidden": str(HIDDEN), "batch": batch}
    return Experiment(landscape="network", walkers=WALKERS, parameters=settings)


def drawn(experiment: Experiment, batch: int, steps: int) -> Any:
    """The examples (steps, walkers, batch) that the walkers draw at steps 1, 2, ..."""
    keys = stream_keys(experiment.seed, Stream.GRADIENT, WALKERS)
    found, uniform = np.empty((steps + 1, WALKERS, batch), dtype=np.int32), np.empty((WALKERS, 2 * batch))
    for step in range(steps + 1):
        fill_uniform(keys, step, 0.0, 1.0, uniform)
        found[step] = uniform[:, ::2] * DIGITS
    return found


def jax_run(experiment: Experiment, batch: int, steps: int) -> Any:
    """From starts (walkers, d) to the last weights and the losses (steps, walkers)."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    inputs, targets = map(jnp.asarray, learnt(experiment.settings, experiment.seed))
    lr = experiment.hyperparameters["lr"]
    picks = jnp.asarray(drawn(experiment, batch, steps)) if batch else None

    def loss(theta: Any, x: Any, y: Any) -> Any:
        first = PIXELS * HIDDEN
        w, b, rest = (
            theta[:first].reshape(HIDDEN, PIXELS),
            theta[first : first + HIDDEN],
            theta[first + HIDDEN :],
        )
        v, c = rest[: HIDDEN * CLASSES].reshape(CLASSES, HIDDEN), rest[HIDDEN * CLASSES :]
        outputs = jnp.tanh(x @ w.T + b) @ v.T + c
        return -jnp.mean(jnp.sum(y * jax.nn.log_softmax(outputs, axis=1), axis=1))

    of_one = jax.value_and_grad(loss)
    of_all = jax.vmap(lambda theta: of_one(theta, inputs, targets))
    of_batches = jax.vmap(lambda theta, pick: of_one(theta, inputs[pick], targets[pick]))

    def at(theta: Any, step: Any) -> Any:
        return of_all(theta) if picks is None else of_batches(theta, picks[step])

    def one(carry: Any, step: Any) -> Any:
        theta, gradient = carry
        theta = theta - lr * gradient
        value, gradient = at(theta, step + 1)
        return (theta, gradient), value

    @jax.jit
    def run(starts: Any) -> Any:
        (theta, _), losses = jax.lax.scan(one, (starts, at(starts, 0)[1]), jnp.arange(steps))
        return theta, losses

    return run


def measure(batch: int, steps: int, least: float, repetitions: int) -> Result:
    """Million examples a second of the simulation and JAX, and their ratio."""
    experiment = experiment_of(batch)
    simulation = Simulation(experiment)
    starts = simulation.positions()
    timers = {"simulation": timed(lambda: simulation.advance(steps), before=simulation.rewind)}
    if importlib.util.find_spec("jax"):
        import jax

        in_jax, device_starts = jax_run(experiment, batch, steps), jax.numpy.asarray(starts, dtype="float64")
        agree(simulation, steps, *map(np.asarray, in_jax(device_starts)))
        timers["jax"] = timed(lambda: jax.block_until_ready(in_jax(device_starts)))
    seconds = medians(timers, repetitions)
    examples = WALKERS * steps * (batch or DIGITS)
    rates = {f"{name}_million_examples_per_s": examples / taken / 1e6 for name, taken in seconds.items()}
    if "jax" not in seconds:
        return Result(repetitions, rates, (), {"skipped": WITHOUT_JAX})
    ratio = Budget("jax / simulation", seconds["jax"] / seconds["simulation"], least)
    return Result(repetitions, rates, (ratio,))


def agree(simulation: Simulation, steps: int, positions: Any, losses: Any) -> None:
    """Raise unless the simulation comes to the same weights by the same losses."""
    simulation.rewind()
    for step in range(steps):
        simulation.advance(1)
        error = np.max(np.abs(simulation.state().value - losses[step])) / np.max(losses)
        if not error < AGREEMENT:
            raise AssertionError(f"jax: losses differ by {error:.1e} of the largest at step {step + 1}")
    error = np.max(np.abs(simulation.positions() - positions)) / np.max(np.abs(positions))
    if not error < AGREEMENT:
        raise AssertionError(f"jax: weights differ by {error:.1e} of the largest")


ROWS = (
    Row(
        "network-digits",
        f"gradient descent on all digits, {HIDDEN} hidden neurons, {WALKERS} walkers",
        partial(measure, 0, 5, 1.0),
        7,
    ),
    Row("network-batch", "the same on batches of 32", partial(measure, 32, 100, 1.0), 7),
)
