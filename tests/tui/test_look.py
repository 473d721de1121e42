"""How the screen is drawn: what is chosen for which terminal, and whether everything can be told apart."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Iterable, Iterator

import numpy as np
import pytest
from made_up import Engine, decrease, index_loss, several, sharpness, snapshot, spectrum, with_reading
from rich.color import Color, ColorSystem
from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.theme import BUILTIN_THEMES
from told_apart import told_apart

from sim.errors import BadInput
from sim.experiment import Experiment
from sim.snapshot import Snapshot
from tui.app import LabApp
from tui.chart import Chart
from tui.config import Preferences
from tui.look import (
    COLOURS,
    MARKERS,
    OPTIONS,
    THEMES,
    Look,
    choose,
    drawable_theme,
    is_in_doubt,
    may_be_asked,
    prepare,
    said_locale,
)
from tui.panel import PANELS
from tui.picture import LINE, Picture, Series
from tui.surface import STYLES, Surface
from tui.theme import ADDED, DAY, NIGHT

TERMINALS = [
    ("TERM=xterm-256color COLORTERM=truecolor", "utf-8", "braille truecolor landscape-night"),
    ("TERM=xterm-256color", "utf-8", "braille 256 landscape-night"),
    ("TERM=xterm-kitty", "utf-8", "braille truecolor landscape-night"),
    ("TERM=alacritty", "utf-8", "braille truecolor landscape-night"),
    ("TERM=xterm", "utf-8", "braille 16 landscape-ansi"),
    ("TERM=screen", "utf-8", "braille 16 landscape-ansi"),
    ("TERM=screen STY=1.pts COLORTERM=truecolor", "utf-8", "braille 16 landscape-ansi"),
    ("TERM=screen-256color STY=1.pts COLORTERM=truecolor", "utf-8", "braille 256 landscape-night"),
    ("TERM=xterm-kitty STY=1.pts", "utf-8", "braille 256 landscape-night"),
    ("TERM=tmux-256color STY=1 TMUX=2 COLORTERM=24bit", "utf-8", "braille truecolor landscape-night"),
    ("TERM=linux", "utf-8", "ascii 16 landscape-ansi"),
    ("TERM=vt220", "UTF-8", "ascii none landscape-ansi"),
    ("TERM=xterm-256color", "iso8859-1", "ascii 256 landscape-night"),
    ("TERM=xterm-256color", "ascii", "ascii 256 landscape-night"),
    ("TERM=xterm-256color NO_COLOR=1 COLORTERM=truecolor", "utf-8", "braille none landscape-ansi"),
    ("TERM=xterm-256color TEXTUAL_THEME=nord", "utf-8", "braille 256 nord"),
    ("TERM=xterm-256color TEXTUAL_THEME=nrod", "utf-8", "braille 256 landscape-night"),
    ("TERM=xterm TEXTUAL_THEME=nord", "utf-8", "braille 16 landscape-ansi"),
    ("TERM=xterm-mono", "utf-8", "braille none landscape-ansi"),
    ("TERM=xterm-256color LANG=C", "utf-8", "ascii 256 landscape-night"),
    ("TERM=xterm-256color LC_ALL=POSIX LANG=en_US.UTF-8", "utf-8", "ascii 256 landscape-night"),
    ("TERM=xterm-256color LC_CTYPE=de_DE.ISO-8859-1", "utf-8", "ascii 256 landscape-night"),
    ("TERM=xterm-256color LC_CTYPE=en_US.UTF-8 LANG=C", "utf-8", "braille 256 landscape-night"),
    ("TERM=xterm-256color LC_ALL= LANG=hi_IN", "utf-8", "braille 256 landscape-night"),
    ("TERM=xterm-256color LANG=C PYTHONIOENCODING=utf-8", "utf-8", "braille 256 landscape-night"),
    ("", "utf-8", "braille 16 landscape-ansi"),
]


def environment(text: str) -> dict[str, str]:
    """Variables; LANG is C.UTF-8 unless it, or another that comes before it, is among them."""
    found = dict(pair.split("=") for pair in text.split())
    return found if said_locale(found)[0] else {**found, "LANG": "C.UTF-8"}


@pytest.mark.parametrize(("variables", "encoding", "wanted"), TERMINALS, ids=[v for v, _, _ in TERMINALS])
def test_what_suits_the_terminal_is_chosen_and_says_why(variables: str, encoding: str, wanted: str) -> None:
    choices = choose({}, environment(variables), encoding)
    assert choices.look == Look(*wanted.split())
    assert all(choice.why for choice in choices)


def test_where_no_locale_is_set_the_terminal_is_believed() -> None:
    unset = {"TERM": "xterm-256color", "LC_ALL": ""}
    assert is_in_doubt(unset) and not is_in_doubt({"LANG": "C"})
    assert choose({}, unset, "utf-8", reads_utf8=True).look.marker == "braille"
    assert choose({}, unset, "utf-8", reads_utf8=False).look.marker == "ascii"
    assert choose({}, {**unset, "LANG": "C"}, "utf-8", reads_utf8=True).look.marker == "ascii"
    assert choose({"marker": "block"}, unset, "utf-8").look.marker == "block"
    assert may_be_asked(unset) and not may_be_asked({"TERM": "dumb"})
    assert not may_be_asked({"TERM": "screen", "TMUX": "/tmp/tmux"})  # it would answer for itself


@pytest.mark.parametrize(
    ("variables", "wanted"),
    [
        ("LANG=C", {"LANG": "C"}),
        ("", {}),
        ("LC_CTYPE=C.UTF-8", {"LC_CTYPE": "C.UTF-8"}),
        ("LC_ALL=POSIX LANG=x", {"LC_ALL": "POSIX", "LANG": "x"}),
    ],
)
def test_a_locale_that_python_has_set_by_itself_counts_for_nothing(
    variables: str, wanted: dict[str, str]
) -> None:
    """In a process of its own: Python decides as it starts."""
    program = "from tui.look import *; print({n: v for n, v in surroundings().items() if n in LOCALE})"
    line = ["env", "-i", *variables.split(), sys.executable, "-c", program]
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    assert done.stdout == f"{wanted}\n"


def test_what_is_asked_for_comes_first_unless_it_cannot_be_written() -> None:
    asked = {"marker": "block", "colours": "256", "theme": "nord"}
    assert choose(asked, {"TERM": "linux", "NO_COLOR": "1"}, "utf-8").look == Look("block", "256", "nord")
    assert choose({"colours": "16"}, {"TERM": "xterm-256color"}, "utf-8").theme.value == "landscape-ansi"
    with pytest.raises(BadInput, match="--marker: braille cannot be written in ascii; accepted: ascii"):
        choose({"marker": "braille"}, {}, "ascii")
    for option, names in OPTIONS.items():
        with pytest.raises(BadInput, match=f"--{option}: there is no 'nihgt'"):
            choose({option: "nihgt"}, {}, "utf-8")
        assert all(choose({option: name}, {}, "utf-8").look for name in names)


def test_every_theme_in_the_list_is_one_that_can_be_chosen() -> None:
    assert set(THEMES) <= {*BUILTIN_THEMES, *(theme.name for theme in ADDED)}
    dark = {theme.name: theme.dark for theme in (*BUILTIN_THEMES.values(), *ADDED)}
    for name, about in THEMES.items():
        assert ("light" in about.replace("in the", "")) <= (not dark[name]), name


def test_textual_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.setenv("TEXTUAL_THEME", "no such theme")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TEXTUAL_COLOR_SYSTEM", "auto")
    for colours, system in (("256", "256"), ("16", "standard"), ("truecolor", "truecolor")):
        prepare(Look(colours=colours))
        assert (os.environ.get("NO_COLOR"), os.environ["TEXTUAL_COLOR_SYSTEM"]) == (None, system)
    prepare(Look(colours="none"))
    assert os.environ["NO_COLOR"] == "1" and "TEXTUAL_THEME" not in os.environ


# --- colours ----------------------------------------------------------------------------------------

SIGHT = {
    "all cones": np.eye(3),
    "no long-wave cones": [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998],
    ],
    "no middle-wave cones": [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881],
    ],
}  # fmt: skip
"""What linear RGB becomes for who lacks a kind of cones (Machado, Oliveira, Fernandes 2009, severity 1)."""


def linear(colour: str) -> np.ndarray:
    """Linear RGB (3,) from 0 to 1."""
    rgb = np.array(Color.parse(colour).get_truecolor()) / 255.0
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* (3,) of linear RGB under D65."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    share = to_xyz @ np.clip(rgb, 0.0, 1.0) / np.array([0.9505, 1.0, 1.089])
    f = np.where(share > 0.008856, np.cbrt(share), 7.787 * share + 16.0 / 116.0)
    return np.array([116.0 * f[1] - 16.0, 500.0 * (f[0] - f[1]), 200.0 * (f[1] - f[2])])


def contrast(one: str, other: str) -> float:
    """The contrast of WCAG 2, from 1 to 21."""
    light, dark = sorted((float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [NIGHT, DAY], ids=["night", "day"])
def test_series_can_be_told_apart_by_colour_blind_people_and_read_by_all(theme: object) -> None:
    colours = {name: getattr(theme, name) for name in ("primary", "accent", "secondary", "foreground")}
    for sight, change in SIGHT.items():
        seen = {name: lab(np.array(change) @ linear(colour)) for name, colour in colours.items()}
        for one, other in itertools.combinations(seen, 2):
            assert np.linalg.norm(seen[one] - seen[other]) > 15.0, (sight, one, other)
    for ground in ("background", "panel"):
        for colour in (*colours.values(), theme.error):
            assert contrast(colour, getattr(theme, ground)) >= 4.5, (colour, ground)


def drawn(app: LabApp) -> Iterator[Segment]:
    """Everything that is sent to the terminal, after Textual's filters."""
    for strip in app.screen._compositor.render_strips():
        for line_filter in app._filters:
            if line_filter.enabled:
                strip = strip.apply_filter(line_filter, app.screen.background_colors[1])
        yield from (segment for segment in strip if segment.text.strip())


