"""What a neuron answers: each function with its first and second derivative.

All but the two that have corners or are straight are made of e^−|z|, which is computed first and by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.arrays import Floats
from sim.kernel import ROW, inline, kernel
from sim.numerics import exp_of_negative, flushed, log1p_of_unit

ACTIVATIONS = ("tanh", "relu", "softplus", "sigmoid", "silu", "linear")
"""The names; a kernel is told the place of one in this tuple."""

TANH, RELU, SOFTPLUS, SIGMOID, SILU, LINEAR = range(len(ACTIVATIONS))


@dataclass(frozen=True)
class Moments:
    """Of φ(z) for a standard normal z: its mean, and the mean and the mean square of its slope."""

    mean: float
    slope: float
    square_slope: float


MOMENTS = {
    "tanh": Moments(0.0, 0.61, 0.46),
    "relu": Moments(0.40, 0.5, 0.5),
    "softplus": Moments(0.81, 0.5, 0.29),
    "sigmoid": Moments(0.5, 0.21, 0.045),
    "silu": Moments(0.21, 0.5, 0.38),
    "linear": Moments(0.0, 1.0, 1.0),
}

Activation = Callable[[float, float], tuple[float, float, float]]
"""From z and e^−|z| (e^−2|z| for tanh) to φ, φ′ and φ″. Far out, products with them would be subnormal."""


@inline
def tanh(z: float, small: float) -> tuple[float, float, float]:
    """The hyperbolic tangent, to 1e-16."""
    part = 1.0 / (1.0 + small)
    size = (1.0 - small) * part
    value = -size if z < 0.0 else size
    slope = flushed(4.0 * small * part * part)
    return value, slope, -2.0 * value * slope


@inline
def relu(z: float, small: float) -> tuple[float, float, float]:
    """max(z, 0), with slope 0 at its kink, where it has none."""
    return max(z, 0.0), 1.0 if z > 0.0 else 0.0, 0.0  # this way round, NaN stays NaN


@inline
def sigmoid(z: float, small: float) -> tuple[float, float, float]:
    """1 / (1 + e⁻ᶻ)."""
    part = 1.0 / (1.0 + small)
    value = flushed(small * part) if z < 0.0 else part
    slope = flushed(small * part * part)
    return value, slope, slope * (1.0 - 2.0 * value)


@inline
def softplus(z: float, small: float) -> tuple[float, float, float]:
    """log(1 + eᶻ), whose slope is the sigmoid."""
    value, slope, _ = sigmoid(z, small)
    return flushed(max(z, 0.0) + log1p_of_unit(small)), value, slope


@inline
def silu(z: float, small: float) -> tuple[float, float, float]:
    """The product of z and its sigmoid, also called swish."""
    value, slope, bend = sigmoid(z, small)
    return z * value, value + z * slope, 2.0 * slope + z * bend


@inline
def linear(z: float, small: float) -> tuple[float, float, float]:
    """No function at all: a network of such neurons is a product of matrices."""
    return z, 1.0, 0.0


@inline
def answer(function: Activation, z: Floats, slope: Floats, bend: Floats) -> None:
    """Puts φ(z) in place of z (k,), φ′ in place of e^−|z| in `slope` (k,), and φ″ into `bend` (k,)."""
    for k in range(len(z)):
        z[k], slope[k], bend[k] = function(z[k], slope[k])


@kernel(f"void(i8, {ROW}, {ROW}, {ROW})")
def activate(activation: int, z: Floats, slope: Floats, bend: Floats) -> None:
    """φ(z) in place of z (k,), φ′ into `slope` and φ″ into `bend` (k,)."""
    if activation != RELU and activation != LINEAR:
        rate = -2.0 if activation == TANH else -1.0
        for k in range(len(z)):
            slope[k] = exp_of_negative(rate * abs(z[k]))
    if activation == TANH:
        answer(tanh, z, slope, bend)
    elif activation == RELU:
        answer(relu, z, slope, bend)
    elif activation == SOFTPLUS:
        answer(softplus, z, slope, bend)
    elif activation == SIGMOID:
        answer(sigmoid, z, slope, bend)
    elif activation == SILU:
        answer(silu, z, slope, bend)
    else:
        answer(linear, z, slope, bend)
