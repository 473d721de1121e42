"""Every registered optimizer: its trajectory against its formula, and how its state decays."""

from __future__ import annotations

import naive
import naive_optimizers
import numpy as np
import pytest
from problems import experiment_on, goes_with
from scipy import stats
from twins import TWINS

from sim import LANDSCAPES, OPTIMIZERS, Experiment, Simulation
from sim.cohort import Cohort
from sim.landscape import Scales
from sim.optimizer import Trait
from sim.rng import Stream, fill_normal, stream_keys

DIM, WALKERS, STEPS, SEED = 3, 5, 40, 2

HYPERS = {
    "gd": [{"lr": 1e-3}, {"lr": 4e-3}],
    "momentum": [{"lr": 1e-3, "momentum": 0.9}, {"lr": 2e-3, "momentum": 0.5}, {"lr": 1e-3, "momentum": 0.0}],
    "nesterov": [{"lr": 1e-3, "momentum": 0.9}, {"lr": 2e-3, "momentum": 0.5}, {"lr": 1e-3, "momentum": 0.0}],
    "rmsprop": [
        {"lr": 1e-2, "alpha": 0.99, "eps": 1e-8},
        {"lr": 2e-3, "alpha": 0.9, "eps": 1.0},
        {"lr": 5e-3, "alpha": 0.0, "eps": 0.1},
    ],
    "adagrad": [{"lr": 1e-2, "eps": 1e-10}, {"lr": 0.1, "eps": 1.0}],
    "adam": [
        {"lr": 1e-2, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
        {"lr": 5e-2, "beta1": 0.5, "beta2": 0.9, "eps": 1.0},
        {"lr": 1e-3, "beta1": 0.0, "beta2": 0.0, "eps": 1e-3},
    ],
    "adamw": [
        {"lr": 1e-2, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0.01},
        {"lr": 5e-2, "beta1": 0.5, "beta2": 0.9, "eps": 1.0, "weight_decay": 2.0},
        {"lr": 5e-2, "beta1": 0.5, "beta2": 0.9, "eps": 1.0, "weight_decay": 0.0},
    ],
    "lion": [{"lr": 1e-2, "beta1": 0.9, "beta2": 0.99}, {"lr": 3e-2, "beta1": 0.0, "beta2": 0.5}],
    "sign-sgd": [{"lr": 1e-2}, {"lr": 0.3}],
    "langevin": [{"lr": 1e-3, "temperature": 1.0}, {"lr": 2e-3, "temperature": 0.0}],
    "perturbed-gd": [
        {"lr": 1e-3, "kick": 0.5, "g_thres": 1e3, "t_thres": 5.0},
        {"lr": 4e-3, "kick": 0.3, "g_thres": 1.0, "t_thres": 0.0},
        {"lr": 4e-3, "kick": 0.3, "g_thres": 0.0, "t_thres": 0.0},
    ],
}

CASES = [(name, hyper) for name, hypers in HYPERS.items() for hyper in hypers]

LED = {name: (Cohort(name),) for name in OPTIMIZERS if name == "null"}
"""Rules that cannot stand alone: they are the second cohort, and gradient descent is the first."""


def chosen(name: str, **entries: object) -> tuple[Experiment, int]:
    """An experiment with the rule at its defaults, and the place of its cohort."""
    if name in LED:
        return Experiment(more_cohorts=LED[name], **entries), 1  # type: ignore[arg-type]
    return Experiment(optimizer=name, **entries), 0  # type: ignore[arg-type]


def hyper_of(name: str, lr: float) -> list[float]:
    """What the kernel is given: the learning rate, if any, then the rule's own parameters."""
    optimizer = OPTIMIZERS[name]
    own = [parameter.default_at(1) for parameter in optimizer.own_parameters]
    return [lr, *own] if optimizer.suggest else own


def assert_follows(simulation: Simulation, paths: list[list[naive.Vector]], cohort: int = 0) -> None:
    for step in range(1, STEPS + 1):
        simulation.advance(1)
        assert simulation.step == step
        expected = [path[step] for path in paths]
        np.testing.assert_allclose(simulation.positions(cohort), expected, rtol=1e-10, atol=1e-10)


def begun(landscape: str, **entries: object) -> tuple[Simulation, list[naive.Vector], object]:
    """A simulation, its starts, and the landscape's twin."""
    parameters = {"M": 8.0} if landscape == "gaussian-field" else {}
    experiment = Experiment(
        landscape=landscape, dim=DIM, walkers=WALKERS, parameters=parameters, seed=SEED, **entries  # type: ignore[arg-type]
    )  # fmt: skip
    simulation = Simulation(experiment)
    low, high = simulation.problem.box
    starts = np.random.default_rng(4).uniform(low, high, (WALKERS, DIM))
    simulation.place(starts)
    np.testing.assert_array_equal(simulation.positions(), starts)
    return simulation, starts.tolist(), TWINS[landscape].Twin(DIM, SEED, **experiment.settings)


def update_keys() -> list[int]:
    return naive.stream_keys(SEED, int(Stream.UPDATE), WALKERS)


@pytest.mark.parametrize(("name", "hyper"), CASES, ids=[f"{name} {hyper}" for name, hyper in CASES])
@pytest.mark.parametrize("landscape", ["rastrigin", "gaussian-field"])
def test_a_trajectory_is_that_of_the_textbook(landscape: str, name: str, hyper: dict[str, float]) -> None:
    simulation, starts, twin = begun(landscape, optimizer=name, hyper=hyper)
    keys = [{"key": key} if name in naive_optimizers.KEYED else {} for key in update_keys()]
    rules = [naive_optimizers.OPTIMIZERS[name](DIM, **hyper, **key) for key in keys]
    paths = [
        naive_optimizers.trajectory(twin.gradient, rule, start, STEPS)  # type: ignore[attr-defined]
        for rule, start in zip(rules, starts, strict=True)
    ]
    assert_follows(simulation, paths)


@pytest.mark.parametrize("leader", ["gd", "langevin"])
def test_the_null_control_goes_as_far_as_its_pair_elsewhere(leader: str) -> None:
    hyper = HYPERS[leader][0]
    null = Cohort("null", {"of": 2.0})
    simulation, starts, twin = begun(
        "rastrigin", optimizer="adam", more_cohorts=(Cohort(leader, hyper), null)
    )
    keyed = leader in naive_optimizers.KEYED
    paths = []
    for key, start in zip(update_keys(), starts, strict=True):
        rule = naive_optimizers.OPTIMIZERS[leader](DIM, **hyper, **({"key": key} if keyed else {}))
        led = naive_optimizers.trajectory(twin.gradient, rule, start, STEPS)  # type: ignore[attr-defined]
        control = naive_optimizers.NullControl(DIM, led, key)
        paths.append(naive_optimizers.trajectory(lambda x: x, control, start, STEPS))
    assert_follows(simulation, paths, cohort=2)


def test_every_rule_has_a_twin_that_is_followed_with_all_its_parameters() -> None:
    assert set(naive_optimizers.OPTIMIZERS) == set(OPTIMIZERS) == {*HYPERS, *LED}
    for name, hyper in CASES:
        assert list(hyper) == [parameter.name for parameter in OPTIMIZERS[name].parameters]
    for name, hypers in HYPERS.items():
        for parameter in OPTIMIZERS[name].parameters:
            assert len({hyper[parameter.name] for hyper in hypers}) > 1, f"{name}: one {parameter.name} alone"


def test_the_twin_of_the_perturbed_descent_is_perturbed_in_these_cases() -> None:
    """Or else following it would show little."""
    counts = []
    for hyper in HYPERS["perturbed-gd"]:
        rule = naive_optimizers.PerturbedGradientDescent(DIM, **hyper, key=update_keys()[0])
        twin = TWINS["rastrigin"].Twin(DIM, SEED, A=10.0)
        naive_optimizers.trajectory(twin.gradient, rule, [0.3, 0.2, 0.1], STEPS)
        counts.append(rule.kicks)
    assert counts[0] == 6  # with t_thres = 5, in steps 0, 7, 14, ...
    assert 1 < counts[1] < STEPS // 2
    assert counts[2] == 0


@pytest.mark.parametrize("name", OPTIMIZERS.names)
def test_loss_and_gradient_norm_are_recorded_where_the_walkers_are(name: str) -> None:
    experiment, place = chosen(name, landscape="rastrigin", dim=4, walkers=7, seed=1)
    simulation = Simulation(experiment)
    losses, norms = [], []
    for _ in range(9):
        value, gradient = simulation.problem.value_and_gradient(simulation.positions(place))
        losses.append(naive.five_numbers(value.tolist()))
        norms.append(naive.five_numbers(np.sqrt((gradient**2).sum(axis=1)).tolist()))
        simulation.advance(1)
    simulation.rewind()
    simulation.advance(8)
    traces = simulation.read("loss", "gradient-norm").cohorts[place].traces
    np.testing.assert_array_equal(traces["loss"].steps, np.arange(9))
    np.testing.assert_allclose(traces["loss"].rows, losses, rtol=1e-13)
    np.testing.assert_allclose(traces["gradient-norm"].rows, norms, rtol=1e-13)


FORGETFUL = [name for name in OPTIMIZERS if any(p.decay for p in OPTIMIZERS[name].own_parameters)]
"""Rules whose state is made of averages, which fade once the gradient is zero."""


@pytest.mark.parametrize("name", OPTIMIZERS.names)
def test_state_that_decays_becomes_zero_and_never_subnormal(name: str) -> None:
    optimizer = OPTIMIZERS[name]
    memories = [0.5 if p.decay else p.default_at(1) for p in optimizer.own_parameters]
    hyper = np.array([1e-3, *memories] if optimizer.suggest else memories)
    rng = np.random.default_rng(0)
    slots = np.abs(rng.standard_normal((optimizer.slots, 4, 6)))
    x, keys = 1e-3 * rng.standard_normal((4, 6)), np.zeros(4, dtype=np.uint64)
    smallest = np.finfo(np.float64).tiny
    for step in range(1500):
        gradient = x * 500.0 if step < 300 else np.zeros_like(x)
        optimizer.update(x, gradient, slots, hyper, keys, step)
        for array in (x, slots):
            assert not np.any((array != 0.0) & (np.abs(array) < smallest))
    if name in FORGETFUL:
        assert not slots.any()


@pytest.mark.parametrize("name", [name for name in OPTIMIZERS if name not in LED])
def test_a_nan_is_not_taken_for_something_small(name: str) -> None:
    optimizer = OPTIMIZERS[name]
    slots = np.zeros((optimizer.slots, 1, 2))
    x, keys = np.ones((1, 2)), np.zeros(1, dtype=np.uint64)
    optimizer.update(x, np.array([[np.nan, 1.0]]), slots, np.array(hyper_of(name, 0.1)), keys, 0)
    np.testing.assert_array_equal(np.isnan(x), [[True, False]])
    if name in FORGETFUL:
        assert np.isnan(slots[:, 0, 0]).all()


def test_walkers_that_converge_reach_exact_zero() -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=8, walkers=3, hyper={"lr": 1e-3}))
    simulation.place(np.full((3, 8), 1e-3))
    simulation.advance(2000)
    assert not simulation.positions().any()
    assert simulation.read("loss").readings["loss"].spread.max == 0.0


