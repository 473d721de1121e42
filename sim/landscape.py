"""What a landscape declares, and a landscape built in some dimension."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sim.arrays import Floats, Integers, np
from sim.errors import BadInput
from sim.kernel import GradientKernel, Kernel, RetractKernel, TangentKernel
from sim.parameters import Declared, settled, whole
from sim.rng import Stream, fill_normal, stream_keys
from sim.theory import Semicircle
from sim.words import grouped

Settings = Mapping[str, Any]
"""The value of every parameter by name: a number, or a word where a `Choice` is declared."""


@dataclass(frozen=True)
class Scales:
    """How sharp and how wide a landscape's features are.

    `curvature` is an upper estimate of the Hessian's eigenvalues (loss per squared coordinate): a rule
    whose step is lr × gradient takes a learning rate near 1 / curvature. `length` is the distance in one
    coordinate over which the landscape changes: a rule whose step is about lr itself takes a fraction of it.
    """

    curvature: float
    length: float


def a_few_passes(problem: Problem) -> float:
    """`Dense.multiplying` of a product that takes a few multiplications a coordinate."""
    return 20.0 * problem.size


def a_few_vectors(dim: int, settings: Settings) -> float:
    """`Dense.passing` of a product that takes a few numbers a coordinate on the way."""
    return 8.0 * 12.0 * dim


@dataclass(frozen=True)
class Diagonal:
    """A separable landscape's Hessian: `diagonal(problem, x[..., d]) -> (..., d)` holds every eigenvalue."""

    diagonal: Callable[[Problem, Floats], Floats]

    def work(self, dim: int) -> float:
        """About how many multiplications its eigenvalues take."""
        return 20.0 * dim

    def scratch_bytes(self, active: int, dim: int, settings: Settings) -> float:
        """The memory that its eigenvalues take on the way, and what they are made from."""
        return 4.0 * 8.0 * dim


@dataclass(frozen=True)
class Tridiagonal:
    """A chain's Hessian: `bands(problem, x[d]) -> (d,), (d − 1,)`, its diagonal and what is beside it.

    With d entries beside it, it is a ring's: the last one couples the last coordinate with the first.
    `ring(settings)` says whether it is.
    """

    bands: Callable[[Problem, Floats], tuple[Floats, Floats]]
    ring: Callable[[Settings], bool] = lambda settings: False

    def work(self, dim: int) -> float:
        """About how many multiplications counting the signs of its eigenvalues takes."""
        return 30.0 * dim

    def scratch_bytes(self, active: int, dim: int, settings: Settings) -> float:
        """The bands, and LAPACK's copies of them where equations are solved."""
        solving = 20.0 if active == dim and self.ring(settings) else 6.0
        return 8.0 * (2.0 * dim + solving * active)


@dataclass(frozen=True)
class Dense:
    """A full Hessian.

    `matrix(problem, x[d], active) -> (active, active)` is its block of the first `active` directions, and
    `product(problem, x[d], v[k, d]) -> (k, d)` the whole times vectors. `error` bounds the error of an
    eigenvalue as a share of the largest, where the matrix is not known to rounding (finite differences).
    `making(problem, active)` says about how many multiplications the matrix takes, beside its eigenvalues,
    and `multiplying(problem)` how many a product with one vector; `scratch(active, dim, settings)` how many
    bytes the matrix and its eigenvalues take at once, and `passing(dim, settings)` how many a product takes
    on the way.
    """

    matrix: Callable[[Problem, Floats, int], Floats]
    product: Callable[[Problem, Floats, Floats], Floats]
    error: float = 0.0
    making: Callable[[Problem, int], float] = lambda problem, active: 0.0
    multiplying: Callable[[Problem], float] = a_few_passes
    scratch: Callable[[int, int, Settings], float] = lambda active, dim, settings: 4.0 * 8.0 * active**2
    passing: Callable[[int, Settings], float] = a_few_vectors

    def work(self, active: int) -> float:
        """About how many multiplications its eigenvalues take."""
        return 5.0 * active**3

    def scratch_bytes(self, active: int, dim: int, settings: Settings) -> float:
        """The matrix, what it is added up from, and LAPACK's copy."""
        return self.scratch(active, dim, settings)


