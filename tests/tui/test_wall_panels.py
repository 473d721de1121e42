"""The panels of the page on walls: what they say, and that it fits."""

from __future__ import annotations

from dataclasses import replace

import made_up
import numpy as np
import pytest
from made_up import several, snapshot

from sim.measures.barrier import BarrierReading, Between
from sim.measures.paths import PathsReading
from sim.measures.uphill import UphillReading
from sim.snapshot import Snapshot
from sim.walls.line import Line, Top
from sim.walls.passes import Passes
from tui.chart import Chart
from tui.panel import PANELS
from tui.picture import Picture

NARROW = 25
"""Columns that a note has at 80×24."""


def uphill(**changes: object) -> UphillReading:
    radii = np.geomspace(0.01, 10.0, 9)
    up = np.array([190, 210, 230, 280, 340, 390, 400, 400, 400])
    reading = UphillReading(
        300, 0, 400, 100, 1.0, radii, up, np.full(9, 400), up / 400 - 0.03, up / 400 + 0.02,
        np.linspace(0.48, 1.0, 9), np.zeros(9), "dense", exact=True,
    )  # fmt: skip
    return replace(reading, **changes)


def line(height: float | None, length: float = 46.0) -> Line:
    shares = np.linspace(0.0, 1.0, 65)
    losses = 2.0 + shares + (height or 0.0) * np.sin(np.pi * shares)
    return Line(shares, losses, length, 0.125, Top(0.5, losses.max(), 0.0), height, height)


def barrier(**changes: object) -> BarrierReading:
    return replace(BarrierReading(300, 0, 63, Between(6, line(845.0)), Between(2, line(0.0))), **changes)


def lowest(walls: list[float], **changes: object) -> PathsReading:
    free = np.array([*[0, 2, 3, 4][: len(walls) - 1], 100])
    found = Passes(free, np.array(walls), True, 0.12)
    return replace(PathsReading(300, 0, 21, 4.36, found), **changes)


def shown(name: str, reading: object, base: Snapshot | None = None) -> Picture:
    return PANELS[name].paint(made_up.with_reading(base or snapshot(), name, reading))


def drawn(picture: Picture, width: int, height: int) -> str:
    return "\n".join("".join(mark for mark, _ in row) for row in Chart().draw(picture, width, height))


def test_ways_up_are_said_in_numbers() -> None:
    picture = shown("uphill", uphill())
    assert picture.notes[:3] == ("48% up at 0.0100", "100% at 10.0", "from walker 1")
    assert picture.notes[3] == "theory of second order, traces exact (dense)"
    assert picture.method == ("400 directions",)
    assert picture.across == (0.01, 10.0) and picture.across_log and picture.limits == (0.0, 1.0)
    assert len(picture.notes[0]) <= NARROW


def test_all_and_none_are_said_of_nothing_else() -> None:
    up = np.array([1, *[200] * 7, 399])
    notes = shown("uphill", uphill(up=up)).notes
    assert notes[0].startswith("<1% up") and notes[1].startswith(">99% at")
    notes = shown("uphill", uphill(up=np.array([0, *[200] * 7, 400]))).notes
    assert notes[0].startswith("0% up") and notes[1].startswith("100% at")


def test_the_points_of_ways_up_are_seen_over_intervals_and_theory() -> None:
    text = drawn(shown("uphill", uphill()), 60, 18)
    assert text.count("●") == 9 and "╌" in text and "│" in text
    assert drawn(shown("uphill", uphill()), 24, 9).count("●") >= 7


def test_an_estimate_is_not_shown_as_exact() -> None:
    estimated = uphill(exact=False, method="64 products", theory_error=np.full(9, 0.031))
    note = "theory of second order, traces estimated (64 products, 3% standard error at most)"
    assert note in shown("uphill", estimated).notes
    assert any("rough in so few directions" in n for n in shown("uphill", uphill(open_directions=2)).notes)
    assert "along the surface" in shown("uphill", uphill(surface=True)).notes


def test_without_a_theory_the_sample_is_shown_alone() -> None:
    picture = shown("uphill", uphill(theory=None, theory_error=None))
    assert [series.mark for series in picture.series] == ["│", "●"]
    assert not any("theory" in words for words in (*picture.notes, *picture.legend, *picture.short_legend))


