"""The map on its page: what it says, how it is coloured, and that its marks stand where walkers do."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import Any

import made_up
import numpy as np
import pytest
from made_up import Engine, several, snapshot
from textual.pilot import Pilot

from sim import Experiment, Simulation
from sim.maps.reading import MapReading
from sim.snapshot import Snapshot
from tui import raster
from tui.app import LabApp
from tui.cells import ASCII, runs
from tui.chart import Chart
from tui.panel import PANELS
from tui.panels.map import FOCUS, MEASURES, OFF, ON, REST, TRAIL
from tui.picture import Picture
from tui.readings import in_words

MAP = PANELS["map"]


def bowl(side: int = 129, half: float = 2.0) -> np.ndarray:
    along = np.linspace(-half, half, side)
    return along[:, None] ** 2 + (along + 1.0) ** 2


def reading(step: int = 300, **changes: Any) -> MapReading:
    """Five walkers on a bowl whose lowest place is (−1, 0)."""
    places = np.array([[-1.0, 0.0], [1.5, 1.0], [0.0, -1.5], [1.9, 1.9], [-1.5, 1.5]])
    trails = np.stack([places[:2] * (1.0 - 0.1 * k) for k in range(6)])
    made = MapReading(
        step, 0, "coordinates", 2, 5, "", 300, (), "", True, False, (0.0, 0.0), 2.0, bowl(), True,
        places, np.zeros(5), 0, trails, np.array([[1.0, -1.0]]),
    )  # fmt: skip
    return replace(made, **changes)


def shown(found: MapReading, kind: str = "coordinates") -> Snapshot:
    return made_up.with_reading(snapshot(), f"map-{kind}", found)


def paint(found: MapReading) -> Picture:
    return MAP.paint(shown(found))


ALONE = {"places": np.full((1, 2), 9.0), "off": np.zeros(1), "trails": None, "rests": None}
"""A map with nothing on it."""

FAR = {"directions": 100, "whole": False, "off": np.array([0.0, 24.0, 25.0, 26.0, 0.0])}


def test_a_plane_says_that_it_can_mislead_and_a_landscape_of_two_directions_that_it_is_all() -> None:
    assert paint(reading()).notes == ("all there is: 2 directions",)
    picture = paint(reading(**FAR))
    assert picture.notes[:2] == ("2 of 100 directions: a plane can mislead", "walkers 24.5 off it")
    assert {series.mark for series in picture.series} == {FOCUS, ON, OFF, REST, TRAIL}
    assert picture.method[0] == "first coordinates through walker 1"


@pytest.mark.parametrize(("kind", "figures", "named", "note"), [
    ("components", (0.5, 0.25), "principal components of the walkers", "50 % and 25 % of the variance"),
    (
        "curvatures", (42.0, -3.0), "eigenvectors of highest and lowest curvature",
        "λ 42.0 across, −3.00 upwards (dense)",
    ),
    ("random", (), "random directions", ""),
])  # fmt: skip
def test_the_plane_is_named(kind: str, figures: tuple[float, ...], named: str, note: str) -> None:
    found = reading(kind=kind, figures=figures, method="dense", surface=kind == "random", **FAR)
    picture = MAP.paint(shown(found, kind))
    assert (
        picture.method[0]
        == ("great circles along " if kind == "random" else "") + named + " through walker 1"
    )
    assert not note or note in picture.notes
    assert not picture.across_name


def test_what_is_not_there_is_said() -> None:
    picture = paint(reading(diverged=2, ended=False, losses=bowl(17), half=1.0, step=310, **FAR))
    assert picture.notes[-4:] == (
        "4 beyond the edge",
        "2 diverged",
        "17 points a side so far",
        "plane of step 300",
    )
    nothing = MAP.paint(shown(MapReading(300, 2, "curvatures", 5, 5, "the Hessian is not finite")))
    assert nothing.message == (
        "no map along eigenvectors of highest and lowest curvature: the Hessian is not finite (walker 3)"
    )
    assert MAP.paint(several(chosen=1)).message == ""


def test_a_cohort_is_named_where_there_are_several() -> None:
    whole = several(chosen=0)
    picture = MAP.paint(made_up.with_reading(whole, "map-coordinates", reading()))
    assert picture.method[0] == "1 gd, first coordinates"


def test_without_a_screen_each_plane_that_was_asked_for_is_told() -> None:
    whole = made_up.with_reading(shown(reading()), "map-random", reading(kind="random", **FAR))
    rows = [words for _, words in in_words(whole, 0, {"map-coordinates", "map-random"})]
    assert rows[0] == "all there is: 2 directions (first coordinates)"
    assert rows[1].startswith("2 of 100 directions") and rows[1].endswith(
        "(random directions through walker 1)"
    )


def test_one_direction_is_a_curve_with_the_walkers_on_it() -> None:
    x = np.linspace(-2.0, 2.0, 513)
    found = reading(
        directions=1, centre=(0.0,), losses=x**2, places=np.array([[1.0], [-0.5], [9.0]]), off=np.zeros(3),
        trails=np.zeros((0, 0, 0)), rests=np.zeros((0, 1)),
    )  # fmt: skip
    picture = paint(found)
    line, others, focus = picture.series
    np.testing.assert_array_equal(line.y, x**2)
    np.testing.assert_allclose(focus.y, 1.0, atol=1e-4)
    np.testing.assert_allclose(others.y, [0.25, np.nan], atol=1e-4)
    assert picture.ground is None and picture.notes[1] == "1 beyond the edge"


def cells_of(picture: Picture, width: int, height: int, colours: bool, unicode: bool = True) -> list[Any]:
    rows = Chart("braille" if unicode else "ascii").draw(picture, width, height, colours)
    assert [len(row) for row in rows] == [width] * height
    return rows


@pytest.mark.parametrize("colours", [True, False])
@pytest.mark.parametrize(("width", "height"), [(80, 35), (50, 17), (33, 9), (24, 7), (14, 5), (160, 50)])
def test_marks_stand_where_the_walkers_are(width: int, height: int, colours: bool) -> None:
    places = np.array([[-1.0, 0.0], [1.5, 1.0]])
    rows = cells_of(paint(reading(**{**ALONE, "places": places, "off": np.zeros(2)})), width, height, colours)
    left = next(at for at, (character, _) in enumerate(rows[-2]) if character == "└") + 1
    columns = min(width - 7 - (10 if width >= 34 else 0), 2 * (height - 2))
    for mark, (x, y) in ((FOCUS, places[0]), (ON, places[1])):
        ((row, column),) = [
            (r, c) for r, line in enumerate(rows) for c, cell in enumerate(line) if cell[0] == mark
        ]
        assert abs(column - left + 0.5 - (x + 2.0) / 4.0 * columns) <= 1.0
        assert abs(row + 0.5 - (2.0 - y) / 4.0 * (height - 2)) <= 1.0


def test_every_cell_has_the_colours_of_its_two_points() -> None:
    picture = paint(reading(**ALONE))
    rows = cells_of(picture, 90, 35, colours=True)
    colours = raster.palette()
    heights: dict[int, list[float]] = {}
    for line, row in enumerate(rows[:33]):
        for column, (_, style) in enumerate(row[7:73]):
            for half, colour in enumerate((style.split()[0], style.split()[-1])):
                x, y = (-2.0 + 4.0 * (at + 0.5) / 66 for at in (column, 65 - (2 * line + half)))
                heights.setdefault(colours.index(colour), []).append(y**2 + (x + 1.0) ** 2)
    edges = [(min(heights[step]), max(heights[step])) for step in sorted(heights)]
    assert len(edges) > 10 and edges[0][0] < 0.01
    between = 4.0 / 128 * 4.0  # the nearest point that was looked at is not the cell's middle
    assert all(high < low + between for (_, high), (low, _) in itertools.pairwise(edges))
    scale = [row[74][1].split()[0] for row in rows[:33]]
    order = [colours.index(colour) for colour in scale]
    assert order == sorted(order, reverse=True) and (order[0], order[-1]) == (15, 0)
    assert "".join(character for row in rows[:33] for character, _ in row[76:]).split()[0] != ""


def test_shades_grow_denser_upwards_also_in_ascii() -> None:
    picture = paint(reading(**ALONE))
    for unicode, shades in ((True, raster.SHADES), (False, raster.ASCII_SHADES)):
        for colours in (True, False) if not unicode else (False,):
            rows = cells_of(picture, 90, 35, colours, unicode)
            middle = [shades.index(character) for character, _ in rows[16][7:73]]
            assert middle[16] == min(middle) and middle[65] == max(middle) and max(middle) >= len(shades) // 2


def test_no_mark_is_taken_for_a_shade() -> None:
    marks = f"{FOCUS}{ON}{OFF}{REST}{TRAIL}"
    for found, shades in ((marks, raster.SHADES), (marks.translate(ASCII), raster.ASCII_SHADES)):
        assert found.isascii() == shades.isascii()
        assert len(set(found + shades)) == len(marks) + len(shades)


def test_colours_are_evenly_apart_and_ever_lighter() -> None:
    colours = [raster._on_the_path(k / 400.0) for k in range(401)]
    for colour in colours:
        assert all(-1e-9 <= part <= 1.0 for part in raster.linear(colour)), "no screen shows it"
    assert all(a[0] < b[0] and a[2] < b[2] for a, b in itertools.pairwise(colours))
    found = [tuple(int(c[at : at + 2], 16) for at in (1, 3, 5)) for c in raster.palette()]
    grey = [0.299 * r + 0.587 * g + 0.114 * b for r, g, b in found]
    assert grey == sorted(grey) and min(np.diff(grey)) > 5.0
    assert len(set(raster.palette())) == raster.STEPS


def test_a_few_giant_numbers_do_not_flatten_all_others() -> None:
    numbers = bowl()
    numbers[0, :2], numbers[1, 0], numbers[2, 2] = 1e9, np.inf, np.nan
    low, high, log = raster.extent(numbers)
    assert (low, log) == (0.0, False) and 9.0 < high < 30.0
    assert raster.stepped(np.array([np.nan, -np.inf, 0.0, 0.999, 1.0, np.inf]), 16).tolist() == [
        -1,
        0,
        0,
        15,
        15,
        15,
    ]
    assert raster.extent(np.full((3, 3), np.nan)) is None
    low, high, log = raster.extent(10.0 ** np.linspace(-3, 3, 100))
    assert log and (low, high) == (pytest.approx(-3.0), pytest.approx(3.0))
    assert raster.extent(np.full((3, 3), 7.0)) == (7.0, 7.0, False)


@pytest.mark.parametrize("colours", [True, False])
@pytest.mark.parametrize("losses", [
    np.empty((0, 0)), np.full((9, 9), np.nan), np.full((9, 9), np.inf), np.full((9, 9), 3.0),
    np.where(np.eye(9), np.nan, 1e-300), np.geomspace(1e-200, 1e200, 81).reshape(9, 9),
])  # fmt: skip
def test_maps_of_odd_numbers_are_drawn(losses: np.ndarray, colours: bool) -> None:
    for width, height in ((60, 15), (24, 9), (12, 4), (5, 2)):
        cells_of(paint(reading(losses=losses)), width, height, colours)


def test_blanks_beside_colours_stay_blank() -> None:
    row = [(" ", ""), (" ", ""), ("▀", "#111111 on #222222"), (" ", ""), ("x", "text--dim"), (" ", "")]
    assert list(runs(row)) == [("  ", ""), ("▀", "#111111 on #222222"), (" x ", "text--dim")]


async def test_m_turns_to_the_map_and_then_to_the_next_plane() -> None:
    engine = Engine()
    app = LabApp(Experiment(), engine)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert not app.lab.measures & set(MEASURES)
        for measure in (*MEASURES, MEASURES[0]):
            await pilot.press("m")
            assert app.lab.charts.page == "map" and app.lab.measures & set(MEASURES) == {measure}


def seen(shown: Snapshot) -> tuple[LabApp, Any]:
    app = LabApp(shown.experiment, Engine(), page="map")

    async def show(pilot: Pilot[None]) -> None:
        await pilot.pause()
        app.lab.show(shown)
        await pilot.pause()

    return app, show


@pytest.fixture
def truecolour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", "truecolor")


def test_without_colours(snap_compare: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", "standard")
    app, show = seen(shown(reading()))
    assert snap_compare(app, terminal_size=(80, 24), run_before=show)


def test_a_map_of_a_real_landscape_has_its_walkers_in_the_dark(truecolour: None) -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=2, walkers=16, seed=1))
    simulation.advance(200)
    found = simulation.read(MEASURES[0])
    rows = Chart().draw(MAP.paint(found), 80, 35, colours=True)
    on = [style for row in rows for character, style in row if character in (ON, FOCUS)]
    assert len(on) > 10 and math.isfinite(found.readings[MEASURES[0]].half)
    assert all(style.startswith("#ffffff") for style in on if style.endswith(raster.palette()[0]))