def shades(segments: Iterable[Segment], system: ColorSystem) -> set[tuple[Color, Color]]:
    """Pairs of a text's colour and its ground, as a terminal of so many colours gets them."""
    pairs = set()
    for _, style, _ in segments:
        assert style is not None and style.color is not None and style.bgcolor is not None
        pairs.add((style.color.downgrade(system), style.bgcolor.downgrade(system)))
    return pairs


async def test_every_style_can_be_seen_in_every_theme_in_however_many_colours() -> None:
    """No text has the colour of its ground; of 16 colours the ground is the terminal's own.

    A console has eight grounds: what is white on bright white elsewhere is white on white there.
    """
    systems = {"truecolor": ColorSystem.TRUECOLOR, "256": ColorSystem.EIGHT_BIT, "16": ColorSystem.STANDARD}
    app = Grounds()
    async with app.run_test() as pilot:
        surfaces = list(app.query(Surface))
        assert len(surfaces) == 3
        for theme in THEMES:
            app.theme = theme
            await pilot.pause()
            styles = {(s.id, name): s.get_component_rich_style(name) for s in surfaces for name in STYLES}
            for colours in (name for name in systems if drawable_theme(theme, name) == theme):
                for name, style in styles.items():
                    text, ground = (c.downgrade(systems[colours]) for c in (style.color, style.bgcolor))
                    seen = ground.is_default if colours == "16" else text != ground or text.is_default
                    assert seen, (theme, colours, name)