@dataclass(frozen=True, kw_only=True)
class Banded(Dense):
    """A full Hessian of which most entries are 0, and the others not far from the diagonal in some order.

    `entries(problem, x[d], active)` are the diagonal (active,), and each entry beside it once: rows, columns
    and values (m,), which add up where they name a place twice. `order(problem, active)` (active,) says where
    each coordinate goes so that the entries come near the diagonal, at most `width(problem, active)` from it.
    `ordering(active, dim, settings)` is how many bytes the entries take meanwhile, where a row has many.
    """

    entries: Callable[[Problem, Floats, int], tuple[Floats, Integers, Integers, Floats]]
    order: Callable[[Problem, int], Integers]
    width: Callable[[Problem, int], int]
    ordering: Callable[[int, int, Settings], float] = lambda active, dim, settings: 0.0


def all_products(active: int, dim: int, settings: Settings) -> float:
    """`Dense.scratch` of a matrix cut out of products with unit vectors (active, dim), LAPACK's included."""
    return 8.0 * active * (2.0 * dim + 128.0)


HessianStructure = Diagonal | Tridiagonal | Dense


@dataclass(frozen=True)
class Constraint:
    """A surface that the walkers stay on: `retract` after each step, `tangent` for each gradient.

    It has `codimension` directions fewer than the space round it: 1 for a sphere. `along(problem, x[d],
    v[k, d]) -> (k, d − codimension)` are the coordinates of v in an orthonormal basis of the tangent space
    at x. There, `Dense.matrix` is the covariant Hessian in that basis; `Dense.product` takes and gives
    vectors of the space round it.
    """

    retract: RetractKernel
    tangent: TangentKernel
    codimension: int = 0
    along: Callable[[Problem, Floats, Floats], Floats] = lambda problem, x, v: v


@dataclass(frozen=True)
class Shape:
    """How many dimensions a landscape has where its settings decide it, as the widths of a network do.

    `dim(settings)` says how many; `fitted(dim, settings)` are the settings, as few changed as will do, with
    about as many dimensions as asked for, and 1 at least.
    """

    dim: Callable[[Settings], int]
    fitted: Callable[[int, Settings], Settings]


@dataclass(frozen=True)
class Graft:
    """How a landscape grows under its walkers, by parts such as neurons.

    `widened(settings, count)` are the settings with `count` more parts, or fewer. `added(problem, normals)`
    are the k coordinates (n, k) that come after those of the walkers on the wider `problem`, made of so many
    normal numbers, and small enough to matter little. `part` names one.
    """

    widened: Callable[[Settings, int], Settings]
    added: Callable[[Problem, Floats], Floats]
    part: str


@dataclass(frozen=True)
class Subspace:
    """How a landscape of more dimensions than memory holds is drawn: along the directions of its walkers.

    In its frame all coordinates but the first `size(dim, settings)` stay 0, and these alone are stored. It is
    that of so many walkers and good for so many steps (where fewer are stored than there are) as the
    parameters named `walkers` and `steps` say; an experiment makes the first at least how many there are.
    `starts(problem, seed, out[n, size])` fills in the coordinates of independent standard normal points of
    the whole space.
    """

    size: Callable[[int, Settings], int]
    starts: Callable[[Problem, int, Floats], None]
    walkers: str
    steps: str


Restriction = Callable[["Problem", int, Floats], Floats | None]
"""`restrict(problem, active, locked[n, d − active])`: see `Landscape`."""


def prefix(problem: Problem, active: int, locked: Floats) -> Floats:
    """The restriction of a sum over coordinates, whose kernel reads the parameters of the first ones."""
    return problem.parameters


def nothing_known(dim: int, settings: Settings) -> tuple[float, ...]:
    """The known minima of a landscape of which none are known."""
    return ()


def nothing_to_add(settings: Settings) -> str:
    """The remark on a landscape of which there is nothing to remark."""
    return ""


def in_its_words(problem: Problem, error: Exception, standing: Iterable[Floats]) -> str:
    """What a kernel raised, where nothing more is known of it."""
    return str(error)


