"""Slow, obviously right twins of the update rules: one walker, Python floats, nothing shared with `sim`.

`step(x, g, t)` is what a walker at x with the gradient g moves by in its step number t = 0, 1, ...
"""

from __future__ import annotations

import math
from collections.abc import Callable

from naive import Vector, normals


class Rule:
    """A rule of one coordinate is applied to each by itself; `along(j, x, g)` is its move."""

    def step(self, x: Vector, g: Vector, t: int) -> Vector:
        return [self.along(j, x[j], g[j]) for j in range(len(x))]

    def along(self, j: int, x: float, g: float) -> float:
        raise NotImplementedError


class GradientDescent(Rule):
    """x ← x − lr g."""

    def __init__(self, dim: int, lr: float) -> None:
        self.lr = lr

    def along(self, j: int, x: float, g: float) -> float:
        return -self.lr * g


class Momentum(Rule):
    """torch.optim.SGD(lr, momentum): the buffer starts as the first gradient."""

    def __init__(self, dim: int, lr: float, momentum: float) -> None:
        self.lr, self.momentum = lr, momentum
        self.buffer: list[float | None] = [None] * dim

    def accumulate(self, j: int, g: float) -> float:
        before = self.buffer[j]
        self.buffer[j] = now = g if before is None else self.momentum * before + g
        return now

    def along(self, j: int, x: float, g: float) -> float:
        return -self.lr * self.accumulate(j, g)


class Nesterov(Momentum):
    """torch.optim.SGD(lr, momentum, nesterov=True)."""

    def along(self, j: int, x: float, g: float) -> float:
        return -self.lr * (g + self.momentum * self.accumulate(j, g))


class RMSprop(Rule):
    """torch.optim.RMSprop(lr, alpha, eps): eps is added outside the root."""

    def __init__(self, dim: int, lr: float, alpha: float, eps: float) -> None:
        self.lr, self.alpha, self.eps = lr, alpha, eps
        self.square_average = [0.0] * dim

    def along(self, j: int, x: float, g: float) -> float:
        self.square_average[j] = self.alpha * self.square_average[j] + (1.0 - self.alpha) * g**2
        return -self.lr * g / (math.sqrt(self.square_average[j]) + self.eps)


class AdaGrad(Rule):
    """torch.optim.Adagrad(lr, eps=eps): the root of the sum of all squares, and eps outside it."""

    def __init__(self, dim: int, lr: float, eps: float) -> None:
        self.lr, self.eps = lr, eps
        self.gradients: list[list[float]] = [[] for _ in range(dim)]

    def along(self, j: int, x: float, g: float) -> float:
        self.gradients[j].append(g)
        return -self.lr * g / (math.hypot(*self.gradients[j]) + self.eps)


class Adam(Rule):
    """torch.optim.Adam(lr, betas=(beta1, beta2), eps), by its averages written out as sums."""

    def __init__(self, dim: int, lr: float, beta1: float, beta2: float, eps: float) -> None:
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.gradients: list[list[float]] = [[] for _ in range(dim)]

    @staticmethod
    def average(values: Vector, beta: float) -> float:
        """Weights beta^0, beta^1, ... from the newest on, normalised: what correcting the bias amounts to."""
        weights = [beta**age for age in range(len(values))]
        return math.fsum(w * v for w, v in zip(weights, reversed(values), strict=True)) / math.fsum(weights)

    def along(self, j: int, x: float, g: float) -> float:
        past = self.gradients[j]
        past.append(g)
        square = self.average([h**2 for h in past], self.beta2)
        return -self.lr * self.average(past, self.beta1) / (math.sqrt(square) + self.eps)


class AdamW(Adam):
    """torch.optim.AdamW(lr, betas, eps, weight_decay): the decay does not go through the averages."""

    def __init__(
        self, dim: int, lr: float, beta1: float, beta2: float, eps: float, weight_decay: float
    ) -> None:
        super().__init__(dim, lr, beta1, beta2, eps)
        self.weight_decay = weight_decay

    def along(self, j: int, x: float, g: float) -> float:
        return super().along(j, x, g) - self.lr * self.weight_decay * x