class Grounds(App[None]):
    """What the laboratory writes on, without the laboratory: its ground, and those of its first lines."""

    CSS_PATH = LabApp.CSS_PATH

    def compose(self) -> ComposeResult:
        for theme in ADDED:
            self.register_theme(theme)
        yield from (Surface(id) for id in ("elsewhere", "status", "keys"))


def test_a_theme_that_cannot_be_had_gives_way_to_one_that_can() -> None:
    for name in THEMES:
        assert drawable_theme(drawable_theme(name, "16"), "16") == drawable_theme(name, "16")
        assert {drawable_theme(name, colours) for colours in ("truecolor", "256", "none")} == {name}
    assert [drawable_theme(name, "16") for name in ("nord", "textual-light")] == [
        "landscape-ansi",
        "landscape-ansi-light",
    ]


@pytest.mark.parametrize(
    ("asked", "drawn"), [("nord", "landscape-ansi"), ("landscape-day", "landscape-ansi-light")]
)
async def test_a_theme_of_more_colours_than_there_are_is_replaced_and_that_is_said(
    asked: str, drawn: str
) -> None:
    choices = choose({"theme": asked}, environment("TERM=linux"), "utf-8")
    line = f"{asked} needs more than 16 colours: {drawn} is used"
    assert (choices.look.theme, choices.remark) == (drawn, line)
    assert asked in choices.theme.why and choices.theme.instead_of == asked
    assert not choose({"theme": asked}, environment("TERM=xterm-256color"), "utf-8").remark
    app = LabApp(Experiment(), Engine(), preferences=Preferences(choices.look, remark=choices.remark))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert app.theme == drawn and line in said(app)
        app.lab.say("")
        app.theme = "dracula"
        await pilot.pause()
        assert app.theme == "landscape-ansi" and "dracula needs more than 16 colours" in said(app)
        app.theme = "ansi-light"
        assert app.theme == "ansi-light"


