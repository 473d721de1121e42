"""A person's own keys and defaults: what a file may say, and what a mistake in it costs."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from made_up import Engine, snapshot
from textual.keys import Keys

from sim.commands import Rewind, Run
from sim.errors import BadInput
from sim.experiment import Experiment
from tui import config, listing, own_page
from tui.actions import (
    ACTIONS,
    FOOTER,
    HELD,
    NAMED,
    Entry,
    footer_entries,
    handlers,
    is_key,
    plain_key,
    remapped,
)
from tui.app import LabApp
from tui.arguments import COMMANDS, EXPERIMENT, LOOK, parse
from tui.config import Config, Preferences
from tui.opening import FIRST_PAGE, ONE_OF_MANY, Opening, opening
from tui.screens.help import sections

TERMINAL = {"TERM": "xterm-256color"}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.toml"
    monkeypatch.setenv(config.VARIABLE, str(path))
    return path


def opened(typed: str = "") -> Opening:
    return opening(parse(["lab", *typed.split()]), config.read(), TERMINAL, "utf-8")


def mistakes(found: Opening) -> list[str]:
    return [str(mistake) for mistake in found.mistakes]


def keys(table: tuple[object, ...]) -> dict[str, tuple[str, ...]]:
    return {action.id: action.keys for action in table}


# --- keys -------------------------------------------------------------------------------------------


def test_every_key_of_the_table_is_one_that_may_be_wished_for() -> None:
    assert all(is_key(key) for action in ACTIONS for key in action.keys)
    assert all(is_key(key) for key in ("é", "ß", "%", "f5", "ctrl+s", "shift+left", "pageup", "ctrl+up"))
    known = {key.value for key in Keys}
    assert {*NAMED, *(f"{held}+{key}" for held in ("shift", "ctrl") for key in HELD)} <= known
    assert {f"ctrl+{letter}" for letter in "abdefgklnopqrstuvwxy"} <= known
    for key in (
        "",
        " ",
        "spcae",
        "ctrl+",
        "ctrl+1",
        "ctrl+c",
        "ctrl+i",
        "alt+x",
        "f13",
        "shift+f5",
        "+up",
        "ab",
        "\t",
        "shift+a",
    ):
        assert not is_key(key), key


def test_a_key_may_be_written_as_it_is_shown() -> None:
    for action in ACTIONS:
        assert [plain_key(key) for key in action.keys] == list(action.keys)
        assert [plain_key(key) for key in action.shown_keys.split(" or ")] == list(action.keys)


def test_a_key_goes_from_one_action_to_another() -> None:
    table = keys(remapped({"slower": ["="], "quit": ["Q", "ctrl+q"]}))
    assert (table["slower"], table["faster"], table["quit"]) == (("=",), ("+",), ("Q", "ctrl+q"))
    assert table["pause"] == ("space",)
    swapped = keys(remapped({"pause": ["r"], "rewind": ["space"]}))
    assert (swapped["pause"], swapped["rewind"]) == (("r",), ("space",))


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"puase": ["p"]}, "keys: there is no 'puase'; did you mean 'pause'?"),
        ({"pause": ["spcae"]}, "keys.pause: 'spcae' is no key; accepted: a character, or such as space, "),
        ({"pause": ["z"], "step": ["z"]}, "keys.step: 'z' is wished for pause, too; accepted: another key"),
        ({"pause": []}, "keys.pause: has no key; accepted: "),
        ({"pause": ["r"]}, "keys.pause: 'r' would leave rewind without a key; accepted: another key, or one"),
    ],
)
def test_a_wish_that_cannot_be_granted_is_refused(wishes: dict[str, list[str]], said: str) -> None:
    with pytest.raises(BadInput) as refused:
        remapped(wishes)
    assert str(refused.value).startswith(said)


def test_keys_of_a_file_and_what_each_mistake_costs(file: Path) -> None:
    file.write_text(
        '[keys]\npause = "r"\nrewind = ["Space", "F5", "space"]\npuase = "p"\nstep = 3\n'
        'steer = "S"\nexpand = "l"\n'
    )
    found = config.read()
    table = keys(found.actions)
    assert found.state == "read"
    assert (table["pause"], table["rewind"], table["steer"]) == (("r",), ("space", "f5"), ("S",))
    assert (table["step"], table["expand"], table["landscape"]) == ((".",), ("e",), ("l",))
    assert [mistake.where for mistake in found.mistakes] == ["keys.step", "keys", "keys.expand"]


async def test_other_keys_do_it_and_are_shown_everywhere() -> None:
    table = remapped({"pause": ["r"], "rewind": ["f5"], "quit": ["Q"]})
    app = LabApp(Experiment(), Engine(), preferences=Preferences(actions=table))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("r", "f5", "space", "q")
        assert app._engine.sent == [Run(False), Rewind()]
        titles = {command.title for command in app.get_system_commands(app.screen)}
        assert {"pause (r)", "rewind (f5)", "quit (Q)"} <= titles
        assert Entry("pause", (("r", "pause"),)) in footer_entries(table) and len(
            footer_entries(table)
        ) == len(FOOTER)
        helped = [entry for _, entries in sections(FIRST_PAGE, table) for entry in entries]
        assert ("r", "pause, or go on") in helped and ("q", "leave the laboratory") not in helped
        assert "r pause" in "".join(character for character, _ in app.lab.words.keys._rows[0])
        await pilot.resize_terminal(20, 5)
        await pilot.pause()
        assert "Q quits" in str(app.query_one("#too-small").render())
    assert handlers(table)["r"] == "pause"


def test_the_list_of_keys_is_this_persons(file: Path) -> None:
    file.write_text('[keys]\npause = "p"\n')
    rows = [row.split()[:2] for row in listing.text("keys").splitlines()]
    assert ["pause", "p"] in rows and ["rewind", "r"] in rows


# --- defaults ---------------------------------------------------------------------------------------


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where nobody has written the file that the platform has such files for."""
    monkeypatch.delenv(config.VARIABLE)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    return config.path()


