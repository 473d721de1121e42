"""Operations are those that a person counts in the source, and counting computes what the kernel computes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim import LANDSCAPES, OPTIMIZERS

from .operations import evaluated, update_operations

SIN_AND_COS = 56
"""Of `sin_cos_turns`: 4 to reduce the angle, 6 for the sign, 1 + 21 + 22 in polynomials, 2 for both."""


@pytest.mark.parametrize("name", LANDSCAPES.names)
def test_counting_computes_what_the_kernel_computes(name: str) -> None:
    landscape = LANDSCAPES[name]
    problem = landscape.build(None if landscape.shape else 6)
    x = np.random.default_rng(0).uniform(*problem.box, (3, problem.dim))
    problem.from_box(x)
    operations, value, gradient = evaluated(problem, x)
    expected_value, expected_gradient = problem.value_and_gradient(x)
    np.testing.assert_allclose(value, expected_value, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(gradient, expected_gradient, rtol=1e-9, atol=1e-9)
    assert operations.all > 0


def test_operations_of_a_sum_over_coordinates() -> None:
    problem = LANDSCAPES["rastrigin"].build(6)
    operations, _, _ = evaluated(problem, np.ones((2, 6)))
    assert operations.all == SIN_AND_COS + 8
    assert operations.in_products == 0


def test_operations_of_matrix_products() -> None:
    dim, features = 6, 20
    problem = LANDSCAPES["gaussian-field"].build(dim, M=features)
    operations, _, _ = evaluated(problem, np.ones((2, dim)))
    assert operations.in_products == 4 * features
    # A feature: phase, sine and cosine, total, height. A coordinate: its square, the bowl and the sum.
    a_feature, a_coordinate, a_walker = SIN_AND_COS + 3, 4, 3
    a_row = features * a_feature + dim * a_coordinate + a_walker
    assert operations.all == pytest.approx(4 * features + a_row / dim)


def test_operations_of_random_rotations() -> None:
    """Two blocks of 64 features: six transforms each, as many products with signs, and a sum."""
    dim, blocks = 64, 2
    problem = LANDSCAPES["gaussian-field"].build(dim, M=blocks * dim, map="structured")
    operations, _, _ = evaluated(problem, np.ones((1, dim)))
    rotation = 6 * (math.log2(dim) + 1) + 1
    a_feature, a_coordinate, a_walker = SIN_AND_COS + 5, 3, 1 + 2 * blocks
    a_row = blocks * dim * (rotation + a_feature) + dim * a_coordinate + a_walker
    assert operations.all == pytest.approx(a_row / dim)


@pytest.mark.parametrize(("name", "expected"), [("gd", 2), ("momentum", 4), ("rmsprop", 9)])
def test_operations_of_rules(name: str, expected: int) -> None:
    operations = update_operations(OPTIMIZERS[name], np.full(4, 0.5), (2, 6))
    assert operations.all == expected
