"""NumPy, imported at first use.

`list`, `--help`, every argument error and the first frame need the *names* that landscapes and
optimizers declare, not their arithmetic. Importing NumPy would be most of their cost, so the files
that declare things import `np` from here, and NumPy itself is loaded when something first computes.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import TypeAlias

    import numpy as np
    import numpy.typing as npt

    Floats: TypeAlias = npt.NDArray[np.float64]
    Keys: TypeAlias = npt.NDArray[np.uint64]
    Integers: TypeAlias = npt.NDArray[np.int64]
    Flags: TypeAlias = npt.NDArray[np.bool_]
else:

    class _NumPyOnDemand:
        """Stands for the module until an attribute is asked for."""

        def __getattr__(self, name: str) -> Any:
            value = getattr(importlib.import_module("numpy"), name)
            setattr(self, name, value)
            return value

    np = _NumPyOnDemand()
    Floats = Keys = Integers = Flags = Any

__all__ = ["Flags", "Floats", "Integers", "Keys", "np"]
