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
from piloted import screen_text
from rich._palettes import EIGHT_BIT_PALETTE
from rich.color import Color, ColorSystem
from textual.pilot import Pilot

from sim import Experiment, Simulation
from sim.maps.reading import MapReading
from sim.snapshot import Snapshot
from tui import raster
from tui.app import LabApp
from tui.axes import round_places, value_axis
from tui.cells import ASCII, runs
from tui.chart import Chart
from tui.contours import ASCII_LINES, LINES
from tui.ground import shape
from tui.panel import PANELS
from tui.panels.map import FOCUS, MEASURES, OFF, ON, REST, REST_OFF, RESTING, TRAIL, TRAIL_OFF
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
        step, 0, "coordinates", 2, 5, 5, chosen_at=300, whole=True, centre=(0.0, 0.0), half=2.0,
        losses=bowl(), places=places, off=np.zeros(5), resting=np.zeros(5, dtype=bool), counted=5,
        trails=trails, rests=np.array([[1.0, -1.0]]), apart=4.0 / 128,
    )  # fmt: skip
    return replace(made, **changes)


def shown(found: MapReading, kind: str = "coordinates") -> Snapshot:
    return made_up.with_reading(snapshot(), f"map-{kind}", found)


def paint(found: MapReading) -> Picture:
    return MAP.paint(shown(found))


ALONE = {
    "places": np.full((1, 2), 9.0), "off": np.zeros(1), "resting": None, "trails": None, "rests": None,
}  # fmt: skip
"""A map with nothing on it."""

FAR = {"directions": 100, "whole": False, "off": np.array([0.0, 24.0, 25.0, 26.0, 0.0])}


def test_a_plane_says_that_it_can_mislead_and_a_landscape_of_two_directions_that_it_is_all() -> None:
    assert paint(reading()).notes == ("all there is: 2 directions", "trails of 2 walkers")
    picture = paint(reading(**FAR))
    assert picture.notes[:2] == ("2 of 100 directions: a plane can mislead", "walkers 24.5 off it")
    assert picture.short_note == "can mislead: 2 of 100" and not paint(reading()).short_note
    assert {series.mark for series in picture.series} == {FOCUS, ON, OFF, REST, TRAIL}
    assert picture.method[0] == "first coordinates through walker 1"
    assert paint(reading(**{**FAR, "off": np.zeros(5)})).notes[1] == "walkers on it"


def marks_of(picture: Picture) -> dict[str, list[list[float]]]:
    return {s.mark: np.stack([s.x, s.y], axis=1).round(6).tolist() for s in picture.series}


def test_the_legend_is_of_marks_that_are_seen_and_each_stands_for_what_it_says() -> None:
    found = reading(
        off=np.array([0.0, 0.0, 0.5, 0.0, 0.0]), resting=np.array([False, True, True, False, False]),
        trails_on=np.array([[True, False]] * 6), rests_on=np.array([False]),
    )  # fmt: skip
    picture = paint(found)
    assert marks_of(picture) == {
        TRAIL_OFF: found.trails[:, 1].round(6).tolist(), TRAIL: found.trails[:, 0].round(6).tolist(),
        REST_OFF: [[1.0, -1.0]], OFF: [[0.0, -1.5]], ON: [[1.9, 1.9], [-1.5, 1.5]], RESTING: [[1.5, 1.0]],
        FOCUS: [[-1.0, 0.0]],
    }  # fmt: skip
    assert [mark[0] for mark in picture.legend] == list(marks_of(picture))
    assert picture.legend[-1] == f"{FOCUS} walker 1"
    near = reading(half=1.6, resting=np.ones(5, dtype=bool))
    marks = (f"{TRAIL} trails", f"{REST} was at rest", f"{RESTING} at rest", f"{FOCUS} walker 1, at rest")
    assert picture_legend(near) == [*marks]
    assert picture_legend(replace(near, half=0.4)) == [f"{FOCUS} walker 1, at rest"]


