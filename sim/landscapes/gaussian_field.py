"""A Gaussian random field in a bowl: the landscape of maximal ignorance.

    f(x) = σ √(2/M) Σₘ cos(wₘ·x + bₘ) + μ/2 |x|²        wₘ ~ N(0, 1/l²), bₘ uniform

Random Fourier features (Rahimi and Recht 2007): as M grows, the first term tends to the Gaussian field of
covariance σ² exp(−r²/2l²), with an excess kurtosis of −1.5/M. Its Hessian has rank ≤ M, so that M well above
d is needed. The bowl keeps walkers from drifting off; the field has many minima below μ = σ√d/l² (Fyodorov
2004).

    ∇f = −σ √(2/M) Wᵀ sin(Wx + b) + μx        ∇²f = −σ √(2/M) Wᵀ diag(cos(Wx + b)) W + μ

Two maps give the frequencies W. *Dense*: M × d independent normals, stored. *Structured*: blocks of random
rotations, w = s (row of H D₁ H D₂ H D₃) / l N^(3/2), with Hadamard matrices H, random signs D, lengths s as
normal vectors have, N being the next power of two (Yu et al. 2016). M depends on d alone unless somebody sets
it: 4d, and 512 at least, up to d = 128; 2N above, whichever map there is.

With rotations a million dimensions take 40 MB, and a gradient 30 ms. Each w is nearly normal again, but those
of one block are orthogonal, which brings the sum nearer to its limit: at r = l the covariance of one field of
d = 1000 is about 0.003 off the law (standard deviation), where independent frequencies leave about 0.010. The
spectrum of the Hessian differs too. A Gaussian field's is a semicircle, ⟨λ⁴⟩ = 2 ⟨λ²⟩²; the dense map has 2 +
1.5 d/M in place of 2, with tails; the structured one 2 − 0.5 d/M and, with two full blocks, an edge at 0.87
of the semicircle's (the free sum of four signs: Kesten 1959). Either field is a slice of the same one in more
dimensions as long as M stays, and N. Where walkers have come down, few waves are not as good as many:
curvatures there spread 0.35 as widely as the semicircle of their height at d = 1000 with M = 2048, and 0.9
with M = 16384.

*Planted*: the same field, given that the origin is a critical point of value u = level σ√d:

    f(x) + (u − f(0) − x·∇f(0)) exp(−|x|²/2l²)

There the Hessian is (σ/l²) (GOE − u/σ), its eigenvalues, as d → ∞, a semicircle of radius 2√d about −u/σ: at
level −2 every direction curves up, at −1 a share of 0.196 down, at 0 a half. Finite M moves such a share:
at level −1, for d = 200, by −0.027 on average with the dense map, and by 0.015 with the structured one; of 40
landscapes the furthest were 0.046 and 0.030 off. The bowl adds μ to every curvature.

On a *torus* of a given period P, frequencies are 2πk/P, whole numbers k being drawn as exp(−(2πkl/P)²/2): the
covariance is the kernel summed over its images, and σ² at r = 0. There is no bowl (μ is not used), no point
can be planted, and frequencies are stored.
"""

from __future__ import annotations

import math

from sim.arrays import Floats, Keys, np
from sim.errors import BadInput
from sim.fields.dense import TILE, dense_waves, draw_normal, draw_periodic, hessian_of_waves
from sim.fields.hadamard import block_length
from sim.fields.packed import BLOCK, FEATURES, HEAD, HEIGHT, LIFT, MU, PLANTED, SHARPNESS, Field, size
from sim.fields.structured import draw_structured, structured_waves
from sim.kernel import GradientKernel, gradient_kernel, inline
from sim.landscape import Dense, Landscape, Problem, Scales, Settings
from sim.parameters import Choice, Parameter
from sim.rng import Stream, stream_keys
from sim.theory import Semicircle

DENSE_UP_TO = 128
"""The largest dimension in which frequencies are stored, unless somebody says so.

A gradient takes about 3 µs a walker with stored ones at d = 100, and 5 µs with rotations; at d = 1000 it
takes 200 and 12 µs.
"""

