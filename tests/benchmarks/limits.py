"""What one core of this machine can do at best: bytes and floating-point operations a second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from sim.blas import one_blas_thread
from sim.kernel import BLOCK, FASTMATH, ROW

from .timing import Timer, of_one_core

BYTES, DOUBLE, ARRAYS = 1 << 28, 8, 3
"""A triad moves so many bytes a measurement, on three arrays of doubles."""

SMALLEST, LARGEST = 1 << 14, 1 << 27
"""Bytes of the three arrays: from what fits into the nearest cache to what fits into none."""

DEGREE, IN_CACHE, SWEEPS = 16, 1024, 3000
ORDER = 768


@dataclass(frozen=True)
class Limit:
    """A timer, and how many bytes or operations it takes through."""

    timer: Timer
    amount: float


def triad(working_set: int) -> Limit:
    """STREAM's triad, a = b + s c, on arrays of `working_set` bytes in all; the bytes that it moves.

    Counted as STREAM does (McCalpin 1995): two reads and a write an element.
    """
    arrays = np.ones((ARRAYS, working_set // (ARRAYS * DOUBLE)))
    sweeps = max(1, BYTES // working_set)
    return Limit(of_one_core(lambda: _triad()(arrays, 0.5, sweeps)), float(arrays.nbytes * sweeps))


def multiply_adds() -> Limit:
    """A polynomial of degree 16 by Horner's rule on an array in the nearest cache; its operations."""
    x, coefficients = np.ones(IN_CACHE), np.full(DEGREE + 1, 1.0 / (DEGREE + 1))
    return Limit(of_one_core(lambda: _horner()(x, coefficients, SWEEPS)), 2.0 * DEGREE * IN_CACHE * SWEEPS)


def matrix_product() -> Limit:
    """NumPy's product of two square matrices; its operations."""
    a, out = np.ones((ORDER, ORDER)), np.empty((ORDER, ORDER))
    return Limit(of_one_core(one_blas_thread(lambda: np.matmul(a, a, out=out))), 2.0 * ORDER**3)


def size_class(working_set: float) -> int:
    """The power of two of bytes on which a triad stands for arrays of `working_set` bytes."""
    size = SMALLEST
    while size < min(working_set, LARGEST):
        size *= 2
    return size


def compiled(signature: str) -> Callable[[Callable[..., None]], Callable[[], Any]]:
    """Compiled as the kernels are, when it is first asked for."""

    def decorate(function: Callable[..., None]) -> Callable[[], Any]:
        @cache
        def made() -> Any:
            import numba

            return numba.njit(signature, nogil=True, fastmath=set(FASTMATH), error_model="numpy")(function)

        return made

    return decorate


@compiled(f"void({BLOCK}, f8, i8)")
def _triad(arrays: np.ndarray, scale: float, sweeps: int) -> None:
    a, b, c = arrays[0], arrays[1], arrays[2]
    for _ in range(sweeps):
        for i in range(len(a)):
            a[i] = b[i] + scale * c[i]
        a, b, c = c, a, b


@compiled(f"void({ROW}, {ROW}, i8)")
def _horner(x: np.ndarray, c: np.ndarray, sweeps: int) -> None:
    c0, c1, c2, c3, c4, c5, c6, c7, c8 = c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8]
    c9, c10, c11, c12, c13, c14, c15, c16 = c[9], c[10], c[11], c[12], c[13], c[14], c[15], c[16]
    for _ in range(sweeps):
        for i in range(len(x)):
            t = x[i]
            p = c10 + t * (c11 + t * (c12 + t * (c13 + t * (c14 + t * (c15 + t * c16)))))
            p = c4 + t * (c5 + t * (c6 + t * (c7 + t * (c8 + t * (c9 + t * p)))))
            x[i] = c0 + t * (c1 + t * (c2 + t * (c3 + t * p)))
