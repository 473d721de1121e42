"""What a neuron answers: each function with its first and second derivative."""

from __future__ import annotations

from collections.abc import Callable

from sim.arrays import Floats
from sim.kernel import inline
from sim.numerics import exp_of_negative, flushed, log1p_of_unit

ACTIVATIONS = ("tanh", "relu", "softplus", "sigmoid", "silu", "linear")
"""The names; a kernel is told the place of one in this tuple."""

TANH, RELU, SOFTPLUS, SIGMOID, SILU, LINEAR = range(len(ACTIVATIONS))


@inline
def tanh(z: float) -> tuple[float, float, float]:
    """The hyperbolic tangent, to 1e-16."""
    small = exp_of_negative(-2.0 * abs(z))
    size = (1.0 - small) / (1.0 + small)
    value = -size if z < 0.0 else size
    slope = flushed(4.0 * small / ((1.0 + small) * (1.0 + small)))  # far out, products with it are subnormal
    return value, slope, -2.0 * value * slope


@inline
def relu(z: float) -> tuple[float, float, float]:
    """max(z, 0), with slope 0 at its kink, where it has none."""
    return max(z, 0.0), 1.0 if z > 0.0 else 0.0, 0.0  # this way round, NaN stays NaN


@inline
def sigmoid(z: float) -> tuple[float, float, float]:
    """1 / (1 + e⁻ᶻ)."""
    small = exp_of_negative(-abs(z))
    part = 1.0 / (1.0 + small)
    value = small * part if z < 0.0 else part
    slope = flushed(small * part * part)
    return value, slope, slope * (1.0 - 2.0 * value)


@inline
def softplus(z: float) -> tuple[float, float, float]:
    """log(1 + eᶻ), whose slope is the sigmoid."""
    value, slope, _ = sigmoid(z)
    return max(z, 0.0) + log1p_of_unit(exp_of_negative(-abs(z))), flushed(value), slope


@inline
def silu(z: float) -> tuple[float, float, float]:
    """The product of z and its sigmoid, also called swish."""
    value, slope, bend = sigmoid(z)
    return z * value, value + z * slope, 2.0 * slope + z * bend


@inline
def linear(z: float) -> tuple[float, float, float]:
    """No function at all: a network of such neurons is a product of matrices."""
    return z, 1.0, 0.0


Activation = Callable[[float], tuple[float, float, float]]


@inline
def answer(function: Activation, z: Floats, slope: Floats, bend: Floats) -> None:
    """Puts φ(z) in place of z (k,), φ′ into `slope` (k,) and, where it is as long, φ″ into `bend`."""
    if len(bend) == len(z):
        for k in range(len(z)):
            z[k], slope[k], bend[k] = function(z[k])
    else:
        for k in range(len(z)):
            z[k], slope[k], _ = function(z[k])


@inline
def activate(activation: int, z: Floats, slope: Floats, bend: Floats) -> None:
    """`answer` for the activation at that place in `ACTIVATIONS`."""
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