def picture_legend(found: MapReading) -> list[str]:
    return list(paint(found).legend)


def test_a_sample_is_not_shown_as_all() -> None:
    some = reading(walkers=5000, seen=256, diverged=131, counted=256, began=40)
    assert paint(some).notes[1:] == (
        "256 of 5 000 walkers", "131 of these 256 diverged", "trails of 2 walkers since step 40",
    )  # fmt: skip
    assert "trails of 1 walker" in paint(reading(trails=reading().trails[:, :1])).notes
    assert "2 501 diverged" in paint(reading(walkers=5000, seen=256, diverged=2501, counted=5000)).notes


def test_eigenvectors_that_are_not_good_yet_do_not_bear_the_name() -> None:
    rough = reading(kind="curvatures", figures=(7.5, -2.5), method="Lanczos", error=0.14, **FAR)
    picture = MAP.paint(shown(rough, "curvatures"))
    assert picture.method[0].startswith("towards eigenvectors of highest")
    assert picture.notes[1] == "λ about 7.50 across, −2.50 upwards (Lanczos, residual 14 %)"
    better = MAP.paint(shown(replace(rough, error=0.004), "curvatures"))
    assert better.method[0].startswith("eigenvectors") and "residual 0.4 %" in better.notes[1]
    dense = replace(rough, method="dense", error=0.0)
    assert MAP.paint(shown(dense, "curvatures")).notes[1] == "λ 7.50 across, −2.50 upwards (dense)"
    user = MAP.paint(shown(replace(dense, by_differences=True), "curvatures"))
    assert user.notes[1] == "λ about 7.50 across, −2.50 upwards (dense, by differences)"


def test_structure_that_is_finer_than_the_points_is_said_not_to_be_seen() -> None:
    assert "points 0.500 apart: finer structure is not seen" in paint(reading(apart=0.5)).notes
    assert not any("finer" in note for note in paint(reading(apart=0.25)).notes)


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
    assert picture.notes[-5:] == (
        "4 beyond the edge",
        "2 diverged",
        "17 points a side so far",
        "plane of step 300",
        "trails of 2 walkers",
    )
    nothing = MAP.paint(shown(MapReading(300, 2, "curvatures", 5, 5, 5, "the Hessian is not finite")))
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
    assert rows[0] == "all there is: 2 directions, trails of 2 walkers (first coordinates)"
    assert rows[1].startswith("2 of 100 directions") and rows[1].endswith(
        "(random directions through walker 1)"
    )


def test_one_direction_is_a_curve_with_the_walkers_on_it() -> None:
    x = np.linspace(-2.0, 2.0, 513)
    found = reading(
        directions=1, centre=(0.0,), losses=x**2, places=np.array([[1.0], [-0.5], [9.0]]), off=np.zeros(3),
        resting=None, trails=np.zeros((0, 0, 0)), rests=np.zeros((0, 1)),
    )  # fmt: skip
    picture = paint(found)
    line, others, focus = picture.series
    np.testing.assert_array_equal(line.y, x**2)
    np.testing.assert_allclose(focus.y, 1.0, atol=1e-4)
    np.testing.assert_allclose(others.y, [0.25, np.nan], atol=1e-4)
    assert picture.ground is None and picture.notes[1] == "1 beyond the edge"


def cells_of(picture: Picture, width: int, height: int, colours: bool, unicode: bool = True) -> list[Any]:
    rows = Chart("braille" if unicode else "ascii").draw(
        picture, width, height, "truecolor" if colours else ""
    )
    assert [len(row) for row in rows] == [width] * height
    return rows


SIZES = [(80, 35), (50, 17), (33, 9), (33, 7), (24, 7), (14, 5), (160, 50), (60, 50), (40, 38)]


