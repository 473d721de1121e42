"""A landscape made of a user's file: one function of one walker, for all walkers, with what it lacks.

Where the file has no gradient, it is taken by central differences,

    ∂ⱼf ≈ (f(x + hⱼeⱼ) − f(x − hⱼeⱼ)) / 2hⱼ        hⱼ = ε^⅓ max(|xⱼ|, w)

with ε = 2.2e-16 and w the farthest that the box reaches from 0: two losses a coordinate. This h balances
the rounding of f, about ε|f|/h, against the third derivative, h²|∂³f|/6, which leaves a relative error of
about ε^⅔ = 4e-11. The Hessian is taken by central differences of the gradient, with h = ε^⅓ w, or with
ε^(2/9) w where the gradient is itself made of differences; so it is an estimate, and its zero band is wide.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable, Mapping
from types import FunctionType
from typing import Any, cast

from sim.arrays import Floats, Keys, np
from sim.kernel import GRADIENT, GradientKernel, Kernel, globals_of
from sim.landscape import Dense, Landscape, Problem, Scales, Settings
from sim.user.apart import Apart
from sim.user.source import Function, Source, executed, read

EPSILON = 2.0**-52
STEP = EPSILON ** (1 / 3)
"""Of the first differences, in units of the box."""

ROUGH_STEP = EPSILON ** (2 / 9)
"""Of the differences of differences, in units of the box."""

ERROR, ROUGH_ERROR = 1e-6, 1e-2
"""What an eigenvalue may be wrong by, as a share of the largest, with the file's own gradient and without.

Far above the errors of the differences, about ε^⅔ and ε^(4/9) times √d, for a loss that is not much larger
than what curvature and box make it; a large constant in the loss costs digits of its differences."""

PER_COORDINATE = 100.0
"""How many multiplications of an eigenvalue solver take as long as a usual loss does a coordinate, 10 ns."""

LOOKING = 1.0
"""Seconds for which the line that raised is looked for."""

HEAD = 2  # parameters: where the locked coordinates begin, w, those of the file, then the locked coordinates


def load(path: str) -> Landscape:
    """The landscape in a file; raises BadInput.

    The file is executed in a process of its own first, which may crash or be given up; only then is it
    executed in this one. `scales` is estimated there, too: the first answer for a dimension and settings
    tries the functions with them, and raises BadInput with whatever is wrong.
    """
    text = read(path)
    apart = Apart(path, text)
    source = executed(path, text)

    @functools.cache
    def scales(dim: int, *settings: tuple[str, float]) -> Scales:
        return apart.scales(dim, dict(settings))

    return landscape(source, lambda dim, settings: scales(dim, *settings.items()))


def landscape(source: Source, scales: Callable[[int, Settings], Scales]) -> Landscape:
    """The landscape that a file declares."""
    reach = max(map(abs, source.box))
    own = source.gradient is not None
    hessian = (
        differences(STEP * reach, ERROR, losses=lambda active: 3.0)
        if own
        else differences(ROUGH_STEP * reach, ROUGH_ERROR, losses=lambda active: 2.0 * active + 1.0)
    )
    how = "gradient(x) too" if own else "gradient by central differences"
    return Landscape(
        title=source.title,
        formula=f"loss(x) in {source.name}, {how}",
        parameters=source.parameters,
        gradient=kernel_of(source),
        hessian=hessian,
        pack=lambda dim, seed, settings: packed(reach, [settings[p.name] for p in source.parameters]),
        packed_bytes=lambda dim, settings: 8.0 * (HEAD + len(source.parameters)),
        box=lambda settings: source.box,
        scales=scales,
        block_rows=lambda dim: max(1, 1024 // dim),
        restrict=restrict,
        explain=lambda problem, error, standing: explained(source, problem.settings, error, standing),
    )


def packed(reach: float, values: list[float]) -> Floats:
    """The array that the kernels read."""
    return np.array([HEAD + len(values), reach, *values])


def restrict(problem: Problem, active: int, locked: Floats) -> Floats | None:
    """The kernel puts the locked coordinates back, and takes differences along the others alone."""
    if np.any(locked != locked[0]):
        return None
    return np.concatenate((problem.parameters, locked[0]))


def explained(source: Source, settings: Settings, error: Exception, standing: Iterable[Floats]) -> str:
    """What compiled code raised, with its line if the interpreter raises the like at one of the positions."""
    typed, until = source.typed(settings), time.monotonic() + LOOKING
    functions = [source.loss, *([source.gradient] if source.gradient else [])]
    found = source.mistake(f"{type(error).__name__}: {error}")
    with np.errstate(all="ignore"):
        for x, function in ((x, function) for x in standing for function in functions):
            if time.monotonic() > until:
                break
            try:
                function(x.copy(), typed)
            except type(error) as like:
                found = source.raised(like, f"{function.python.__name__}(x)")
                break
            except Exception:  # noqa: BLE001, S112 - arithmetic, where compiled code goes on with NaN
                continue
    return f"{found.what}; accepted: a number wherever walkers come, such as np.nan"


def differences(step: float, error: float, losses: Callable[[int], float]) -> Dense:
    """The Hessian by central differences of the gradient, `step` apart on either side.

    A gradient along so many coordinates takes as long as `losses` of them.
    """

    def difference(problem: Problem, x: Floats, directions: Floats) -> Floats:
        """(∇f(x + hv) − ∇f(x − hv)) / 2h along the first a coordinates, for each unit vector v (k, a)."""
        k, active = directions.shape
        parameters = np.concatenate((problem.parameters, x[active:]))  # as in `restrict`
        keys, value, found = np.empty(k, dtype=np.uint64), np.empty(k), np.empty((2, k, active))
        for sign, gradient in zip((1.0, -1.0), found, strict=True):
            points = x[:active] + sign * step * directions
            problem.gradient(points, parameters, keys, 0, value, gradient)
        differences: Floats = (found[0] - found[1]) / (2.0 * step)
        return differences

    def matrix(problem: Problem, x: Floats, active: int) -> Floats:
        """Symmetric by taking the mean with its transpose; 64 columns at a time."""
        found = np.empty((active, active))
        for first in range(0, active, 64):
            last = min(first + 64, active)
            found[first:last] = difference(problem, x, np.eye(last - first, active, k=first))
        return 0.5 * (found + found.T)

    def product(problem: Problem, x: Floats, v: Floats) -> Floats:
        """Along each vector's direction; 0 for the zero vector."""
        lengths = np.sqrt(np.sum(v * v, axis=1, keepdims=True))
        found: Floats = lengths * difference(problem, x, v / np.where(lengths > 0.0, lengths, 1.0))
        return found

    def making(problem: Problem, active: int) -> float:
        return 2.0 * active * losses(active) * PER_COORDINATE * problem.dim

    def multiplying(problem: Problem) -> float:
        return 2.0 * losses(problem.dim) * PER_COORDINATE * problem.dim

    return Dense(matrix, product, error, making, multiplying)


