"""What is on the screen of a laboratory under a pilot, and how it comes there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from sim.snapshot import Snapshot
from tui.app import LabApp
from tui.arguments import parse
from tui.config import Config
from tui.opening import Opening, opening


def opened() -> Opening:
    """What the laboratory opens with where nothing is typed and nobody has settings."""
    return opening(parse([]), Config(Path(), "not there"), {}, "utf-8")


def screen_rows(app: LabApp) -> list[str]:
    return ["".join(s.text for s in strip) for strip in app.screen._compositor.render_strips()]


def screen_text(app: LabApp) -> str:
    return "\n".join(screen_rows(app))


async def shown(pilot: Pilot[None], app: LabApp, made: Snapshot) -> str:
    """The screen once a snapshot was drawn."""
    app.lab.show(made)
    await pilot.pause()
    return screen_text(app)


async def until(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():
            await pilot.pause(0.01)
