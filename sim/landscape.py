"""What a landscape declares, and a landscape built in some dimension."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from sim.arrays import Floats, np
from sim.errors import BadInput
from sim.kernel import GradientKernel, ProjectKernel
from sim.parameters import Parameter, settled, whole
from sim.rng import Stream, stream_keys

Settings = Mapping[str, float]


@dataclass(frozen=True)
class Scales:
    """How sharp and how wide a landscape's features are.

    `curvature` is an upper estimate of the Hessian's eigenvalues (loss per squared coordinate): a rule
    whose step is lr × gradient takes a learning rate near 1 / curvature. `length` is the distance in one
    coordinate over which the landscape changes: a rule whose step is about lr itself takes a fraction of it.
    """

    curvature: float
    length: float


@dataclass(frozen=True)
class Diagonal:
    """A separable landscape's Hessian: `diagonal(problem, x[..., d]) -> (..., d)` holds every eigenvalue."""

    diagonal: Callable[[Problem, Floats], Floats]

    def work(self, dim: int) -> float:
        """About how many multiplications its eigenvalues take."""
        return 20.0 * dim

    def scratch_bytes(self, dim: int) -> float:
        """The memory that its eigenvalues take on the way."""
        return 8.0 * dim


@dataclass(frozen=True)
class Dense:
    """A full Hessian: `matrix(problem, x[d]) -> (d, d)` and `product(problem, x[d], v[k, d]) -> (k, d)`."""

    matrix: Callable[[Problem, Floats], Floats]
    product: Callable[[Problem, Floats, Floats], Floats]

    def work(self, dim: int) -> float:
        """About how many multiplications its eigenvalues take, making the matrix included."""
        return 5.0 * dim**3

    def scratch_bytes(self, dim: int) -> float:
        """The matrix, what it is added up from, and LAPACK's copy."""
        return 4.0 * 8.0 * dim**2


@dataclass(frozen=True)
class Landscape:
    """One file of `sim/landscapes`: a function, where to start on it, and what is known of it.

    `pack(dim, seed, settings)` returns the flat array (p,) that the gradient kernel reads, and
    `packed_bytes(dim, settings)` says its size before it is made. Starts are uniform in `box(settings)`
    along every coordinate. `block_rows(dim)` is how many walkers a kernel call should take.
    """

    title: str
    formula: str
    parameters: tuple[Parameter, ...]
    gradient: GradientKernel
    hessian: Diagonal | Dense
    pack: Callable[[int, int, Settings], Floats]
    packed_bytes: Callable[[int, Settings], float]
    box: Callable[[Settings], tuple[float, float]]
    scales: Callable[[int, Settings], Scales]
    block_rows: Callable[[int], int]
    project: ProjectKernel | None = None
    may_be_negative: bool = False

    def build(self, dim: int, seed: int = 0, **settings: float) -> Problem:
        """The landscape in `dim` dimensions; unknown names and values out of range raise BadInput."""
        return Problem(self, dim, seed, settled(self.parameters, settings, dim))


class Problem:
    """A landscape in a given dimension, with its random parts drawn.

    Positions are float64 arrays of shape (d,) for one walker or (n, d) for several.
    """

    def __init__(self, landscape: Landscape, dim: int, seed: int, settings: Settings) -> None:
        dim = whole("dim", dim)
        if dim < 1:
            raise BadInput("dim", f"{dim} is too small", "a whole number from 1")
        self.landscape, self.dim, self.seed, self.settings = landscape, dim, seed, dict(settings)
        self.scales = landscape.scales(dim, settings)
        self.box = landscape.box(settings)

    @cached_property
    def parameters(self) -> Floats:
        """The flat array (p,) that the kernels read."""
        return self.landscape.pack(self.dim, self.seed, self.settings)

    def value_and_gradient(self, x: Floats) -> tuple[Floats, Floats]:
        """Loss and gradient: a scalar and (d,) for x of shape (d,); (n,) and (n, d) for (n, d)."""
        rows = self._rows(x)
        value, gradient = np.empty(len(rows)), np.empty_like(rows)
        keys = stream_keys(self.seed, Stream.GRADIENT, len(rows))
        self.landscape.gradient(rows, self.parameters, keys, 0, value, gradient)
        return (value[0], gradient[0]) if np.ndim(x) == 1 else (value, gradient)

    def hessian(self, x: Floats) -> Floats:
        """The dense Hessian (d, d) at x (d,): O(d²) memory, for small d and for tests."""
        row = self._point(x)
        match self.landscape.hessian:
            case Diagonal(diagonal):
                return np.diag(diagonal(self, row))
            case Dense(matrix):
                return matrix(self, row)

    def hessian_diagonal(self, x: Floats) -> Floats:
        """The eigenvalues (d,) of a diagonal Hessian at x (d,)."""
        if not isinstance(self.landscape.hessian, Diagonal):
            what = f"that of {self.landscape.title} is not diagonal"
            raise BadInput("hessian", what, "a separable landscape")
        return self.landscape.hessian.diagonal(self, self._point(x))

    def hessian_product(self, x: Floats, v: Floats) -> Floats:
        """The Hessian at x (d,) times v, of shape (d,) or (k, d) for k vectors; the shape of v."""
        row, vectors = self._point(x), self._rows(v)
        match self.landscape.hessian:
            case Diagonal(diagonal):
                product = vectors * diagonal(self, row)
            case Dense(_, multiply):
                product = multiply(self, row, vectors)
        return product[0] if np.ndim(v) == 1 else product

    def _rows(self, x: Floats) -> Floats:
        rows = np.ascontiguousarray(np.atleast_2d(x), dtype=np.float64)
        if rows.ndim != 2 or rows.shape[1] != self.dim:
            raise BadInput("x", f"has shape {np.shape(x)}", f"shape ({self.dim},) or (n, {self.dim})")
        return rows

    def _point(self, x: Floats) -> Floats:
        if np.ndim(x) != 1:
            raise BadInput("x", f"has shape {np.shape(x)}", f"shape ({self.dim},)")
        row: Floats = self._rows(x)[0]
        return row