@pytest.mark.parametrize("name", [name for name in OPTIMIZERS if OPTIMIZERS[name].suggest])
@pytest.mark.parametrize("landscape", LANDSCAPES.names)
def test_a_learning_rate_is_suggested_for_every_landscape(landscape: str, name: str) -> None:
    if not goes_with(landscape, name):
        pytest.skip("refused")
    for dim in (2, 10, 1000):
        experiment = experiment_on(landscape, dim, optimizer=name)
        assert 0.0 < experiment.hyperparameters["lr"] == experiment.suggested_lr < np.inf
    suggest = OPTIMIZERS[name].suggest
    assert suggest is not None
    sharp, flat = (suggest(Scales(curvature, 1.0)) for curvature in (1e3, 1.0))
    assert sharp <= flat


@pytest.mark.parametrize("name", OPTIMIZERS.names)
def test_every_parameter_of_a_rule_says_what_it_is(name: str) -> None:
    optimizer = OPTIMIZERS[name]
    assert optimizer.title
    assert optimizer.formula
    assert ("lr" in [p.name for p in optimizer.parameters[:1]]) == (optimizer.suggest is not None)
    for parameter in optimizer.own_parameters:
        assert parameter.name.isidentifier()
        assert parameter.help
        assert parameter.check(parameter.default_at(1)) == parameter.default_at(1)


