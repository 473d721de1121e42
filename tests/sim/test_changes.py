"""What a change of the experiment means: for the walkers, for memory, and in words."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sim import BadInput, Cohort, Experiment, Simulation
from sim.changes import begin_anew, in_words, lay_out_anew, move_alike
from sim.commands import AddCohort, Reseed, Set
from sim.kernel import Kernel
from tui import knobs

FIELD = Experiment(dim=10, walkers=4)


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """How much memory the machine is said to have."""
    memory = SimpleNamespace(available=1e12)
    monkeypatch.setattr("psutil.virtual_memory", lambda: memory)
    return memory


@pytest.mark.parametrize(
    ("name", "value", "anew", "laid_out"),
    [
        ("giant_dim", 10**9, False, False),
        ("lr", 0.1, False, False),
        ("active_dim", 3, False, False),
        ("mu", 0.5, False, True),
        ("map", "structured", False, True),
        ("walkers", 5, True, False),
        ("starts", "normal", True, False),
        ("optimizer", "adam", True, False),
        ("seed", 1, True, True),
        ("dim", 20, True, True),
        ("landscape", "rastrigin", True, True),
    ],
)
def test_what_begins_anew_and_what_is_drawn_anew(name: str, value: Any, anew: bool, laid_out: bool) -> None:
    now = FIELD.with_value(name, value)
    assert (begin_anew(FIELD, now), lay_out_anew(FIELD, now)) == (anew, laid_out)
    assert move_alike(FIELD, now) == move_alike(now, FIELD) == (name == "giant_dim")
    assert move_alike(now, now)


def test_a_default_that_is_another_word_in_another_dimension_is_named() -> None:
    small, large = Experiment(landscape="spin-glass", dim=200), Experiment(landscape="spin-glass", dim=5000)
    told = "rebuilt in 5 000 dimensions, couplings diluted; started again from step 0"
    assert in_words(small, large) == told
    chosen = small.with_value("couplings", "full")
    assert in_words(chosen, chosen.with_value("dim", 300)).startswith("rebuilt in 300 dimensions; ")


@pytest.mark.parametrize(
    "command", [Set("M", 5e6), Set("walkers", 10**6), AddCohort(Cohort("adam")), Reseed(3)]
)
def test_what_would_take_more_is_refused(free: SimpleNamespace, command: Any) -> None:
    simulation = Simulation(FIELD.with_value("walkers", 50_000))
    free.available = 1e6
    with pytest.raises(BadInput, match="^memory: .* needed, .* free"):
        simulation.apply(command)
    assert simulation.experiment == FIELD.with_value("walkers", 50_000)


def test_what_takes_no_more_is_never_refused(free: SimpleNamespace) -> None:
    simulation = Simulation(FIELD.with_value("walkers", 50_000))
    free.available = 1e6
    for command in (Set("lr", 0.01), Set("mu", 0.5), Set("map", "structured"), Set("level", 2.0)):
        simulation.apply(command)


def test_a_word_that_names_another_kernel_has_it_compiled_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    simulation = Simulation(FIELD, on_progress=told.append)
    told.clear()
    monkeypatch.setattr(Kernel, "is_compiled", property(lambda self: "structured" not in self.name))
    simulation.apply(Set("map", "structured"))
    assert [phase.partition(" ")[0] for phase in told] == ["building", "starting", "compiling", "starting"]


def test_the_dimension_knob_says_what_another_parameter_forbids() -> None:
    torus = Experiment(dim=100, parameters={"period": 5.0})
    with pytest.raises(BadInput, match="^period: 5 makes a torus"):
        knobs.turned(torus, "dim", True, 0)
    assert knobs.turned(torus.with_value("map", "dense"), "dim", True, 0).dim == 200