def test_without_a_file_nothing_is_different(nowhere: Path) -> None:
    found = opened()
    assert (found.experiment, found.page, found.mistakes) == (Experiment(), "descent", ())
    assert found.config == Config(nowhere, "not there")
    assert found.preferences == Preferences(found.choices.look, panels_file=own_page.beside(nowhere))


def test_defaults_hold_where_nothing_else_is_said(file: Path) -> None:
    file.write_text(
        "[defaults]\nactive_dim = 200\ntheme = 'nord'\ndim = 300\nlandscape = 'rastrigin'\nmarker = 'block'\n"
    )
    found = opened()
    assert found.mistakes == ()
    assert found.experiment == Experiment(landscape="rastrigin", dim=300, active_dim=200)
    assert (found.choices.look.marker, found.choices.look.theme) == ("block", "nord")
    typed = opened("--dim 250 --theme landscape-day")
    assert typed.experiment == Experiment(landscape="rastrigin", dim=250, active_dim=200)
    assert typed.choices.look.theme == "landscape-day"
    scene = opened("three-doors --walkers 3")
    assert scene.experiment.landscape != "rastrigin" and scene.experiment.walkers == 3
    assert scene.choices.look.theme == "nord"


MISTAKES = [
    (
        "[defaults]\nlandscape = 'rastrigan'",
        "defaults.landscape: there is no 'rastrigan'; did you mean 'rast",
    ),
    ("[defaults]\nwalkers = -3", "defaults.walkers: -3 is out of range; accepted: a whole number from 1 "),
    ("[defaults]\ntheme = 'nihgt'", "defaults.theme: there is no 'nihgt'"),
    ("[defaults]\nthmee = 'nord'", "defaults.thmee: there is no 'thmee'; did you mean 'theme'?; accepted: "),
    *(
        (f"[defaults]\n{name} = 'A=3'", f"defaults.{name}: cannot have a default; accepted: --{name}, typed")
        for name in ONE_OF_MANY
    ),
    (f"[defaults]\nlr = {2**1024}", "defaults.lr: is out of range; accepted: less than 2^1024"),
    (f"[defaults]\ndim = 0x{5000 * 'f'}", "defaults.dim: is out of range"),
    (f"[defaults]\ndim = [0x{5000 * 'f'}]", "defaults.dim: a value that is too long to repeat is no value"),
    (f"[defaults]\ndim = '{5000 * '1'}'", "defaults.dim: is too long"),
    (f"[defaults]\n{99 * 'a'} = 1", f"defaults.{59 * 'a'}…: is no option"),
    (f"[keys]\npause = '{99 * 'a'}'", f"keys.pause: '{59 * 'a'}…' is no key"),
    ("[defaults]\nwalkers = [3]", "defaults.walkers: [3] is no value; accepted: a text or a number"),
    ("[defaults]\nwalkers = true", "defaults.walkers: has no value; accepted: N"),
    ("[defaults]\nwalkers = nan", "defaults.walkers: "),
    ("[defaults]\nlr = inf", "defaults.lr: "),
    ("defaults = 3", "defaults: is not a table; accepted: [defaults] and lines of NAME = VALUE"),
    (
        "[defualts]\nwalkers = 3",
        "table: there is no 'defualts'; did you mean 'defaults'?; accepted: defaults, ",
    ),
    ("walkers = 3", "walkers: stands in no table; accepted: [defaults] or [keys] on a line above it"),
    ("[keys]\npause = 'spcae'", "keys.pause: 'spcae' is no key"),
    ("walkers = ", "file: not TOML: Invalid value "),
    ("a = " + 2000 * "[", "file: not TOML: "),
    ("a = " + 5000 * "1", "file: not TOML: a number of too many digits, or too many brackets"),
    (51 * "a." + "a = 1", "file: line 1 has more than 50 dots"),
    ("# " + 70_000 * "x", "file: has more than 65536 bytes; accepted: a TOML file in UTF-8 of up to 64 KiB"),
]


