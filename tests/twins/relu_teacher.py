from __future__ import annotations

import math
from typing import Any

from naive import Matrix, Vector

from twins import _jets as jets


class Twin:
    """f(w) = ½ E (Σ [w·z]₊ − Σ [v·z]₊)² by the angle of each pair of neurons, v being unit vectors."""

    def __init__(self, dim: int, seed: int, neurons: float, teacher: float, extra_inputs: float) -> None:
        self.inputs, self.neurons = int(teacher + extra_inputs), int(neurons)
        self.teacher = [[float(c == j) for c in range(self.inputs)] for j in range(int(teacher))]

    def overlap(self, w: list[Any], v: list[Any]) -> Any:
        """E [w·z]₊[v·z]₊ of two neurons that are not the same one."""
        dot = jets.total([a * b for a, b in zip(w, v, strict=True)])
        lengths = jets.sqrt(jets.total([a * a for a in w])) * jets.sqrt(jets.total([b * b for b in v]))
        theta = jets.acos(dot / lengths)
        return (lengths * jets.sin(theta) + (math.pi - theta) * dot) / (2.0 * math.pi)

    def value(self, x: list[Any]) -> Any:
        student = [x[self.inputs * i : self.inputs * (i + 1)] for i in range(self.neurons)]
        terms = []
        for group in (student, self.teacher):
            for i, w in enumerate(group):
                terms.append(0.25 * jets.total([a * a for a in w]))
                terms += [self.overlap(w, v) for v in group[:i]]
        terms += [-self.overlap(w, v) for w in student for v in self.teacher]
        return jets.total(terms)

    def gradient(self, x: Vector) -> Vector:
        return jets.gradient(self.value, x)

    def hessian(self, x: Vector) -> Matrix:
        return jets.hessian(self.value, x)


def formula(xp: Any, x: Any, twin: Any) -> Any:
    weights = xp.concatenate((x.reshape(-1, twin.inputs), xp.asarray(twin.teacher)))
    signs = xp.where(xp.arange(len(weights)) < twin.neurons, 1.0, -1.0)
    first, second = xp.triu_indices(len(weights), 1)
    dots, squares = xp.sum(weights[first] * weights[second], axis=1), xp.sum(weights**2, axis=1)
    lengths = xp.sqrt(squares[first] * squares[second])
    # The teacher's neurons are at right angles, and their own pairs add a constant: no derivative to take.
    theta = xp.arccos(dots / lengths)
    overlaps = (lengths * xp.sin(theta) + (xp.pi - theta) * dots) / (2.0 * xp.pi)
    return 0.25 * xp.sum(squares) + xp.sum(signs[first] * signs[second] * overlaps)


UNUSUAL = {"neurons": 3.0, "teacher": 2.0, "extra_inputs": 1.0}