def kernel_of(source: Source) -> GradientKernel:
    """Loss and gradient of a block of walkers, as numba is to compile them for this file."""
    handles = {"loss_at": _caller(source, source.loss)}
    kernel = by_differences
    if source.gradient:
        handles["gradient_at"] = _caller(source, source.gradient)
        kernel = with_gradient
    return Kernel(_with_globals(kernel, handles), GRADIENT, source.key)


def loss_at(x: Floats, parameters: Floats) -> float:
    """The file's loss at x (d,); put in place when a kernel is made."""
    raise NotImplementedError


def gradient_at(x: Floats, parameters: Floats) -> Floats:
    """The file's gradient at x (d,); put in place when a kernel is made."""
    raise NotImplementedError


def by_differences(
    x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats
) -> None:
    """The loss, and its central differences along the coordinates that are open."""
    active, locked, reach = x.shape[1], parameters[int(parameters[0]) :], parameters[1]
    point = np.empty(active + len(locked))
    point[active:] = locked
    for i in range(x.shape[0]):
        point[:active] = x[i]
        value[i] = loss_at(point, parameters)
        for j in range(active):
            ahead = x[i, j] + STEP * max(abs(x[i, j]), reach)
            behind = x[i, j] - STEP * max(abs(x[i, j]), reach)
            point[j] = ahead
            above = loss_at(point, parameters)
            point[j] = behind
            gradient[i, j] = (above - loss_at(point, parameters)) / (ahead - behind)
            point[j] = x[i, j]


def with_gradient(
    x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats
) -> None:
    """The loss and the file's own gradient."""
    active, locked = x.shape[1], parameters[int(parameters[0]) :]
    point = np.empty(active + len(locked))
    point[active:] = locked
    for i in range(x.shape[0]):
        point[:active] = x[i]
        value[i] = loss_at(point, parameters)
        found = gradient_at(point, parameters)
        if len(found) != len(point):
            raise ValueError("gradient(x) is not as long as x")
        for j in range(active):
            gradient[i, j] = found[j]


def _caller(source: Source, function: Function) -> Kernel[..., Any]:
    """`at(x, parameters)`, which calls a function of the file with its parameters taken from the array."""
    arguments = ["x"]
    for place, parameter in enumerate(source.parameters, start=HEAD):
        if parameter.name in function.settings:
            kind = "int" if parameter.whole else "float"
            arguments.append(f"{parameter.name}={kind}(parameters[{place}])")
    namespace: dict[str, Any] = {"function": _compilable(source, function.python), "__name__": __name__}
    exec(f"def at(x, parameters): return function({', '.join(arguments)})", namespace)  # noqa: S102 - as above
    return Kernel(namespace["at"], None, source.key)


def _compilable(source: Source, function: FunctionType) -> Kernel[..., Any]:
    """A function of the file, and with it those that it calls."""
    names = globals_of(function.__code__)
    called = {name: value for name, value in function.__globals__.items() if name in names}
    handles = {n: _compilable(source, f) for n, f in called.items() if isinstance(f, FunctionType)}
    return Kernel(_with_globals(function, handles), None, source.key)


def _with_globals(function: Callable[..., Any], handles: Mapping[str, Any]) -> FunctionType:
    """The function with some of its globals replaced, and of a module that numba's cache can import."""
    f = cast(FunctionType, function)
    namespace = {**f.__globals__, **handles, "__name__": __name__}
    return FunctionType(f.__code__, namespace, f.__name__, f.__defaults__, f.__closure__)