TURN = np.linalg.qr(np.random.default_rng(8).standard_normal((4, 4)))[0]


@pytest.mark.parametrize("name", [name for name in OPTIMIZERS if Trait.NOISY not in OPTIMIZERS[name].traits])
def test_coordinatewise_rules_are_those_that_see_the_axes(name: str) -> None:
    """Turn positions and gradients, take steps, and turn back: other rules end where they would anyway."""
    optimizer, keys = OPTIMIZERS[name], np.zeros(6, dtype=np.uint64)
    ends = []
    for turn in (np.eye(4), TURN):
        x = np.ascontiguousarray(np.random.default_rng(1).standard_normal((6, 4)) @ turn)
        slots = np.zeros((optimizer.slots, 6, 4))
        for step in range(5):
            optimizer.update(
                x,
                np.ascontiguousarray((x @ turn.T) ** 3 @ turn),
                slots,
                np.array(hyper_of(name, 0.02)),
                keys,
                step,
            )
        ends.append(x @ turn.T)
    sees_axes = Trait.COORDINATEWISE in optimizer.traits
    assert (np.abs(ends[0] - ends[1]).max() > 1e-3) == sees_axes
    assert sees_axes or np.abs(ends[0] - ends[1]).max() < 1e-12


def test_decaying_rules_are_those_that_move_where_it_is_flat() -> None:
    for name, optimizer in OPTIMIZERS.items():
        if Trait.NOISY in optimizer.traits:
            continue
        x, slots = np.full((1, 3), 2.0), np.zeros((optimizer.slots, 1, 3))
        optimizer.update(x, np.zeros((1, 3)), slots, np.array(hyper_of(name, 0.1)), np.zeros(1, np.uint64), 0)
        assert (x < 2.0).all() == (Trait.DECAYS in optimizer.traits)
        assert (x == 2.0).all() != (Trait.DECAYS in optimizer.traits)


