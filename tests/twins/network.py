from __future__ import annotations

import csv
import gzip
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

from naive import Matrix, Vector, normals, stream_keys, uniforms

from twins import _jets as jets

DIGITS = Path(__file__).parents[2] / "assets" / "data" / "digits.csv.gz"


def sigmoid(z: Any) -> Any:
    return 1.0 / (1.0 + jets.exp(-z))


PHI = {
    "tanh": jets.tanh,
    "relu": lambda z: max(z, 0.0),
    "softplus": lambda z: jets.log(1.0 + jets.exp(z)),
    "sigmoid": sigmoid,
    "silu": lambda z: z * sigmoid(z),
    "linear": lambda z: z,
}

ARRAY_PHI = {
    "tanh": lambda xp, z: xp.tanh(z),
    "relu": lambda xp, z: xp.maximum(z, 0.0),
    "softplus": lambda xp, z: xp.logaddexp(z, 0.0),
    "sigmoid": lambda xp, z: 1.0 / (1.0 + xp.exp(-z)),
    "silu": lambda xp, z: z / (1.0 + xp.exp(-z)),
    "linear": lambda xp, z: z,
}


def layers(theta: Vector, widths: list[int]) -> list[tuple[Matrix, Vector]]:
    """W, row after row, and b of each layer, out of all weights."""
    rest, found = list(theta), []
    for below, above in pairwise(widths):
        w = [[rest.pop(0) for _ in range(below)] for _ in range(above)]
        found.append((w, [rest.pop(0) for _ in range(above)]))
    return found


def answers(theta: Vector, widths: list[int], factors: Vector, phi: Any, inputs: Vector) -> Vector:
    """What the network answers to one example."""
    h = inputs
    every = layers(theta, widths)
    for number, ((w, b), factor) in enumerate(zip(every, factors, strict=True), start=1):
        z = [
            jets.total([*(weight * below for weight, below in zip(row, h, strict=True)), bias]) * factor
            for row, bias in zip(w, b, strict=True)
        ]
        h = z if number == len(every) else [phi(v) for v in z]
    return h


def start_spreads(widths: list[int], activation: str) -> Vector:
    """1/√fan-in, and √2 times that behind ReLUs."""
    return [
        math.sqrt((2.0 if activation == "relu" and layer else 1.0) / below)
        for layer, below in enumerate(widths[:-1])
    ]


# --- examples: inputs, and the target as a number or a class ------------------------------------------


def student_teacher(keys: list[int], inputs: int, teacher: int, activation: str) -> tuple[Matrix, Vector]:
    """Example k from the k-th key; the teacher from the first key, at step 1."""
    x = [normals(key, 0, inputs) for key in keys]
    widths = [inputs, teacher, 1]
    weights = normals(keys[0], 1, (inputs + 1) * teacher + teacher + 1)
    spreads = start_spreads(widths, activation)
    return x, [answers(weights, widths, spreads, PHI[activation], row)[0] for row in x]


def product(keys: list[int], inputs: int) -> tuple[Matrix, Vector]:
    x = [[2.0 * u - 1.0 for u in uniforms(key, 0, inputs)] for key in keys]
    return x, [math.prod(row) for row in x]