def test_barriers_are_said_in_numbers() -> None:
    picture = shown("barrier", barrier())
    assert picture.notes[:2] == ("barrier 845", "nearest 0.00")
    assert "walker 1 at 2.00, 7 at 3.00" in picture.notes and "46.0 apart" in picture.notes
    assert picture.legend == ("━ to 7, the farthest", "· to 3, the nearest")
    assert [series.mark for series in picture.series] == ["━", "·"]


def test_a_matched_network_is_a_third_line() -> None:
    picture = shown("barrier", barrier(matched=line(0.0424, 20.0)))
    assert picture.notes[0] == "845, matched 0.0424" and len(picture.notes[0]) <= NARROW
    assert "46.0 apart, 20.0 matched" in picture.notes
    assert picture.legend[2] == "╌ to 7, neurons matched"
    text = drawn(picture, 60, 18)
    assert "╌" in text and "·" in text


def test_neurons_that_are_too_many_to_match_are_said_to_be() -> None:
    assert "too many neurons to match" in shown("barrier", barrier(unmatched=True)).notes
    assert "too many neurons to match" not in shown("barrier", barrier()).notes


def test_two_walkers_have_one_line() -> None:
    picture = shown("barrier", barrier(nearest=None))
    assert len(picture.series) == len(picture.legend) == 1


def test_a_line_through_what_is_not_finite() -> None:
    lost = replace(line(None), losses=np.where(np.arange(65) == 30, np.nan, 1.0))
    picture = shown("barrier", barrier(farthest=Between(6, lost)))
    assert picture.notes[0] == "barrier ∞"
    assert drawn(picture, 60, 18)


def test_walls_are_said_to_be_bounds() -> None:
    picture = shown("paths", lowest([1.31, 0.778, 0.106, 0.02, 0.01]))
    assert picture.notes[0] == "≤ 0.0100, straight 1.31" and len(picture.notes[0]) <= NARROW
    assert "walkers 1 and 22, 4.36 apart" in picture.notes
    assert picture.method == ("upper bounds, a lower path may exist", "upper bounds", "bounds")
    assert picture.across == (2.0, 100.0) and picture.across_log and picture.from_zero
    text = drawn(picture, 60, 18)
    assert text.count("●") == 4 and "╌" in text


def test_a_wall_that_is_gone_is_said_to_be() -> None:
    picture = shown("paths", lowest([1.31, 0.778, 0.106, 0.0, 0.0]))
    assert picture.notes[:2] == ("no wall, straight 1.31", "gone with 4 free")
    assert not any("gone" in note for note in shown("paths", lowest([1.31, 0.7])).notes)


def test_one_number_of_free_coordinates_is_one_point() -> None:
    picture = shown("paths", lowest([5.8, 1.13], surface=True))
    assert drawn(picture, 60, 18).count("●") == 1 and "along the surface" in picture.notes
    incomplete = lowest([5.8, 1.13])
    part = replace(incomplete, found=replace(incomplete.found, complete=False))
    assert "up to 100 free: more would take too long" in shown("paths", part).notes


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("uphill", uphill(reason="walker 1 diverged")),
        ("barrier", barrier(reason="needs two walkers", farthest=None)),
        ("paths", lowest([1.0, 0.5], found=None, reason="no wall on the straight line to the other walker")),
    ],
)
def test_an_empty_panel_says_why(name: str, reading: object) -> None:
    picture = shown(name, reading)
    assert picture.message == reading.reason and not picture.series
    assert "".join(picture.message.split()) in "".join(drawn(picture, 24, 9).split())


@pytest.mark.parametrize(
    ("name", "reading"), [("uphill", uphill()), ("barrier", barrier()), ("paths", lowest([1.0, 0.5]))]
)
def test_of_several_cohorts_the_panel_names_its_own(name: str, reading: object) -> None:
    base = several(chosen=1)
    first, second, third = base.cohorts
    views = (first, replace(second, readings={**second.readings, name: reading}), third)
    picture = PANELS[name].paint(replace(base, cohorts=views))
    assert picture.method[0].startswith("2 adam, ") and picture.method[-1] == "2"
    assert any(" of 2 adam" in note for note in picture.notes)
