"""Every landscape once more, a file each, as the definition says it and sharing no code with `sim`.

A file holds `Twin(dim, seed, **settings)`, written for reading in Python's floats and loops, with
`value(x)`, `gradient(x)` and `hessian(x)`; `formula(xp, x, twin)`, the loss at x (d,) as one line of array
arithmetic for NumPy or JAX (`xp`), which takes from the twin what is random, and the settings; and
`UNUSUAL`, another value of every setting, where there are some.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

TWINS: dict[str, Any] = {
    module.name.replace("_", "-"): importlib.import_module(f"{__name__}.{module.name}")
    for module in pkgutil.iter_modules(__path__)
    if not module.name.startswith("_")
}
