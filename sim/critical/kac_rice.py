"""How many critical points a Gaussian field has, by the formula of Kac (1943) and Rice (1944).

For the field of covariance σ² exp(−r²/2l²), where f = σu and ∇f = 0, the Hessian is (σ/l²) (GOE_d − u): the
off-diagonal entries of the GOE have variance 1, those on the diagonal 2. So the mean number of critical
points of index k in a volume l^d is

    (2π)^(−(d+1)/2) ∫ e^(−u²/2) E |det(GOE_d − u)| [k eigenvalues below u] du

The eigenvalues and u together are distributed as those of a GOE_{d+1}, but for a weight e^(−u²/4), so that
the shares are as E e^(−λ²/4) over the (k+1)-th eigenvalue λ of a GOE_{d+1} (Fyodorov 2004; Auffinger, Ben
Arous and Černý 2013). Of minima they are 1/2, 1/4 and (29 − 6√6)/116 in one, two and three dimensions.

Here the integral over the eigenvalues is taken exactly, as a Pfaffian (de Bruijn 1955): with w(x) = |x − u|
e^(−x²/4), times z below u, the integral of |Δ| Π w(xᵢ) over x₁ < … < x_d is the Pfaffian of

    Aᵢⱼ = ∫∫_{x<y} (xⁱ yʲ − xʲ yⁱ) w(x) w(y) dx dy         i, j < d, and with a border ∫ xⁱ w(x) dx for odd d

a polynomial in z whose coefficient of zᵏ belongs to index k. What is left are integrals in one dimension, by
Gauss and Legendre's rule.

A field on a torus of period P has the covariance summed over its images, e^(−P²/2l²) of it being new, and
P⁴/l⁴ times as much of its fourth derivative: for P = 5l that is 4e-6 and 2e-3. One with M waves is Gaussian
up to relative terms of order 1/M.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Any

from sim.arrays import Floats, np

MOST_DIRECTIONS = 6
"""Beyond, it would take seconds."""

REACH, EDGE = 12.0, 16.0
"""Beyond these |u| and |x| the integrands are below 1e-17 of what they are at their largest."""

NODES, VALUES = 40, 64
"""How many nodes an integral over eigenvalues has on either side of u, and one over u."""


@dataclass(frozen=True)
class KacRice:
    """Mean numbers of critical points in a volume l^d, and the means of u = f/σ there, by index."""

    directions: int
    densities: tuple[float, ...]
    values: tuple[float, ...]

    @property
    def density(self) -> float:
        """All of them."""
        return math.fsum(self.densities)

    @property
    def shares(self) -> tuple[float, ...]:
        """What part of them has each index."""
        return tuple(each / self.density for each in self.densities)


@functools.lru_cache(maxsize=MOST_DIRECTIONS)
def kac_rice(directions: int) -> KacRice:
    """The law in so many directions, `MOST_DIRECTIONS` at most; relative errors below 1e-10."""
    u, weights = _interval(np.array(-REACH), np.array(REACH), VALUES)
    law = density_of_values(directions, u) * weights
    densities = law.sum(axis=1)
    return KacRice(directions, tuple(densities.tolist()), tuple((law @ u / densities).tolist()))


def density_of_values(directions: int, u: Floats) -> Floats:
    """Mean numbers of critical points (directions + 1, n) a volume l^d and a unit of u = f/σ, by index."""
    total = math.exp(
        sum(math.lgamma(1.0 + 0.5 * j) - math.lgamma(1.5) for j in range(1, directions + 1))
        + 0.5 * directions * math.log(2.0 * math.pi)
        + 0.25 * directions * (directions + 1) * math.log(2.0)
        - math.lgamma(directions + 1.0)
    )  # the integral of |Δ| Π e^(−x²/4) over x₁ < … < x_d (Selberg 1944, Mehta)
    roots = np.exp(2j * math.pi * np.arange(directions + 1) / (directions + 1))
    below = _one_side(directions, u, np.full_like(u, -EDGE), u)
    above = _one_side(directions, u, u, np.full_like(u, EDGE))
    at_roots = np.stack([_pfaffian(_entries(z, below, above)) for z in roots])
    by_index = np.fft.fft(at_roots, axis=0).real / len(roots)
    weight = np.exp(-0.5 * u**2) / (2.0 * math.pi) ** (0.5 * (directions + 1))
    return np.asarray(weight * by_index / total, dtype=np.float64)


def _interval(low: Floats, high: Floats, nodes: int) -> tuple[Floats, Floats]:
    """Nodes and weights (..., nodes) of Gauss and Legendre's rule from low (...) to high (...)."""
    x, weights = np.polynomial.legendre.leggauss(nodes)
    half = 0.5 * (high - low)[..., None]
    return low[..., None] + half * (x + 1.0), half * weights


def _one_side(directions: int, u: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """From low (n,) to high (n,), on one side of u (n,): ∫ xⁱ w (n, d), and A's integrals (n, d, d)."""
    powers = np.arange(directions)

    def weighed(lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
        nodes, weights = _interval(lower, upper, NODES)
        middle = u.reshape(-1, *(1,) * (nodes.ndim - 1))
        return nodes, (weights * np.abs(nodes - middle) * np.exp(-0.25 * nodes**2))[..., None] * (
            nodes[..., None] ** powers
        )

    y, outer = weighed(low, high)
    x_integrals = weighed(np.broadcast_to(low[:, None], y.shape), y)[1].sum(axis=-2)
    pairs = np.einsum("nyi,nyj->nij", x_integrals, outer)
    return outer.sum(axis=1), pairs - pairs.swapaxes(1, 2)


def _entries(z: complex, below: tuple[Floats, Floats], above: tuple[Floats, Floats]) -> Any:
    """The matrix A (n, m, m), m even, where eigenvalues below u are counted with z."""
    (single_below, pairs_below), (single_above, pairs_above) = below, above
    mixed = np.einsum("ni,nj->nij", single_below, single_above)
    matrix = z * z * pairs_below + z * (mixed - mixed.swapaxes(1, 2)) + pairs_above
    n, d = single_below.shape
    if d % 2 == 0:
        return matrix
    bordered = np.zeros((n, d + 1, d + 1), dtype=np.complex128)
    bordered[:, :d, :d] = matrix
    bordered[:, :d, d] = z * single_below + single_above
    return bordered


def _pfaffian(matrix: Any) -> Any:
    """The Pfaffians (n,) of antisymmetric matrices (n, m, m), m even, of which the upper half is read."""
    m = matrix.shape[1]
    if m == 0:
        return np.ones(len(matrix))
    total = 0.0
    for j in range(1, m):
        rest = [i for i in range(1, m) if i != j]
        total = total - (-1) ** j * matrix[:, 0, j] * _pfaffian(matrix[:, rest][:, :, rest])
    return total
