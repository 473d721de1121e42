"""The page that a person puts together: what stands on it, how it is chosen, and where it is kept."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from made_up import Engine, snapshot
from piloted import screen_text
from textual.pilot import Pilot

from sim.errors import BadInput
from sim.experiment import Experiment
from tui import config, doctor, own_page
from tui.actions import OWN, remapped, with_keys
from tui.app import LabApp
from tui.arguments import parse
from tui.config import Preferences
from tui.look import Look
from tui.opening import FIRST_PAGE, Opening, opening
from tui.panel import AT_FIRST, PANELS, panels
from tui.screens.chooser import KEYS, Chooser
from tui.screens.help import sections

NAMES = [name for name, _ in panels()]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a person's settings, in a folder that is not there yet."""
    monkeypatch.delenv(config.VARIABLE)
    for name in ("XDG_CONFIG_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    return config.path()


def opened(typed: str = "") -> Opening:
    return opening(parse(typed.split()), config.read(), {"TERM": "xterm-256color"}, "utf-8")


def seen(app: LabApp) -> list[str]:
    """The panels on the screen, row by row."""
    views = [view for view in app.lab.charts.views if view.display]
    return [view.name for view in sorted(views, key=lambda view: (view.region.y, view.region.x))]


# --- the names, and the file ----------------------------------------------------------------------------


def test_names_are_taken_in_their_order_and_once() -> None:
    assert own_page.chosen(" signs,loss , signs,") == ("signs", "loss")
    for text, said in (
        ("loss,sings", "--panels: there is no 'sings'; did you mean 'signs'?"),
        ("", "--panels: none are named"),
    ):
        with pytest.raises(BadInput, match=said.replace("?", r"\?")):
            own_page.chosen(text)
    assert own_page.chosen(",".join(AT_FIRST)) == AT_FIRST


def test_what_is_kept_is_there_at_the_next_start(settings: Path) -> None:
    assert opened().panels == () and opened().preferences.panels_file == own_page.beside(settings)
    own_page.keep(own_page.beside(settings), ("signs", "map"))
    assert opened().panels == ("signs", "map") and opened().page == FIRST_PAGE
    assert not settings.exists() and list(settings.parent.iterdir()) == [own_page.beside(settings)]


def test_what_is_typed_comes_first_then_settings_then_what_was_kept(settings: Path) -> None:
    own_page.keep(own_page.beside(settings), ("signs",))
    settings.write_text("[defaults]\npanels = 'loss,map'\n")
    found = opened()
    assert found.panels == ("loss", "map") and found.page == FIRST_PAGE
    assert found.preferences.panels_are_set, "settings are not overruled by what is kept"
    found = opened("krylov --panels spectrum")
    assert found.panels == ("spectrum",) and found.page == OWN
    with pytest.raises(BadInput, match="--panels: there is no 'los'"):
        opened("--panels los")


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("panels = ", "not TOML: Invalid value"),
        ("panels = 3", "is not a list of names"),
        ('panels = ["los"]', "there is no 'los'"),
        ("panels = []", "none are named"),
        (b"\xff", "is not text in UTF-8"),
        ("a = " + 2000 * "[", "not TOML: "),
        ("panels = " + 5000 * "1", "not TOML: "),
        (60_000 * "a." + "a = 1", "has more than 65536 bytes"),
        (f"panels = [{600 * chr(39)}]", "not TOML: "),
        ("nothing = 1", "is not a list of names"),
    ],
)
def test_a_file_with_a_mistake_costs_the_page_alone(settings: Path, written: str | bytes, what: str) -> None:
    settings.parent.mkdir(parents=True)
    file = own_page.beside(settings)
    file.write_bytes(written if isinstance(written, bytes) else written.encode())
    found = opened()
    assert found.panels == () and found.experiment == Experiment()
    (mistake,) = found.mistakes
    assert str(mistake).startswith(f"panels.toml: {what}")
    assert found.preferences.complaint.startswith(f"panels.toml: {what}")


def test_a_pipe_in_its_place_is_not_waited_for(settings: Path) -> None:
    settings.parent.mkdir(parents=True)
    os.mkfifo(own_page.beside(settings))
    assert [str(mistake).partition(";")[0] for mistake in opened().mistakes] == ["panels.toml: is not a file"]


