"""The page of help: what is seen comes first, and wrapped lines keep their indent."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from made_up import Engine
from piloted import until
from textual.command import CommandList
from textual.events import Key
from textual.widgets import OptionList, Static
from textual.worker import WorkerFailed

from sim.cohort import Cohort
from sim.experiment import Experiment
from sim.measures.outcomes import Outcome
from sim.registry import LANDSCAPES, OPTIMIZERS
from tui.actions import ACTIONS, remapped, with_keys
from tui.app import LabApp
from tui.config import Preferences
from tui.pages import page, paragraphs
from tui.panel import PAGES, panels
from tui.screens.help import OUTCOMES, HelpScreen, about, sections
from tui.screens.palette import Palette


def test_what_is_seen_comes_before_the_keys() -> None:
    (begin, _), (_, charts), (_, walkers), (keys, _), *others = sections("curvature")
    assert [name for name, _ in charts][:-1] == [p.title for _, p in panels() if p.page == "curvature"]
    told = {name for _, rows in others for name, _ in rows}
    assert told >= {panel.title for _, panel in panels() if panel.page != "curvature"}
    assert [name for name, _ in walkers] == [outcome.value for outcome in Outcome] == list(OUTCOMES)
    assert (begin, keys) == ("To begin with", "The run")


def test_every_key_that_help_tells_of_is_as_it_is_set() -> None:
    table = remapped({"plane": ["f5"], "cursor": ["f6"], "open-directions": ["f7"]})
    for actions, keys in ((ACTIONS, ("m", "v", "]")), (table, ("f5", "f6", "f7"))):
        told = " ".join(f"{name} {meaning}" for _, rows in sections("map", actions) for name, meaning in rows)
        assert f"{keys[0]} goes on to the next plane" in told
        assert f"{keys[1]} reads values off a chart" in told and f"{keys[2]} opens directions" in told
        assert not {f"`{action.id}`" for action in ACTIONS} & set(told.split())
    assert (
        with_keys("`no-such-thing` and `landscape-tui doctor`")
        == "`no-such-thing` and `landscape-tui doctor`"
    )


async def test_the_page_of_help_is_left_by_a_key_of_ones_own() -> None:
    table = remapped({"help": ["f1"], "quit": ["Q"]})
    app = LabApp(Experiment(), Engine(), preferences=Preferences(actions=table))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("question_mark")
        assert app.screen is app.lab
        await pilot.press("f1")
        assert "f1 goes on to gaussian-field and gd; Esc" in str(
            app.screen.query_one("#help").border_subtitle
        )
        await pilot.press("f1")
        assert app.screen.query_one("#help").border_subtitle == "f1 and Esc go back"
        await pilot.press("Q")
        assert app.screen is app.lab


async def test_going_on_shows_what_is_known_of_the_landscape_and_the_chosen_rule() -> None:
    app = LabApp(Experiment(landscape="rastrigin", more_cohorts=(Cohort("adam"),)), Engine())
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("c", "question_mark")
        assert "? goes on to rastrigin and adam" in str(app.screen.query_one("#help").border_subtitle)
        await pilot.press("question_mark")
        await pilot.pause()
        first, second = app.screen.query(".about")
        assert [str(first.render()), str(second.render())] == ["Rastrigin", "Adam"]
        assert 0 < first.region.y < 10, "scrolled to"
        pages = [str(widget.render()) for widget in app.screen.query(".page")]
        for text, (registry, name) in zip(
            pages, ((LANDSCAPES, "rastrigin"), (OPTIMIZERS, "adam")), strict=True
        ):
            assert text.split() == page(registry, name).split() and len(text) > 100
        assert app.screen.query_one("#help").border_subtitle == "? and Esc go back"
        await pilot.press("question_mark")
        assert app.screen is app.lab


async def test_no_formula_is_wrapped_where_it_would_fit() -> None:
    app = LabApp(Experiment(), Engine())
    async with app.run_test(size=(120, 40)) as pilot:
        await app.push_screen(HelpScreen([about("landscape", name) for name in LANDSCAPES], PAGES[0]))
        await pilot.pause()
        for name, shown in zip(LANDSCAPES, app.screen.query(".page").results(Static), strict=True):
            width = shown.content_size.width
            rows = [line for block in paragraphs(page(LANDSCAPES, name)) for line in block.splitlines()]
            assert width > 100
            assert max(len(row) for row in rows if row.startswith("    ")) <= width, name


def test_walkers_that_were_not_looked_at_may_have_too_many_directions() -> None:
    assert "no time" in OUTCOMES[Outcome.NOT_LOOKED_AT]
    assert "too many directions" in OUTCOMES[Outcome.NOT_LOOKED_AT]


def test_the_page_of_a_user_file_is_read_and_not_executed(tmp_path: Path) -> None:
    well = tmp_path / "well.py"
    well.write_text('"""A well.\n\n    x²\n\nOf two\nlines.\n"""\nraise SystemExit\n')
    text = page(LANDSCAPES, str(well))
    assert list(paragraphs(text)) == ["A well.", "    x²", "Of two lines."]
    well.write_text("def loss(x: return")
    assert page(LANDSCAPES, str(well)) == page(LANDSCAPES, str(tmp_path / "none.py")) == ""


async def test_meanings_keep_their_indent_where_they_wrap() -> None:
    app = LabApp(Experiment(), Engine())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        names, meanings = (
            list(app.screen.query(".name")),
            list(app.screen.query("Grid Static").exclude(".name")),
        )
        assert len(names) == len(meanings) > 20
        assert {meaning.region.x for meaning in meanings} == {names[0].region.x + 22}
        assert all(name.region.y == meaning.region.y for name, meaning in zip(names, meanings, strict=True))
        assert max(meaning.region.height for meaning in meanings) > 1
        for widget in (*names, *meanings):
            assert isinstance(widget, Static)
            assert widget.region.right <= 80


async def test_on_a_narrow_screen_meanings_stand_below_their_names() -> None:
    app = LabApp(Experiment(), Engine())
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        page, names = app.screen.query_one("#help"), list(app.screen.query(".name"))
        for name, meaning in zip(names, app.screen.query(".meaning"), strict=True):
            assert meaning.region.y == name.region.bottom and meaning.content_size.width > 25
        assert page.border_subtitle == "? goes on; Esc goes back"
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert names[0].region.y == app.screen.query(".meaning").first().region.y
        assert page.border_subtitle == "? goes on to gaussian-field and gd; Esc goes back"


async def test_keys_that_leave_leave_once_even_if_they_come_together() -> None:
    app = LabApp(Experiment(), Engine())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        seen = app.screen
        assert isinstance(seen, HelpScreen)
        for _ in range(2):
            await seen.run_action("dismiss")
        seen.on_key(Key("q", "q"))
        await pilot.pause()
        assert app.screen is app.lab
    assert app.failure is None


@pytest.mark.parametrize("opens", ["question_mark", "w"])
async def test_two_keys_that_leave_leave_once(opens: str) -> None:
    app = LabApp(Experiment(), Engine())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(opens)
        await pilot.pause()
        for _ in range(2):
            app.post_message(Key("escape", None))
        await pilot.pause()
        await pilot.pause()
        assert app.screen is app.lab and app.is_running and app.failure is None


async def test_keys_that_come_late_do_not_leave_what_lies_under_the_palette() -> None:
    app = LabApp(Experiment(), Engine())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await pilot.pause()
        below = app.screen
        await pilot.press("ctrl+p")
        for _ in range(2):
            below.post_message(Key("q", "q"))
        await pilot.pause()
        assert isinstance(app.screen, Palette) and below in app.screen_stack
    assert app.failure is None


async def test_two_keys_that_choose_in_the_palette_choose_once() -> None:
    app = LabApp(Experiment(), Engine())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(":", *"help")
        async with asyncio.timeout(60):
            while not app.screen.query_one(OptionList).option_count:
                await pilot.pause(0.01)
        for _ in range(3):
            app.post_message(Key("enter", None))
        for _ in range(3):
            await pilot.pause()
        assert isinstance(app.screen, HelpScreen) and len(app.screen_stack) == 2
    assert app.failure is None


async def test_two_keys_that_choose_a_theme_choose_once() -> None:
    app = LabApp(Experiment(), Engine())
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app._typed_ahead is None)  # else what takes keys is covered
        app.action_change_theme()
        await pilot.pause()
        themes = app.screen.query_one(OptionList)
        await until(pilot, lambda: themes.has_class("--visible") and themes.highlighted is not None)
        for _ in range(3):
            app.post_message(Key("enter", None))
        await until(pilot, lambda: app.screen is app.lab)
        await pilot.pause()
        assert app.theme != "landscape-night"
    assert app.failure is None


async def test_the_palette_is_searched_and_moved_in_before_it_is_laid_out_and_after_it_is_left() -> None:
    app = LabApp(Experiment(), Engine())
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app._typed_ahead is None)
        for key in ("ctrl+p", "pageup", "pagedown", "up", "down", "home", "end"):
            app.post_message(Key(key, None))
        await pilot.pause()
        palette = app.screen
        assert isinstance(palette, Palette)
        await palette.query(CommandList).remove()
        with pytest.raises(WorkerFailed):
            await palette._gather_commands("x").wait()
    assert app.failure is None
