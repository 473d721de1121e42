"""A Gaussian random field in a bowl: the landscape of maximal ignorance.

    f(x) = σ √(2/M) Σₘ cos(wₘ·x + bₘ) + μ/2 |x|²        wₘ ~ N(0, 1/l²), bₘ uniform

Random Fourier features (Rahimi and Recht 2007): as M grows, the first term tends to the Gaussian field of
covariance σ² exp(−r²/2l²). With M features its excess kurtosis is −1.5/M, and its Hessian has rank ≤ M, so
M well above d is needed; the default is 4d, and 512 at least. The bowl keeps walkers from drifting off;
the field has many minima below μ = σ√d/l² (Fyodorov 2004). Feature m has the same frequency along
coordinate j in every dimension: for the same M, the field in two dimensions is a slice of the field in three.

    ∇f = −σ √(2/M) Wᵀ sin(Wx + b) + μx        ∇²f = −σ √(2/M) Wᵀ diag(cos(Wx + b)) W + μ
"""

from __future__ import annotations

import math

from sim.arrays import Floats, Keys, np
from sim.kernel import gradient_kernel
from sim.landscape import Dense, Landscape, Problem, Scales, Settings
from sim.numerics import sin_cos_turns
from sim.parameters import Parameter
from sim.rng import Stream, fill_normal, fill_uniform, stream_keys

HEAD = 3  # parameters: M, σ√(2/M), μ, then M phases and M×d frequencies, both in turns


TILE = 256  # features at a time: their frequencies are read from memory once for both products


@gradient_kernel
def gradient(x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats) -> None:
    """Two matrix products over the block; the angles are kept in turns, their natural unit here."""
    n, d = x.shape
    features, height, mu = int(parameters[0]), parameters[1], parameters[2]
    phases = parameters[HEAD : HEAD + features]
    frequencies = parameters[HEAD + features :].reshape((features, d))
    part = np.empty((n, d))
    for i in range(n):
        square = 0.0
        for j in range(d):
            square += x[i, j] * x[i, j]
            gradient[i, j] = mu * x[i, j]
        value[i] = 0.5 * mu * square
    for first in range(0, features, TILE):
        last = min(first + TILE, features)
        turns = np.dot(x, frequencies[first:last].T)
        for i in range(n):
            total = 0.0
            for m in range(last - first):
                sine, cosine = sin_cos_turns(turns[i, m] + phases[first + m])
                total += cosine
                turns[i, m] = -height * math.tau * sine
            value[i] += height * total
        np.dot(turns, frequencies[first:last], part)
        for i in range(n):
            for j in range(d):
                gradient[i, j] += part[i, j]


def unpacked(problem: Problem) -> tuple[float, float, Floats, Floats]:
    """Height σ√(2/M), curvature μ, phases (M,) and frequencies (M, d), the last two in turns."""
    p = problem.parameters
    features = int(p[0])
    return p[1], p[2], p[HEAD : HEAD + features], p[HEAD + features :].reshape(features, problem.dim)


def feature_curvatures(height: float, turns: Floats) -> Floats:
    """What each feature adds to the curvature along its frequency, for angles in turns (any shape)."""
    curvatures: Floats = -height * math.tau**2 * np.cos(math.tau * turns)
    return curvatures


def hessian(problem: Problem, x: Floats, active: int) -> Floats:
    """The Hessian of the first `active` = a directions, exactly symmetric, by a²M/2 multiplications."""
    height, mu, phases, frequencies = unpacked(problem)
    weights = feature_curvatures(height, frequencies @ x + phases)
    matrix = np.diag(np.full(active, mu))
    frequencies = frequencies[:, :active]
    for first in range(0, len(phases), 4 * TILE):  # a tile at a time: nothing of the size of W is copied
        tile, weight = frequencies[first : first + 4 * TILE], weights[first : first + 4 * TILE, None]
        # NumPy takes AᵀA through a symmetric product, half the work of a general one. NaN goes on by `down`.
        rising = weight[:, 0] > 0.0
        up, down = tile[rising] * np.sqrt(weight[rising]), tile[~rising] * np.sqrt(-weight[~rising])
        matrix += up.T @ up
        matrix -= down.T @ down
    return matrix


def hessian_product(problem: Problem, x: Floats, v: Floats) -> Floats:
    """The Hessian times the rows of v (k, d), without forming it."""
    height, mu, phases, frequencies = unpacked(problem)
    weights = feature_curvatures(height, frequencies @ x + phases)
    return ((v @ frequencies.T) * weights) @ frequencies + mu * v


def pack(dim: int, seed: int, settings: Settings) -> Floats:
    """Draws the field: row m of the frequencies from its own stream, so that fields nest in d."""
    features = int(settings["M"])
    parameters = np.empty(HEAD + features + features * dim)
    parameters[:HEAD] = features, settings["sigma"] * math.sqrt(2.0 / features), settings["mu"]
    keys = stream_keys(seed, Stream.LANDSCAPE, features)
    phases = np.empty((features, 1))
    fill_uniform(keys, 0, 0.0, 1.0, phases)
    parameters[HEAD : HEAD + features] = phases[:, 0]
    frequencies = parameters[HEAD + features :].reshape(features, dim)
    fill_normal(keys, 1, frequencies)
    frequencies /= math.tau * settings["length_scale"]
    return parameters


def restrict(problem: Problem, active: int, locked: Floats) -> Floats | None:
    """On a slice it is a field of fewer dimensions with other phases, for all walkers on the same slice."""
    if np.any(locked != locked[0]):
        return None
    _, _, phases, frequencies = unpacked(problem)
    turns = phases + frequencies[:, active:] @ locked[0]
    shifted = turns - np.floor(turns)
    return np.concatenate((problem.parameters[:HEAD], shifted, frequencies[:, :active].ravel()))


def scales(dim: int, settings: Settings) -> Scales:
    """Twice the edge of the semicircle, 2σ√d/l², as the curvature at the bottom of a deep well."""
    field = 4.0 * settings["sigma"] * (math.sqrt(dim) + 1.0) / settings["length_scale"] ** 2
    return Scales(curvature=field + settings["mu"], length=settings["length_scale"])


def features(dim: int) -> float:
    """Enough of them for the field to look Gaussian and its Hessian to have full rank."""
    return float(max(512, 4 * dim))


LANDSCAPE = Landscape(
    title="Gaussian random field",
    formula="σ √(2/M) Σ cos(w·x + b) + μ/2 |x|²",
    parameters=(
        Parameter("length_scale", 1.0, "distance over which the field changes", low=1e-6, high=1e6),
        Parameter("mu", 0.01, "curvature of the confining bowl", low=0.0, high=1e6),
        Parameter("sigma", 1.0, "standard deviation of the field", low=1e-6, high=1e6),
        Parameter("M", features, "random Fourier features", low=1.0, high=1e16, whole=True),
    ),
    gradient=gradient,
    hessian=Dense(hessian, hessian_product),
    pack=pack,
    packed_bytes=lambda dim, settings: 8.0 * settings["M"] * (dim + 1.0),
    box=lambda settings: (-3.0 * settings["length_scale"], 3.0 * settings["length_scale"]),
    scales=scales,
    block_rows=lambda dim: 32,
    restrict=restrict,
    may_be_negative=True,
)