@pytest.mark.parametrize("colours", [True, False])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_marks_stand_in_the_cells_that_their_places_are_a_part_of(
    width: int, height: int, colours: bool
) -> None:
    size = shape(width, height)
    rng = np.random.default_rng(width)
    for place in (*rng.uniform(-2.0, 2.0, (40, 2)), *itertools.product((-2.0, 2.0), (-2.0, 2.0))):
        found = reading(
            **{**ALONE, "places": place[None] if isinstance(place, np.ndarray) else np.array([place])}
        )
        rows = cells_of(paint(found), width, height, colours)
        (at,) = [(r, c) for r, line in enumerate(rows) for c, cell in enumerate(line) if cell[0] == FOCUS]
        x, y = (
            min(int((at + 2.0) / 4.0 * n), n - 1)
            for at, n in zip(place, (size.columns, size.rows), strict=True)
        )
        assert at == (size.rows - 1 - y, 7 + x)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_map_is_as_wide_as_it_is_high_and_has_its_axis_where_there_is_room(width: int, height: int) -> None:
    size = shape(width, height)
    assert size.columns in (2 * size.rows, 2 * size.rows - 1)
    assert size.columns + size.scale + size.left + 7 == width
    room = height - 2 if size.has_axis else height
    assert size.rows == room or size.columns == width - size.scale - 7
    rows = cells_of(paint(reading()), width, height, colours=True)
    corners = [r for r, line in enumerate(rows) if any(cell[0] == "└" for cell in line)]
    assert corners == ([size.rows] if size.has_axis else [])


def test_beside_a_map_there_are_words_where_there_is_room() -> None:
    picture = paint(reading(**FAR))
    rows = ["".join(c for c, _ in row[-50:]) for row in cells_of(picture, 130, 35, colours=True)]
    assert shape(130, 35).left == 47 and shape(80, 35).left == 0
    assert [row.strip() for row in rows[:3]] == [*picture.notes[:2], "trails of 2 walkers"]
    assert not any(row.strip() for row in rows[4:33])


def test_every_cell_has_the_colours_of_its_two_points() -> None:
    picture = paint(reading(**ALONE))
    rows = cells_of(picture, 90, 35, colours=True)
    colours = raster.palette()
    heights: dict[int, list[float]] = {}
    for line, row in enumerate(rows[:33]):
        for column, (character, style) in enumerate(row[7:73]):
            for half, colour in enumerate(style.split(" on ") if character in "▀ " else ()):
                x, y = (-2.0 + 4.0 * (at + 0.5) / 66 for at in (column, 65 - (2 * line + half)))
                heights.setdefault(colours.index(colour), []).append(y**2 + (x + 1.0) ** 2)
    edges = [(min(heights[step]), max(heights[step])) for step in sorted(heights)]
    assert len(edges) > 10 and edges[0][0] < 0.01
    between = 4.0 / 128 * 4.0  # the nearest point that was looked at is not the cell's middle
    assert all(high < low + between for (_, high), (low, _) in itertools.pairwise(edges))
    scale = [row[74][1].split()[0] for row in rows[:33] if row[74][0] in "▀ "]
    order = [colours.index(colour) for colour in scale]
    assert order == sorted(order, reverse=True) and (order[0], order[-1]) == (15, 0)
    assert "".join(character for row in rows[:33] for character, _ in row[76:]).split()[0] != ""


def test_shades_grow_denser_upwards_also_in_ascii() -> None:
    picture = paint(reading(**ALONE))
    for unicode, shades in ((True, raster.SHADES), (False, raster.ASCII_SHADES)):
        for colours in (True, False) if not unicode else (False,):
            rows = cells_of(picture, 90, 35, colours, unicode)
            lines = LINES if unicode else ASCII_LINES
            middle = [
                shades.index(character) for character, _ in rows[16][7:73] if character not in lines[1:]
            ]
            assert middle[16] == min(middle) and middle[-1] == max(middle) >= len(shades) // 2


