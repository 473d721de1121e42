from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
from naive import Matrix, Vector

from twins import _jets as jets

AXIS = {2: 8, 3: 6, 4: 4, 5: 3, 6: 3, 7: 3, 8: 3}


class Twin:
    """The mean of (network − product)² over the points of a Gauss–Legendre sum over the cube.

    A flat network is one gate for all factors; a deep one takes two numbers at a time from the front of a
    queue and puts their product at its end.
    """

    def __init__(
        self, dim: int, seed: int, construction: str, activation: str, factors: float, lam: float,
        bias: float, jitter: float,
    ) -> None:  # fmt: skip
        self.factors, self.activation = int(factors), activation
        self.fan = self.factors if construction == "flat" else 2
        places, shares = (array.tolist() for array in np.polynomial.legendre.leggauss(AXIS[self.factors]))
        self.points = list(itertools.product(places, repeat=self.factors))
        self.shares = [
            math.prod(pick) / 2.0**self.factors for pick in itertools.product(shares, repeat=self.factors)
        ]

    def neuron(self, z: Any) -> Any:
        if self.activation == "tanh":
            return jets.tanh(z)
        return z + jets.log1p(jets.exp(-z)) if z > 0.0 else jets.log1p(jets.exp(z))

    def gate(self, w: list[Any], inputs: list[Any]) -> Any:
        fan, neurons = self.fan, 2**self.fan
        answers = [
            self.neuron(jets.total([w[fan * i + c] * inputs[c] for c in range(fan)]) + w[fan * neurons + i])
            for i in range(neurons)
        ]
        return jets.total([w[(fan + 1) * neurons + i] * answers[i] for i in range(neurons)])

    def network(self, w: list[Any], inputs: list[Any]) -> Any:
        queue, size = list(inputs), (self.fan + 2) * 2**self.fan
        for first in range(0, len(w), size):
            seen, queue = queue[: self.fan], queue[self.fan :]
            queue.append(self.gate(w[first : first + size], seen))
        (answer,) = queue
        return answer

    def value(self, w: list[Any]) -> Any:
        errors = [self.network(w, list(at)) - math.prod(at) for at in self.points]
        return jets.total([share * error * error for share, error in zip(self.shares, errors, strict=True)])

    def gradient(self, w: Vector) -> Vector:
        return jets.gradient(self.value, w)

    def hessian(self, w: Vector) -> Matrix:
        return jets.hessian(self.value, w)


def formula(xp: Any, x: Any, twin: Any) -> Any:
    neurons = 2**twin.fan
    points = xp.asarray(twin.points)
    nodes = list(points.T)
    for g, gate in enumerate(x.reshape(-1, (twin.fan + 2) * neurons)):
        weights = gate[: neurons * twin.fan].reshape(neurons, twin.fan)
        seen = xp.stack(nodes[twin.fan * g : twin.fan * (g + 1)])
        z = weights @ seen + gate[neurons * twin.fan : neurons * (twin.fan + 1), None]
        h = xp.tanh(z) if twin.activation == "tanh" else xp.logaddexp(z, 0.0)
        nodes.append(gate[neurons * (twin.fan + 1) :] @ h)
    return xp.sum(xp.asarray(twin.shares) * (nodes[-1] - xp.prod(points, axis=1)) ** 2)


UNUSUAL = {
    "construction": "deep", "activation": "tanh", "factors": 3.0, "lam": 0.8, "bias": 0.4, "jitter": 0.05,
}  # fmt: skip
