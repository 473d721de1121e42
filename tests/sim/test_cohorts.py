"""One to four rules side by side: the same landscape, the same starts, and each on its own."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pairs import RULES

from sim import LANDSCAPES, OPTIMIZERS, SCHEDULES, BadInput, Cohort, Experiment, Simulation
from sim.cohort import labels
from sim.commands import AddCohort, RemoveCohort, Set
from sim.optimizer import Trait

THREE = Experiment(
    landscape="rastrigin", dim=8, walkers=12, more_cohorts=(Cohort("adam"), Cohort("null", {"of": 2}))
)


def lengths(simulation: Simulation, place: int, steps: int) -> np.ndarray:
    """How far each walker of a cohort goes in each of the next steps (steps, n)."""
    found = []
    for _ in range(steps):
        before = simulation.positions(place)
        simulation.advance(1)
        found.append(np.linalg.norm(simulation.positions(place) - before, axis=1))
    return np.array(found)


def test_all_cohorts_begin_at_the_same_place() -> None:
    simulation = Simulation(THREE)
    for place in (1, 2):
        np.testing.assert_array_equal(simulation.positions(place), simulation.positions(0))
    readings = [cohort.readings for cohort in simulation.read().cohorts]
    assert readings[0]["loss"] == readings[1]["loss"] == readings[2]["loss"]
    simulation.advance(10)
    medians = {cohort.readings["loss"].spread.median for cohort in simulation.read("loss").cohorts}
    assert len(medians) == 3


def test_the_null_control_goes_as_far_as_its_paired_walker() -> None:
    first, second = Simulation(THREE), Simulation(THREE)
    np.testing.assert_allclose(lengths(first, 2, 20), lengths(second, 1, 20), rtol=1e-9)


def test_the_null_control_goes_nowhere_in_particular() -> None:
    """Its steps are uniform on a sphere: their mean is 0 and their coordinates have variance 1/d."""
    experiment = Experiment(landscape="rastrigin", dim=5, walkers=4000, more_cohorts=(Cohort("null"),))
    simulation = Simulation(experiment)
    before = simulation.positions(1)
    gradient = simulation.state(1).gradient.copy()
    simulation.advance(1)
    step = simulation.positions(1) - before
    directions = step / np.linalg.norm(step, axis=1, keepdims=True)
    error = 5.0 / math.sqrt(4000)  # five standard errors of a quantity of variance 1 or less
    assert np.abs(directions.mean(axis=0)).max() < error
    np.testing.assert_allclose((directions**2).mean(axis=0), 0.2, atol=error)
    cosine = (directions * gradient).sum(axis=1) / np.linalg.norm(gradient, axis=1)
    assert abs(cosine.mean()) < error
    again = simulation.positions(1)
    simulation.advance(1)
    turned = ((simulation.positions(1) - again) * step).sum(axis=1)
    assert abs(np.sign(turned).mean()) < error  # each step is drawn anew


def test_a_following_rule_is_not_led_by_the_noise_of_its_leader() -> None:
    """Both draw from the same keys at the same step."""
    experiment = Experiment(
        landscape="rastrigin",
        dim=6,
        walkers=3000,
        optimizer="langevin",
        hyper={"lr": 1e-6, "temperature": 100.0},
        more_cohorts=(Cohort("null"),),
    )
    simulation = Simulation(experiment)
    starts = simulation.positions()
    simulation.advance(1)
    first, second = (simulation.positions(place) - starts for place in (0, 1))
    cosine = (first * second).sum(axis=1) / (np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1))
    assert abs(cosine.mean()) < 5.0 / math.sqrt(6 * 3000)


def test_adding_a_cohort_begins_again_side_by_side() -> None:
    simulation = Simulation(THREE)
    simulation.advance(50)
    assert "step 0" in simulation.apply(AddCohort(Cohort("momentum")))
    assert simulation.step == 0
    assert simulation.experiment.labels == ("gd", "adam", "null", "momentum")
    np.testing.assert_array_equal(simulation.positions(3), simulation.positions(0))


def test_a_fifth_cohort_is_refused_and_nothing_changes() -> None:
    simulation = Simulation(THREE)
    simulation.apply(AddCohort(Cohort("momentum")))
    simulation.advance(20)
    before = [simulation.positions(place) for place in range(4)]
    with pytest.raises(BadInput, match="5 are too many") as mistake:
        simulation.apply(AddCohort(Cohort("lion")))
    assert mistake.value.where == "cohort"
    assert simulation.step == 20
    for place in range(4):
        np.testing.assert_array_equal(simulation.positions(place), before[place])


def test_removing_a_cohort_leaves_the_others_under_way() -> None:
    simulation = Simulation(THREE)
    simulation.advance(20)
    assert simulation.apply(RemoveCohort(0)) == "removed cohort 1, gd"
    assert simulation.step == 20
    assert simulation.experiment.cohorts == (Cohort("adam"), Cohort("null", {"of": 1.0}))
    simulation.advance(5)
    whole = Simulation(THREE)
    whole.advance(25)
    np.testing.assert_array_equal(simulation.positions(0), whole.positions(1))
    np.testing.assert_array_equal(simulation.positions(1), whole.positions(2))


@pytest.mark.parametrize(
    ("experiment", "place", "words"),
    [
        (Experiment(), 0, "the last one cannot go"),
        (Experiment(), 1, "there is no cohort 2"),
        (THREE, 1, "cohort 3 follows it"),
        (THREE, -1, "there is no cohort 0"),
    ],
)
def test_what_cannot_be_removed_stays(experiment: Experiment, place: int, words: str) -> None:
    simulation = Simulation(experiment)
    with pytest.raises(BadInput, match=words):
        simulation.apply(RemoveCohort(place))
    assert simulation.experiment == experiment
    simulation.advance(1)


def test_a_setting_of_one_cohort_changes_that_one_alone_and_at_once() -> None:
    changed, left = Simulation(THREE), Simulation(THREE)
    for simulation in (changed, left):
        simulation.advance(10)
    assert changed.apply(Set("lr", 0.5, 1)) == ""
    for simulation in (changed, left):
        simulation.advance(10)
    assert changed.step == 20
    np.testing.assert_array_equal(changed.positions(0), left.positions(0))
    assert (changed.positions(1) != left.positions(1)).all()
    assert changed.experiment.values(1)["lr"] == 0.5
    assert changed.experiment.values(0)["lr"] == THREE.suggested_lr


def test_a_schedule_sets_the_learning_rate_of_every_step() -> None:
    """On x²/2 a step multiplies x by 1 − lr."""
    experiment = Experiment(
        landscape="quadratic", dim=1, walkers=1, schedule="inverse-sqrt", hyper={"lr": 0.01},
        parameters={p.name: p.default_at(1) for p in LANDSCAPES["quadratic"].parameters},
    )  # fmt: skip
    simulation = Simulation(experiment)
    start = simulation.positions()[0, 0]
    curvature = simulation.problem.hessian(np.zeros(1))[0, 0]
    simulation.advance(30)
    factor, settings = SCHEDULES["inverse-sqrt"].factor, experiment.hyperparameters
    expected = start * math.prod(1.0 - 0.01 * factor(k, settings) * curvature for k in range(30))
    assert simulation.positions()[0, 0] == pytest.approx(expected, rel=1e-12)
    assert factor(0, settings) != factor(29, settings)


def values_of(optimizer: str, schedule: str) -> st.SearchStrategy[dict[str, float]]:
    parameters = (*OPTIMIZERS[optimizer].parameters, *SCHEDULES[schedule].parameters)
    turned = {p.name: p.turned(p.default_at(1), True) for p in parameters if p.name != "lr"}
    return st.sets(st.sampled_from([*turned, "lr"])).map(
        lambda names: {name: turned.get(name, 0.125) for name in sorted(names)}
    )


@given(st.data())
def test_a_line_restores_a_cohort(data: st.DataObject) -> None:
    optimizer, schedule = data.draw(st.sampled_from(RULES)), data.draw(st.sampled_from(SCHEDULES.names))
    cohort = Cohort(optimizer, data.draw(values_of(optimizer, schedule)), schedule)
    assert Cohort.from_text(cohort.to_text()) == cohort


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("adma", "did you mean 'adam'"),
        ("", "there is no ''"),
        ("gd,lr", "'lr' has no value"),
        ("gd,lr=x", "'x' is not a number"),
        ("gd,beta1=0.5", "there is no 'beta1'"),
        ("gd,schedule=cosin", "did you mean 'cosine'"),
        ("null,schedule=cosine", "null has no learning rate to schedule"),
        ("null,lr=1", "there is no 'lr'"),
    ],
)
def test_a_line_that_is_no_cohort_is_refused(text: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        Cohort.from_text(text)


def test_labels_tell_cohorts_of_one_optimizer_apart() -> None:
    assert labels((Cohort("gd"), Cohort("adam"))) == ("gd", "adam")
    twins = (Cohort("gd", {"lr": 0.1}), Cohort("gd", {"lr": 0.2}, "cosine"), Cohort("adam"))
    assert labels(twins) == ("gd lr=0.1", "gd schedule=cosine lr=0.2", "adam")


def test_even_equal_cohorts_have_labels_of_their_own() -> None:
    assert labels((Cohort("gd"), Cohort("gd"), Cohort("adam"))) == ("gd #1", "gd #2", "adam")


@pytest.mark.parametrize("trait", [Trait.DECAYS, Trait.NOISY, Trait.COORDINATEWISE])
def test_a_rule_that_a_landscape_cannot_take_is_refused_by_name(register, trait: Trait) -> None:
    from toys import bowl

    register(LANDSCAPES, "picky", bowl(refuses={trait: "that has no meaning"}))
    refused = [name for name in RULES if trait in OPTIMIZERS[name].traits]
    assert refused
    for name in RULES:
        if name not in refused:
            Experiment(landscape="picky", optimizer=name)
            continue
        with pytest.raises(BadInput, match=f"{name} {trait}; on picky, that has no meaning") as mistake:
            Experiment(landscape="picky", more_cohorts=(Cohort(name),))
        assert mistake.value.where == "optimizer"
