"""How kernels are declared: in one way, without numba, with flags that do not hide divergence."""

from __future__ import annotations

import ast
import contextlib
from pathlib import Path

import numpy as np
import pytest
from problems import built

import sim
from sim import LANDSCAPES, OPTIMIZERS, BadInput, kernel
from sim.arrays import Floats, Keys
from sim.driver import advance, any_way, anywhere
from sim.giants import pivots
from sim.giants.chi_square import fill_excess
from sim.giants.pivots import downwards, from_back, from_front, upwards
from sim.kernel import FASTMATH, GRADIENT, UPDATE, WRITTEN, Kernel, gradient_kernel, inline
from sim.numerics import flushed, sin_cos_turns
from sim.parameters import Choice
from sim.rng import fill_normal, fill_uniform, normal_pair, philox, unit

SOURCES = sorted(Path(sim.__file__).parent.rglob("*.py"))
COMPILERS = {
    "jit",
    "njit",
    "vectorize",
    "guvectorize",
    "cfunc",
    "stencil",
    "jitclass",
    "generated_jit",
    "prange",
}


def names_in(source: Path) -> set[str]:
    """Every name, attribute and imported name of a file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.ImportFrom | ast.Import):
            found.update(part for alias in node.names for part in alias.name.split("."))
    return found


@pytest.mark.parametrize("source", SOURCES, ids=[path.name for path in SOURCES])
def test_only_the_cache_compiles(source: Path) -> None:
    expected = {"njit"} if source.name == "cache.py" else set()
    assert names_in(source) & COMPILERS == expected


def test_divergence_is_data() -> None:
    assert frozenset({"contract", "reassoc", "nsz", "arcp", "afn"}) == FASTMATH


def gradients_of(name: str) -> list[Kernel[..., object]]:
    """The kernels of a landscape, for all of its words; in the same order in every process."""
    words = [p for p in LANDSCAPES[name].parameters if isinstance(p, Choice)]
    chosen = [{p.name: option} for p in words for option in p.options]
    found: dict[Kernel[..., object], None] = {}
    for each in ({}, *chosen):
        with contextlib.suppress(BadInput):  # a word that does not go with the other parameters
            found[built(name, 2, each).gradient] = None
    return list(found)


HANDLES = [
    advance, anywhere, any_way, fill_uniform, fill_normal, fill_excess, from_front, from_back,
    philox, unit, normal_pair, sin_cos_turns, flushed,
    *(gradient for name in LANDSCAPES for gradient in gradients_of(name)),
    *(optimizer.update for optimizer in OPTIMIZERS.values()),
]  # fmt: skip


@pytest.mark.parametrize("handle", HANDLES, ids=repr)
def test_every_kernel_is_compiled_with_the_agreed_flags(handle: Kernel[..., object]) -> None:
    options = handle.compiled.targetoptions
    assert options["fastmath"] == set(FASTMATH)
    assert options["error_model"] == "numpy"
    assert options["nogil"] is True
    assert not options.get("parallel")
    assert handle.is_compiled


def test_the_order_of_what_has_an_error_bound_is_kept() -> None:
    assert frozenset({"contract"}) == WRITTEN
    written = [handle for handle in vars(pivots).values() if getattr(handle, "fastmath", None) == WRITTEN]
    assert written == [downwards, upwards]
    for handle in written:
        assert handle.compiled.targetoptions["fastmath"] == {"contract"}


def test_every_registered_kernel_has_its_contract() -> None:
    for name in LANDSCAPES:
        assert all(gradient.signature == GRADIENT for gradient in gradients_of(name))
    for optimizer in OPTIMIZERS.values():
        assert optimizer.update.signature == UPDATE


@inline
def twice(v: float) -> float:
    return 2.0 * v


@gradient_kernel
def declared(x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats) -> None:
    for i in range(x.shape[0]):
        value[i] = twice(np.sum(x[i]))
        gradient[i, :] = twice(1.0)


def test_a_kernel_is_compiled_at_its_first_call() -> None:
    assert not declared.is_compiled
    value, gradient = np.empty(2), np.empty((2, 3))
    declared(np.ones((2, 3)), np.empty(0), np.empty(2, dtype=np.uint64), 0, value, gradient)
    assert declared.is_compiled
    assert value.tolist() == [6.0, 6.0]
    assert (gradient == 2.0).all()
    assert repr(declared).endswith("declared>")


def test_a_kernel_keeps_the_name_of_its_function() -> None:
    assert built("rastrigin", 2).gradient.name == "sim.landscapes.rastrigin.gradient"
    assert kernel.Kernel.__name__ in type(declared).__name__


def test_a_function_can_be_run_without_numba() -> None:
    """Down to what it calls, on numbers and on arrays of them."""
    key, indices = np.uint64(7), np.arange(1000, dtype=np.uint64)
    cosines, sines = normal_pair.plain(key, np.uint64(3), indices)
    assert normal_pair.plain(key, np.uint64(3), np.uint64(5)) == (cosines[5], sines[5])
    compiled = np.empty((1, 2000))
    fill_normal(np.array([key]), 3, compiled)
    assert cosines == pytest.approx(compiled[0, ::2], abs=1e-14)
    assert sines == pytest.approx(compiled[0, 1::2], abs=1e-14)
    assert twice.plain(2.0) == 4.0