def sign(v: float) -> float:
    return math.copysign(1.0, v) if v else 0.0


class SignSGD(GradientDescent):
    """x ← x − lr sign(g)."""

    def along(self, j: int, x: float, g: float) -> float:
        return -self.lr * sign(g)


class Lion(Rule):
    """Algorithm 2 of Chen et al. (2023) without its weight decay."""

    def __init__(self, dim: int, lr: float, beta1: float, beta2: float) -> None:
        self.lr, self.beta1, self.beta2 = lr, beta1, beta2
        self.m = [0.0] * dim

    def along(self, j: int, x: float, g: float) -> float:
        direction = self.beta1 * self.m[j] + (1.0 - self.beta1) * g
        self.m[j] = self.beta2 * self.m[j] + (1.0 - self.beta2) * g
        return -self.lr * sign(direction)


class Langevin(Rule):
    """The Euler–Maruyama step of dx = −∇f dt + √(2T) dW, with dt = lr."""

    def __init__(self, dim: int, lr: float, temperature: float, key: int) -> None:
        self.lr, self.temperature, self.key = lr, temperature, key

    def step(self, x: Vector, g: Vector, t: int) -> Vector:
        kicks = [math.sqrt(2.0 * self.lr * self.temperature) * z for z in normals(self.key, t, len(x))]
        return [-self.lr * slope + kick for slope, kick in zip(g, kicks, strict=True)]


class PerturbedGradientDescent(Rule):
    """Algorithm 2 of Jin et al. (2017) by its own clock, which stands still in the step of a perturbation.

    There t is the number of gradient steps, and a perturbation at t is allowed where t − t_noise > t_thres.
    """

    def __init__(self, dim: int, lr: float, kick: float, g_thres: float, t_thres: float, key: int) -> None:
        self.lr, self.kick, self.g_thres, self.t_thres, self.key = lr, kick, g_thres, t_thres, key
        self.gradient_steps, self.t_noise = 0, -t_thres - 1
        self.kicks = 0

    def step(self, x: Vector, g: Vector, t: int) -> Vector:
        if math.hypot(*g) <= self.g_thres and self.gradient_steps - self.t_noise > self.t_thres:
            self.t_noise = self.gradient_steps
            self.kicks += 1
            on_sphere = normals(self.key, t, len(x) + 2)
            return [self.kick * z / math.hypot(*on_sphere) for z in on_sphere[: len(x)]]
        self.gradient_steps += 1
        return [-self.lr * slope for slope in g]


class NullControl(Rule):
    """As far as the paired walker in each step, in a direction that is uniform on the sphere."""

    def __init__(self, dim: int, path: list[Vector], key: int) -> None:
        self.lengths = [math.dist(path[t], path[t + 1]) for t in range(len(path) - 1)]
        self.key = key

    def step(self, x: Vector, g: Vector, t: int) -> Vector:
        direction = normals(self.key, t, len(x), first=2**62)
        return [self.lengths[t] * z / math.hypot(*direction) for z in direction]


OPTIMIZERS: dict[str, Callable[..., Rule]] = {
    "gd": GradientDescent,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "rmsprop": RMSprop,
    "adagrad": AdaGrad,
    "adam": Adam,
    "adamw": AdamW,
    "lion": Lion,
    "sign-sgd": SignSGD,
    "langevin": Langevin,
    "perturbed-gd": PerturbedGradientDescent,
    "null": NullControl,
}

KEYED = ("langevin", "perturbed-gd", "null")
"""Rules that draw random numbers, from the key of their walker."""


def trajectory(gradient: Callable[[Vector], Vector], rule: Rule, start: Vector, steps: int) -> list[Vector]:
    """The positions of one walker after 0, 1, ..., `steps` steps."""
    path = [list(start)]
    for t in range(steps):
        move = rule.step(path[-1], gradient(path[-1]), t)
        path.append([x + dx for x, dx in zip(path[-1], move, strict=True)])
    return path
