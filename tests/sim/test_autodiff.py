"""Gradient, Hessian and Hessian product of every landscape against JAX's derivatives of its formula."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from problems import built, points
from twins import TWINS

from sim import LANDSCAPES

jax: Any = pytest.importorskip("jax", reason="automatic differentiation is compared where JAX is installed")
jax.config.update("jax_enable_x64", True)


UNUSUAL = {name: twin.UNUSUAL for name, twin in TWINS.items()}


@pytest.mark.parametrize("name", LANDSCAPES.names)
@pytest.mark.parametrize("dim", [1, 2, 5, 20])
@pytest.mark.parametrize("chosen", [{}, UNUSUAL], ids=["ordinary", "unusual"])
def test_the_derivatives_are_those_of_automatic_differentiation(
    name: str, dim: int, chosen: dict[str, dict[str, float]]
) -> None:
    problem = built(name, dim, chosen.get(name), seed=5)
    twin, formula = TWINS[name].Twin(problem.dim, 5, **problem.settings), TWINS[name].formula
    scales, rng = problem.scales, np.random.default_rng(6)

    @jax.jit
    def derivatives(x: Any, v: Any) -> Any:
        gradient = jax.grad(lambda at: formula(jax.numpy, at, twin))
        return (
            gradient(x),
            jax.hessian(lambda at: formula(jax.numpy, at, twin))(x),
            jax.jvp(gradient, (x,), (v,))[1],
        )

    for x in points(problem, 3, seed=6):
        v = rng.standard_normal(problem.dim)
        slope, hessian, product = (np.asarray(array) for array in derivatives(x, v))
        assert slope.dtype == np.float64
        gradient = problem.value_and_gradient(x)[1]
        np.testing.assert_allclose(gradient, slope, rtol=0, atol=1e-12 * scales.curvature * scales.length)
        if problem.landscape.constraint:  # on a sphere round 0
            basis = problem.landscape.constraint.along(problem, x, np.eye(problem.dim))
            hessian = hessian - (x @ slope) / (x @ x) * np.eye(problem.dim)
            product = basis @ (basis.T @ (hessian @ (basis @ (basis.T @ v))))
            hessian = basis.T @ hessian @ basis
        np.testing.assert_allclose(problem.hessian(x), hessian, rtol=0, atol=1e-12 * scales.curvature)
        np.testing.assert_allclose(
            problem.hessian_product(x, v), product, rtol=0, atol=1e-11 * scales.curvature
        )