MOST_LENGTHS = 1e6
"""The longest period in length scales: its frequencies are looked up in a table."""

SMALLEST_TORUS = 4.0
"""In length scales: the variance of frequencies is 1/l² there to 0.01, at three of them to a fifth."""

UNITS = 32
"""Rows of a Hessian at a time."""


@inline
def bowl(x: Floats, parameters: Floats, value: Floats, gradient: Floats) -> None:
    """The bowl, and what plants a critical point."""
    n, d = x.shape
    planted = int(parameters[PLANTED])
    mu, lift, sharpness = parameters[MU], parameters[LIFT], parameters[SHARPNESS]
    slope = parameters[HEAD : HEAD + planted]
    for i in range(n):
        square, along = 0.0, 0.0
        for j in range(d):
            square += x[i, j] * x[i, j]
            gradient[i, j] = mu * x[i, j]
        value[i] = 0.5 * mu * square
        if planted > 0:
            for j in range(d):
                along += slope[j] * x[i, j]
            weight = np.exp(-0.5 * sharpness * square)
            added = weight * (lift - along)
            value[i] += added
            for j in range(d):
                gradient[i, j] -= weight * slope[j] + sharpness * added * x[i, j]


@inline
def waves(parameters: Floats) -> tuple[Floats, Floats]:
    """The phases (M,), and all that comes after them."""
    first = HEAD + int(parameters[PLANTED])
    last = first + int(parameters[FEATURES])
    return parameters[first:last], parameters[last:]


@gradient_kernel
def dense_gradient(
    x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats
) -> None:
    """With frequencies that are stored; angles are in turns."""
    bowl(x, parameters, value, gradient)
    phases, rest = waves(parameters)
    frequencies = rest.reshape((len(phases), x.shape[1]))
    dense_waves(x, phases, frequencies, parameters[HEIGHT], value, gradient)


@gradient_kernel
def structured_gradient(
    x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats
) -> None:
    """With random rotations; angles are in turns."""
    bowl(x, parameters, value, gradient)
    phases, rest = waves(parameters)
    structured_waves(x, phases, rest, int(parameters[BLOCK]), parameters[HEIGHT], value, gradient)


def gradient(settings: Settings) -> GradientKernel:
    """The kernel of a map: who has one of them need not wait for the other to be compiled."""
    return dense_gradient if settings["map"] == "dense" else structured_gradient


def hessian(problem: Problem, x: Floats, active: int) -> Floats:
    """The Hessian of the first `active` directions, exactly symmetric."""
    field = Field(problem.parameters, problem.dim)
    weights = field.curvatures(x)
    matrix = (
        np.empty((active, active))
        if field.block
        else hessian_of_waves(field.frequencies[:, :active], weights)
    )
    for first in range(0, active, UNITS):
        units, rows = np.eye(min(UNITS, active - first), problem.dim, first), matrix[first : first + UNITS]
        if field.block:
            rows[:] = field.product_of(x, weights, units)[:, :active]
        else:
            rows += field.product_beside_waves(x, units)[:, :active]
    if field.block:
        matrix += matrix.T
        matrix *= 0.5
    return matrix


def hessian_product(problem: Problem, x: Floats, v: Floats) -> Floats:
    """The Hessian times the rows of v (k, d), without forming it."""
    return Field(problem.parameters, problem.dim).product(x, v)


def hessian_making(problem: Problem, active: int) -> float:
    """About how many multiplications the matrix takes."""
    features: float = problem.settings["M"]
    if problem.settings["map"] == "dense":
        return 0.5 * features * (active**2 + 2.0 * problem.dim)
    return 1500.0 * features * active


def hessian_multiplying(problem: Problem) -> float:
    """About how many multiplications a product takes, the waves' curvatures at the point included."""
    features: float = problem.settings["M"]
    if problem.settings["map"] == "dense":
        return 40.0 * features * problem.dim  # a pass over the memory, and two
    return 1500.0 * features