def test_a_push_is_uniform_in_a_ball() -> None:
    """|ξ|ᵈ / kickᵈ is uniform, and so is the direction: each coordinate's mean square is |ξ|² / d."""
    walkers, dim, kick = 40_000, 3, 0.2
    x = np.zeros((walkers, dim))
    hyper = np.array([0.1, kick, 1.0, 5.0])
    keys = stream_keys(3, Stream.UPDATE, walkers)
    OPTIMIZERS["perturbed-gd"].update(x, np.zeros_like(x), np.zeros((1, walkers, dim)), hyper, keys, 4)
    length = np.linalg.norm(x, axis=1)
    assert length.max() < kick
    assert stats.kstest((length / kick) ** dim, "uniform").pvalue > 1e-3
    for axis in x.T:  # one coordinate of a uniform direction in three dimensions is uniform
        assert stats.kstest(axis / length, "uniform", args=(-1.0, 2.0)).pvalue > 1e-3


def test_a_direction_of_the_null_control_is_uniform_and_not_its_leaders_noise() -> None:
    walkers, dim = 40_000, 3
    x, slots = np.zeros((walkers, dim)), np.zeros((1, walkers, dim))
    slots[0, :, 0] = lengths = np.linspace(0.5, 2.0, walkers)
    keys = stream_keys(3, Stream.UPDATE, walkers)
    OPTIMIZERS["null"].update(x, np.zeros_like(x), slots, np.array([1.0]), keys, 4)
    np.testing.assert_allclose(np.linalg.norm(x, axis=1), lengths, rtol=1e-12)
    for axis in x.T:
        assert stats.kstest(axis / lengths, "uniform", args=(-1.0, 2.0)).pvalue > 1e-3
    noise = np.empty((walkers, dim))
    fill_normal(keys, 4, noise)
    for j in range(dim):
        assert abs(np.corrcoef(x[:, j], noise[:, j])[0, 1]) < 4.0 / np.sqrt(walkers)
