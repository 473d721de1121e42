"""The table of keys is whole: no key twice, nothing without a handler, nothing missing where it is shown."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

from made_up import Engine

from sim.commands import Rewind
from sim.experiment import Experiment
from sim.registry import LANDSCAPES, OPTIMIZERS
from tui.actions import ACTIONS, FOOTER, by_group, footer_entries
from tui.app import LabApp
from tui.panel import PAGES
from tui.screens.help import sections
from tui.screens.lab import LabScreen

PROMISED = {
    "space",
    ".",
    "r",
    "R",
    "[",
    "]",
    "tab",
    "shift+tab",
    "up",
    "down",
    "left",
    "right",
    "enter",
    "l",
    "o",
    "+",
    "=",
    "-",
    "e",
    "?",
    "q",
    "escape",
}


def test_ids_and_keys_are_unique_and_none_is_missing() -> None:
    keys = Counter(key for action in ACTIONS for key in action.keys)
    assert max(keys.values()) == 1
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)
    assert set(keys) >= PROMISED
    assert all(not action.keys[0].startswith("ctrl") for action in ACTIONS)


def test_every_action_has_a_handler() -> None:
    for action in ACTIONS:
        method = action.handler.split("(")[0]
        owner, name = (
            (LabApp, method.removeprefix("app.")) if method.startswith("app.") else (LabScreen, method)
        )
        assert callable(getattr(owner, f"action_{name}", None)), action


def test_footer_and_help_come_from_the_table() -> None:
    assert {entry.label for entry in footer_entries()} == set(FOOTER)
    helped = [entry for _, entries in sections(PAGES[0]) for entry in entries]
    assert all((action.shown_keys, action.description) in helped for action in ACTIONS)
    assert [action for _, actions in by_group() for action in actions] == list(ACTIONS)


async def test_every_action_landscape_and_optimizer_is_in_the_palette() -> None:
    app = LabApp(Experiment(), Engine())
    async with app.run_test():
        commands = {command.title: command for command in app.get_system_commands(app.screen)}
        descriptions = {command.help for command in commands.values()}
        assert descriptions >= {action.description for action in ACTIONS}
        assert set(commands) >= {f"landscape {name}" for name in LANDSCAPES}
        assert set(commands) >= {f"optimizer {name}" for name in OPTIMIZERS}
        commands["optimizer adam"].callback()
        assert app.lab.intent.experiment.optimizer == "adam"


async def test_a_command_of_the_palette_does_what_its_key_does() -> None:
    app = LabApp(Experiment(), Engine())
    async with app.run_test():
        commands = {command.title: command for command in app.get_system_commands(app.screen)}
        await commands["rewind (r)"].callback()
        assert app._engine.sent == [Rewind()]


def test_the_table_does_not_need_textual() -> None:
    code = "import sys, tui.actions; sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
