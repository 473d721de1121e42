"""Where a rule says that it becomes unstable, it does: on parabolas, a little below and a little above."""

from __future__ import annotations

import numpy as np
import pytest

from sim import OPTIMIZERS
from sim.landscape import Scales

STEPS, CURVATURE = 3000, 7.0

SILENT = {"temperature": 0.0, "kick": 0.0, "g_thres": 0.0}
"""Settings with which a rule adds no noise of its own."""

WITH_EDGE = [name for name in OPTIMIZERS if OPTIMIZERS[name].stable_below]
MEMORIES = (0.0, 0.3, 0.9, 0.99)


def settings_of(name: str, memory: float) -> dict[str, float]:
    """A rule's parameters without noise, and with so much memory where it has any."""
    defaults = {p.name: p.default_at(1) for p in OPTIMIZERS[name].parameters}
    silent = {key: value for key, value in SILENT.items() if key in defaults}
    return {**defaults, **silent, **({"momentum": memory} if "momentum" in defaults else {})}


def distance_after(name: str, lr: float, settings: dict[str, float], steps: int = STEPS) -> float:
    """How far from the minimum of a parabola a walker is that began at distance 1."""
    rule = OPTIMIZERS[name]
    hyper = np.array([{**settings, "lr": lr}[parameter.name] for parameter in rule.parameters])
    x, slots, keys = np.ones((1, 1)), np.zeros((rule.slots, 1, 1)), np.zeros(1, dtype=np.uint64)
    for step in range(steps):
        rule.update(x, CURVATURE * x, slots, hyper, keys, step)
        if not abs(x[0, 0]) < 1e6:
            break
    return float(abs(x[0, 0]))


@pytest.mark.parametrize("name", WITH_EDGE)
@pytest.mark.parametrize("memory", MEMORIES)
def test_a_rule_is_stable_just_below_its_edge_and_not_just_above(name: str, memory: float) -> None:
    settings = settings_of(name, memory)
    edge = OPTIMIZERS[name].stable_below(settings) / CURVATURE
    assert distance_after(name, 0.995 * edge, settings) < 1e-3
    assert distance_after(name, 1.005 * edge, settings) > 1e3


def test_the_edges_of_the_textbook() -> None:
    assert set(WITH_EDGE) == {"gd", "langevin", "momentum", "nesterov", "perturbed-gd"}
    edges = {name: OPTIMIZERS[name].stable_below(settings_of(name, 0.9)) for name in WITH_EDGE}
    assert edges["gd"] == edges["langevin"] == edges["perturbed-gd"] == 2.0
    assert edges["momentum"] == pytest.approx(3.8)
    assert edges["nesterov"] == pytest.approx(3.8 / 2.8)


@pytest.mark.parametrize("name", [n for n in OPTIMIZERS if OPTIMIZERS[n].suggest and n not in WITH_EDGE])
def test_a_rule_without_an_edge_stays_near_whatever_the_curvature(name: str) -> None:
    lr = 20.0 / CURVATURE
    assert distance_after(name, lr, settings_of(name, 0.9), 300) < 100.0 * lr


@pytest.mark.parametrize("name", [name for name in OPTIMIZERS if OPTIMIZERS[name].suggest])
def test_a_plain_rule_goes_down_the_gradient_at_every_step_and_no_other_does(name: str) -> None:
    rule, settings = (
        OPTIMIZERS[name],
        {**settings_of(name, 0.9), "temperature": 0.1, "g_thres": 9.0, "kick": 1.0},
    )
    hyper = np.array([{**settings, "lr": 0.1}[parameter.name] for parameter in rule.parameters])
    x, slots, keys = np.ones((2, 3)), np.zeros((rule.slots, 2, 3)), np.zeros(2, dtype=np.uint64)
    expected = x.copy()
    for step in range(3):
        gradient = np.cos(x) + np.arange(3)
        expected -= 0.1 * (np.cos(expected) + np.arange(3))
        rule.update(x, gradient, slots, hyper, keys, step)
    assert np.allclose(x, expected, rtol=1e-12) == rule.plain


def test_what_a_landscape_suggests_is_stable_at_the_curvature_that_it_names() -> None:
    for name in WITH_EDGE:
        suggest, edge = OPTIMIZERS[name].suggest, OPTIMIZERS[name].stable_below
        assert 5.0 * suggest(Scales(5.0, 1.0)) < edge(settings_of(name, 0.9))
