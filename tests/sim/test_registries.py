"""Registries: a file in the folder is an entry, and nothing else needs to be touched."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim import LANDSCAPES, MEASURES, OPTIMIZERS, SCHEDULES, STARTS, BadInput, Experiment
from sim.landscape import Landscape
from sim.measure import Measure
from sim.optimizer import Optimizer
from sim.schedule import Schedule
from sim.start import Start

KINDS = [
    (LANDSCAPES, Landscape), (OPTIMIZERS, Optimizer), (SCHEDULES, Schedule), (STARTS, Start),
    (MEASURES, Measure),
]  # fmt: skip


@pytest.mark.parametrize(("registry", "kind"), KINDS)
def test_every_file_declares_an_entry(registry, kind: type) -> None:
    folder = Path(sim.__file__).parent / registry.package.split(".")[1]
    files = [path.stem.replace("_", "-") for path in folder.glob("*.py") if not path.name.startswith("_")]
    assert sorted(files) == list(registry.names) == list(registry)
    assert len(registry) == len(files)
    for name in registry:
        assert isinstance(registry[name], kind)
        assert registry[name] is registry.find(name) is registry[name]


def test_the_entries_that_the_laboratory_promises_are_there() -> None:
    assert {"gaussian-field", "rastrigin"} <= set(LANDSCAPES)
    assert {"gd", "momentum", "nesterov", "rmsprop", "adam"} <= set(OPTIMIZERS)
    assert {"adagrad", "adamw", "lion", "sign-sgd", "langevin", "perturbed-gd", "null"} <= set(OPTIMIZERS)
    assert {"constant", "warmup", "cosine", "inverse-sqrt"} <= set(SCHEDULES)
    assert {"uniform", "normal", "sphere", "groups", "near"} <= set(STARTS)
    assert {"loss", "gradient-norm", "distances", "signs", "outcomes"} <= set(MEASURES)


def test_a_name_means_one_thing() -> None:
    """`--set NAME=VALUE` and the list of knobs know parameters by name alone.

    Of one kind only one entry is chosen at a time, so two rules may both have an `eps`.
    """
    owners: dict[str, set[str]] = {name: {"experiment"} for name in Experiment.__struct_fields__}
    for registry in (LANDSCAPES, OPTIMIZERS, SCHEDULES, STARTS):
        for entry in registry.values():
            for parameter in entry.parameters:
                owners.setdefault(parameter.name, set()).add(registry.kind)
    assert {name: kinds for name, kinds in owners.items() if len(kinds) > 1} == {}


@pytest.mark.parametrize(("registry", "kind"), KINDS)
def test_a_name_that_is_not_there(registry, kind: type) -> None:
    assert "zz" not in registry
    with pytest.raises(KeyError):
        registry["zz"]
    name = registry.names[0]
    with pytest.raises(BadInput, match=f"^{registry.kind}: there is no '{name}x'; did you mean '{name}'"):
        registry.find(name + "x")
    for odd in ("", "__init__", "_hidden", "../rastrigin", name.upper() + "!", "\0.py", "\0.csv"):
        assert odd not in registry
        with pytest.raises(BadInput):
            registry.find(odd)


@pytest.mark.parametrize(("registry", "kind"), KINDS)
def test_going_round_visits_every_entry(registry, kind: type) -> None:
    name, seen = registry.names[0], []
    for _ in registry.names:
        seen.append(name)
        name = registry.after(name)
    assert name == registry.names[0]
    assert sorted(seen) == list(registry.names)


LANDSCAPE = '''
"""A parabola."""
from sim.arrays import np
from sim.kernel import gradient_kernel
from sim.landscape import Diagonal, Landscape, Scales
from sim.parameters import Parameter

@gradient_kernel
def gradient(x, parameters, keys, step, value, gradient):
    for i in range(x.shape[0]):
        value[i] = 0.0
        for j in range(x.shape[1]):
            value[i] += 0.5 * parameters[0] * x[i, j] ** 2
            gradient[i, j] = parameters[0] * x[i, j]

LANDSCAPE = Landscape(
    title="Hill", formula="½ steepness |x|²", gradient=gradient,
    parameters=(Parameter("steepness", 3.0, "how steep", low=0.0),),
    hessian=Diagonal(lambda problem, x: np.full(len(x), problem.settings["steepness"])),
    pack=lambda dim, seed, settings: np.array([settings["steepness"]]),
    packed_bytes=lambda dim, settings: 8.0, box=lambda settings: (-1.0, 1.0),
    scales=lambda dim, settings: Scales(settings["steepness"], 1.0), block_rows=lambda dim: 16,
)
'''

OPTIMIZER = '''
"""The sign of the gradient."""
from sim.arrays import np
from sim.kernel import update_kernel
from sim.optimizer import Optimizer

@update_kernel
def update(x, gradient, slots, hyper, keys, step):
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            x[i, j] -= hyper[0] * np.sign(gradient[i, j])

OPTIMIZER = Optimizer(
    title="Sign", formula="x ← x − lr sign g", update=update, slots=0,
    suggest=lambda scales: 0.01 * scales.length,
)
'''

MEASURE = '''
"""How far out the farthest walker is."""
from dataclasses import dataclass
from sim.arrays import np
from sim.measure import Measure

@dataclass(frozen=True)
class RadiusReading:
    step: int
    radius: float

MEASURE = Measure(
    title="Radius", help="the farthest walker", collect=lambda state: (state.step, state.positions.copy()),
    compute=lambda inputs: RadiusReading(inputs[0], float(np.linalg.norm(inputs[1], axis=1).max())),
    columns=("radius",), row=lambda reading: (reading.radius,),
)
'''

USE = """
from sim import LANDSCAPES, MEASURES, OPTIMIZERS, Experiment, Simulation
print(*LANDSCAPES.names); print(*OPTIMIZERS.names); print(*MEASURES.names)
simulation = Simulation(Experiment(landscape="steep-hill", dim=3, walkers=40, optimizer="sign-descent"))
simulation.advance(300)
snapshot = simulation.read()
print(snapshot.readings["radius"].radius < 0.05, snapshot.readings["outcomes"].counts["diverged"])
print(snapshot.traces["radius"].steps.tolist(), snapshot.experiment.parameters)
"""


def test_adding_one_is_adding_a_file(tmp_path: Path) -> None:
    """A landscape, an optimizer and a measure, each one new file in a copy of the package, and used there."""
    package = Path(shutil.copytree(Path(sim.__file__).parent, tmp_path / "sim"))
    (package / "landscapes" / "steep_hill.py").write_text(LANDSCAPE)
    (package / "landscapes" / "_hidden.py").write_text(LANDSCAPE)
    (package / "optimizers" / "sign_descent.py").write_text(OPTIMIZER)
    (package / "measures" / "radius.py").write_text(MEASURE)
    environment = {**os.environ, "LANDSCAPE_TUI_CACHE": str(tmp_path / "cache"), "PYTHONPATH": str(tmp_path)}
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", USE],
        check=False, capture_output=True, text=True, timeout=120, env=environment, cwd=tmp_path,
    )  # fmt: skip
    assert found.stderr == ""
    landscapes, optimizers, measures, outcome, trace = found.stdout.splitlines()
    assert landscapes.split() == sorted([*LANDSCAPES.names, "steep-hill"])
    assert optimizers.split() == sorted([*OPTIMIZERS.names, "sign-descent"])
    assert measures.split() == sorted([*MEASURES.names, "radius"])
    assert outcome == "True 0"
    assert trace == "[300] {'steepness': 3.0}"