def said(app: LabApp) -> str:
    """The line of news."""
    return "".join(character for row in app.lab.words.message._rows for character, _ in row)


SYSTEMS = [ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT, ColorSystem.STANDARD]


@pytest.mark.parametrize(
    "themes",
    [
        [theme.name for theme in ADDED],
        pytest.param([name for name in THEMES if name in BUILTIN_THEMES], marks=pytest.mark.slow),
    ],
    ids=["ours", "Textual's"],
)
async def test_no_theme_draws_anything_in_the_colour_of_its_ground(themes: list[str]) -> None:
    """Not in 256 colours and not in 16 either; a terminal's own two default colours differ."""
    app = LabApp(Experiment(), Engine())
    async with app.run_test(size=(120, 40)) as pilot:
        app.lab.show(several())
        await pilot.pause()
        for theme in themes:
            app.theme = theme
            await pilot.pause()
            segments = list(drawn(app))
            for system in SYSTEMS:
                pairs = shades(segments, system)
                assert len(pairs) >= 4
                assert not [(c, g) for c, g in pairs if c == g and not c.is_default], (theme, system)
            if "ansi" in theme:
                colours = {colour for pair in shades(segments, ColorSystem.TRUECOLOR) for colour in pair}
                assert all(colour.is_default or colour.is_system_defined for colour in colours)


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["landscape-night", "landscape-ansi"])
async def test_no_window_hides_its_words_in_any_of_our_themes(theme: str) -> None:
    app = LabApp(Experiment(), Engine(), preferences=Preferences(Look(theme=theme)))
    async with app.run_test(size=(100, 30)) as pilot:
        for keys in (["enter"], ["escape", "question_mark"], ["escape", ":", "down"]):
            await pilot.press(*keys)
            await pilot.pause()
            for system in SYSTEMS:
                pairs = shades(drawn(app), system)
                assert not [(c, g) for c, g in pairs if c == g and not c.is_default], (keys, system)


