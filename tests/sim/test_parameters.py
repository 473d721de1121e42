"""Declared numbers: their ranges, and how an arrow turns them."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import BadInput
from sim.parameters import Choice, Parameter, WholeNumbers, neighbour, number, settled, whole


@pytest.mark.parametrize(
    ("value", "below", "above"),
    [
        (1.0, 0.5, 2.0),
        (2.0, 1.0, 5.0),
        (5.0, 2.0, 10.0),
        (3.0, 2.0, 5.0),
        (0.00227, 0.002, 0.005),
        (0.1, 0.05, 0.2),
        (1e6, 5e5, 2e6),
    ],
)
def test_the_ladder_is_1_2_5(value: float, below: float, above: float) -> None:
    assert (neighbour(value, up=False), neighbour(value, up=True)) == (below, above)


@given(st.floats(1e-300, 1e300))
def test_a_neighbour_is_a_rung_strictly_beyond(value: float) -> None:
    for up in (True, False):
        rung = neighbour(value, up)
        assert (rung > value) if up else (rung < value)
        assert 1 / 2.51 < rung / value < 2.51
        mantissa = f"{rung:e}".split("e")[0]
        assert float(mantissa) in (1.0, 2.0, 5.0)
        assert neighbour(neighbour(rung, up), not up) == rung


def test_a_decay_is_turned_towards_one() -> None:
    momentum = Parameter("momentum", 0.9, "", low=0.0, high=1.0, open_high=True, decay=True)
    rungs = [0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999]
    for low, high in pairwise(rungs):
        assert momentum.turned(low, up=True) == high
        assert momentum.turned(high, up=False) == low
    assert momentum.turned(0.93, up=True) == 0.95
    assert momentum.turned(0.93, up=False) == 0.9
    assert momentum.turned(0.0, up=False) == 0.0
    value = 0.999
    for _ in range(50):
        value = momentum.turned(value, up=True)
    assert 0.999999 < value < 1.0


def test_a_small_number_of_something_is_turned_by_one() -> None:
    """The first to the fourth cohort: 1, 2, 5 would leave out two of them."""
    of = Parameter("of", 1.0, "", low=1.0, high=4.0, whole=True)
    for lower, higher in pairwise([1.0, 2.0, 3.0, 4.0]):
        assert of.turned(lower, up=True) == higher
        assert of.turned(higher, up=False) == lower
    assert (of.turned(1.0, up=False), of.turned(4.0, up=True)) == (1.0, 4.0)


@pytest.mark.parametrize(
    ("parameter", "rungs"),
    [
        (Parameter("batch", 0.0, "", low=0.0, high=1e8, whole=True), [0.0, 1.0, 2.0, 5.0, 10.0]),
        (Parameter("A", 10.0, "", low=0.0), [0.0, 0.01, 0.02, 0.05, 0.1]),
        (Parameter("mu", 0.01, "", low=0.0), [0.0, 1e-5, 2e-5, 5e-5]),
        (Parameter("spread", 0.577, "", low=0.0), [0.0, 5e-4, 1e-3, 2e-3]),
        (Parameter("period", 0.0, "", low=0.0), [0.0, 1e-3, 2e-3]),
        (Parameter("M", lambda dim: dim, "", low=0.0), [0.0, 1e-3, 2e-3]),
        (Parameter("tilt", 1.0, ""), [-2e-3, -1e-3, 0.0, 1e-3, 2e-3]),
        (Parameter("steps", 1.0, "", whole=True), [-2.0, -1.0, 0.0, 1.0, 2.0]),
    ],
    ids=lambda found: found.name if isinstance(found, Parameter) else "",
)
def test_arrows_come_to_zero_and_leave_it(parameter: Parameter, rungs: list[float]) -> None:
    for lower, higher in pairwise(rungs):
        assert parameter.turned(lower, up=True) == higher
        assert parameter.turned(higher, up=False) == lower
    if parameter.low == 0.0:
        assert parameter.turned(0.0, up=False) == 0.0
    assert parameter.turned(1e-9, up=False) <= 0.0 or parameter.whole


def test_arrows_never_come_to_a_zero_that_is_left_out() -> None:
    rate = Parameter("lr", 0.1, "", low=0.0, open_low=True)
    assert rate.turned(1e-9, up=False) == 5e-10


@pytest.mark.parametrize("whole", [True, False])
def test_ends_between_rungs_are_reached(whole: bool) -> None:
    width = Parameter("width", 16.0, "", low=3.0, high=256.0, whole=whole)
    assert width.turned(200.0, up=True) == width.turned(256.0, up=True) == 256.0
    assert width.turned(256.0, up=False) == 200.0
    assert width.turned(5.0, up=False) == width.turned(3.0, up=False) == 3.0
    opened = Parameter("width", 16.0, "", high=256.0, open_high=True)
    assert opened.turned(200.0, up=True) == 200.0


@pytest.mark.parametrize(
    ("parameter", "accepted"),
    [
        (Parameter("p", 0.0, ""), "a number"),
        (Parameter("p", 0.0, "", low=0.0), "a number from 0"),
        (Parameter("p", 1.0, "", low=0.0, open_low=True), "a number above 0"),
        (Parameter("p", 0.0, "", low=0.0, high=1.0), "a number from 0 up to 1"),
        (Parameter("p", 0.0, "", low=0.0, high=1.0, open_high=True), "a number from 0 below 1"),
        (Parameter("p", 1.0, "", low=1.0, high=1e12, whole=True), "a whole number from 1 up to 1e+12"),
    ],
)
def test_a_range_in_words(parameter: Parameter, accepted: str) -> None:
    assert parameter.accepted == accepted
    with pytest.raises(BadInput) as mistake:
        parameter.check("abc")
    assert mistake.value.accepted == accepted


def test_ends_that_belong_to_the_range_are_in_it() -> None:
    closed = Parameter("p", 0.0, "", low=0.0, high=1.0)
    assert (closed.check(0.0), closed.check(1.0)) == (0.0, 1.0)
    opened = Parameter("p", 0.5, "", low=0.0, high=1.0, open_low=True, open_high=True)
    for value in (0.0, 1.0):
        with pytest.raises(
            BadInput, match=f"^p: {value} is out of range; accepted: a number above 0 and below 1$"
        ):
            opened.check(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e6", 10**6), ("1_000", 1000), (7, 7), (7.0, 7), ("-3", -3), ("9007199254740993", 9007199254740993)],
)
def test_whole_numbers_are_exact(text: object, value: int) -> None:
    assert whole("n", text) == value
    assert isinstance(whole("n", text), int)


@pytest.mark.parametrize(
    "text", ["1.5", 1.5, -0.5, "a", "", math.nan, math.inf, "1e400", None, True, [], b"7x"]
)
def test_what_is_not_whole_is_refused(text: object) -> None:
    with pytest.raises(BadInput, match="^n: "):
        whole("n", text)


@pytest.mark.parametrize("text", ["abc", "", "nan", "-inf", None, False, [], "1,5", "1 2", 10**400])
def test_what_is_no_finite_number_is_refused(text: object) -> None:
    with pytest.raises(BadInput, match="^n: "):
        number("n", text)


def test_defaults_may_depend_on_the_dimension() -> None:
    parameters = (Parameter("M", lambda dim: 4.0 * dim, ""), Parameter("mu", 0.5, ""))
    assert settled(parameters, {}, 10) == {"M": 40.0, "mu": 0.5}
    assert settled(parameters, {"mu": "0.25"}, 3) == {"M": 12.0, "mu": 0.25}
    with pytest.raises(BadInput, match="^parameter: there is no 'm'"):
        settled(parameters, {"m": 1.0}, 3)


METAL = Choice("metal", "iron", ("iron", "gold", "tin"), "of what it is", (".csv",))
SIZES = WholeNumbers("sizes", "8,4", "how large", 1, 100, 3)


@pytest.mark.parametrize("value", ["iron", " gold ", "a/b.csv"])
def test_a_word_among_the_options_is_taken(value: str) -> None:
    assert METAL.check(value) == value.strip()


@pytest.mark.parametrize("value", ["", "Iron", 3, None, True, "b.npy"])
def test_another_word_is_refused_with_what_would_do(value: object) -> None:
    with pytest.raises(BadInput, match="^metal: there is no .*; accepted: iron or gold or tin or FILE.csv$"):
        METAL.check(value)


def test_an_arrow_goes_round_the_words() -> None:
    assert [METAL.turned(word, True) for word in ("iron", "gold", "tin", "x.csv")] == [
        "gold",
        "tin",
        "iron",
        "iron",
    ]
    assert [METAL.turned(word, False) for word in ("iron", "x.csv")] == ["tin", "tin"]


@pytest.mark.parametrize(("typed", "kept"), [("8, 4", "8,4"), ("1e2", "100"), (7, "7"), (7.0, "7")])
def test_whole_numbers_are_kept_in_one_form(typed: object, kept: str) -> None:
    assert SIZES.check(typed) == kept


@pytest.mark.parametrize("value", ["", "8,", "0", "101", "1.5", "8;4", "1,2,3,4", None, True, "a"])
def test_other_numbers_are_refused(value: object) -> None:
    accepted = "accepted: 1 to 3 whole numbers from 1 to 100 with commas between, such as 8,4$"
    with pytest.raises(BadInput, match=f"^sizes: .*; {accepted}"):
        SIZES.check(value)


def test_an_arrow_turns_all_the_numbers_as_far_as_they_go() -> None:
    assert SIZES.turned("8,4,100", True) == "10,5,100"
    assert SIZES.turned("8,4,1", False) == "5,2,1"


def test_a_number_that_may_be_negative_is_turned_through_zero() -> None:
    level = Parameter("level", -1.0, "a height", low=-5.0, high=5.0)
    small = [1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05]
    near_zero = [*(-rung for rung in small[::-1]), 0.0, *small]
    value, path = -5.0, []
    while (turned := level.turned(value, True)) != value:
        path.append(value := turned)
    assert path == [-2.0, -1.0, -0.5, -0.2, -0.1, *near_zero, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0]
    down = []
    while (turned := level.turned(value, False)) != value:
        down.append(value := turned)
    assert down == [2.0, 1.0, 0.5, 0.2, 0.1, *near_zero[::-1], -0.1, -0.2, -0.5, -1.0, -2.0, -5.0]
    assert level.turned(3e-4, False) == 0.0 == level.turned(-3e-4, True)
