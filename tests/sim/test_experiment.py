"""The experiment: what it accepts, what it refuses and how, and that a string restores it whole."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any

import msgspec
import pytest
from hypothesis import event, given, reject
from hypothesis import strategies as st
from pairs import PAIRS, RULES
from problems import has_coordinates, locks_directions

from sim import LANDSCAPES, OPTIMIZERS, SCHEDULES, STARTS, BadInput, Cohort, Experiment
from sim.parameters import Choice, Declared, Parameter, Value, WholeNumbers, settled


def values_of(parameter: Declared) -> st.SearchStrategy[Value]:
    """Values in the range of a parameter."""
    if isinstance(parameter, Choice):
        return st.sampled_from(parameter.options)
    if isinstance(parameter, WholeNumbers):
        numbers = st.lists(st.integers(parameter.low, parameter.high), min_size=1, max_size=parameter.most)
        return numbers.map(lambda found: ",".join(map(str, found)))
    assert isinstance(parameter, Parameter)
    low, high = max(parameter.low, -1e12), min(parameter.high, 1e12)
    if parameter.whole:
        return st.integers(math.ceil(low), math.floor(high)).map(float)
    return st.floats(low, high, exclude_min=parameter.open_low, exclude_max=parameter.open_high)


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    """Any valid experiment, some of its parameters chosen."""
    landscape, starts = draw(st.sampled_from(LANDSCAPES.names)), draw(st.sampled_from(STARTS.names))
    starts = starts if has_coordinates(landscape) else "normal"

    def some(parameters: Iterable[Declared]) -> dict[str, Any]:
        return {p.name: draw(values_of(p)) for p in parameters if draw(st.booleans())}

    def cohort() -> Cohort:
        optimizer, schedule = draw(st.sampled_from(RULES)), draw(st.sampled_from(SCHEDULES.names))
        own = some(OPTIMIZERS[optimizer].parameters)
        return Cohort(optimizer, {**own, **some(SCHEDULES[schedule].parameters)}, schedule)

    first, more, declared = (
        cohort(),
        [cohort() for _ in range(draw(st.integers(0, 3)))],
        LANDSCAPES[landscape],
    )
    parameters, dim = some(declared.parameters), draw(st.integers(1, 10**15))
    try:
        dim = declared.dim_of(settled(declared.parameters, parameters, dim), dim)
        return Experiment(
            landscape=landscape,
            dim=dim,
            active_dim=draw(st.none() | st.integers(1, dim)) if locks_directions(landscape) else None,
            giant_dim=draw(st.none() | st.integers(dim, 10**15)),
            walkers=draw(st.integers(1, 10**7)),
            starts=starts,
            starts_parameters=some(STARTS[starts].parameters),
            optimizer=first.optimizer,
            hyper=first.hyper,
            schedule=first.schedule,
            more_cohorts=tuple(more),
            parameters=parameters,
            seed=draw(st.integers(0, 2**63 - 1)),
        )
    except BadInput as mistake:  # parameters that do not go together
        event(str(mistake).partition(":")[0])
        reject()


def as_toml(experiment: Experiment) -> str:
    """The experiment as somebody would write it into a file."""
    data = msgspec.to_builtins(experiment)
    tables = {name: data.pop(name) for name in ("parameters", "starts_parameters", "hyper")}
    cohorts = data.pop("more_cohorts")
    lines = [f"{name} = {json.dumps(value)}" for name, value in data.items() if value is not None]
    for name, table in tables.items():
        lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
    for cohort in cohorts:
        lines += ["[[more_cohorts]]", *(f'{name} = "{cohort[name]}"' for name in ("optimizer", "schedule"))]
        lines += ["[more_cohorts.hyper]", *(f"{key} = {value!r}" for key, value in cohort["hyper"].items())]
    return "\n".join(lines)


@given(experiments())
def test_a_string_restores_an_experiment_whole(experiment: Experiment) -> None:
    assert Experiment.from_json(experiment.to_json()) == experiment
    assert "\n" not in experiment.to_json()
    assert Experiment.from_toml(as_toml(experiment)) == experiment


@given(experiments())
def test_an_explicit_experiment_is_the_same_one_with_everything_written(experiment: Experiment) -> None:
    explicit = experiment.explicit()
    assert explicit.parameters == explicit.settings == experiment.settings
    assert explicit.hyper == explicit.hyperparameters == experiment.hyperparameters
    assert explicit.parameters.keys() == {p.name for p in LANDSCAPES[experiment.landscape].parameters}
    assert explicit.starts_parameters == experiment.starts_settings
    for place, cohort in enumerate(explicit.cohorts):
        assert cohort.hyper == experiment.hyperparameters_of(place)
        assert list(cohort.hyper) == [p.name for p in cohort.declared]
        assert next(iter(cohort.hyper)) == "lr"
    assert explicit.active_dim == experiment.active
    assert explicit.giant_dim == experiment.giant
    assert explicit.explicit() == explicit


def test_what_is_chosen_is_all_that_is_kept() -> None:
    experiment = Experiment(parameters={"mu": 0.5}, hyper={"lr": 0.1})
    assert experiment.parameters == {"mu": 0.5}
    assert experiment.hyper == {"lr": 0.1}
    assert experiment.settings["mu"] == 0.5
    assert experiment.hyperparameters["lr"] == 0.1


def test_toml_may_name_a_few_entries() -> None:
    text = 'landscape = "rastrigin"\ndim = 1_000\n[hyper]\nlr = 1e-3\n'
    assert Experiment.from_toml(text) == Experiment(landscape="rastrigin", dim=1000, hyper={"lr": 1e-3})
    assert Experiment.from_toml("") == Experiment()


LARGE = "a whole number from 1 to 1e+15"
BAD = [
    ({"dim": 0}, "dim", "0 is out of range", LARGE),
    ({"dim": -5}, "dim", "-5 is out of range", LARGE),
    ({"dim": 10**30}, "dim", "is out of range", LARGE),
    ({"dim": 10**400}, "dim", "is out of range", LARGE),
    ({"dim": 2.5}, "dim", "2.5 is out of range", LARGE),
    ({"dim": True}, "dim", "True is out of range", LARGE),
    ({"walkers": 0}, "walkers", "0 is out of range", "a whole number from 1 to 1e+07"),
    ({"walkers": -3}, "walkers", "-3 is out of range", "a whole number from 1 to 1e+07"),
    ({"seed": -1}, "seed", "-1 is out of range", "a whole number from 0"),
    ({"seed": 2**63}, "seed", "is out of range", "a whole number from 0"),
    (
        {"landscape": "rastrigan"},
        "landscape",
        "there is no 'rastrigan'; did you mean 'rastrigin'?",
        "gaussian-field",
    ),
    ({"landscape": "xyz"}, "landscape", "there is no 'xyz'", "gaussian-field"),
    ({"optimizer": "adma"}, "optimizer", "there is no 'adma'; did you mean 'adam'?", "gd, "),
    ({"parameters": {"mv": 1.0}}, "parameter", "there is no 'mv'; did you mean 'mu'?", "mu"),
    ({"parameters": {"lr": 1.0}}, "parameter", "there is no 'lr'", "mu"),
    ({"parameters": {"mu": -0.1}}, "mu", "-0.1 is out of range", "a number from 0"),
    ({"parameters": {"mu": math.nan}}, "mu", "nan is not a finite number", "a number from 0"),
    ({"parameters": {"mu": "abc"}}, "mu", "'abc' is not a number", "a number from 0"),
    ({"parameters": {"sigma": 0.0}}, "sigma", "0.0 is out of range", "a number from 1e-06"),
    ({"parameters": {"M": 0}}, "M", "0 is out of range", "a whole number from 1"),
    ({"parameters": {"M": 600.5}}, "M", "600.5 is not a whole number", "a whole number from 1"),
    ({"parameters": {"M": math.inf}}, "M", "inf is not a finite number", "a whole number from 1"),
    ({"hyper": {"lr": 0.0}}, "lr", "0.0 is out of range", "a number above 0"),
    ({"hyper": {"lr": -1e-3}}, "lr", "-0.001 is out of range", "a number above 0"),
    ({"hyper": {"lr": math.inf}}, "lr", "inf is not a finite number", "a number above 0"),
    ({"hyper": {"lr": 10**400}}, "lr", "is not a number", "a number above 0"),
    ({"hyper": {"lr": True}}, "lr", "True is not a number", "a number above 0"),
    ({"hyper": {"beta1": 0.9}}, "parameter", "there is no 'beta1'", "lr"),
    (
        {"optimizer": "adam", "hyper": {"beta1": 1.0}},
        "beta1",
        "1.0 is out of range",
        "a number from 0 below 1",
    ),
    ({"optimizer": "null"}, "of", "null has nobody to follow as cohort 1", "a rule of its own"),
    (
        {"more_cohorts": (Cohort("null", {"of": 3}), Cohort("null"))},
        "of",
        "null has nobody to follow as cohort 3",
        "a rule of its own",
    ),
    ({"more_cohorts": (Cohort(),) * 4}, "cohort", "5 are too many", "1 to 4"),
    ({"more_cohorts": [Cohort()]}, "more_cohorts", "is not a tuple", "a tuple"),
    ({"schedule": "cosin"}, "schedule", "did you mean 'cosine'", "cosine"),
    ({"starts": "unifrom"}, "starts", "did you mean 'uniform'", "uniform"),
    ({"active_dim": 101}, "active_dim", "101 is out of range", "a whole number from 1 to 100"),
    ({"active_dim": 0}, "active_dim", "0 is out of range", "a whole number from 1 to 100"),
    ({"active_dim": 2.0}, "active_dim", "2.0 is out of range", "a whole number from 1 to 100"),
    ({"giant_dim": 99}, "giant_dim", "99 is out of range", "a whole number from 100 to 1e+15"),
    ({"giant_dim": 10**16}, "giant_dim", "1e+16 is out of range", "a whole number from 100 to 1e+15"),
    ({"giant_dim": 1e9}, "giant_dim", "1000000000.0 is out of range", "a whole number from 100 to 1e+15"),
    (
        {"optimizer": "adam", "hyper": {"beta9": 0.5}},
        "parameter",
        "there is no 'beta9'; did you mean 'beta",
        "beta1",
    ),
]


@pytest.mark.parametrize(("entries", "where", "what", "accepted"), BAD, ids=[str(bad[0])[:40] for bad in BAD])
def test_a_mistake_is_named_with_what_would_be_accepted(
    entries: dict[str, Any], where: str, what: str, accepted: str
) -> None:
    with pytest.raises(BadInput) as mistake:
        Experiment(**entries)
    assert mistake.value.where == where
    assert what in mistake.value.what
    assert accepted in mistake.value.accepted
    assert str(mistake.value) == f"{where}: {mistake.value.what}; accepted: {mistake.value.accepted}"
    assert "\n" not in str(mistake.value)


@pytest.mark.parametrize(("entries", "where"), [(bad[0], bad[1]) for bad in BAD if bad[1] != "seed"][:12])
def test_a_document_with_a_mistake_is_refused_as_the_mistake_itself(
    entries: dict[str, Any], where: str
) -> None:
    with pytest.raises(BadInput) as mistake:
        Experiment.from_data(entries)
    assert where in str(mistake.value)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "3", "null", '{"dmi": 3}', '{"dim": "many"}', '{"dim": 1e400}', '{"hyper": 3}', "\x00"],
)
def test_text_that_is_no_experiment_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(BadInput) as mistake:
        Experiment.from_json(text)
    assert mistake.value.accepted
    assert "\n" not in str(mistake.value)


@pytest.mark.parametrize("text", ["dim", "dim = ", "[dim", "dim = 1\ndim = 2", "dmi = 3", "dim = 1979-05-27"])
def test_toml_that_is_no_experiment_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        Experiment.from_toml(text)


documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=5,
)
entries = st.dictionaries(st.sampled_from([*Experiment.__struct_fields__, "x"]), documents, max_size=4)


@given(documents | entries)
def test_any_document_is_an_experiment_or_bad_input(data: object) -> None:
    try:
        assert isinstance(Experiment.from_data(data), Experiment)
    except BadInput as mistake:
        assert mistake.where


typed = st.text(max_size=8) | st.floats().map(str) | st.integers().map(str) | st.floats() | st.integers()


@given(
    experiments(),
    st.sampled_from([*Experiment().values(), "A", "beta1", "zz"]),
    typed | st.sampled_from([*RULES, "null", *SCHEDULES, *STARTS]),
    st.integers(0, 4),
)
def test_anything_typed_is_taken_or_bad_input(
    experiment: Experiment, name: str, value: object, cohort: int
) -> None:
    try:
        changed = experiment.with_value(name, value, cohort)
    except BadInput as mistake:
        assert mistake.accepted
    else:
        assert name in changed.values(cohort)
        assert Experiment.from_json(changed.to_json()) == changed


@pytest.mark.parametrize(
    ("text", "dim"),
    [
        ("1000", 1000),
        ("1e6", 10**6),
        ("1_000_000", 10**6),
        (" 7 ", 7),
        (1e3, 1000),
        ("999999999999999", 10**15 - 1),
    ],
)
def test_numbers_are_typed_as_people_type_them(text: object, dim: int) -> None:
    assert Experiment(landscape="rastrigin").with_value("dim", text).dim == dim


@pytest.mark.parametrize(
    "text", ["10.5", 10.5, "ten", "", "nan", "inf", "1e400", None, True, "0x10", "1e-3", "0"]
)
def test_what_is_no_dimension_is_refused(text: object) -> None:
    with pytest.raises(BadInput) as mistake:
        Experiment().with_value("dim", text)
    assert mistake.value.where == "dim"


@pytest.mark.parametrize(
    ("text", "lr"), [("0.05", 0.05), ("5e-2", 0.05), (".05", 0.05), ("1_000", 1000.0), (2, 2.0)]
)
def test_a_learning_rate_is_typed(text: object, lr: float) -> None:
    assert Experiment().with_value("lr", text).hyperparameters["lr"] == lr


def test_one_entry_changes_and_the_others_stay() -> None:
    experiment = Experiment(
        landscape="rastrigin", parameters={"A": 5.0}, optimizer="adam", hyper={"lr": 0.1, "beta1": 0.5}
    )
    assert experiment.with_value("A", "7").parameters == {"A": 7.0}
    assert experiment.with_value("beta2", 0.5).hyper == {"lr": 0.1, "beta1": 0.5, "beta2": 0.5}
    assert experiment.with_value("walkers", "9") == msgspec.structs.replace(experiment, walkers=9)
    assert experiment.with_value("seed", 3).seed == 3
    with pytest.raises(BadInput, match="did you mean 'walkers'"):
        experiment.with_value("walker", 3)


def test_another_landscape_brings_its_own_parameters_and_learning_rate() -> None:
    experiment = Experiment(
        landscape="rastrigin", parameters={"A": 5.0}, optimizer="adam", hyper={"lr": 0.1, "beta1": 0.5}
    )
    other = experiment.with_value("landscape", "gaussian-field")
    assert other.parameters == {}
    assert other.hyper == {"beta1": 0.5}
    assert other.hyperparameters["lr"] == other.suggested_lr


def test_another_optimizer_brings_its_own_hyperparameters() -> None:
    experiment = Experiment(
        landscape="rastrigin", parameters={"A": 5.0}, optimizer="adam", hyper={"lr": 0.1, "beta1": 0.5}
    )
    other = experiment.with_value("optimizer", "gd")
    assert other.hyper == {}
    assert other.parameters == {"A": 5.0}


@pytest.mark.parametrize(("landscape", "optimizer"), PAIRS)
def test_every_parameter_can_be_turned_to_its_ends_and_back(landscape: str, optimizer: str) -> None:
    start = Experiment(landscape=landscape, optimizer=optimizer)
    parameters = (*OPTIMIZERS[optimizer].parameters, *LANDSCAPES[landscape].parameters)
    for name in (parameter.name for parameter in parameters if isinstance(parameter, Parameter)):
        for up in (True, False):
            experiment = start
            for _ in range(3000):
                try:
                    turned = experiment.turned(name, up)
                except BadInput:  # the other parameters do not allow more
                    break
                if turned == experiment:
                    break
                before, after = experiment.values()[name], turned.values()[name]
                assert (after > before) is up
                experiment = turned
            else:
                raise AssertionError(f"{name} never comes to an end")
            assert start.turned(name, up).turned(name, not up).values().keys() == start.values().keys()


def test_only_numbers_can_be_turned() -> None:
    for name in ("landscape", "optimizer", "zz"):
        with pytest.raises(BadInput):
            Experiment().turned(name, True)


def test_an_experiment_does_not_change() -> None:
    experiment = Experiment()
    with pytest.raises(AttributeError):
        experiment.dim = 3  # type: ignore[misc]
    assert experiment == Experiment()


def test_every_entry_is_listed_once_with_its_value() -> None:
    values = Experiment(landscape="rastrigin", optimizer="adam", dim=7).values()
    counted = {"dim", "active_dim", "giant_dim", "walkers", "seed"}
    assert counted | {"landscape", "starts", "optimizer", "schedule"} < set(values)
    assert values["giant_dim"] == 7
    assert values["active_dim"] == 7
    assert values["dim"] == 7
    assert values["A"] == 10.0
    assert values["lr"] == Experiment(landscape="rastrigin", optimizer="adam", dim=7).suggested_lr


def test_what_was_given_is_copied_and_kept_as_it_was_checked() -> None:
    parameters, hyper, starts = {"neurons": 5}, {"lr": 1}, {"spread": 1}
    experiment = Experiment(
        landscape="relu-teacher",
        parameters=parameters,
        hyper=hyper,
        starts="normal",
        starts_parameters=starts,
    )
    for entry in (parameters, hyper, starts):
        entry.clear()
    assert experiment.dim == 50
    assert experiment.parameters == {"neurons": 5.0}
    assert (experiment.hyper, experiment.starts_parameters) == ({"lr": 1.0}, {"spread": 1.0})
    typed = Experiment.from_json('{"landscape": "spin-glass", "parameters": {"p": "3"}}')
    assert typed == Experiment(landscape="spin-glass").with_value("p", 3)
    assert typed.parameters == {"p": 3.0}


def test_a_dimension_beyond_the_walkers_is_typed_and_stays_until_it_is_reached() -> None:
    walkers = Experiment(landscape="rastrigin", dim=100)
    assert (walkers.giant, walkers.giant_dim) == (100, None)
    beyond = walkers.with_value("giant_dim", "175e9")
    assert beyond.giant == beyond.giant_dim == beyond.values()["giant_dim"] == 175 * 10**9
    assert beyond.with_value("dim", 1000).with_value("landscape", "quadratic").giant_dim == 175 * 10**9
    assert beyond.with_value("dim", 175 * 10**9).giant_dim is None
    assert beyond.with_value("dim", 10**12).with_value("dim", 100).giant == 100
    assert beyond.with_value("giant_dim", 100) == walkers
    assert walkers.explicit().with_value("dim", 50).giant == 50, "it was that of the walkers"
    for typed in ("99", "1e16", "many", "2.5", None):
        with pytest.raises(BadInput, match="accepted: a whole number from 100 to 1e.15") as mistake:
            walkers.with_value("giant_dim", typed)
        assert mistake.value.where == "giant_dim"


def test_where_another_landscape_has_no_room_only_the_laws_stay() -> None:
    large = Experiment(landscape="krylov-quadratic", dim=175 * 10**9)
    for landscape in ("rastrigin", "network"):
        other = large.with_value("landscape", landscape)
        assert (other.landscape, other.giant) == (landscape, 175 * 10**9)
        assert other.dim < 1000
    assert large.with_value("landscape", "rastrigin").dim == 100
    assert large.with_value("landscape", "krylov-quadratic").dim == 175 * 10**9
    smaller = Experiment(landscape="krylov-quadratic", dim=10**6).with_value("landscape", "rastrigin")
    assert (smaller.dim, smaller.giant_dim) == (10**6, None)


def test_a_scene_may_name_a_dimension_beyond_the_walkers() -> None:
    found = Experiment.from_toml("dim = 50\ngiant_dim = 175_000_000_000")
    assert (found.dim, found.giant) == (50, 175 * 10**9)
    assert Experiment.from_json(found.to_json()) == found
