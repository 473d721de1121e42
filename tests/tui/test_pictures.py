"""What the screen looks like, as pictures to compare."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import made_up
import numpy as np
import pages_shown
import pytest
from made_up import Engine, several
from pages_shown import EVERY_PAGE
from piloted import screen_text
from pytest_textual_snapshot import SVGImageExtension
from rich.color_triplet import ColorTriplet
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from sim.experiment import Experiment
from sim.snapshot import Snapshot
from tui.app import LabApp
from tui.config import Preferences
from tui.intent import OPENING_PACE
from tui.look import Look

SIZES = [(80, 24), (120, 40), (200, 60)]
MARKERS = ("braille", "block", "ascii")
PICTURED_THEMES = ("landscape-night", "landscape-day", "landscape-ansi")


def laboratory(shown: Snapshot, look: Look = Look()) -> tuple[LabApp, Any]:  # noqa: B008 - it is frozen
    app = LabApp(shown.experiment, Engine(), preferences=Preferences(look))

    async def show(pilot: Pilot[None]) -> None:
        await pilot.pause()
        app.lab.show(shown)
        await pilot.pause()

    return app, show


async def drawn(pilot: Pilot[None], app: LabApp, page: str, size: tuple[int, int]) -> str:
    """The text of the screen, once a page is shown at a size."""
    await pilot.resize_terminal(*size)
    app.lab.charts.turn_to(page)
    app.lab.show(pages_shown.shown(page))
    before = ""
    while (text := screen_text(app)) != before or app.lab.size != size:  # a busy machine takes longer
        before = text
        await pilot.pause()
    return text


@pytest.mark.parametrize("page", EVERY_PAGE)
async def test_pages(snapshot: SnapshotAssertion, truecolour: None, tmp_path: Path, page: str) -> None:
    """Each page at each size, and each mark and each theme at each size, also with each other."""
    row = EVERY_PAGE.index(page)
    pictures = snapshot.use_extension(SVGImageExtension)
    app = LabApp(Experiment(), Engine(), preferences=Preferences(Look(MARKERS[row % 3])))
    async with app.run_test(size=SIZES[0]) as pilot:
        for column, size in enumerate(SIZES):
            app.theme = PICTURED_THEMES[(row + column) % 3]
            await drawn(pilot, app, page, size)
            found = app.export_screenshot()
            (tmp_path / f"{size[0]}.svg").write_text(found, encoding="utf-8")
            is_known = found == pictures(name="x".join(map(str, size)))
            assert is_known, f"another picture: {tmp_path / f'{size[0]}.svg'}"


@pytest.mark.slow
@pytest.mark.parametrize("marker", MARKERS)
async def test_every_page_at_every_size_in_every_theme(truecolour: None, marker: str) -> None:
    """What themes change is colours alone, which can be told from their ground; no panel is left empty."""
    app = LabApp(Experiment(), Engine(), preferences=Preferences(Look(marker)))
    async with app.run_test(size=SIZES[0]) as pilot:
        sizes = [(40, 12), (60, 20), *SIZES] if marker == "braille" else [(40, 12), SIZES[0]]
        for number, (size, page) in enumerate(itertools.product(sizes, EVERY_PAGE)):
            texts = set()
            for theme in PICTURED_THEMES if size == SIZES[0] else PICTURED_THEMES[number % 3 :][:1]:
                app.theme = theme
                texts.add(await drawn(pilot, app, page, size))
                assert_readable(app, f"{page} at {size} in {theme}")
            (text,) = texts
            assert marker != "ascii" or text.isascii()
            assert_whole(app, text, f"{page} at {size}:\n{text}")


def assert_readable(app: LabApp, where: str) -> None:
    """Whatever is written has so many times the light of its ground, or the ground of it."""
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            style = segment.style
            if segment.text.strip() and style and style.color and style.bgcolor:
                if style.color.is_default or style.bgcolor.is_default:
                    continue  # the terminal's own differ
                light = [luminance(colour.get_truecolor()) + 0.05 for colour in (style.color, style.bgcolor)]
                if "▀" not in segment.text and "█" not in segment.text:
                    assert max(light) / min(light) > CONTRAST, (where, segment)


CONTRAST = 1.3
"""At least (WCAG). Frames are faint on purpose; of words more is asked where styles are tested."""


def luminance(colour: ColorTriplet) -> float:
    """How much light a colour gives, from 0 to 1 (WCAG 2)."""
    return float(np.dot((0.2126, 0.7152, 0.0722), [linear(part) for part in colour.normalized]))


def linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def assert_whole(app: LabApp, text: str, where: str) -> None:
    """State, seed, page, keys and a title for every panel that is seen, whose numbers are not cut."""
    rows = text.splitlines()
    assert "PAUSED" in rows[0] and "seed 0" in rows[0] and "q quit" in rows[-1], where
    assert app.lab.charts.where in rows[1], where
    views = [view for view in app.lab.charts.views if view.display]
    regions = [view.region for view in views]
    assert (
        len({*regions}) == len(views) >= min(4, 1 if app.size.width < 52 else 4, len(app.lab.charts.on_page))
    )
    for view in views:
        title = (view.panel.short_title, view.panel.title.partition(":")[0])
        assert any(t and t in rows[view.region.y] for t in title), (view.name, where)
        assert "failed" not in rows[view.region.y + 1], where
        inside = rows[view.region.y + 1][view.region.x + 1 : view.region.right - 1]
        assert not re.search(r"\d[…~]\s*$", inside), (view.name, where)


def test_without_colours(snap_compare: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app, show = laboratory(several(), Look(colours="none"))
    assert snap_compare(app, terminal_size=(80, 24), run_before=show)


def test_compiling(snap_compare: Any) -> None:
    app, show = laboratory(Snapshot(Experiment(), phase="compiling 2 of 5", pace=OPENING_PACE))
    assert snap_compare(app, terminal_size=(80, 24), run_before=show)


@pytest.mark.parametrize("size", SIZES[:2])
def test_help(snap_compare: Any, size: tuple[int, int]) -> None:
    app, show = laboratory(made_up.snapshot())

    async def ask(pilot: Pilot[None]) -> None:
        await show(pilot)
        await pilot.press("question_mark")

    assert snap_compare(app, terminal_size=size, run_before=ask)


@pytest.mark.parametrize("size", SIZES[:2])
def test_cohorts(snap_compare: Any, size: tuple[int, int]) -> None:
    app, show = laboratory(several(chosen=1))
    app.lab.intent.cohort = 1
    assert snap_compare(app, terminal_size=size, run_before=show)


def test_expanded(snap_compare: Any) -> None:
    app, show = laboratory(made_up.snapshot())

    async def expand(pilot: Pilot[None]) -> None:
        await show(pilot)
        await pilot.press("e", "e")

    assert snap_compare(app, terminal_size=(120, 40), run_before=expand)
