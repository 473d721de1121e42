"""The functions that kernels call: sine and cosine of a turn, logarithms, exponential, flush to zero."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.arrays import Floats
from sim.kernel import kernel
from sim.numerics import TINY, exp_of_negative, flushed, log1p_of_unit, log_of_unit, sin_cos_turns

TWO_PI = np.longdouble("6.28318530717958647692528676655900577")
rng = np.random.default_rng(0)


@kernel("void(f8[::1], f8[::1], f8[::1])")
def fill_sin_cos(t: Floats, sines: Floats, cosines: Floats) -> None:
    """As landscapes use it: in a loop, which the compiler vectorises."""
    for i in range(len(t)):
        sines[i], cosines[i] = sin_cos_turns(t[i])


def computed(t: Floats) -> tuple[Floats, Floats]:
    sines, cosines = np.empty_like(t), np.empty_like(t)
    fill_sin_cos(t, sines, cosines)
    return sines, cosines


def exact(t: Floats) -> tuple[Floats, Floats]:
    """In extended precision; whole turns are taken off first, which is exact."""
    angle = (t - np.rint(t)).astype(np.longdouble) * TWO_PI
    return np.sin(angle), np.cos(angle)


RANGES = {
    "a turn": rng.uniform(-1.0, 1.0, 100_001),
    "the box of Rastrigin": rng.uniform(-5.12, 5.12, 100_003),
    "thousands": rng.uniform(-1e4, 1e4, 100_002),
    "billions": rng.uniform(-1e9, 1e9, 10_001),
    "up to 2⁵¹": rng.uniform(-(2.0**51), 2.0**51, 10_001),
    "beyond, where all are whole turns": rng.uniform(1.0, 2.0, 1001) * 2.0 ** rng.integers(53, 1022, 1001),
    "tiny": rng.choice([-1.0, 1.0], 1001) * 10.0 ** rng.uniform(-300.0, -3.0, 1001),
    "around quarters": (
        np.arange(-400, 401)[:, None] / 4.0 + np.array([-1e-9, -1e-16, 0.0, 1e-16, 1e-9])
    ).ravel(),
    "around eighths": (np.arange(-401, 402, 2)[:, None] / 8.0 + np.array([-1e-12, 0.0, 1e-12])).ravel(),
}


@pytest.mark.parametrize("t", RANGES.values(), ids=RANGES.keys())
def test_sine_and_cosine_of_a_turn_are_within_1e_14(t: Floats) -> None:
    for found, expected in zip(computed(t), exact(t), strict=True):
        assert np.abs(found - expected).max() < 1e-14


def test_the_sine_keeps_its_relative_precision_near_zero() -> None:
    t = RANGES["tiny"]
    np.testing.assert_allclose(computed(t)[0], exact(t)[0].astype(np.float64), rtol=1e-14)


def test_quarters_of_a_turn() -> None:
    sines, cosines = computed(np.arange(-8.0, 9.0) / 4.0)
    np.testing.assert_allclose(sines, [0, 1, 0, -1] * 4 + [0], atol=1e-15)
    np.testing.assert_allclose(cosines, [1, 0, -1, 0] * 4 + [1], atol=1e-15)
    assert not sines[::2].any()  # a walker at a whole number stays there


@pytest.mark.parametrize("t", [math.inf, -math.inf, math.nan])
def test_what_is_no_angle_has_no_sine(t: float) -> None:
    for values in (*computed(np.full(9, t)), sin_cos_turns(t)):
        assert np.isnan(values).all()


@kernel("void(f8[::1], f8[::1])")
def fill_log(v: Floats, out: Floats) -> None:
    """In a loop, which the compiler vectorises."""
    for i in range(len(v)):
        out[i] = log_of_unit(v[i])


UNITS = {
    "uniform": rng.integers(1, 2**53, 100_003) * 2.0**-53,
    "the smallest that are drawn": np.arange(1.0, 10_002.0) * 2.0**-53,
    "just below 1": 1.0 - np.arange(1.0, 10_002.0) * 2.0**-53,
    "near 1": 1.0 - 2.0 ** rng.uniform(-52.0, -1.0, 10_001),
    "any exponent": rng.uniform(1.0, 2.0, 10_001) * 2.0 ** rng.integers(-1022, -1, 10_001),
    "around √½ and its halves": (
        math.sqrt(0.5) * 2.0 ** -np.arange(60)[:, None] * (1.0 + np.arange(-50, 51) * 2.0**-52)
    ).ravel(),
    "powers of two": 2.0 ** -np.arange(1.0, 1022.0),
}


@pytest.mark.parametrize("v", UNITS.values(), ids=UNITS.keys())
def test_the_logarithm_is_within_two_units_in_the_last_place(v: Floats) -> None:
    found = np.empty_like(v)
    fill_log(v, found)
    expected = np.log(v.astype(np.longdouble))
    assert (np.abs((found - expected) / expected)).max() < 4.5e-16
    assert found.tolist() == [log_of_unit(each) for each in v.tolist()]  # alone as in a loop


def test_the_logarithm_of_one_is_zero() -> None:
    assert log_of_unit(1.0) == 0.0


@kernel("void(f8[::1], f8[::1], f8[::1])")
def fill_softplus(v: Floats, exponentials: Floats, logarithms: Floats) -> None:
    """As a logistic loss uses them: in a loop, which the compiler vectorises."""
    for i in range(len(v)):
        exponentials[i] = exp_of_negative(v[i])
        logarithms[i] = log1p_of_unit(exponentials[i])


def softplus(v: Floats) -> tuple[Floats, Floats]:
    exponentials, logarithms = np.empty_like(v), np.empty_like(v)
    fill_softplus(v, exponentials, logarithms)
    return exponentials, logarithms


@pytest.mark.parametrize("low", [-1e-9, -1.0, -10.0, -708.0])
def test_the_exponential_and_the_logarithm_of_one_more_keep_their_relative_precision(low: float) -> None:
    v = np.concatenate(
        [rng.uniform(low, 0.0, 100_003), np.arange(math.ceil(low / math.log(2.0)), 1) * math.log(2.0)]
    )
    exponentials, logarithms = softplus(v)
    expected = np.exp(v.astype(np.longdouble))
    assert np.abs(exponentials / expected - 1.0).max() < 1e-15 + 1e-16 * abs(low)
    expected = np.log1p(exponentials.astype(np.longdouble))
    assert np.abs(logarithms / expected - 1.0).max() < 1e-15


def test_the_exponential_ends_before_subnormal_numbers() -> None:
    exponentials, logarithms = softplus(np.array([0.0, -0.0, -708.0, -709.0, -1e300, -math.inf, math.nan]))
    smallest = math.exp(-708.0)
    assert exponentials[:2].tolist() == [1.0, 1.0]
    assert exponentials[2:6].tolist() == pytest.approx([smallest] * 4, rel=1e-13)
    assert logarithms[:2].tolist() == pytest.approx([math.log(2.0)] * 2, rel=1e-15)
    assert logarithms[2:6].tolist() == pytest.approx([smallest] * 4, rel=1e-13)
    assert np.isnan([exponentials[6], logarithms[6]]).all()


def test_flushed_makes_tiny_numbers_zero_and_keeps_the_others() -> None:
    for kept in (1.0, -1.0, 2.0 * TINY, -2.0 * TINY, math.inf, -math.inf, 1e308):
        assert flushed(kept) == kept
    for tiny in (0.5 * TINY, -0.5 * TINY, 5e-324, 0.0):
        assert flushed(tiny) == 0.0
    assert math.isnan(flushed(math.nan))