def test_beside_the_null_device_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(config.VARIABLE, os.devnull)
    assert opened().preferences.panels_file is None and opened().mistakes == ()
    assert not opened().preferences.panels_are_set
    assert "nowhere" in doctor.text(parse(["doctor"]), as_json=False)


@pytest.mark.parametrize("named", [".", "/", "..", "folder"])
def test_a_folder_in_the_place_of_settings_is_a_mistake_and_no_more(
    named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(config.VARIABLE, named)
    assert opened().preferences.panels_file is None and opened().experiment == Experiment()
    assert [str(mistake).partition(";")[0] for mistake in opened().mistakes] == ["file: is not a file"]
    assert "nowhere" in doctor.text(parse(["doctor"]), as_json=False)


def test_two_that_keep_it_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    file = tmp_path / own_page.FILE
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda name: own_page.keep(file, (name,)), ["signs", "loss"] * 50))
    assert own_page.read(file) in ((("signs",), ()), (("loss",), ()))
    assert list(tmp_path.iterdir()) == [file]


def test_the_doctor_tells_of_it(settings: Path) -> None:
    own_page.keep(own_page.beside(settings), ("signs", "map"))
    told = doctor.text(parse(["doctor"]), as_json=False)
    assert "signs, map" in told and str(own_page.beside(settings)) in told.replace("\n" + 23 * " ", "")


# --- on the screen --------------------------------------------------------------------------------------


def lab(settings: Path | None = None, *chosen: str, marker: str = "braille") -> LabApp:
    file = own_page.beside(settings) if settings else None
    preferences = Preferences(Look(marker), panels=chosen, panels_file=file)
    return LabApp(Experiment(), Engine(), preferences=preferences)


async def show(pilot: Pilot[None], app: LabApp) -> str:
    app.lab.show(snapshot())
    await pilot.pause()
    return screen_text(app)


async def test_the_chosen_panels_stand_in_their_order() -> None:
    app = lab(None, "signs", "travel", "loss")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("9")
        text = await show(pilot, app)
        assert seen(app) == ["signs", "travel", "loss"] and " 9 own " in text
        assert app.lab.measures == {"signs", "travel", "loss", "outcomes"}
        await pilot.press("e")
        assert seen(app) == ["signs"]
        await pilot.press("1")
        await pilot.pause()
        assert seen(app) == [name for name, panel in panels() if panel.page == FIRST_PAGE]


async def test_more_panels_than_have_room_are_counted() -> None:
    app = lab(None, *NAMES)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("9")
        assert f" 9 own: 4 of {len(NAMES)} " in await show(pilot, app) and len(seen(app)) == 4
        await pilot.press("e")
        assert f" 9 own: 1 of {len(NAMES)} " in await show(pilot, app)


async def test_panels_are_chosen_moved_and_kept(settings: Path) -> None:
    app = lab(settings, "signs")
    async with app.run_test(size=(120, 40)) as pilot:
        await show(pilot, app)
        await pilot.press("w")
        assert isinstance(app.screen, Chooser)
        await pilot.press(
            "space", "down", "space", "left"
        )  # loss and the gradient norm, which goes before it
        await pilot.pause()
        text = screen_text(app)
        for row in ("[ 1] Hessian signs", "▸ [ 2] Gradient norm", "[ 3] Loss", "[  ] Spread of distances"):
            assert row in text, text
        assert PANELS["gradient-norm"].help.split(",")[0] in text
        await pilot.press("enter")
        text = await show(pilot, app)
        assert app.lab.charts.page == OWN and seen(app) == ["signs", "gradient-norm", "loss"]
        assert f"kept in {own_page.beside(settings)}" in text.replace("\n", "")
        assert opened().panels == ("signs", "gradient-norm", "loss")
        assert [name for name, _ in dict(sections(OWN, own=app.lab.charts.own))["The charts"]][:3] == [
            PANELS[name].title for name in ("signs", "gradient-norm", "loss")
        ]