@dataclass(frozen=True)
class Landscape:
    """One file of `sim/landscapes`: a function, where to start on it, and what is known of it.

    `gradient` is the kernel, or a function of the settings; `may_be_negative` says whether the loss may be,
    or is a function of dimension and settings that does.
    `pack(dim, seed, settings)` returns the flat array (p,) that the gradient kernel reads, and
    `packed_bytes(dim, settings)` says its size before it is made, which takes `packing` times as much at
    its peak. `box(settings)` is where walkers start, the same along every coordinate.
    `known_minima(dim, settings)` lists numbers c such that (c, c, …, c) is a minimum, the lowest first.
    `block_rows(dim)` is how many walkers a kernel call should take.

    While only the first `active` coordinates are open to the walkers, `restrict` returns parameters with
    which the gradient kernel, given those coordinates alone (n, active), computes the same function up to
    a constant of each walker; or None where the `locked` coordinates of these walkers do not allow it.
    Without it, the kernel is given all coordinates at every step. A landscape on a `constraint` locks none.

    `shape` decides the dimension, where the settings do. `starts(problem)` are centre (d,) and half width
    (d,) of where walkers begin, where that is not the box: starts are drawn in the box and mapped onto it.
    `graft` lets it grow while walkers are on it. `subspace` says which coordinates are stored, where it is
    not all of them; walkers then start normally distributed, and no direction is locked.

    `lighter(settings)` names another setting, as "map=structured", with which it would take less memory.

    `loss_of(settings)` says what the loss is of where that is not all there is, as "a batch of 32"; then
    `whole(settings)` are the settings of the same landscape with all of it.

    `semicircle(problem, x[d], value)` is the law of the Hessian's eigenvalues at a typical point of that
    value, or None where these settings have none (x itself matters where a part of the value is not random).
    `planted(problem, level, seed)` is another landscape of these settings, drawn anew, whose origin is a
    critical point of that level (`Semicircle.level`); None where that cannot be.

    `goe_shift(settings)` is t where the Hessian is everywhere a multiple of GOE_d/√d + t, which has an exact
    law in any dimension.

    `matched(problem, x[d], y[d]) -> (d,)` is the same function as x, with the names of its parts, such as
    hidden neurons, chosen so that it is near to y, where parts may change places at all; None where these are
    too many.

    `refuses` maps traits of optimizers (`sim.optimizer.Trait`) to the reason why such a rule makes no sense.
    `explain(problem, error, standing)` says why kernels raised, the walkers being at `standing`, each (d,).
    """

    title: str
    formula: str
    parameters: tuple[Declared, ...]
    gradient: GradientKernel | Callable[[Settings], GradientKernel]
    hessian: HessianStructure
    pack: Callable[[int, int, Settings], Floats]
    packed_bytes: Callable[[int, Settings], float]
    box: Callable[[Settings], tuple[float, float]]
    scales: Callable[[int, Settings], Scales]
    block_rows: Callable[[int], int]
    known_minima: Callable[[int, Settings], tuple[float, ...]] = nothing_known
    packing: float = 1.0
    restrict: Restriction | None = None
    constraint: Constraint | None = None
    shape: Shape | None = None
    starts: Callable[[Problem], tuple[Floats, Floats]] | None = None
    graft: Graft | None = None
    subspace: Subspace | None = None
    lighter: Callable[[Settings], str] = nothing_to_add
    loss_of: Callable[[Settings], str] = nothing_to_add
    whole: Callable[[Settings], Settings] | None = None
    semicircle: Callable[[Problem, Floats, float], Semicircle | None] | None = None
    planted: Callable[[Problem, float, int], Problem | None] | None = None
    goe_shift: Callable[[Settings], float] | None = None
    matched: Callable[[Problem, Floats, Floats], Floats | None] | None = None
    refuses: Mapping[str, str] = field(default_factory=dict)
    may_be_negative: bool | Callable[[int, Settings], bool] = False
    explain: Callable[[Problem, Exception, Iterable[Floats]], str] = in_its_words

    def build(self, dim: int | None = None, seed: int = 0, **settings: object) -> Problem:
        """The landscape in `dim` dimensions; unknown names and values out of range raise BadInput.

        `dim` may be left out where the settings decide it.
        """
        found = settled(self.parameters, settings, 1 if dim is None else dim)
        return Problem(self, self.dim_of(found) if dim is None else dim, seed, found)

    def can_be_negative(self, dim: int, settings: Settings) -> bool:
        """Whether the loss can be below 0, so that no logarithmic axis suits it."""
        declared = self.may_be_negative
        return declared if isinstance(declared, bool) else declared(dim, settings)

    def dim_of(self, settings: Settings, default: int | None = None) -> int:
        """How many dimensions these settings give, or `default` where they do not decide it."""
        if self.shape:
            return self.shape.dim(settings)
        if default is None:
            raise BadInput("dim", "is missing", "a whole number from 1")
        return default

    def size(self, dim: int, settings: Settings) -> int:
        """How many coordinates of a walker are stored."""
        return self.subspace.size(dim, settings) if self.subspace else dim

    def longest(self, dim: int, settings: Settings) -> int | None:
        """How many steps there may be before walkers leave the directions that are stored; None for any."""
        if self.subspace is None or self.size(dim, settings) == dim:
            return None
        return int(settings[self.subspace.steps])

    def check_dim(self, dim: int, settings: Settings) -> None:
        """Refuse a dimension that the settings do not give."""
        found = self.dim_of(settings, dim)
        if dim != found:
            what = f"{dim} is not what the other parameters of {self.title.lower()} give"
            raise BadInput("dim", what, f"{found}, or other parameters")


