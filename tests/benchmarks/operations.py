"""Floating-point operations of a kernel, counted by running its source on numbers that count.

The rule: every + − × ÷ of the source that a number of the walker goes through is one operation, every
function of a library one (√ and exp alike), and a matrix product of m × k by k × n is 2mkn. Comparisons and
integers are none; nor is what depends on parameters or random numbers alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import FunctionType
from typing import Any

import numpy as np

from sim.arrays import np as np_on_demand
from sim.kernel import FunctionAt, Kernel, globals_of
from sim.landscape import Problem
from sim.optimizer import Optimizer

ARITHMETIC = ("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "pow", "rpow")
COMPARISONS = ("lt", "le", "gt", "ge", "eq", "ne")


@dataclass
class Count:
    """How many operations there were so far, and how many of them in matrix products."""

    operations: int = 0
    in_products: int = 0

    def a_coordinate(self, shape: tuple[int, int]) -> Operations:
        """Shared out over walkers (n, d)."""
        size = shape[0] * shape[1]
        return Operations(self.operations / size, self.in_products / size)


@dataclass(frozen=True)
class Operations:
    """Operations a coordinate, and how many of them are in matrix products."""

    all: float
    in_products: float


class Number:
    """A float that counts what is done with it."""

    __array_ufunc__ = None  # NumPy's numbers leave the operation to this one
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: float, count: Count) -> None:
        self.value, self.count = np.float64(value), count

    def __float__(self) -> float:
        return float(self.value)

    def __int__(self) -> int:
        return int(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __neg__(self) -> Number:
        return Number(-self.value, self.count)

    def __abs__(self) -> Number:
        return Number(abs(self.value), self.count)

    def through(self, function: Callable[..., Any], *others: Any) -> Number:
        """What a function makes of it: one operation."""
        self.count.operations += 1
        return Number(function(self.value, *map(np.float64, others)), self.count)


def _arithmetic(name: str) -> Any:
    return lambda self, other: self.through(getattr(np.float64, f"__{name}__"), other)


def _comparison(name: str) -> Any:
    return lambda self, other: getattr(float, f"__{name}__")(self.value, float(other))


for _name in ARITHMETIC:
    setattr(Number, f"__{_name}__", _arithmetic(_name))
for _name in COMPARISONS:
    setattr(Number, f"__{_name}__", _comparison(_name))


class CountingLibrary:
    """Stands for `math` or `numpy` in a kernel: its functions take numbers that count."""

    def __init__(self, library: Any, count: Count) -> None:
        self._library, self._count = library, count

    def __getattr__(self, name: str) -> Any:
        original = getattr(self._library, name)
        if not callable(original) or isinstance(original, type):
            return original

        def function(first: Any, *others: Any) -> Any:
            of_walker = isinstance(first, Number)
            return first.through(original, *others) if of_walker else original(first, *others)

        return function

    def empty(self, shape: Any, kind: Any = np.float64) -> np.ndarray:
        """An array of numbers that count; whole ones only say where others are."""
        found = np.zeros(shape, kind)
        return numbers(found, self._count) if found.dtype == np.float64 else found

    zeros = empty

    def dot(self, a: np.ndarray, b: np.ndarray, out: np.ndarray | None = None) -> Any:
        """A matrix product, by its shapes."""
        product = np.dot(a.astype(np.float64), b.astype(np.float64))
        operations = 2 * a.size * (b.shape[-1] if b.ndim > 1 else 1)
        self._count.operations += operations
        self._count.in_products += operations
        counted = numbers(product, self._count)
        if out is not None:
            out[...] = counted
        return counted


def numbers(values: Any, count: Count) -> np.ndarray:
    """An array of numbers that count."""
    array = np.empty(np.shape(values), dtype=object)
    for place, value in np.ndenumerate(values):
        array[place] = Number(value, count)
    return array


def in_python(kernel: Kernel[..., Any], count: Count) -> Callable[..., None]:
    """The source of a kernel, with libraries that count."""
    function = kernel.function
    names = dict(function.__globals__)
    for name in globals_of(function.__code__):
        value = names.get(name)
        if isinstance(value, Kernel):
            names[name] = in_python(value, count)
        elif isinstance(value, FunctionAt):
            names[name] = partial(at_address, function.__globals__, count)
        elif value is math or value is np_on_demand:
            names[name] = CountingLibrary(np if value is np_on_demand else math, count)
    return FunctionType(function.__code__, names, function.__name__, function.__defaults__)


def at_address(names: Mapping[str, Any], count: Count, address: int) -> Callable[..., None]:
    """The same for the kernel at an address, of those that a module knows."""
    compiled = (value for value in names.values() if isinstance(value, Kernel) and value.signature)
    (kernel,) = (kernel for kernel in compiled if kernel.is_compiled and kernel.address == address)
    return in_python(kernel, count)


def gradient_operations(problem: Problem, x: np.ndarray) -> Operations:
    """What value and gradient take at x (n, d)."""
    return evaluated(problem, x)[0]


def evaluated(problem: Problem, x: np.ndarray) -> tuple[Operations, np.ndarray, np.ndarray]:
    """What value and gradient take at x (n, d), and what they are: (n,) and (n, d)."""
    count = Count()
    value, gradient = (numbers(np.zeros(shape), count) for shape in (len(x), x.shape))
    keys = np.zeros(len(x), dtype=np.uint64)
    kernel = in_python(problem.gradient, count)
    with np.errstate(all="ignore"):
        kernel(numbers(x, count), problem.parameters, keys, 0, value, gradient)
    return count.a_coordinate(x.shape), value.astype(np.float64), gradient.astype(np.float64)


def update_operations(optimizer: Optimizer, hyper: np.ndarray, shape: tuple[int, int]) -> Operations:
    """What one step of a rule takes for walkers (n, d)."""
    count, generator = Count(), np.random.default_rng(0)
    x, gradient = (numbers(generator.normal(size=shape), count) for _ in range(2))
    slots, keys = numbers(np.ones((optimizer.slots, *shape)), count), np.zeros(shape[0], dtype=np.uint64)
    with np.errstate(all="ignore"):
        in_python(optimizer.update, count)(x, gradient, slots, hyper, keys, 0)
    return count.a_coordinate(shape)
