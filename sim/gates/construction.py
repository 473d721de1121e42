"""The weights with which neurons multiply (Lin, Tegmark and Rolnick 2017, section III H)."""

from __future__ import annotations

import math

from sim.arrays import Floats, np
from sim.errors import BadInput
from sim.landscape import Settings

ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")

FAINT = 1e-9
"""A derivative below this is none to build on."""


LARGEST_ERROR = 100.0
"""In parts of the product, at the cube's corners, to leading order: beyond, there is nothing of a gate."""


def derivative(activation: str, order: int, at: float) -> float:
    """The derivative of that order, from 0, of softplus or tanh.

    All are polynomials in s = 1/(1 + e⁻ᶻ), with s′ = s − s², or in t = tanh z, with t′ = 1 − t².
    """
    if activation == "softplus" and order == 0:
        return math.log1p(math.exp(-abs(at))) + max(at, 0.0)
    smooth = activation == "softplus"
    variable, flow = (1.0 / (1.0 + math.exp(-at)), (0, 1, -1)) if smooth else (math.tanh(at), (1, 0, -1))
    polynomial = [0, 1]
    for _ in range(order - 1 if smooth else order):
        rise = [k * c for k, c in enumerate(polynomial)][1:]
        polynomial = [0] * (len(rise) + 2)
        for k, c in enumerate(rise):
            for j, f in enumerate(flow):
                polynomial[k + j] += c * f
    return math.fsum(c * variable**k for k, c in enumerate(polynomial))


def fan_and_gates(settings: Settings) -> tuple[int, int]:
    """How many inputs a gate has, and how many gates there are."""
    factors = int(settings["factors"])
    return (factors, 1) if settings["construction"] == "flat" else (2, factors - 1)


def height(settings: Settings) -> float:
    """The size 1 / (2ᶠ σ_f λᶠ) of a gate's output weights, with its sign; BadInput where σ_f is 0."""
    fan, _ = fan_and_gates(settings)
    bend = derivative(settings["activation"], fan, settings["bias"])
    if abs(bend) < FAINT:
        what = (
            f"{settings['bias']:g} is where the {ORDINALS[fan]} derivative of {settings['activation']} is 0"
        )
        raise BadInput("bias", what, "another number, such as 0.5")
    _require_gate(settings, fan, bend)
    return 1.0 / (bend * math.pow(2.0 * settings["lam"], fan))


def _require_gate(settings: Settings, fan: int, bend: float) -> None:
    """Raise BadInput where the next term of the series is far larger than the product that is meant."""
    after = derivative(settings["activation"], fan + 2, settings["bias"])
    error = abs(settings["lam"] ** 2 * after * fan / (6.0 * bend))
    if error > LARGEST_ERROR:
        small = f"the {ORDINALS[fan]} derivative of {settings['activation']} is nearly 0"
        what = f"at {settings['bias']:g} {small}: errors are {error:.0f} times the product"
        raise BadInput("bias", what, "another number, or a smaller lam")


def constructed(settings: Settings) -> Floats:
    """The parameters (d,) of the construction."""
    fan, gates = fan_and_gates(settings)
    signs = np.array([[1.0 - 2.0 * (k >> j & 1) for j in range(fan)] for k in range(1 << fan)])
    outputs = height(settings) * signs.prod(axis=1)
    biases = np.full(1 << fan, settings["bias"])
    gate = np.concatenate(((settings["lam"] * signs).ravel(), biases, outputs))
    return np.tile(gate, gates)