@pytest.mark.parametrize("size", [(40, 12), (60, 20), (80, 24)])
async def test_every_key_of_the_list_is_told_at_every_size(size: tuple[int, int]) -> None:
    app = lab(None, "signs")
    async with app.run_test(size=size) as pilot:
        await pilot.press("w")
        await pilot.pause()
        await pilot.pause()
        text = screen_text(app)
        assert all(with_keys(phrase) in text for phrase in KEYS), text
        await pilot.press(*["up"] * 2)
        await pilot.pause()
        assert f"▸ [  ] {PANELS[NAMES[-2]].title}" in screen_text(app), "it has room below"


async def test_the_list_heeds_keys_of_ones_own() -> None:
    table = remapped({"pause": ["p"], "next": ["j"], "decrease": ["h"], "type": ["f5"], "back": ["z"]})
    app = LabApp(Experiment(), Engine(), preferences=Preferences(actions=table, panels=("signs",)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("w", "space", "down", "left", "enter")
        await pilot.pause()
        text = screen_text(app)
        assert "f5 shows it · z leaves · p in or out · h → place" in text and "▸ [  ] Loss" in text
        await pilot.press("p", "j", "p", "h", "f5")
        assert app.lab.charts.own == ("signs", "gradient-norm", "loss")
        await pilot.press("w", "p", "z")
        assert app.screen is app.lab and app.lab.charts.own == ("signs", "gradient-norm", "loss")
        assert app._engine.sent == []


async def test_without_a_change_nothing_is_kept(settings: Path) -> None:
    app = lab(settings, "signs", "loss")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("w", "space", "escape")
        assert app.lab.charts.own == ("signs", "loss") and app.lab.charts.page == FIRST_PAGE
        await pilot.press("w", "enter")
        assert app.lab.charts.page == OWN and not settings.parent.exists()
        await pilot.press("w", "space", "up", "up")
        await pilot.pause()
        await pilot.press(*["down"] * 5, "space", "enter")
        await pilot.pause()
        assert isinstance(app.screen, Chooser) and "no panel is chosen" in screen_text(app)


async def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    app = lab(tmp_path / "file" / "config.toml", "signs")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("w", "space", "enter")
        text = " ".join((await show(pilot, app)).split())
        assert "shown until you leave" in text and "cannot be written" in text
        assert app.lab.charts.own == ("signs", "loss")


async def test_settings_that_name_panels_are_not_overruled() -> None:
    preferences = Preferences(panels=("signs",), panels_are_set=True)
    app = LabApp(Experiment(), Engine(), preferences=preferences)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("w", "space", "enter")
        assert "your settings say which panels another start has" in await show(pilot, app)


async def test_where_there_is_no_place_for_it_that_is_said() -> None:
    app = lab(None, "signs")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("w", "space", "enter")
        text = " ".join((await show(pilot, app)).split())
        assert "shown until you leave: there is no file of settings to keep it beside" in text


@pytest.mark.parametrize(("size", "marker"), [((40, 12), "ascii"), ((80, 24), "braille")])
async def test_every_panel_can_be_pointed_at(size: tuple[int, int], marker: str) -> None:
    app = lab(None, marker=marker)
    async with app.run_test(size=size) as pilot:
        await pilot.press("w")
        await pilot.pause()
        assert isinstance(app.screen, Chooser)
        for name in [*NAMES, NAMES[0]]:
            text = screen_text(app)
            pointer = "▸" if marker == "braille" else ">"
            assert any(f"{pointer} [" in row and PANELS[name].title in row for row in text.splitlines()), text
            assert text.count("] ") > size[1] - 12, "the list takes the room that there is"
            assert "Enter shows it" in text and (marker == "braille" or text.isascii())
            app.screen.point(1)


# --- with the mouse -------------------------------------------------------------------------------------


async def test_a_click_puts_a_panel_in_and_one_on_the_keys_shows_the_page() -> None:
    app = lab(None, "signs")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("w")
        await pilot.pause()
        assert isinstance(app.screen, Chooser)
        row = next(y for y, line in enumerate(screen_text(app).splitlines()) if "] Gradient norm" in line)
        await pilot.click(offset=(12, row))
        await pilot.pause()
        assert "▸ [ 2] Gradient norm" in screen_text(app)
        await pilot.click(offset=(12, row - 2))  # a heading
        await pilot.click("#keys-of-chooser")
        await pilot.pause()
        assert app.screen is app.lab and app.lab.charts.own == ("signs", "gradient-norm")
