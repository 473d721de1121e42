"""The mouse, which is never needed: panels, parameters, their values and the keys that are named."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from made_up import Engine, snapshot
from piloted import screen_text
from textual.events import MouseScrollDown, MouseScrollUp
from textual.pilot import Pilot
from textual.widgets import Input

from sim.commands import Run, Set
from sim.experiment import Experiment
from tui.actions import ACTIONS, FOOTER
from tui.app import LabApp
from tui.screens.lines import handler_at, hints, keys


def place(app: LabApp, text: str) -> tuple[int, int]:
    """Where a text begins on the screen, the last row with it first."""
    rows = screen_text(app).splitlines()
    return next((row.index(text), y) for y, row in reversed([*enumerate(rows)]) if text in row)


async def wheel(pilot: Pilot[None], app: LabApp, at: tuple[int, int], up: bool) -> None:
    kind = MouseScrollUp if up else MouseScrollDown
    x, y = at
    app.screen._forward_event(kind(None, x, y, 0, 0, 0, False, False, False, x, y))
    await pilot.pause()


def lab() -> LabApp:
    return LabApp(Experiment(), Engine())


def test_a_click_in_the_footer_does_what_stands_there() -> None:
    for width in (40, 80, 120, 300):
        found = hints(width)
        text = "".join(character for character, _ in keys(found))
        assert len(text) <= width
        for action in ACTIONS:
            start = text.find(f" {action.keys[0]} {action.label} ")
            if action.label in FOOTER and start >= 0 and len(action.keys) == 1:
                inside = range(start + 1, start + len(f"{action.keys[0]} {action.label}") + 1)
                assert {handler_at(column, found) for column in inside} <= {action.handler, ""}
                assert handler_at(start + 1, found) == action.handler
        assert handler_at(len(text), found) == ""
    text = "".join(character for character, _ in keys(hints(300)))
    found = hints(300)
    assert handler_at(text.index("[ ] dim"), found) == "dial(False)"
    assert handler_at(text.index("[ ] dim") + 2, found) == handler_at(text.index(" dim") + 1, found)
    assert handler_at(text.index(" 3 ") + 1, found) == "page('distances')"


def test_digits_are_shown_in_short_where_not_everything_has_room() -> None:
    text = "".join(character for character, _ in keys(hints(80)))
    assert " 1–7 9 0 page " in text
    assert handler_at(text.index("1–7") + 1, hints(80)) == "next_page"


async def test_a_panel_is_shown_in_full_and_gives_way_again() -> None:
    app = lab()
    async with app.run_test(size=(80, 24)) as pilot:
        app.lab.show(snapshot())
        await pilot.pause()
        await pilot.click(offset=place(app, "Spread"))
        assert [view.name for view in app.lab.charts.views if view.display] == ["distances"]
        await pilot.click(offset=(10, 10))
        assert sum(bool(view.display) for view in app.lab.charts.views) == 4


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_parameter_is_chosen_then_typed_and_the_wheel_turns_it(size: tuple[int, int]) -> None:
    app = lab()
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.click(offset=place(app, "walkers "))
        await pilot.pause()
        assert app.lab.parameters.chosen == "walkers" and app._engine.sent == []
        at = place(app, "▸ walkers")
        await wheel(pilot, app, at, up=True)
        await wheel(pilot, app, at, up=False)
        assert app._engine.sent == [Set("walkers", 128), Set("walkers", 64)]
        await pilot.click(offset=at)
        await pilot.pause()
        assert app.query_one(Input).display and app.query_one(Input).value == "64"
        await pilot.press("9", "enter")
        assert app._engine.sent[-1] == Set("walkers", 9)


async def test_the_wheel_beside_the_chosen_parameter_changes_no_value() -> None:
    app = lab()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "speed" not in screen_text(app)
        for _ in range(14):
            await wheel(pilot, app, (60, 6), up=False)
            app.lab.show(snapshot())
        assert "speed" in screen_text(app) and app._engine.sent == []
        assert app.lab.parameters.chosen == "active_dim" and "▸" not in screen_text(app)
        await pilot.press("down")
        await pilot.pause()
        assert "▸ dim" in screen_text(app)


CLICKS: list[tuple[str, Callable[[LabApp], object]]] = [
    ("space pause", lambda app: app._engine.sent == [Run(False)]),
    ("1–7", lambda app: app.lab.charts.page == "curvature"),
    ("9", lambda app: app.lab.charts.page == "own"),
    ("? help", lambda app: app.screen is not app.lab),
    ("e expand", lambda app: sum(bool(view.display) for view in app.lab.charts.views) == 1),
]


@pytest.mark.parametrize(("text", "happens"), CLICKS, ids=[text for text, _ in CLICKS])
async def test_a_key_that_is_named_can_be_clicked_on(text: str, happens: Callable[[LabApp], object]) -> None:
    app = lab()
    async with app.run_test(size=(150, 24)) as pilot:
        await pilot.pause()
        await pilot.click(offset=place(app, text))
        await pilot.pause()
        assert happens(app)
