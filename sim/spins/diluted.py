"""A homogeneous polynomial of degree p = 2, 3 or 4 with a few coefficients at random places.

    H(x) = √(1/m) Σᵢ Σ J xᵢxₐxᵦ …,   m terms for each i, J ~ N(0, 1), the other p − 1 indices uniform

Each coordinate leads m terms and is in p·m on average, so that d coordinates take d·m·p numbers.
"""

from __future__ import annotations

import itertools

from sim.arrays import Floats, np
from sim.kernel import inline
from sim.rng import Stream, fill_normal, fill_uniform, stream_keys

AT_ONCE, PASSING = 1 << 14, 18.0
"""Terms whose second derivatives are taken at a time, and how many numbers each takes on the way: 2 MB."""


def count(dim: int, p: int, terms: int) -> float:
    """How many numbers the coefficients and their places are."""
    return float(dim) * terms * p


def draw(dim: int, seed: int, p: int, terms: int, couplings: Floats) -> None:
    """Fill `couplings` with the coefficients J (d, m) and the other indices (d, m, p − 1) of this seed."""
    keys = stream_keys(seed, Stream.LANDSCAPE, dim)
    coefficients, places = unpacked(dim, p, terms, couplings)
    fill_normal(keys, 1, coefficients)
    fill_uniform(keys, 0, 0.0, float(dim), places)
    np.floor(places, out=places)


def unpacked(dim: int, p: int, terms: int, couplings: Floats) -> tuple[Floats, Floats]:
    """Views of the coefficients (d, m) and of the other indices (d, m (p − 1))."""
    return couplings[: dim * terms].reshape(dim, terms), couplings[dim * terms :].reshape(dim, -1)


@inline
def gradient(x: Floats, p: int, terms: int, couplings: Floats, value: Floats, gradient: Floats) -> None:
    """H √m and its gradient, a term at a time."""
    n, d = x.shape
    places = couplings[d * terms :]
    for i in range(n):
        total = 0.0
        for j in range(d):
            gradient[i, j] = 0.0
        for j in range(d):
            for term in range(j * terms, (j + 1) * terms):
                rest, at = couplings[term], term * (p - 1)
                a = int(places[at])
                pair = x[i, j] * x[i, a]
                if p == 3:
                    b = int(places[at + 1])
                    gradient[i, b] += rest * pair
                    rest *= x[i, b]
                elif p == 4:
                    b, c = int(places[at + 1]), int(places[at + 2])
                    gradient[i, b] += rest * pair * x[i, c]
                    gradient[i, c] += rest * pair * x[i, b]
                    rest *= x[i, b] * x[i, c]
                gradient[i, j] += rest * x[i, a]
                gradient[i, a] += rest * x[i, j]
                total += rest * pair
        value[i] = total


def hessian(x: Floats, p: int, terms: int, couplings: Floats) -> Floats:
    """The second derivatives (d, d) of H √m at x (d,), exactly symmetric."""
    d = len(x)
    coefficients, places = unpacked(d, p, terms, couplings)
    coefficients, places = coefficients.ravel(), places.reshape(-1, p - 1)
    half = np.zeros(d * d)
    for first in range(0, d * terms, AT_ONCE):
        some = slice(first, min(first + AT_ONCE, d * terms))
        indices = np.empty((some.stop - first, p), dtype=np.int64)
        indices[:, 0] = np.arange(first, some.stop) // terms
        indices[:, 1:] = places[some]
        factors = x[indices]
        for r, s in itertools.combinations(range(p), 2):
            others = np.delete(factors, (r, s), axis=1).prod(axis=1)
            np.add.at(half, indices[:, r] * d + indices[:, s], coefficients[some] * others)
    matrix = half.reshape(d, d)
    matrix += matrix.T
    return matrix