def test_no_mark_is_taken_for_a_shade_or_a_line() -> None:
    marks = f"{FOCUS}{ON}{RESTING}{OFF}{REST}{TRAIL}{TRAIL_OFF}"
    for found, shades, lines in (
        (marks, raster.SHADES, LINES),
        (marks.translate(ASCII), raster.ASCII_SHADES, ASCII_LINES),
    ):
        assert found.isascii() == shades.isascii() == lines.isascii()
        assert len({*found, *shades}) == len(marks) + len(shades)
        assert not {*found, *shades} & {*lines[1:]}


def hills(side: int = 129, waves: float = 3.0, seed: int = 5) -> np.ndarray:
    """A smooth surface of so many hills a side at most, about 0."""
    rng, along = np.random.default_rng(seed), np.linspace(0.0, 2.0 * math.pi, side)
    found = np.zeros((side, side))
    for up, across, phase in rng.uniform(-0.5 * waves, 0.5 * waves, (8, 3)):
        found += np.cos(up * along[:, None] + across * along + 5.0 * phase)
    return found


SYSTEMS = (("truecolor", True), ("256", True), ("", True), ("", False))
"""Systems of colours, and whether there is more than ASCII."""


def drawn_lines(
    losses: np.ndarray, width: int, height: int, colours: str, unicode: bool
) -> tuple[np.ndarray, list[float]]:
    """Which cells have a line, and the heights that the scale names where it has one, too."""
    rows = Chart("braille" if unicode else "ascii").draw(
        paint(reading(losses=losses, **ALONE)), width, height, colours
    )
    size, lines = shape(width, height), (LINES if unicode else ASCII_LINES)[1:]
    there = np.array([[c in lines for c, _ in row[7 : 7 + size.columns]] for row in rows[: size.rows]])
    scale = ["".join(c for c, _ in row[8 + size.columns :]) for row in rows[: size.rows]]
    named = [float(text[3:].split()[0].replace("−", "-")) for text in scale if text[0] == lines[11]]
    return there, named


@pytest.mark.parametrize(("width", "height"), [(80, 35), (50, 17), (160, 50)])
@pytest.mark.parametrize(("colours", "unicode"), SYSTEMS)
def test_lines_are_where_a_height_that_the_scale_names_lies_between_the_corners_of_a_cell(
    colours: str, unicode: bool, width: int, height: int
) -> None:
    hole = np.where(np.hypot(*np.mgrid[-64:65, -64:65]) < 50.0, bowl(), np.nan)
    for losses in (bowl(), hills(), 1e4 ** (hills() / 8.0), hole):
        there, named = drawn_lines(losses, width, height, colours, unicode)
        h, w = there.shape
        up, across = (np.rint(np.linspace(0.0, 128.0, n + 1)).astype(int) for n in (h, w))
        corners = losses[up[::-1]][:, across]
        ring = [corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]]
        sides = [np.stack(pair) for pair in zip(ring, ring[1:] + ring[:1], strict=True)]
        wanted = [
            (side.min(axis=0) < level) & (side.max(axis=0) >= level) for side in sides for level in named
        ]
        assert named and np.array_equal(there, np.any(wanted, axis=0))
        assert there.mean() <= (0.5 if colours else 0.4)


ARMS = {
    " ": [""], "─": ["lr"], "│": ["ud"], "╭": ["dr"], "╮": ["dl"], "╯": ["ul"], "╰": ["ur"], "┼": ["udlr"],
    "├": ["udr"], "┤": ["udl"], "┬": ["dlr"], "┴": ["ulr"],
    "-": ["lr"], "|": ["ud"], "/": ["dr", "ul"], "\\": ["dl", "ur"],
    "+": ["udlr", "udr", "udl", "dlr", "ulr"],
}  # fmt: skip
"""To which sides the characters of lines go; in ASCII, may go."""


