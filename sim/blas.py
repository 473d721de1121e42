"""One BLAS thread for each thread that asks for a matrix product."""

from __future__ import annotations

import contextlib
import importlib
import threading
from typing import Any


class OneThread(contextlib.ContextDecorator):
    """Inside, BLAS works in the calling thread alone; what was set before returns when all have left.

    The pool already keeps every core busy: BLAS threads on top of it made the dense field 13 times
    slower. The setting belongs to the whole process, so those who enter are counted.
    """

    def __init__(self) -> None:
        self._lock, self._inside = threading.Lock(), 0
        self._libraries: list[Any] | None = None
        self._before: list[int] = []

    def __enter__(self) -> None:
        """Set the limit, if nobody has."""
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._before = [library.get_num_threads() for library in self._loaded()]
                self._set([1] * len(self._before))

    def __exit__(self, *error: object) -> None:
        """Put back what was set before, if nobody needs the limit any more."""
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._set(self._before)

    def _loaded(self) -> list[Any]:
        """The BLAS libraries, looked for once; SciPy's, which the kernels call, must be loaded by then."""
        if self._libraries is None:
            from threadpoolctl import ThreadpoolController

            importlib.import_module("numpy")
            importlib.import_module("scipy.linalg.cython_blas")
            self._libraries = list(ThreadpoolController().select(user_api="blas").lib_controllers)
        return self._libraries

    def _set(self, threads: list[int]) -> None:
        for library, count in zip(self._loaded(), threads, strict=True):
            # threadpoolctl lets OpenBLAS be set by one thread alone, silently; here any may be the first.
            if hasattr(library, "clear_controlling_thread"):
                library.clear_controlling_thread(force=True)
            library.set_num_threads(count)


one_blas_thread = OneThread()
"""`with one_blas_thread:` around what the pool does."""
