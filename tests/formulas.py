"""Every landscape once more, as one line of array arithmetic that NumPy and JAX can both evaluate.

A formula is `value(xp, x, twin)`: the loss at x (d,) with the functions of `xp`, which is numpy or jax.numpy.
`twin` is the landscape's entry in `naive`, of which it takes what is random and the settings, and no more.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

Formula = Callable[[ModuleType, Any, Any], Any]


def rastrigin(xp: Any, x: Any, twin: Any) -> Any:
    return xp.sum(x**2 + twin.A * (1.0 - xp.cos(2.0 * xp.pi * x)))


def gaussian_field(xp: Any, x: Any, twin: Any) -> Any:
    waves = xp.cos(xp.asarray(twin.w) @ x + xp.asarray(twin.b))
    return twin.height * xp.sum(waves) + 0.5 * twin.mu * xp.sum(x**2)


def quadratic(xp: Any, x: Any, twin: Any) -> Any:
    return 0.5 * xp.sum(xp.asarray(twin.curvatures) * x**2)


def random_quadratic(xp: Any, x: Any, twin: Any) -> Any:
    return 0.5 * x @ xp.asarray(twin.H) @ x


def ackley(xp: Any, x: Any, twin: Any) -> Any:
    cone = twin.a * xp.exp(-twin.b * xp.sqrt(xp.mean(x**2)))
    return twin.a + xp.e - cone - xp.exp(xp.mean(xp.cos(2.0 * xp.pi * x)))


def rosenbrock(xp: Any, x: Any, twin: Any) -> Any:
    chain = x if len(x) > 1 else xp.concatenate((x, xp.ones(1)))
    return xp.sum(twin.b * (chain[1:] - chain[:-1] ** 2) ** 2 + (1.0 - chain[:-1]) ** 2)


def griewank(xp: Any, x: Any, twin: Any) -> Any:
    return 1.0 + xp.sum(x**2) / 4000.0 - xp.prod(xp.cos(x / xp.sqrt(1.0 + xp.arange(len(x)))))


def styblinski_tang(xp: Any, x: Any, twin: Any) -> Any:
    return 0.5 * xp.sum(x**4 - 16.0 * x**2 + 5.0 * x)


def levy(xp: Any, x: Any, twin: Any) -> Any:
    w = 1.0 + (x - 1.0) / 4.0
    first, last = xp.sin(xp.pi * w[0]) ** 2, (w[-1] - 1.0) ** 2 * (1.0 + xp.sin(2.0 * xp.pi * w[-1]) ** 2)
    middle = (w[:-1] - 1.0) ** 2 * (1.0 + 10.0 * xp.sin(xp.pi * w[:-1] + 1.0) ** 2)
    return first + xp.sum(middle) + last


def schwefel(xp: Any, x: Any, twin: Any) -> Any:
    return xp.sum(twin.top - x * xp.sin(xp.sqrt(xp.abs(x))))


def double_well(xp: Any, x: Any, twin: Any) -> Any:
    return twin.h * xp.sum((x**2 - 1.0) ** 2)


def separable_logistic(xp: Any, x: Any, twin: Any) -> Any:
    return xp.mean(xp.logaddexp(0.0, -xp.asarray(twin.z) @ x))


FORMULAS: dict[str, Formula] = {
    "ackley": ackley,
    "double-well": double_well,
    "gaussian-field": gaussian_field,
    "griewank": griewank,
    "levy": levy,
    "quadratic": quadratic,
    "random-quadratic": random_quadratic,
    "rastrigin": rastrigin,
    "rosenbrock": rosenbrock,
    "saddle": quadratic,
    "schwefel": schwefel,
    "separable-logistic": separable_logistic,
    "styblinski-tang": styblinski_tang,
}

UNUSUAL: dict[str, dict[str, float]] = {
    "ackley": {"a": 7.0, "b": 1.5},
    "double-well": {"barrier": 12.0},
    "gaussian-field": {"length_scale": 0.3, "mu": 2.0, "sigma": 4.0, "M": 9.0},
    "quadratic": {"condition": 1e4, "crowding": 1.7},
    "random-quadratic": {"shift": -0.3, "scale": 5.0},
    "rastrigin": {"A": 3.5},
    "rosenbrock": {"b": 7.0},
    "saddle": {"fraction": 0.7, "down": 3.0},
    "separable-logistic": {"samples": 300.0, "margin": 0.01},
}
"""Another value of every setting of every landscape that has some."""