@pytest.mark.parametrize("unicode", [True, False])
def test_lines_join_from_cell_to_cell(unicode: bool) -> None:
    picture, size = paint(reading(losses=hills(), **ALONE)), shape(80, 35)
    rows = Chart("braille" if unicode else "ascii").draw(picture, 80, 35)[: size.rows]
    cells = [[c if c in ARMS else " " for c, _ in row[7 : 7 + size.columns]] for row in rows]
    for row in cells:
        assert all(may_join(left, right, "rl") for left, right in itertools.pairwise(row)), row
    for above, below in itertools.pairwise(cells):
        assert all(may_join(*pair, "du") for pair in zip(above, below, strict=True)), (above, below)
    assert len({c for row in cells for c in row}) > 4


def may_join(one: str, other: str, sides: str) -> bool:
    """Whether both go to the side that they share, or neither does."""
    return any((sides[0] in a) == (sides[1] in b) for a in ARMS[one] for b in ARMS[other])


@pytest.mark.parametrize(("colours", "unicode"), SYSTEMS)
def test_there_are_no_lines_where_they_would_be_noise(colours: str, unicode: bool) -> None:
    noise = np.random.default_rng(1).normal(size=(129, 129))
    for losses in (noise, noise[::2, ::2], hills() + 0.5 * noise, hills()[::16, ::16], np.ones((129, 129))):
        assert not drawn_lines(losses, 80, 35, colours, unicode)[0].any()
    wells, pits = np.cos(np.linspace(0.0, 32.0 * math.pi, 129)), bowl(33)
    pits[3::6, 3::6] -= 9.0
    for losses in (bowl() + 4.0 * (wells + wells[:, None]), pits):
        assert drawn_lines(losses, 50, 17, colours, unicode)[0].mean() < 0.05  # at the edge of the map


@pytest.mark.parametrize("colours", ["truecolor", "256"])
def test_a_line_is_seen_on_the_colour_of_its_height(colours: str) -> None:
    rows = Chart().draw(paint(reading(losses=hills())), 90, 35, colours)
    styles = {style for row in rows[:33] for c, style in row[7:73] if c in LINES[1:]}
    for line, below in (style.split(" on ") for style in styles):
        light = sorted(luminance(Color.parse(colour)) + 0.05 for colour in (line, below))
        assert light[1] > 2.3 * light[0], (line, below)
    assert len(styles) > 2


def luminance(colour: Color) -> float:
    """How much light it gives, from 0 to 1."""
    light = [(part / 255.0) ** 2.2 for part in colour.get_truecolor()]
    return float(np.dot((0.2126, 0.7152, 0.0722), light))


def test_heights_of_lines_are_round_and_their_labels_tell_them_apart() -> None:
    for low, high, log in (
        (-3.7, 41.0, False),
        (0.0, 8.2, True),
        (0.1, 1.9, True),
        (591607.0, 591609.0, False),
    ):
        axis = value_axis(low, high, log=log, rows=33)
        for heights in round_places(axis, 8, 2.0 * (axis.high - axis.low) / 33):
            places = [place for place, _ in heights]
            said = [float(label.replace("−", "-")) for _, label in heights]
            assert all(axis.low < place < axis.high for place in places) and len(places) <= 9
            np.testing.assert_allclose(
                said, 10.0 ** np.array(places) if log else places, rtol=1e-6, atol=1e-9
            )
            assert all(b - a >= 2.0 * (axis.high - axis.low) / 33 for a, b in itertools.pairwise(places))


def test_colours_are_evenly_apart_and_ever_lighter() -> None:
    colours = [raster._on_the_path(k / 400.0) for k in range(401)]
    for colour in colours:
        assert all(-1e-9 <= part <= 1.0 for part in raster.linear(colour)), "no screen shows it"
    assert all(a[0] < b[0] and a[2] < b[2] for a, b in itertools.pairwise(colours))
    found = [tuple(int(c[at : at + 2], 16) for at in (1, 3, 5)) for c in raster.palette()]
    grey = [0.299 * r + 0.587 * g + 0.114 * b for r, g, b in found]
    assert grey == sorted(grey) and min(np.diff(grey)) > 5.0
    assert len(set(raster.palette())) == raster.STEPS


