"""Networks that multiply, written down instead of learnt (Lin, Tegmark and Rolnick 2017).

    f(w) = mean over the cube [−1, 1]ⁿ of (network(x) − x₁x₂⋯xₙ)²

Any neuron σ that is not a polynomial can be made to multiply. *Flat*: one hidden layer of 2ⁿ neurons, one
for each choice of signs s,

    x₁⋯xₙ ≈ 1 / (2ⁿ σₙ λⁿ) Σ (s₁⋯sₙ) σ(b + λ s·x)        relative error λ² σₙ₊₂ / (6 σₙ) Σ xᵢ²

where σₙ is the nth derivative of σ at the bias b: the signs cancel every term of the Taylor series that
lacks a variable. *Deep*: a tree of n − 1 such gates with two inputs and 4 neurons each, x₁x₂ · x₃x₄ and so
on: 4(n − 1) neurons instead of 2ⁿ, 28 instead of 256 for n = 8. Where σₙ(b) = 0 there is no gate: softplus
without a bias multiplies no odd number of factors above 1, tanh without one no even number.

Both are approximations: a smaller λ makes them better, until the difference of numbers 1/λⁿ times as large as
their sum is lost in rounding. In double precision the largest error on the cube is at best (softplus, b = ½)

    n                  2         3         4         5       6
    flat            9e-9      1e-6      1e-5      1e-4    3e-4
      at λ =     0.00025     0.001     0.003     0.006    0.01
    deep            9e-9      2e-8      4e-8      5e-8    6e-8        at λ = 0.0002, and 8e-8 for n = 8

The walkers start at these weights, each off by up to `jitter` of its size, and all the weights can be
trained; with a jitter of 0 they start at the construction itself, and the loss at step 0 is its mean squared
error. (A network that says 0 has 3⁻ⁿ.) Such a network is a needle: its output weights 1 / (2ⁿ σₙ λⁿ) are huge
and cancel, so the sharpest curvature grows as λ⁻²ⁿ, beside directions that are nearly flat. At λ = ½, the
default, training improves on the construction; at a small λ gradient descent hardly moves, and a jitter of
1 % is an error thousands of times as large as the product. That a good network can be written down does not
make it easy to find.

A gate's parameters are the weights of its neurons, one neuron after the other, then their biases, then their
output weights; gate follows gate, and the last one answers. The mean is a Gauss–Legendre sum over 8, 6, 4, 3,
3, … points an axis, exact for polynomials of degree 15, 11, 7, 5, 5, … in each variable. A network is none:
at λ = ½ the sum is off the mean over the cube by about 3 % for n = 5 and 11 % for n = 8, flat.
"""

from __future__ import annotations

import math

from sim.arrays import Floats, np
from sim.gates.construction import constructed, derivative, fan_and_gates, height
from sim.gates.passes import gradient, hessian_product, products
from sim.landscape import Dense, Landscape, Problem, Scales, Settings, Shape, all_products
from sim.neural.activations import ACTIVATIONS
from sim.parameters import Choice, Parameter

AXIS = {2: 8, 3: 6, 4: 4, 5: 3, 6: 3, 7: 3, 8: 3}
"""Points of the cube along each axis, by the number of factors: always more points than parameters."""

LARGEST_TILE = 256

CONSTRUCTIONS = ("flat", "deep")


def starts(problem: Problem) -> tuple[Floats, Floats]:
    """The construction, and the jitter's share of each weight."""
    centre = constructed(problem.settings)
    return centre, problem.settings["jitter"] * np.abs(centre)


def sup_error(problem: Problem, per_axis: int = 9) -> float:
    """The construction's largest error on a grid over the cube that includes its corners."""
    axes = np.meshgrid(*[np.linspace(-1.0, 1.0, per_axis)] * int(problem.settings["factors"]))
    grid = np.array([axis.ravel() for axis in axes])
    found = products(problem.parameters, constructed(problem.settings), grid)
    return float(np.abs(found - grid.prod(axis=0)).max())


def hessian(problem: Problem, x: Floats, active: int) -> Floats:
    """The block of the first `active` directions, exactly symmetric."""
    block = hessian_product(problem.parameters, x, np.eye(active, problem.dim))[:, :active]
    symmetric: Floats = 0.5 * (block + block.T)
    return symmetric