def spirals(samples: int) -> tuple[Matrix, Vector]:
    """Lang and Witbrock's arms, run through evenly from one end to the other, to a mean square of 1."""
    points = []
    of_an_arm = (samples + 1) // 2
    for k in range(samples):
        i = 96.0 * (k // 2) / max(1, of_an_arm - 1)
        radius = 6.5 * (104.0 - i) / 104.0 * (-1.0 if k % 2 else 1.0)
        points.append([radius * math.sin(i * math.pi / 16.0), radius * math.cos(i * math.pi / 16.0)])
    scale = math.sqrt(math.fsum(v * v for point in points for v in point) / (2.0 * samples))
    return [[v / scale for v in point] for point in points], [float(k % 2) for k in range(samples)]


def digits() -> tuple[Matrix, Vector]:
    """Pixels less their mean over the images, to a mean square of 1."""
    with gzip.open(DIGITS, "rt") as file:
        rows = [[float(entry) for entry in line] for line in csv.reader(file)]
    means = [math.fsum(column) / len(rows) for column in zip(*rows, strict=True)][:-1]
    x = [[pixel - mean for pixel, mean in zip(row, means, strict=False)] for row in rows]
    scale = math.sqrt(math.fsum(v * v for row in x for v in row) / (64.0 * len(rows)))
    return [[v / scale for v in row] for row in x], [row[-1] for row in rows]


class Twin:
    """A multilayer perceptron, one example after another; its derivatives by hyper-dual numbers."""

    def __init__(
        self, dim: int, seed: int, *, hidden: str, activation: str, parametrisation: str, objective: str,
        data: str, labels: str, samples: float, inputs: float, teacher: float, batch: float,
    ) -> None:  # fmt: skip
        assert batch == 0.0
        keys = stream_keys(seed, 3, int(samples))
        self.activation, self.objective, classes = activation, objective, 0
        if data == "student-teacher":
            self.x, targets = student_teacher(keys, int(inputs), int(teacher), activation)
        elif data == "product":
            self.x, targets = product(keys, int(inputs))
        elif data == "spirals":
            (self.x, targets), classes = spirals(int(samples)), 2
        else:
            (self.x, targets), classes = digits(), 10
        if labels == "shuffled":
            drawn = uniforms(keys[0], 2, len(targets))
            targets = [targets[k] for k in sorted(range(len(targets)), key=drawn.__getitem__)]
        self.y = [[float(t == c) for c in range(classes)] if classes else [t] for t in targets]
        self.widths = [len(self.x[0]), *map(int, hidden.split(",")), len(self.y[0])]
        spreads = start_spreads(self.widths, activation)
        self.factors = spreads if parametrisation == "lazy" else [1.0] * len(spreads)
        assert dim == sum((a + 1) * b for a, b in pairwise(self.widths))

    def loss(self, found: Vector, wanted: Vector) -> Any:
        """Of one example."""
        if self.objective == "mse":
            return jets.total([(f - w) ** 2.0 for f, w in zip(found, wanted, strict=True)]) / len(found)
        right = jets.total([f * w for f, w in zip(found, wanted, strict=True)])
        return jets.log(jets.total([jets.exp(f) for f in found])) - right

    def value(self, theta: Vector) -> Any:
        phi = PHI[self.activation]
        losses = [
            self.loss(answers(theta, self.widths, self.factors, phi, x), y)
            for x, y in zip(self.x, self.y, strict=True)
        ]
        return jets.total(losses) / len(losses)

    def gradient(self, theta: Vector) -> Vector:
        return jets.gradient(self.value, theta)

    def hessian(self, theta: Vector) -> Matrix:
        return jets.hessian(self.value, theta)


def formula(xp: Any, x: Any, twin: Any) -> Any:
    h, at = xp.asarray(twin.x).T, 0
    for layer, factor in enumerate(twin.factors):
        below, above = twin.widths[layer : layer + 2]
        w = x[at : at + below * above].reshape(above, below)
        b = x[at + below * above : at + (below + 1) * above]
        h = factor * (w @ h + b[:, None])
        if layer + 1 < len(twin.factors):
            h = ARRAY_PHI[twin.activation](xp, h)
        at += (below + 1) * above
    y = xp.asarray(twin.y).T
    if twin.objective == "mse":
        return xp.mean((h - y) ** 2)
    return xp.mean(xp.log(xp.sum(xp.exp(h), axis=0)) - xp.sum(h * y, axis=0))


UNUSUAL = {
    "hidden": "3,2", "activation": "softplus", "parametrisation": "lazy", "objective": "cross-entropy",
    "data": "spirals", "labels": "shuffled", "samples": 31.0, "inputs": 3.0, "teacher": 2.0, "batch": 0.0,
}  # fmt: skip
