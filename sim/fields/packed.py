"""A field's parameters in one flat array, as kernels take them, and the parts of it."""

from __future__ import annotations

import math

from sim.arrays import Floats, np
from sim.fields.hadamard import Signs, shape
from sim.fields.structured import structured_product, structured_turns
from sim.fields.waves import curvatures_of_waves

FEATURES, BLOCK, PLANTED, HEIGHT, MU, LIFT, SHARPNESS = range(7)
"""Where the numbers are that come before the arrays: see `Field`."""

HEAD = 7
"""How many they are."""


def size(dim: int, features: int, block: int, planted: bool) -> int:
    """How many numbers the parameters of a field in `dim` dimensions are."""
    stored = features + math.prod(shape(block, features)) // 8 if block else features * dim
    return HEAD + planted * dim + features + stored


class Field:
    """The packed parameters of a field in `dim` dimensions, in parts that share their memory.

    `block` is N, or 0 for the dense map; `height` is σ√(2/M); `lift` and `slope` (d,) plant a critical point,
    `sharpness` is 1/l²; `phases` (M,) are in turns, like `frequencies` (M, d) or `lengths` (M,) with `signs`.
    """

    def __init__(self, parameters: Floats, dim: int) -> None:
        self.parameters = parameters
        features, self.block, planted = map(int, parameters[:HEIGHT])
        self.height, self.mu, self.lift, self.sharpness = map(float, parameters[HEIGHT:HEAD])
        self.slope, self.phases, self.rest = np.split(parameters[HEAD:], [planted, planted + features])
        if self.block:
            self.lengths = self.rest[:features]
            self.signs: Signs = self.rest[features:].view(np.int8).reshape(shape(self.block, features))
        else:
            self.frequencies = self.rest.reshape(features, dim)

    def turns(self, x: Floats) -> Floats:
        """The angles of all waves (M,) at x (d,)."""
        if not self.block:
            found: Floats = self.frequencies @ x
        else:
            found = np.empty_like(self.phases)
            structured_turns(x, self.lengths, self.signs, found)
        found += self.phases
        return found

    def curvatures(self, x: Floats) -> Floats:
        """What each wave (M,) adds to the curvature along its frequency at x (d,)."""
        return curvatures_of_waves(self.turns(x), self.height)

    def product_beside_waves(self, x: Floats, v: Floats) -> Floats:
        """The Hessian of the bowl and of what plants a point at x (d,), times the rows of v (k, d)."""
        product: Floats = self.mu * v
        if len(self.slope):
            weight = math.exp(-0.5 * self.sharpness * (x @ x))
            added = weight * (self.lift - self.slope @ x)
            product -= self.sharpness * added * v
            product += np.outer(self.sharpness**2 * added * (v @ x), x)
            product += self.sharpness * weight * (np.outer(v @ self.slope, x) + np.outer(v @ x, self.slope))
        return product

    def product(self, x: Floats, v: Floats) -> Floats:
        """The Hessian at x (d,) times the rows of v (k, d), without forming it."""
        return self.product_of(x, self.curvatures(x), v)

    def product_of(self, x: Floats, weights: Floats, v: Floats) -> Floats:
        """The same where the waves' curvatures (M,) at x are known."""
        if not self.block:
            product: Floats = ((v @ self.frequencies.T) * weights) @ self.frequencies
        else:
            product = np.empty_like(v)
            structured_product(v, weights, self.lengths, self.signs, product)
        product += self.product_beside_waves(x, v)
        return product
