"""What the screen looks like, as pictures to compare."""

from __future__ import annotations

from typing import Any

import pytest
from made_up import Engine, several, snapshot
from textual.pilot import Pilot

from sim.experiment import Experiment
from sim.snapshot import Snapshot
from tui.app import LabApp
from tui.config import Preferences
from tui.intent import OPENING_PACE
from tui.look import Look
from tui.panel import PANELS

PICTURED = ("loss", "gradient-norm", "distances", "signs")
"""The panels of the pictures, whichever others there are."""


@pytest.fixture(autouse=True)
def only_the_pictured(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("tui.screens.charts.panels", "tui.screens.help.panels"):
        monkeypatch.setattr(place, lambda: [(name, PANELS[name]) for name in PICTURED])


SIZES = [(80, 24), (120, 40)]


def laboratory(shown: Snapshot, look: Look = Look()) -> tuple[LabApp, Any]:  # noqa: B008 - it is frozen
    app = LabApp(shown.experiment, Engine(), preferences=Preferences(look))

    async def show(pilot: Pilot[None]) -> None:
        await pilot.pause()
        app.lab.show(shown)
        await pilot.pause()

    return app, show


@pytest.mark.parametrize("size", SIZES)
def test_paused(snap_compare: Any, size: tuple[int, int]) -> None:
    app, show = laboratory(snapshot())
    assert snap_compare(app, terminal_size=size, run_before=show)


@pytest.mark.parametrize(
    "look",
    [Look("block", theme="landscape-day"), Look("ascii", "16", "landscape-ansi"), Look(colours="none")],
    ids=["block-day", "ascii-ansi", "braille-none"],
)
def test_looks(snap_compare: Any, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    if look.colours == "none":
        monkeypatch.setenv("NO_COLOR", "1")
    app, show = laboratory(several(), look)
    assert snap_compare(app, terminal_size=(80, 24), run_before=show)


@pytest.mark.parametrize("size", SIZES)
def test_compiling(snap_compare: Any, size: tuple[int, int]) -> None:
    app, show = laboratory(Snapshot(Experiment(), phase="compiling 2 of 5", pace=OPENING_PACE))
    assert snap_compare(app, terminal_size=size, run_before=show)


@pytest.mark.parametrize("size", SIZES)
def test_help(snap_compare: Any, size: tuple[int, int]) -> None:
    app, show = laboratory(snapshot())

    async def ask(pilot: Pilot[None]) -> None:
        await show(pilot)
        await pilot.press("question_mark")

    assert snap_compare(app, terminal_size=size, run_before=ask)


@pytest.mark.parametrize("size", SIZES)
def test_cohorts(snap_compare: Any, size: tuple[int, int]) -> None:
    app, show = laboratory(several(chosen=1))
    app.lab.intent.cohort = 1
    assert snap_compare(app, terminal_size=size, run_before=show)


def test_expanded(snap_compare: Any) -> None:
    app, show = laboratory(snapshot())

    async def expand(pilot: Pilot[None]) -> None:
        await show(pilot)
        await pilot.press("e", "e")

    assert snap_compare(app, terminal_size=(120, 40), run_before=expand)