class Problem:
    """A landscape in a given dimension, with its random parts drawn.

    Positions are float64 arrays of shape (d,) for one walker or (n, d) for several, d being `size`: that is
    `dim`, but for a landscape of which a part of the directions is drawn (`Landscape.subspace`).
    """

    def __init__(self, landscape: Landscape, dim: int, seed: int, settings: Settings) -> None:
        dim = whole("dim", dim)
        if dim < 1:
            raise BadInput("dim", f"{dim} is too small", "a whole number from 1")
        landscape.check_dim(dim, settings)
        self.landscape, self.dim, self.seed, self.settings = landscape, dim, seed, dict(settings)
        self.size = landscape.size(dim, settings)
        self.scales = landscape.scales(dim, settings)
        self.box = landscape.box(settings)

    @cached_property
    def parameters(self) -> Floats:
        """The flat array (p,) that the kernels read."""
        return self.landscape.pack(self.dim, self.seed, self.settings)

    @property
    def whole(self) -> Problem:
        """The problem with all of its data, where its loss is that of a part; else itself."""
        return self._with_all_data or self

    @cached_property
    def _with_all_data(self) -> Problem | None:
        """None for the problem itself: one that keeps itself is not freed as soon as nobody else does."""
        settings = self.landscape.whole(self.settings) if self.landscape.whole else self.settings
        return None if settings == self.settings else Problem(self.landscape, self.dim, self.seed, settings)

    def value_and_gradient(self, x: Floats) -> tuple[Floats, Floats]:
        """Loss and gradient: a scalar and (d,) for x of shape (d,); (n,) and (n, d) for (n, d)."""
        rows = self._rows(x)
        value, gradient = np.empty(len(rows)), np.empty_like(rows)
        keys = stream_keys(self.seed, Stream.GRADIENT, len(rows))
        self.gradient(rows, self.parameters, keys, 0, value, gradient)
        return (value[0], gradient[0]) if np.ndim(x) == 1 else (value, gradient)

    @property
    def gradient(self) -> GradientKernel:
        """The kernel of value and gradient."""
        declared = self.landscape.gradient
        return declared if isinstance(declared, Kernel) else declared(self.settings)

    @property
    def slice_at(self) -> float:
        """Where a coordinate that is not open stands at the start: the known minimum, else the box's middle.

        So the walkers see one and the same slice, through the most telling point that there is.
        """
        known = self.landscape.known_minima(self.dim, self.settings)
        return known[0] if known else 0.5 * (self.box[0] + self.box[1])

    def resting(self) -> Floats:
        """Where coordinates (d,) that are not open stand at the start: in the middle of the starts."""
        if not self.landscape.starts:
            return np.full(self.size, self.slice_at)
        return self.landscape.starts(self)[0]

    def from_box(self, drawn: Floats) -> None:
        """Take starts (n, a) that were drawn in the box to where the landscape wants them, in place."""
        if not self.landscape.starts:
            return
        low, high = self.box
        centre, half_width = (array[: drawn.shape[1]] for array in self.landscape.starts(self))
        drawn -= 0.5 * (low + high)
        drawn *= half_width / (0.5 * (high - low))
        drawn += centre

    def normal_starts(self, seed: int, out: Floats) -> None:
        """The coordinates (n, a) of independent standard normal points."""
        if self.landscape.subspace:
            self.landscape.subspace.starts(self, seed, out)
        else:
            fill_normal(stream_keys(seed, Stream.STARTS, len(out)), 0, out)

    def directions(self, active: int | None = None) -> int:
        """How many directions there are to move in: a surface has fewer than the space round it."""
        constraint = self.landscape.constraint
        return self.opened(active) - (constraint.codimension if constraint else 0)

    def opened(self, active: int | None = None) -> int:
        """How many directions of space so many open coordinates stand for: more, if not all are stored."""
        stored = self._directions(active)
        return self.dim if stored == self.size else stored

    @property
    def unseen(self) -> str:
        """Why nothing that takes all directions can be computed, in a few words; "" where it can."""
        if self.size == self.dim:
            return ""
        few = f"only {grouped(self.size)} of {grouped(self.dim)} directions are drawn"
        return f"{few}, those that the walkers reach"

    def hessian(self, x: Floats, active: int | None = None) -> Floats:
        """The dense Hessian at x (d,) of the first `active` directions (active, active); of all by default.

        On a constraint the covariant Hessian, in a basis of the tangent space; where not all coordinates are
        stored, the block of those that are. O(active²) memory, for small d and for tests.
        """
        row, active = self._point(x), self._directions(active)
        match self.landscape.hessian:
            case Diagonal(diagonal):
                return np.diag(diagonal(self, row)[:active])
            case Tridiagonal(bands):
                middle, beside = bands(self, row)
                ring = beside[active - 1 :] if active == self.size else beside[:0]
                matrix = np.diag(middle[:active])
                for i, entry in enumerate(beside[: active - 1]):
                    matrix[i, i + 1] = matrix[i + 1, i] = entry
                for entry in ring:
                    matrix[0, -1] += entry
                    matrix[-1, 0] += entry
                return matrix
            case Dense(matrix):
                return matrix(self, row, active)

    def hessian_product(self, x: Floats, v: Floats) -> Floats:
        """The Hessian at x (d,) times v, of shape (d,) or (k, d) for k vectors; the shape of v."""
        row, vectors = self._point(x), self._rows(v)
        match self.landscape.hessian:
            case Diagonal(diagonal):
                product = vectors * diagonal(self, row)
            case Tridiagonal(bands):
                middle, beside = bands(self, row)
                product, last = vectors * middle, len(middle) - 1
                product[:, 1:] += vectors[:, :-1] * beside[:last]
                product[:, :-1] += vectors[:, 1:] * beside[:last]
                for entry in beside[last:]:  # of a ring
                    product[:, 0] += vectors[:, -1] * entry
                    product[:, -1] += vectors[:, 0] * entry
            case Dense(_, multiply):
                product = multiply(self, row, vectors)
        return product[0] if np.ndim(v) == 1 else product

    def semicircle(self, x: Floats, value: float, active: int | None = None) -> Semicircle | None:
        """The law of the Hessian's eigenvalues along the first directions at a typical point x (d,).

        None where there is none, or x and its `value` are not finite.
        """
        declared = self.landscape.semicircle
        law = declared(self, x, value) if declared else None
        if law is None or not math.isfinite(law.centre):
            return None
        return law.block(self.opened(active) / self.dim)

    def hessian_work(self, active: int) -> float:
        """About how many multiplications the Hessian's eigenvalues along the first directions take."""
        structure = self.landscape.hessian
        making = structure.making(self, active) if isinstance(structure, Dense) else 0.0
        return structure.work(active) + making

    def product_work(self) -> float:
        """About how many multiplications the Hessian's product with one vector takes."""
        structure = self.landscape.hessian
        return structure.multiplying(self) if isinstance(structure, Dense) else a_few_passes(self)

    def product_bytes(self) -> float:
        """The memory that such a product takes on the way."""
        structure, known = self.landscape.hessian, (self.dim, self.settings)
        return structure.passing(*known) if isinstance(structure, Dense) else a_few_vectors(*known)

    def _directions(self, active: int | None) -> int:
        if active is None:
            return self.size
        if not 1 <= active <= self.size:
            raise BadInput("active", f"{active} is out of range", f"a whole number from 1 to {self.size}")
        return active

    def _rows(self, x: Floats) -> Floats:
        rows = np.ascontiguousarray(np.atleast_2d(x), dtype=np.float64)
        if rows.ndim != 2 or rows.shape[1] != self.size:
            raise BadInput("x", f"has shape {np.shape(x)}", f"shape ({self.size},) or (n, {self.size})")
        return rows

    def _point(self, x: Floats) -> Floats:
        if np.ndim(x) != 1:
            raise BadInput("x", f"has shape {np.shape(x)}", f"shape ({self.size},)")
        row: Floats = self._rows(x)[0]
        return row
