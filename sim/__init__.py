"""Walkers that descend landscapes of any dimension; it knows no terminal.

    from sim import LANDSCAPES, OPTIMIZERS, Experiment, Simulation, signs
    problem = LANDSCAPES["rastrigin"].build(dim=100, seed=0, A=10.0)
    value, gradient = problem.value_and_gradient(x)      # x (d,) or (n, d), float64
    simulation = Simulation(Experiment(landscape="rastrigin", dim=100, optimizer="adam"))
    simulation.advance(1000)
    simulation.positions()                               # (walkers, d)

Importing this loads neither NumPy nor numba: each name is imported when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.cohort import Cohort
    from sim.critical import Census, CriticalPoints, census, hunt
    from sim.errors import BadInput, KernelFailure
    from sim.experiment import Experiment
    from sim.hessian import Signs, signs
    from sim.registry import LANDSCAPES, MEASURES, OPTIMIZERS, SCHEDULES, STARTS
    from sim.simulation import Simulation

__version__ = "0.1.0"

_HOMES = {
    "BadInput": "sim.errors",
    "Census": "sim.critical",
    "Cohort": "sim.cohort",
    "CriticalPoints": "sim.critical",
    "KernelFailure": "sim.errors",
    "Experiment": "sim.experiment",
    "Signs": "sim.hessian",
    "census": "sim.critical",
    "hunt": "sim.critical",
    "signs": "sim.hessian",
    "LANDSCAPES": "sim.registry",
    "MEASURES": "sim.registry",
    "OPTIMIZERS": "sim.registry",
    "SCHEDULES": "sim.registry",
    "STARTS": "sim.registry",
    "Simulation": "sim.simulation",
}

__all__ = [
    "LANDSCAPES",
    "MEASURES",
    "OPTIMIZERS",
    "SCHEDULES",
    "STARTS",
    "BadInput",
    "Census",
    "Cohort",
    "CriticalPoints",
    "Experiment",
    "KernelFailure",
    "Signs",
    "Simulation",
    "census",
    "hunt",
    "signs",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
