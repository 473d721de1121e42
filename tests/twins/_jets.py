"""First and second derivatives of a formula by hyper-dual numbers, in Python's floats (Fike and Alonso 2011).

A hyper-dual number a + b ε₁ + c ε₂ + e ε₁ε₂, with ε₁² = ε₂² = 0, goes through a formula as a float would.
With x + ε₁ along coordinate i and ε₂ along j, what arrives is

    f(x) + ∂ᵢf ε₁ + ∂ⱼf ε₂ + ∂ᵢ∂ⱼf ε₁ε₂

to rounding: nothing is differenced. A formula is written with + − × ÷, powers, comparisons and the functions
below, which take floats as well; `gradient` and `hessian` give it hyper-dual coordinates in place of floats.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

Number = Any
"""A float or a `HyperDual`."""

Formula = Callable[[list[Number]], Number]


class HyperDual:
    """a + b ε₁ + c ε₂ + e ε₁ε₂; it compares by its real part a."""

    def __init__(self, a: float, b: float = 0.0, c: float = 0.0, e: float = 0.0) -> None:
        self.a, self.b, self.c, self.e = a, b, c, e

    def through(self, value: float, first: float, second: float) -> HyperDual:
        """A function of this number, from its value and first two derivatives at the real part."""
        return HyperDual(value, first * self.b, first * self.c, first * self.e + second * self.b * self.c)

    def __add__(self, other: Number) -> HyperDual:
        o = hyper_dual(other)
        return HyperDual(self.a + o.a, self.b + o.b, self.c + o.c, self.e + o.e)

    def __mul__(self, other: Number) -> HyperDual:
        o = hyper_dual(other)
        return HyperDual(
            self.a * o.a,
            self.a * o.b + self.b * o.a,
            self.a * o.c + self.c * o.a,
            self.a * o.e + self.b * o.c + self.c * o.b + self.e * o.a,
        )

    def __neg__(self) -> HyperDual:
        return HyperDual(-self.a, -self.b, -self.c, -self.e)

    def __sub__(self, other: Number) -> HyperDual:
        return self + -hyper_dual(other)

    def __rsub__(self, other: Number) -> HyperDual:
        return -self + other

    def __truediv__(self, other: Number) -> HyperDual:
        return self * hyper_dual(other) ** -1.0

    def __rtruediv__(self, other: Number) -> HyperDual:
        return hyper_dual(other) / self

    def __pow__(self, power: float) -> HyperDual:
        a, p = self.a, power
        first = p * a ** (p - 1.0) if p != 0.0 else 0.0
        second = p * (p - 1.0) * a ** (p - 2.0) if p not in (0.0, 1.0) else 0.0
        return self.through(a**p, first, second)

    def __abs__(self) -> HyperDual:
        return self if self.a >= 0.0 else -self

    def __lt__(self, other: Number) -> bool:
        return self.a < hyper_dual(other).a

    def __le__(self, other: Number) -> bool:
        return self.a <= hyper_dual(other).a

    def __gt__(self, other: Number) -> bool:
        return self.a > hyper_dual(other).a

    def __ge__(self, other: Number) -> bool:
        return self.a >= hyper_dual(other).a

    __radd__, __rmul__ = __add__, __mul__


def hyper_dual(number: Number) -> HyperDual:
    return number if isinstance(number, HyperDual) else HyperDual(float(number))


# --- functions of a float or of a hyper-dual number ---------------------------------------------------


def exp(x: Number) -> Number:
    if not isinstance(x, HyperDual):
        return math.exp(x)
    value = math.exp(x.a)
    return x.through(value, value, value)


def log(x: Number) -> Number:
    return x.through(math.log(x.a), 1.0 / x.a, -1.0 / x.a**2) if isinstance(x, HyperDual) else math.log(x)


def log1p(x: Number) -> Number:
    if not isinstance(x, HyperDual):
        return math.log1p(x)
    slope = 1.0 / (1.0 + x.a)
    return x.through(math.log1p(x.a), slope, -slope * slope)


def sqrt(x: Number) -> Number:
    return x**0.5


def sin(x: Number) -> Number:
    if not isinstance(x, HyperDual):
        return math.sin(x)
    return x.through(math.sin(x.a), math.cos(x.a), -math.sin(x.a))


def cos(x: Number) -> Number:
    if not isinstance(x, HyperDual):
        return math.cos(x)
    return x.through(math.cos(x.a), -math.sin(x.a), -math.cos(x.a))


def tanh(x: Number) -> Number:
    if not isinstance(x, HyperDual):
        return math.tanh(x)
    value = math.tanh(x.a)
    slope = 1.0 - value * value
    return x.through(value, slope, -2.0 * value * slope)


def acos(x: Number) -> Number:
    if not isinstance(x, HyperDual):
        return math.acos(x)
    square = 1.0 - x.a * x.a
    return x.through(math.acos(x.a), -(square**-0.5), -x.a * square**-1.5)


def total(terms: Sequence[Number]) -> Number:
    """Their sum, each part of it added exactly and rounded once."""
    if not any(isinstance(term, HyperDual) for term in terms):
        return math.fsum(terms)
    parts = [hyper_dual(term) for term in terms]
    return HyperDual(*(math.fsum(getattr(part, name) for part in parts) for name in "abce"))


# --- derivatives of a formula -------------------------------------------------------------------------


def gradient(formula: Formula, x: Sequence[float]) -> list[float]:
    """∂ᵢf at x (d,), by d evaluations."""

    def slope(i: int) -> float:
        return hyper_dual(formula([HyperDual(v, float(k == i)) for k, v in enumerate(x)])).b

    return [slope(i) for i in range(len(x))]


def hessian(formula: Formula, x: Sequence[float]) -> list[list[float]]:
    """∂ᵢ∂ⱼf at x (d,), by d(d + 1)/2 evaluations."""

    def bend(i: int, j: int) -> float:
        at = [HyperDual(v, float(k == i), float(k == j)) for k, v in enumerate(x)]
        return hyper_dual(formula(at)).e

    lower = [[bend(i, j) for j in range(i + 1)] for i in range(len(x))]
    return [[lower[max(i, j)][min(i, j)] for j in range(len(x))] for i in range(len(x))]
