"""Signs of a Hessian's eigenvalues, against Hessians whose eigenvalues are known."""

from __future__ import annotations

import math

import naive
import numpy as np
import pytest
from toys import with_hessian

from sim import LANDSCAPES, BadInput, Signs, signs
from sim.arrays import Floats
from sim.hessian.inertia import ZERO_BAND


def rotated(eigenvalues: list[float], seed: int = 0) -> Floats:
    """A symmetric matrix with these eigenvalues, in no particular direction."""
    directions, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(eigenvalues),) * 2))
    matrix = (directions * eigenvalues) @ directions.T
    return 0.5 * (matrix + matrix.T)


def counts(found: Signs) -> tuple[int, int, int]:
    return found.negative, found.zero, found.positive


def counted(matrix: Floats, tolerance: float | None = None) -> tuple[int, int, int]:
    return counts(signs(with_hessian(matrix), np.zeros(len(matrix)), tolerance))


@pytest.mark.parametrize("dim", [1, 2, 3, 10, 60])
@pytest.mark.parametrize("seed", range(5))
def test_random_hessians(dim: int, seed: int) -> None:
    matrix = np.random.default_rng(seed).standard_normal((dim, dim))
    matrix = matrix + matrix.T
    assert counted(matrix) == naive.inertia(matrix.tolist(), ZERO_BAND * np.abs(matrix).sum())


ADVERSARIAL = {
    "nothing at all": ([0.0, 0.0, 0.0], (0, 3, 0)),
    "a flat direction": ([-1.0, 0.0, 2.0], (1, 1, 1)),
    "one in a million": ([-1e-6, 1.0, 1.0], (1, 0, 2)),
    "just inside the band": ([-0.5e-9, 0.5e-9, 1.0], (0, 2, 1)),
    "just outside the band": ([-2e-9, 2e-9, 1.0], (1, 0, 2)),
    "all equal": ([3.0] * 7, (0, 0, 7)),
    "large": ([-1e150, 1e150, 1e149], (1, 0, 2)),
    "small": ([-1e-150, 1e-150, 1e-151], (1, 0, 2)),
    "many of each": ([-1.0] * 11 + [0.0] * 7 + [1.0] * 13, (11, 7, 13)),
}


@pytest.mark.parametrize(("eigenvalues", "expected"), ADVERSARIAL.values(), ids=ADVERSARIAL.keys())
def test_adversarial_hessians(eigenvalues: list[float], expected: tuple[int, int, int]) -> None:
    assert counted(np.diag(eigenvalues)) == expected
    assert counted(rotated(eigenvalues)) == expected


def test_the_zero_band_can_be_chosen_and_is_said() -> None:
    matrix = np.diag([-3.0, -1.0, 0.5, 1.0, 3.0])
    problem, x = with_hessian(matrix), np.zeros(5)
    found = signs(problem, x, tolerance=1.0)
    assert counts(found) == (1, 3, 1)
    assert found.tolerance == 1.0
    assert counts(signs(problem, x, tolerance=0.0)) == (2, 0, 3)
    assert signs(problem, x).tolerance == pytest.approx(3.0 * ZERO_BAND)


@pytest.mark.parametrize("tolerance", [-1.0, math.nan])
def test_a_band_that_is_none_is_refused(tolerance: float) -> None:
    with pytest.raises(BadInput, match="tolerance"):
        signs(with_hessian(np.eye(2)), np.zeros(2), tolerance=tolerance)


@pytest.mark.parametrize("name", LANDSCAPES.names)
@pytest.mark.parametrize("dim", [1, 2, 7, 40])
def test_every_landscape(name: str, dim: int) -> None:
    problem = LANDSCAPES[name].build(dim, seed=1)
    for x in np.random.default_rng(dim).uniform(*problem.box, (4, dim)):
        found = signs(problem, x)
        assert counts(found) == naive.inertia(problem.hessian(x).tolist(), found.tolerance)
        assert sum(counts(found)) == dim
        assert found.exact


def test_the_diagonal_method_agrees_with_the_dense_one() -> None:
    problem = LANDSCAPES["rastrigin"].build(30)
    for x in np.random.default_rng(0).uniform(-5, 5, (5, 30)):
        found = signs(problem, x)
        assert found.method == "diagonal"
        assert counts(found) == counted(problem.hessian(x))


@pytest.mark.parametrize(("dim", "features"), [(5, 1), (20, 7), (50, 49)])
def test_a_field_with_fewer_features_than_dimensions_has_exact_zeros(dim: int, features: int) -> None:
    problem = LANDSCAPES["gaussian-field"].build(dim, seed=2, M=features, mu=0.0)
    for x in np.random.default_rng(1).uniform(-3, 3, (5, dim)):
        negative, zero, positive = counts(signs(problem, x))
        assert zero == dim - features
        assert negative + positive == features


@pytest.mark.parametrize("name", LANDSCAPES.names)
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_point_that_is_not_finite_is_refused(name: str, bad: float) -> None:
    problem = LANDSCAPES[name].build(3)
    with pytest.raises(BadInput, match="^x: is not finite; accepted: "):
        signs(problem, np.array([0.1, bad, 0.2]))


def test_a_hessian_that_overflows_is_refused() -> None:
    with pytest.raises(BadInput, match="^x: the Hessian there is not finite; accepted: "):
        signs(with_hessian(np.full((2, 2), math.inf)), np.zeros(2))
