"""The hyper-dual numbers that slow twins take their derivatives from."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from twins import _jets as jets


@pytest.mark.parametrize(
    ("formula", "x", "first", "second"),
    [
        (lambda x: x**3.0, 0.7, 3 * 0.7**2, 6 * 0.7),
        (lambda x: x**1.0, 0.0, 1.0, 0.0),
        (lambda x: 2.0 - 1.0 / x, 0.7, 0.7**-2, -2 * 0.7**-3),
        (lambda x: (x / 3.0 - x) * x, 0.7, -4 / 3 * 0.7, -4 / 3),
        (jets.exp, 0.7, math.exp(0.7), math.exp(0.7)),
        (jets.log, 0.7, 1 / 0.7, -1 / 0.7**2),
        (jets.log1p, 0.7, 1 / 1.7, -1 / 1.7**2),
        (jets.sqrt, 0.7, 0.5 * 0.7**-0.5, -0.25 * 0.7**-1.5),
        (jets.sin, 0.7, math.cos(0.7), -math.sin(0.7)),
        (jets.cos, 0.7, -math.sin(0.7), -math.cos(0.7)),
        (jets.tanh, 0.7, math.cosh(0.7) ** -2, -2 * math.tanh(0.7) * math.cosh(0.7) ** -2),
        (jets.acos, 0.7, -((1 - 0.49) ** -0.5), -0.7 * (1 - 0.49) ** -1.5),
        (abs, -0.7, -1.0, 0.0),
        (lambda x: max(x, 0.0) * 3.0, 0.7, 3.0, 0.0),
        (lambda x: max(x, 0.0) * 3.0, -0.7, 0.0, 0.0),
        (lambda x: jets.total([x, 2.0, x * x]), 0.7, 1 + 1.4, 2.0),
    ],
)
def test_derivatives_of_one_variable(formula: Any, x: float, first: float, second: float) -> None:
    at = jets.HyperDual(x, 1.0, 1.0)
    assert jets.hyper_dual(formula(at)).a == pytest.approx(formula(x), rel=1e-15)
    assert jets.gradient(lambda v: formula(v[0]), [x]) == pytest.approx([first], rel=1e-14)
    assert jets.hessian(lambda v: formula(v[0]), [x])[0] == pytest.approx([second], rel=1e-14)


def test_derivatives_of_several_variables() -> None:
    """f = sin(x y) + z² / x, of which every second derivative is known."""
    x, y, z = where = [0.7, -1.1, 0.4]
    s, c = math.sin(x * y), math.cos(x * y)

    def formula(v: list[Any]) -> Any:
        return jets.sin(v[0] * v[1]) + v[2] ** 2.0 / v[0]

    slopes = [y * c - z**2 / x**2, x * c, 2 * z / x]
    mixed = c - x * y * s
    bends = [
        [-y * y * s + 2 * z**2 / x**3, mixed, -2 * z / x**2],
        [mixed, -x * x * s, 0.0],
        [-2 * z / x**2, 0.0, 2 / x],
    ]
    np.testing.assert_allclose(jets.gradient(formula, where), slopes, rtol=1e-14)
    np.testing.assert_allclose(jets.hessian(formula, where), bends, rtol=1e-14, atol=1e-15)