def test_the_colours_of_256_are_as_many_and_ever_lighter_by_even_steps() -> None:
    numbers = [Color.parse(colour).downgrade(ColorSystem.EIGHT_BIT).number for colour in raster.OF_256]
    assert len(set(numbers)) == raster.STEPS == len(raster.OF_256)
    shown = [EIGHT_BIT_PALETTE[number] for number in numbers]
    assert [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in shown] == list(raster.OF_256), "sent as they are meant"
    steps = np.diff([lightness(colour) for colour in raster.OF_256])
    assert steps.min() > 0.03 and steps.max() < 0.07


def lightness(colour: str) -> float:
    """In Oklab."""
    light = [int(colour[at : at + 2], 16) / 255.0 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in light)
    long = 0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue
    middle = 0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue
    short = 0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue
    return 0.2104542553 * long ** (1 / 3) + 0.7936177850 * middle ** (1 / 3) - 0.0040720468 * short ** (1 / 3)


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
    blank = (" ", "#111111 on #111111")
    row = [(" ", ""), (" ", ""), ("▀", "#111111 on #222222"), (" ", ""), ("x", "text--dim"), (" ", ""), blank]
    assert list(runs(row)) == [("  ", ""), ("▀", "#111111 on #222222"), (" x ", "text--dim"), blank]


async def test_m_turns_to_the_map_and_then_to_the_next_plane() -> None:
    engine = Engine()
    app = LabApp(Experiment(), engine)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert not app.lab.measures & set(MEASURES)
        for measure in (*MEASURES, MEASURES[0]):
            await pilot.press("m")
            assert app.lab.charts.page == "map" and app.lab.measures & set(MEASURES) == {measure}


async def test_f_has_the_map_go_through_the_next_walker_and_says_so() -> None:
    app = LabApp(Experiment(walkers=3), engine := Engine(), page="map")
    async with app.run_test(size=(120, 40)) as pilot:
        for key, walker in (("f", 1), ("f", 2), ("f", 0), ("F", 2)):
            await pilot.press(key)
            app.tick()
            assert engine.walker == walker
            message = "".join(character for character, _ in app.lab.words.message._rows[0])
            assert f"walker {walker + 1} of 3 for the map" in message
    assert paint(reading(walker=6, asked=6, **FAR)).method[0] == "first coordinates through walker 7"
    assert paint(reading(walker=6, **FAR)).notes[1] == "walker 1 diverged"


def seen(shown: Snapshot) -> tuple[LabApp, Any]:
    app = LabApp(shown.experiment, Engine(), page="map")

    async def show(pilot: Pilot[None]) -> None:
        await pilot.pause()
        app.lab.show(shown)
        await pilot.pause()

    return app, show


def test_without_colours(snap_compare: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", "standard")
    app, show = seen(shown(reading()))
    assert snap_compare(app, terminal_size=(80, 24), run_before=show)


def test_a_map_of_a_real_landscape_has_its_walkers_in_the_dark(truecolour: None) -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=2, walkers=16, seed=1))
    simulation.advance(200)
    found = simulation.read(MEASURES[0])
    rows = Chart().draw(MAP.paint(found), 80, 35, "truecolor")
    on = [style for row in rows for character, style in row if character in (ON, RESTING, FOCUS)]
    assert len(on) > 10 and math.isfinite(found.readings[MEASURES[0]].half)
    assert all(style.startswith("#ffffff") for style in on if style.endswith(raster.palette()[0]))


@pytest.mark.parametrize(
    ("size", "warning"),
    [((60, 20), "2 of 100 directions: a plane can mislead"), ((40, 12), "can mislead: 2 of 100")],
)
async def test_the_warning_is_whole_and_there_once_where_a_map_is_small(
    size: tuple[int, int], warning: str
) -> None:
    app, show = seen(shown(reading(**FAR)))
    async with app.run_test(size=size) as pilot:
        await show(pilot)
        text = screen_text(app)
        assert text.count("mislead") == 1 and warning in text, text