def dim_of(settings: Settings) -> int:
    """Each neuron has the weights of its inputs, a bias and an output weight."""
    fan, gates = fan_and_gates(settings)
    return gates * (fan + 2) << fan


def fitted(dim: int, settings: Settings) -> Settings:
    """The number of factors that comes nearest."""
    choices = [{**settings, "factors": float(factors)} for factors in AXIS]
    return min(choices, key=lambda chosen: abs(dim_of(chosen) - dim))


def pack(dim: int, seed: int, settings: Settings) -> Floats:
    """The points of the cube, in tiles."""
    factors = int(settings["factors"])
    places, shares = np.polynomial.legendre.leggauss(AXIS[factors])
    inputs = np.array([axis.ravel() for axis in np.meshgrid(*[places] * factors)])
    weights = np.prod([axis.ravel() for axis in np.meshgrid(*[shares / 2.0] * factors)], axis=0)
    tiles = 1
    while inputs.shape[1] // tiles > LARGEST_TILE:
        tiles *= 3  # there are 3ⁿ points where there are many
    packed = np.concatenate((inputs, inputs.prod(axis=0)[None], weights[None]))
    packed = packed.reshape(factors + 2, tiles, -1).transpose(1, 0, 2)
    activation, count = ACTIVATIONS.index(settings["activation"]), packed.shape[2]
    head = (activation, factors, *fan_and_gates(settings), tiles, count)
    return np.concatenate((np.array(head, dtype=np.float64), packed.ravel()))


def scales(dim: int, settings: Settings) -> Scales:
    """Twice the mean square of the answer's slope, of which the sharpest direction has the greater part.

    What a gate answers reaches the loss through the other factors, whose mean square is 1/3. The smallest
    weights are of size λ, and decide how far a step may go.
    """
    fan, gates = fan_and_gates(settings)
    activation, bias = settings["activation"], settings["bias"]
    spread = settings["lam"] * math.sqrt(fan / 3.0)
    usual = (bias - spread, bias, bias + spread)
    answer, slope = (max(abs(derivative(activation, order, z)) for z in usual) for order in (0, 1))
    square = answer**2 + (height(settings) * slope) ** 2 * (1.0 + fan / 3.0)
    neurons, jittered = 2.0**fan * (1.0 + (gates - 1.0) / 3.0), (1.0 + settings["jitter"]) ** 2
    return Scales(curvature=2.0 * neurons * square * jittered, length=0.1 * settings["lam"])


def points(settings: Settings) -> int:
    """How many points of the cube the loss is taken over."""
    factors = int(settings["factors"])
    return math.prod([AXIS[factors]] * factors)


def packed_bytes(dim: int, settings: Settings) -> float:
    """The points, with target and weight each."""
    return 8.0 * (int(settings["factors"]) + 2) * points(settings)


def multiplying(problem: Problem) -> float:
    """Forward and back along one direction."""
    neurons = problem.dim // (fan_and_gates(problem.settings)[0] + 2)
    return 30.0 * neurons * points(problem.settings)


def making(problem: Problem, active: int) -> float:
    """The same for each direction."""
    return active * multiplying(problem)


LANDSCAPE = Landscape(
    title="Multiplication gates",
    formula="mean of (Σ a σ(w·x + b) − x₁⋯xₙ)² over a cube",
    parameters=(
        Choice("construction", "flat", CONSTRUCTIONS, "one hidden layer, or a tree of gates for two"),
        Choice("activation", "softplus", ("softplus", "tanh"), "what a neuron answers"),
        Parameter("factors", 4.0, "numbers that are multiplied", low=2.0, high=8.0, whole=True),
        Parameter("lam", 0.5, "size λ of the first weights", low=1e-6, high=10.0),
        Parameter("bias", 0.5, "bias b of the neurons", low=-10.0, high=10.0),
        Parameter("jitter", 0.01, "how far off each weight starts, in parts of itself", low=0.0, high=10.0),
    ),
    gradient=gradient,
    hessian=Dense(
        hessian,
        lambda problem, x, v: hessian_product(problem.parameters, x, v),
        making=making,
        multiplying=multiplying,
        scratch=all_products,
    ),
    pack=pack,
    packed_bytes=packed_bytes,
    box=lambda settings: (-1.0, 1.0),
    scales=scales,
    block_rows=lambda dim: 8,
    shape=Shape(dim=dim_of, fitted=fitted),
    starts=starts,
)