@pytest.mark.parametrize("theme", [NIGHT, DAY], ids=["night", "day"])
async def test_our_own_themes_can_be_read_in_few_colours(theme: object) -> None:
    app = LabApp(Experiment(), Engine(), preferences=Preferences(Look(theme=theme.name)))
    async with app.run_test(size=(120, 40)) as pilot:
        app.lab.show(snapshot())
        await pilot.pause()
        surface = app.lab.charts.views[0]
        styles = {name: surface.get_component_rich_style(name) for name in STYLES}
        for system in SYSTEMS[:2]:
            for name, style in styles.items():
                text, ground = (c.downgrade(system).get_truecolor().hex for c in (style.color, style.bgcolor))
                assert contrast(text, ground) >= 2.0, (name, system)


async def test_without_colours_none_is_sent_and_what_is_chosen_is_turned_round(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = LabApp(Experiment(), Engine(), preferences=Preferences(Look(colours="none")))
    async with app.run_test(size=(120, 40)) as pilot:
        app.lab.show(snapshot())
        for keys in (["enter"], ["escape", ":", "down"], ["escape", "?"]):
            await pilot.press(*keys)
            await pilot.pause()
            segments = list(drawn(app))
            pairs = shades(segments, ColorSystem.TRUECOLOR)
            assert all(colour.is_default for pair in pairs for colour in pair)
            assert any(segment.style.reverse for segment in segments) or "?" in keys


# --- marks ------------------------------------------------------------------------------------------

EVERYTHING = snapshot()
for made in (spectrum, index_loss, sharpness, decrease):
    EVERYTHING = with_reading(EVERYTHING, made.__name__.replace("_", "-"), *made(300))


@pytest.mark.parametrize("shown", [EVERYTHING, several(chosen=1)], ids=["one cohort", "three"])
@pytest.mark.parametrize("name", PANELS)
def test_nothing_is_said_by_colour_alone(name: str, shown: Snapshot) -> None:
    picture = PANELS[name].paint(shown)
    assert told_apart(picture) and told_apart(picture, unicode=False)


def test_that_test_can_fail() -> None:
    x = np.arange(3.0)
    legend = (LINE, "*")
    assert not told_apart(Picture((Series(x, x, LINE, "a"), Series(x, x, LINE, "b")), legend))
    assert not told_apart(Picture((Series(x, x, LINE, "a"), Series(x, x, "*", "b")), legend), unicode=False)
    assert not told_apart(Picture((Series(x, x, LINE, "a"), Series(x, x, "*", "b")), ()))


BLOCKS = set("▘▝▀▖▌▞▛▗▚▐▜▄▙▟█")


@pytest.mark.parametrize(
    ("marker", "of_lines"),
    [("braille", {chr(code) for code in range(0x2801, 0x2900)}), ("block", BLOCKS), ("ascii", {"*"})],
)
def test_lines_are_drawn_with_the_marker_in_the_same_cells(marker: str, of_lines: set[str]) -> None:
    x = np.arange(101)
    y = 50.0 + 40.0 * np.sin(x / 9.0)
    picture = Picture((Series(x, y, LINE, "chart--median"),), last=100, limits=(0.0, 100.0))
    cells = {
        (i, j): character
        for i, row in enumerate(Chart(marker).draw(picture, 80, 20))
        for j, (character, style) in enumerate(row)
        if style == "chart--median" and character != " "
    }
    assert set(cells.values()) <= of_lines and len(cells) > 60
    dots = Picture((Series(x, y, "·", "chart--median"),), last=100, limits=(0.0, 100.0))
    rows = Chart(marker).draw(dots, 80, 20)
    marked = {
        (i, j) for i, row in enumerate(rows) for j, cell in enumerate(row) if cell[1] == "chart--median"
    }
    assert marked <= set(cells), "a mark at a value of the line is on the line"
    level = Picture((Series(x, np.full(101, 50.0), LINE, "chart--median"),), last=100, limits=(0.0, 100.0))
    styles = [style for row in Chart(marker).draw(level, 80, 20) for _, style in row]
    assert styles.count("chart--median") > 70, "a line is whole where it is level"


def test_every_name_of_a_look_is_explained() -> None:
    assert all(about for table in (MARKERS, COLOURS, THEMES) for about in table.values())
