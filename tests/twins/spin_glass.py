from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
from naive import Matrix, Vector, normals, stream_keys, uniforms


class Twin:
    """A sum of coefficient × product of p coordinates, on |x|² = d; derivatives in the space round it.

    Full: one product for each p indices in falling order, its coefficient d^−(p−1)/2 √orders ξ, where
    `orders` counts the ways to write the indices down. The first p − 2 indices have a key of the landscape's
    stream (3), in the order of the indices; the next one is the step, and the last one counts the normals.

    Diluted: coordinate i leads `connections` products with the coefficients ξ/√connections, drawn at step 1
    of the i-th key; their other indices are drawn at step 0.
    """

    def __init__(self, dim: int, seed: int, p: float, couplings: str, connections: float) -> None:
        self.dim, order = dim, int(p)
        make = self.all_products if couplings == "full" else self.some_products
        self.products: list[tuple[float, tuple[int, ...]]] = make(dim, seed, order, int(connections))

    @staticmethod
    def all_products(dim: int, seed: int, p: int, _: int) -> list[tuple[float, tuple[int, ...]]]:
        stems = [s for s in itertools.product(range(dim), repeat=p - 2) if list(s) == sorted(s, reverse=True)]
        found = []
        for key, stem in zip(stream_keys(seed, 3, len(stems)), stems, strict=True):
            for a in range(stem[-1] + 1 if stem else dim):
                for b, drawn in enumerate(normals(key, a, a + 1)):
                    indices = (*stem, a, b)
                    orders = len(set(itertools.permutations(indices)))
                    found.append((math.sqrt(orders) * drawn * dim ** ((1 - p) / 2), indices))
        return found

    @staticmethod
    def some_products(dim: int, seed: int, p: int, terms: int) -> list[tuple[float, tuple[int, ...]]]:
        found = []
        for i, key in enumerate(stream_keys(seed, 3, dim)):
            others = [int(dim * u) for u in uniforms(key, 0, terms * (p - 1))]
            for k, drawn in enumerate(normals(key, 1, terms)):
                found.append((drawn / math.sqrt(terms), (i, *others[k * (p - 1) : (k + 1) * (p - 1)])))
        return found

    def without(self, x: Vector, indices: tuple[int, ...], *places: int) -> float:
        return math.prod(x[i] for place, i in enumerate(indices) if place not in places)

    def value(self, x: Vector) -> float:
        return math.fsum(c * self.without(x, indices) for c, indices in self.products)

    def gradient(self, x: Vector) -> Vector:
        parts: list[Vector] = [[] for _ in x]
        for c, indices in self.products:
            for place, i in enumerate(indices):
                parts[i].append(c * self.without(x, indices, place))
        return [math.fsum(part) for part in parts]

    def hessian(self, x: Vector) -> Matrix:
        parts: list[list[Vector]] = [[[] for _ in x] for _ in x]
        for c, indices in self.products:
            for r, s in itertools.permutations(range(len(indices)), 2):
                parts[indices[r]][indices[s]].append(c * self.without(x, indices, r, s))
        return [[math.fsum(part) for part in row] for row in parts]


def formula(xp: Any, x: Any, twin: Any) -> Any:
    coefficients, places = zip(*twin.products, strict=True)
    factors = x[np.array(places)]
    product = factors[:, 0]
    for k in range(1, factors.shape[1]):
        product = product * factors[:, k]
    return xp.sum(xp.asarray(coefficients) * product)


UNUSUAL = {"p": 4.0, "couplings": "diluted", "connections": 2.0}
