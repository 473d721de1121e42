"""Training on the digits, step by step, against the same training written in JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim import Experiment, Simulation
from sim.neural.data import learnt

jax: Any = pytest.importorskip("jax", reason="training is compared where JAX is installed")
jax.config.update("jax_enable_x64", True)
jnp = jax.numpy

HIDDEN, STEPS = 12, 100


def gd(lr: float) -> Callable[..., Any]:
    return lambda x, g, slots, step: (x - lr * g, slots)


def momentum(lr: float) -> Callable[..., Any]:
    def update(x: Any, g: Any, slots: Any, step: Any) -> Any:
        v = 0.9 * slots[0] + g
        return x - lr * v, (v,)

    return update


def adam(lr: float) -> Callable[..., Any]:
    def update(x: Any, g: Any, slots: Any, step: Any) -> Any:
        m, v = 0.9 * slots[0] + 0.1 * g, 0.999 * slots[1] + 0.001 * g * g
        towards = (m / (1.0 - 0.9 ** (step + 1.0))) / (jnp.sqrt(v / (1.0 - 0.999 ** (step + 1.0))) + 1e-8)
        return x - lr * towards, (m, v)

    return update


def mean_loss(objective: str, outputs: Any, targets: Any) -> Any:
    if objective == "mse":
        return jnp.mean((outputs - targets) ** 2)
    return -jnp.mean(jnp.sum(targets * jax.nn.log_softmax(outputs, axis=1), axis=1))


def training(experiment: Experiment, update: Callable[..., Any], slots: int) -> Callable[[Any], Any]:
    """From a start (d,) to the losses of all steps (steps + 1,) and the last weights (d,)."""
    settings = experiment.settings
    inputs, targets = map(jnp.asarray, learnt(settings, experiment.seed))
    scale = settings["parametrisation"] == "lazy"
    first, second = (1.0 / 8.0, HIDDEN**-0.5) if scale else (1.0, 1.0)

    def loss(theta: Any) -> Any:
        w, rest = theta[: 64 * HIDDEN].reshape(HIDDEN, 64), theta[64 * HIDDEN :]
        hidden = jnp.tanh(first * (inputs @ w.T + rest[:HIDDEN]))
        v = rest[HIDDEN : 11 * HIDDEN].reshape(10, HIDDEN)
        return mean_loss(settings["objective"], second * (hidden @ v.T + rest[11 * HIDDEN :]), targets)

    def one(carry: Any, step: Any) -> Any:
        theta, memory = carry
        value, slope = jax.value_and_grad(loss)(theta)
        theta, memory = update(theta, slope, memory, step)
        return (theta, memory), value

    @jax.jit
    def run(start: Any) -> Any:
        memory = tuple(jnp.zeros_like(start) for _ in range(slots))
        (theta, _), losses = jax.lax.scan(one, (start, memory), jnp.arange(STEPS))
        return jnp.append(losses, loss(theta)), theta

    return run


@pytest.mark.parametrize("labels", ["true", "shuffled"])
@pytest.mark.parametrize(("objective", "parametrisation"), [("mse", "lazy"), ("cross-entropy", "standard")])
@pytest.mark.parametrize(
    ("optimizer", "rule", "slots"), [("gd", gd, 0), ("momentum", momentum, 1), ("adam", adam, 2)]
)
def test_training_on_the_digits_is_that_of_jax_number_by_number(
    optimizer: str, rule: Any, slots: int, objective: str, parametrisation: str, labels: str
) -> None:
    experiment = Experiment(
        landscape="network", walkers=2, optimizer=optimizer, seed=9,
        parameters={
            "data": "digits", "hidden": str(HIDDEN), "labels": labels,
            "objective": objective, "parametrisation": parametrisation,
        },
    )  # fmt: skip
    simulation = Simulation(experiment)
    run = training(experiment, rule(experiment.hyperparameters["lr"]), slots)
    expected = [run(jnp.asarray(start)) for start in simulation.positions()]
    losses = [simulation.state().value.copy()]
    for _ in range(STEPS):
        simulation.advance(1)
        losses.append(simulation.state().value.copy())
    np.testing.assert_allclose(np.transpose(losses), [each[0] for each in expected], rtol=1e-10)
    last = np.array([each[1] for each in expected])
    np.testing.assert_allclose(simulation.positions(), last, rtol=0, atol=1e-9 * np.abs(last).max())
    assert (losses[-1] < 0.95 * losses[0]).all()