def hessian_bytes(active: int, dim: int, settings: Settings) -> float:
    """The matrix and what is added to it or a copy, the waves' curvatures, and rows that it is made from."""
    features: float = settings["M"]
    rows = max(5.0 * UNITS * dim, 0.0 if block_of(dim, settings) else 1.5 * TILE * active)
    return 8.0 * (2.0 * active**2 + features + rows + block_of(dim, settings))


def product_bytes(dim: int, settings: Settings) -> float:
    """The waves' curvatures, what they are multiplied by where frequencies are stored, and a few vectors."""
    features: float = settings["M"]
    waves = features if block_of(dim, settings) else 3.0 * features
    return 8.0 * (waves + block_of(dim, settings) + 8.0 * dim)


def block_of(dim: int, settings: Settings) -> int:
    """N of the structured map, 0 for the dense one."""
    return 0 if settings["map"] == "dense" else block_length(dim)


def pack(dim: int, seed: int, settings: Settings) -> Floats:
    """Draws the field; where a point is planted, takes from it what the field happens to be there."""
    features, length_scale, period = int(settings["M"]), settings["length_scale"], settings["period"]
    block, planted = block_of(dim, settings), settings["planted"] == "yes"
    parameters = np.empty(size(dim, features, block, planted))
    height, mu = settings["sigma"] * math.sqrt(2.0 / features), 0.0 if period else settings["mu"]
    parameters[:HEAD] = features, block, planted * dim, height, mu, 0.0, length_scale**-2.0
    field = Field(parameters, dim)
    keys = stream_keys(seed, Stream.LANDSCAPE, 1 if block else features)
    if block:
        draw_structured(keys[0], length_scale, field.phases, field.lengths, field.signs)
    elif period:
        draw_periodic(keys, length_scale, period, field.phases, field.frequencies)
    else:
        draw_normal(keys, length_scale, field.phases, field.frequencies)
    if planted:
        plant(field, settings["level"] * settings["sigma"] * math.sqrt(dim), gradient(settings))
    return parameters


def plant(field: Field, level: float, kernel: GradientKernel) -> None:
    """Condition the field on `level` at the origin, and on no slope there (see the top of this file)."""
    field.slope[:] = 0.0
    value, slope = np.empty(1), np.empty((1, len(field.slope)))
    kernel(np.zeros_like(slope), field.parameters, stream_keys(0, Stream.GRADIENT, 1), 0, value, slope)
    field.parameters[LIFT] = level - value[0]
    field.slope[:] = slope[0]


def restrict(problem: Problem, active: int, locked: Floats) -> Floats | None:
    """On a slice it is a field of fewer dimensions with other phases, for all walkers on the same slice."""
    if np.any(locked != locked[0]):
        return None
    field = Field(problem.parameters, problem.dim)
    at = np.concatenate((np.zeros(active), locked[0]))
    turns = field.turns(at)
    turns -= np.floor(turns)
    head, slope = field.parameters[:HEAD].copy(), field.slope[:active]
    if len(slope):
        weight = math.exp(-0.5 * field.sharpness * (at @ at))
        head[PLANTED], head[LIFT] = active, weight * (field.lift - field.slope @ at)
        slope = weight * slope
    rest = field.rest if field.block else field.frequencies[:, :active].ravel()
    return np.concatenate((head, slope, turns, rest))


def scales(dim: int, settings: Settings) -> Scales:
    """Twice the edge of the semicircle, 2σ√d/l², as the curvature at the bottom of a deep well."""
    check(settings)
    edges = max(4.0, 2.0 + abs(settings["level"])) if settings["planted"] == "yes" else 4.0
    field = settings["sigma"] * (edges * math.sqrt(dim) + 4.0) / settings["length_scale"] ** 2
    mu = 0.0 if settings["period"] else settings["mu"]
    return Scales(curvature=field + mu, length=settings["length_scale"])


