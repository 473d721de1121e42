"""What the numbers were measured on."""

from __future__ import annotations

import contextlib
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sim.pool import cores

PACKAGES = ("landscape-tui", "numpy", "scipy", "numba", "llvmlite", "textual", "plotext", "jax", "jaxlib")


def facts() -> dict[str, Any]:
    """Processor, cores, load, BLAS libraries with their kernels and threads, versions."""
    return {
        "cpu": processor(),
        "cores": cores(),
        "load_average_1_min": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: installed(name) for name in PACKAGES},
        "blas": blas(),
        "blas_environment": blas_environment(),
    }


def processor() -> str:
    """The processor's name as the system gives it."""
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.partition(": ")[2] for line in lines if line.startswith("model name"))
    return platform.processor()


def installed(package: str) -> str | None:
    """The version of a package; None where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def blas() -> list[dict[str, Any]]:
    """The BLAS libraries of this process: NumPy has one, and the kernels use SciPy's."""
    import numpy as np  # noqa: F401 - to be listed
    import scipy.linalg.cython_blas  # noqa: F401
    from threadpoolctl import threadpool_info

    return [
        {
            "file": Path(library["filepath"]).name,
            "version": library["version"],
            "kernel": library.get("architecture"),
            "threads": library["num_threads"],
        }
        for library in threadpool_info()
        if library["user_api"] == "blas"
    ]


def blas_environment() -> dict[str, str]:
    """Variables that choose another BLAS kernel or number of threads than the library would."""
    prefixes = ("OPENBLAS_", "OMP_", "MKL_")
    return {name: value for name, value in os.environ.items() if name.startswith(prefixes)}