@pytest.mark.parametrize(("written", "line"), MISTAKES, ids=[written[:30] for written, _ in MISTAKES])
def test_a_mistake_costs_its_entry_alone_and_is_said(file: Path, written: str, line: str) -> None:
    good = written.startswith("[defaults]\n")
    file.write_text(written + ("\nseed = 7\n" if good else "\n"))
    found = opened()
    assert found.experiment == Experiment(seed=7 if good else 0)
    assert len(found.mistakes) == 1 and mistakes(found)[0].startswith(line)
    complaint = found.preferences.complaint
    assert complaint.startswith("config.toml: ") and "\n" not in complaint
    instead = {"file": "the defaults are used", "table": "it is left out"}
    wanted = instead.get(line.partition(":")[0], "the default is used")
    assert complaint.endswith(f"; {wanted} (`landscape-tui doctor` tells more)") and len(complaint) < 300


def test_a_default_that_does_not_go_with_what_is_typed_gives_way(file: Path) -> None:
    file.write_text("[defaults]\nactive_dim = 50\nwalkers = 5\n")
    found = opened("--dim 10")
    assert found.experiment == Experiment(dim=10, walkers=5)
    (said,) = mistakes(found)
    assert said.startswith("defaults.active-dim: 50 is out of range; accepted: a whole number from 1 to 10")
    with pytest.raises(BadInput, match="--walkers: -1 is out of range"):
        opened("--walkers -1")


@pytest.mark.parametrize("make", [b"\xff\xfe\x00", b"\x00", Path.mkdir, os.mkfifo])
def test_a_file_that_cannot_be_read_is_said_to_be_one(
    file: Path, make: bytes | Callable[[Path], object]
) -> None:
    if isinstance(make, bytes):
        file.write_bytes(make)
    else:
        make(file)
    found = opened()
    assert found.config.state == "cannot be read" and len(found.mistakes) == 1
    assert found.experiment == Experiment()