def check(settings: Settings) -> None:
    """Refuse what a torus cannot have."""
    period, longest = settings["period"], MOST_LENGTHS * settings["length_scale"]
    if not period:
        return
    if settings["map"] == "structured":
        what = f"{period:g} makes a torus, and its frequencies are beyond the structured map"
        raise BadInput("period", what, "0, or map=dense")
    if settings["planted"] == "yes":
        what = f"{period:g} makes a torus, where no point can be planted"
        raise BadInput("period", what, "0, or planted=no")
    if period > longest:
        raise BadInput("period", f"{period:g} is out of range", f"a number from 0 up to {longest:g}")


def semicircle(problem: Problem, x: Floats, value: float) -> Semicircle | None:
    """σ/l² (GOE − u/σ) + μ where the field itself, without the bowl, has the value u.

    The slope tells nothing of the Hessian, so this is the law at a critical point and at any other; near a
    planted one too, but for two directions. It is none with so few features that the sum of the waves is far
    from Gaussian, nor on a torus so small that each point feels its own images.
    """
    settings = problem.settings
    length, mu = settings["length_scale"], 0.0 if settings["period"] else settings["mu"]
    if settings["M"] < 2.0 * problem.dim or 0.0 < settings["period"] < SMALLEST_TORUS * length:
        return None
    field = value - 0.5 * mu * float(x @ x)
    return Semicircle(mu - field / length**2, 2.0 * settings["sigma"] * math.sqrt(problem.dim) / length**2)


def planted(problem: Problem, level: float, seed: int) -> Problem | None:
    """Another field with the same settings, whose origin is a critical point; none on a torus."""
    if problem.settings["period"]:
        return None
    return LANDSCAPE.build(problem.dim, seed, **{**problem.settings, "planted": "yes", "level": level})


def box(settings: Settings) -> tuple[float, float]:
    """Three length scales each way, or the whole of a torus."""
    half_width = 0.5 * settings["period"] or 3.0 * settings["length_scale"]
    return -half_width, half_width


def features(dim: int) -> float:
    """Enough of them for the field to look Gaussian and its Hessian to have full rank."""
    return float(max(512, 4 * dim) if dim <= DENSE_UP_TO else 2 * block_length(dim))


def packed_bytes(dim: int, settings: Settings) -> float:
    """The size of what `pack` returns."""
    planted = settings["planted"] == "yes"
    return 8.0 * size(dim, int(settings["M"]), block_of(dim, settings), planted)


LANDSCAPE = Landscape(
    title="Gaussian random field",
    formula="σ √(2/M) Σ cos(w·x + b) + μ/2 |x|²",
    parameters=(
        Parameter("length_scale", 1.0, "distance over which the field changes", low=1e-6, high=1e6),
        Parameter("mu", 0.01, "curvature of the confining bowl, which a torus has not", low=0.0, high=1e6),
        Parameter("sigma", 1.0, "standard deviation of the field", low=1e-6, high=1e6),
        Parameter(
            "M",
            features,
            f"random Fourier features; unless set 4d, above d = {DENSE_UP_TO} 2N",
            low=1.0,
            high=1e16,
            whole=True,
        ),
        Choice(
            "map",
            lambda dim: "dense" if dim <= DENSE_UP_TO else "structured",
            ("dense", "structured"),
            f"frequencies, stored (dense: up to d = {DENSE_UP_TO} unless set) or random rotations",
        ),
        Choice("planted", "no", ("no", "yes"), "whether the origin is a critical point, of the given level"),
        Parameter("level", -1.0, "value of the planted point, in σ√d", low=-1000.0, high=1000.0),
        Parameter("period", 0.0, "side of the torus that the field lives on; 0 for none", low=0.0, high=1e12),
    ),
    gradient=gradient,
    hessian=Dense(
        hessian,
        hessian_product,
        making=hessian_making,
        multiplying=hessian_multiplying,
        scratch=hessian_bytes,
        passing=product_bytes,
    ),
    pack=pack,
    packed_bytes=packed_bytes,
    lighter=lambda s: "map=structured" if s["map"] == "dense" and not s["period"] else "",
    box=box,
    scales=scales,
    block_rows=lambda dim: max(1, min(32, (1 << 20) // dim)),
    restrict=restrict,
    semicircle=semicircle,
    planted=planted,
    may_be_negative=True,
)
