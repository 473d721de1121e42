"""A homogeneous polynomial of degree p = 2, 3 or 4 with a few coefficients at random places.

    H(x) = √(1/m) Σᵢ Σ J xᵢxₐxᵦ …,   m terms for each i, J ~ N(0, 1), the other p − 1 indices uniform

Each coordinate leads m terms and is in p·m on average, so that d coordinates take d·m·p numbers.
"""

from __future__ import annotations

import itertools

from sim.arrays import Floats, np
from sim.kernel import inline
from sim.rng import Stream, fill_normal, fill_uniform, stream_keys

LANES = 8
"""Walkers at a time: the coordinates of so many fill a line of the cache, and each is fetched at random."""


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
    """H √m and its gradient; where a term is shorter, a coordinate that is always 1 takes the empty place."""
    n, d = x.shape
    columns, slopes = np.ones((d + 1, LANES)), np.empty((d + 1, LANES))
    pair, rest, total = np.empty(LANES), np.empty(LANES), np.empty(LANES)
    places = couplings[d * terms :]
    for first in range(0, n, LANES):
        lanes = min(LANES, n - first)
        total[:] = 0.0
        slopes[:] = 0.0
        for j in range(d):
            for k in range(lanes):
                columns[j, k] = x[first + k, j]
        for j in range(d):
            for term in range(j * terms, (j + 1) * terms):
                coefficient, at = couplings[term], term * (p - 1)
                a = int(places[at])
                b = int(places[at + 1]) if p > 2 else d
                c = int(places[at + 2]) if p > 3 else d
                for k in range(LANES):
                    pair[k] = columns[j, k] * columns[a, k]
                    rest[k] = coefficient * columns[b, k] * columns[c, k]
                    total[k] += pair[k] * rest[k]
                for k in range(LANES):
                    slopes[j, k] += columns[a, k] * rest[k]
                for k in range(LANES):
                    slopes[a, k] += columns[j, k] * rest[k]
                if p > 2:
                    for k in range(LANES):
                        slopes[b, k] += coefficient * pair[k] * columns[c, k]
                if p > 3:
                    for k in range(LANES):
                        slopes[c, k] += coefficient * pair[k] * columns[b, k]
        for k in range(lanes):
            value[first + k] = total[k]
        for j in range(d):
            for k in range(lanes):
                gradient[first + k, j] = slopes[j, k]


def hessian(x: Floats, p: int, terms: int, couplings: Floats) -> Floats:
    """The second derivatives (d, d) of H √m at x (d,), exactly symmetric."""
    d = len(x)
    coefficients, places = unpacked(d, p, terms, couplings)
    indices = np.full((d * terms, p), np.arange(d).repeat(terms)[:, None])
    indices[:, 1:] = places.reshape(-1, p - 1)
    factors, half = x[indices], np.zeros(d * d)
    for r, s in itertools.combinations(range(p), 2):
        others = np.delete(factors, (r, s), axis=1).prod(axis=1)
        half += np.bincount(indices[:, r] * d + indices[:, s], coefficients.ravel() * others, d * d)
    matrix = half.reshape(d, d)
    return matrix + matrix.T