def test_no_more_of_a_file_is_read_than_is_needed(file: Path) -> None:
    with file.open("wb") as sparse:
        sparse.truncate(2**40)
    assert "has more than 65536 bytes" in mistakes(opened())[0]


def test_a_file_may_begin_with_a_mark_of_its_encoding_and_comments_may_have_dots(file: Path) -> None:
    file.write_text(f"\ufeff# {99 * '.'}\n[defaults]\nwalkers = 3\n", encoding="utf-8")
    assert opened().mistakes == () and opened().experiment.walkers == 3


def test_an_option_that_is_spelled_in_two_ways_counts_in_neither(file: Path) -> None:
    file.write_text("[defaults]\nactive_dim = 5\nactive-dim = 6\n")
    assert opened().experiment == Experiment()
    assert mistakes(opened()) == [
        "defaults.active_dim: is there twice, with - and with _: 5; accepted: one",
        "defaults.active-dim: is there twice, with - and with _: 6; accepted: one",
    ]


def test_a_file_that_is_named_has_to_be_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv(config.VARIABLE, "~/my.toml")
    assert config.path() == tmp_path / "my.toml"
    assert opened().preferences.complaint == (
        "my.toml: file: is not there, and LANDSCAPE_TUI_CONFIG names it; the defaults are used"
        " (`landscape-tui doctor` tells more)"
    )
    config.path().write_text("[defaults]\nwalkers = 3\n")
    assert opened().mistakes == () and opened().experiment.walkers == 3
    monkeypatch.setenv(config.VARIABLE, "~nobody-of-this-name/my.toml")
    assert opened().config.state == "not there"
    monkeypatch.setenv(config.VARIABLE, os.devnull)
    assert opened().mistakes == ()


def test_a_file_that_is_named_is_the_same_from_every_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "my.toml").write_text("")
    monkeypatch.setenv(config.VARIABLE, "my.toml")
    monkeypatch.chdir(tmp_path)
    found = opened()
    monkeypatch.chdir("/")
    assert found.config.path.exists() and found.preferences.panels_file == tmp_path / own_page.FILE


@pytest.mark.parametrize(
    "place", ["", "[keys]\n", "[defaults]\n", "[defaults]\nwalkers = ", "[keys]\npause = "]
)
def test_nothing_in_a_file_steers_the_terminal(file: Path, place: str) -> None:
    text = '"\\u001b[2J\\u009b\\u202e"'
    file.write_text(f"{place}{text}" + ("" if place.endswith("= ") else " = 'y'"))
    complaint = opened().preferences.complaint
    assert complaint.isprintable() and "x1b[2j" in complaint.lower()


def test_several_mistakes_are_counted(file: Path) -> None:
    file.write_text("[defaults]\nwalkers = -3\nseed = -1\n[keys]\npause = 'spcae'\n")
    found = opened()
    assert len(found.mistakes) == 3
    assert "; 2 more mistakes (" in found.preferences.complaint


def test_every_option_but_those_of_many_may_have_a_default() -> None:
    assert {*COMMANDS["lab"].options} >= {*ONE_OF_MANY, *EXPERIMENT, *LOOK}
    assert config.__doc__ is not None and "landscape-day" in config.__doc__


async def test_the_laboratory_starts_and_says_what_is_wrong(file: Path) -> None:
    file.write_text("[defaults]\nwalkers = -3\n")
    found = opened()
    app = LabApp(found.experiment, Engine(), preferences=found.preferences)
    async with app.run_test(size=(120, 40)) as pilot:
        app.lab.show(snapshot())
        await pilot.pause()
        rows = "".join(character for row in app.lab.words.message._rows for character, _ in row)
        assert "✗ config.toml: defaults.walkers: -3 is out of range; the default is used" in rows
        await pilot.press("space")
        assert app._engine.sent == [Run(True)]


def test_the_file_is_where_the_platform_has_such_files(nowhere: Path, tmp_path: Path) -> None:
    assert tmp_path in nowhere.parents and nowhere.name == "config.toml"
    assert config.VARIABLE not in os.environ
