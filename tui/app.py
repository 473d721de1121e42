"""The application: owns the engine and the tick."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rich.console import RenderableType
from textual.app import App, SystemCommand
from textual.driver import Driver
from textual.events import Event, InputEvent, Key, Resize
from textual.screen import Screen

from sim.assets import asset
from sim.commands import Command
from sim.errors import BadInput
from sim.experiment import Experiment
from sim.snapshot import Snapshot
from sim.trail import Trail
from tui import PROGRAM, interrupted, own_page, window
from tui.chapters import Tour
from tui.config import Preferences
from tui.connection import leave_when_lost
from tui.driver import WatchedDriver, watched
from tui.intent import OPENING_PACE
from tui.knobs import REGISTRIES
from tui.link import Link
from tui.look import drawable_theme, fills_what_it_erases, replaced
from tui.panel import PAGES
from tui.record import Left, State
from tui.saving import blanks_kept, save
from tui.screens.lab import LabScreen
from tui.screens.palette import Palette, Settings
from tui.screens.tour import TourScreen
from tui.theme import ADDED

if TYPE_CHECKING:
    from tui.repaint import Shown

TICKS_PER_SECOND = 30

CALM, CALM_TICKS = 30, 6
"""After so many ticks without a new snapshot or a key only one in so many is taken: a pause costs little."""

SWITCH_SECONDS = 0.001
"""How long another thread may keep the interpreter from the one that draws; with Python's own 5 ms the
slowest twentieth of key presses took half as long again."""


LAST_ANSWER_SECONDS = 0.25
"""How long leaving waits for a terminal that was asked something."""

UNKEPT = "shown until you leave"
"""What is said of a page of panels that another start will not have, before the reason."""

KEEP_SECONDS = 10.0
"""How often what is under way is written down, if it has changed."""


class Engine(Protocol):
    """What the laboratory needs of an engine; `sim.engine.Engine` is one."""

    def start(self) -> None:
        """Begin."""

    def send(self, command: Command) -> None:
        """Have a command carried out."""

    def want(self, measures: Collection[str], chosen: int = 0, walker: int = 0) -> None:
        """Ask for one fresh snapshot, the costly measures of the chosen cohort alone, through one walker."""

    def take(self) -> Snapshot | None:
        """The newest snapshot, once."""

    @property
    def trail(self) -> Trail | None:
        """How the walkers came where they are, once there are any."""

    @property
    def ahead(self) -> Trail | None:
        """The trail whose end they were to be led to, and have not come to; the `trail` while on the way."""

    def follow(self, trail: Trail, pace: float | None) -> None:
        """Lead other walkers along a trail instead."""

    def stop(self, timeout: float = 0.2) -> bool:
        """End, within the timeout where possible."""


class LabApp(App[None]):
    """Paints first, then starts the engine, then pulls one snapshot a tick."""

    TITLE = PROGRAM
    COMMANDS = App.COMMANDS | {Settings}
    CSS_PATH = asset("styles", "lab.tcss")

    def __init__(
        self,
        experiment: Experiment,
        engine: Engine,
        page: str = PAGES[0],
        greet: Callable[[], interrupted.News] = interrupted.News,
        keeper: interrupted.Keeper | None = None,
        preferences: Preferences = Preferences(),  # noqa: B008 - it cannot be changed
        tour: Tour | None = None,
    ) -> None:
        self._greet, self._preferences, look = greet, preferences, preferences.look
        self.link, self._shown = Link(), what_is_shown()
        super().__init__(ansi_color=True if look.colours == "none" else None)
        self.lost = False
        self._ticks = self._last_new = 0
        self._keeper = keeper or interrupted.Keeper()
        self._kept: State | None = None
        self._is_unkept = False
        self._left: tuple[Left, ...] = ()
        self._writing = threading.Thread()
        for theme in ADDED:
            self.register_theme(theme)
        self.theme = look.theme
        if look.motion == "reduced":
            self.animation_level = "none"
        self._typed_ahead: list[InputEvent] | None = []
        self._title, self._is_titled = "", window.is_titled(os.environ)
        self._engine, self._actions = engine, preferences.actions
        how = engine.send, look.marker, preferences.actions, preferences.panels, self._keep_panels
        self.lab = TourScreen(tour, *how) if tour else LabScreen(experiment, *how)
        self.lab.charts.page = page

    def validate_theme(self, name: str) -> str:
        """The theme that is chosen, or where it could not be read in so few colours, one that can."""
        drawn = drawable_theme(name, self._preferences.look.colours)
        if drawn != name and self.is_running:
            self.lab.say(replaced(name, drawn), bad=True)
        return drawn

    @property
    def failure(self) -> Exception | None:
        """The mistake of the program that ended it."""
        return self._exception

    def _handle_exception(self, error: Exception) -> None:
        """End quietly: Textual would print a traceback with every local variable, whole arrays among them."""
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()

    def get_driver_class(self) -> type[Driver]:
        """The one that tells the link what is written and answered."""
        return watched(super().get_driver_class())

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Send what differs from what the terminal shows."""
        if self._shown is not None:
            renderable = self._shown.difference(renderable, self.link)
        super()._display(screen, renderable)

    def get_default_screen(self) -> Screen[None]:
        """The laboratory is all there is."""
        return self.lab

    def on_mount(self) -> None:
        """Watch for the end of the connection; paint, and only then load what computes."""
        leave_when_lost(self._lose, self.exit)
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self._engine.start()
        self.set_interval(1 / TICKS_PER_SECOND, self.tick)
        self.set_interval(KEEP_SECONDS, self._keep_beside)
        greeting = self._greet()
        news = "" if greeting.stays else greeting.text
        complaint, remark = self._preferences.complaint, self._preferences.remark
        if said := "; ".join(filter(None, (news, complaint, remark))):
            self.lab.say(said, greeting.bad or bool(complaint))
        if greeting.stays:
            self.lab.offer(greeting.text)
        self._left = interrupted.left()
        self.call_later(self._take_typed_ahead)

    async def _take_typed_ahead(self) -> None:
        """What came before the laboratory was painted, before what comes now."""
        typed, self._typed_ahead = self._typed_ahead or [], None
        for event in typed:
            await self.on_event(event)

    def _keep_beside(self) -> None:
        """Little is lost where it ends without a signal that can be caught. The screen waits for no disk."""
        if not self._writing.is_alive() and self._state() != self._kept:
            self._writing = threading.Thread(target=self.keep, daemon=True)
            self._writing.start()

    def keep(self) -> None:
        """Write down what is under way, for another start where this one does not end by a key.

        From any thread, also while the screen is stuck. What cannot be written is told of, once.
        """
        try:
            self._kept = self._keeper.keep(self._state) or self._kept
        except OSError as failure:  # a full disk, or a folder of somebody else's
            self._tell_unkept(f"{interrupted.folder()} cannot be written ({failure.strerror or failure})")
        except BadInput as mistake:
            self._tell_unkept(str(mistake))

    def _tell_unkept(self, why: str) -> None:
        if not self._is_unkept:
            self._is_unkept = True
            said = f"nothing of this could be gone on with after a lost connection: {why}"
            self.call_later(self.lab.say, said, True)

    def _state(self) -> State | None:
        """What another start restores; None before there are walkers."""
        trail = self._engine.trail
        ahead = self._engine.ahead  # after it: who is back has no way ahead before another trail
        if trail is None:
            return None
        charts, intent = self.lab.charts, self.lab.intent
        return State(
            trail, charts.page, intent.pace, intent.running, charts.alone, charts.showing, intent.cohort,
            self.lab.parameters.chosen, apart=ahead is not None and trail is not ahead,
        )  # fmt: skip

    def _resume(self, path: Path) -> None:
        """Go on with what was interrupted, in the place of what is under way."""
        resumed, said = interrupted.resume(path)
        if resumed:
            self._engine.follow(resumed.state.trail, resumed.state.pace)
            self._keeper.forget()
            self._keeper = resumed.keeper
            self.lab.take_over(resumed.state)
        self._answer(said.text, said.bad)

    def _drop(self, path: Path) -> None:
        """Nobody wants to go on with what was interrupted."""
        gone = interrupted.forget(path)
        self._answer("forgotten" if gone else "somebody else goes on with it", bad=not gone)

    def _answer(self, said: str, bad: bool) -> None:
        """What became of an offer; there may be another."""
        self.lab.offer("")
        self._left = interrupted.left()
        self.lab.say(said, bad)

    def _keep_panels(self, names: Sequence[str]) -> str:
        """Write down which panels stand on the page of a person's own; says where, or why not."""
        file = self._preferences.panels_file
        if self._preferences.panels_are_set:
            return f"{UNKEPT}: your settings say which panels another start has"
        if file is None:
            return f"{UNKEPT}: there is no file of settings to keep it beside"
        try:
            own_page.keep(file, names)
        except OSError as failure:
            return f"{UNKEPT}: {file} cannot be written ({failure.strerror})"
        return f"kept in {file}"

    def _lose(self) -> None:
        """Nobody has asked for the end that comes now."""
        self.lost = True
        self.keep()

    async def on_event(self, event: Event) -> None:
        """The keys of the laboratory are taken here, one after the other, once it is painted.

        With another size, or the same one told again, a terminal may show something else than it was sent.
        """
        if isinstance(event, InputEvent):
            self._last_new = self._ticks
        if isinstance(event, Resize):
            if self._shown is not None:
                self._shown.forget()
            self.screen.refresh()
        if isinstance(event, InputEvent) and self._typed_ahead is not None:
            self._typed_ahead.append(event)
        elif isinstance(event, Key) and self.screen is self.lab:
            await self.lab.take(event)
        else:
            await super().on_event(event)

    def on_unmount(self) -> None:
        """Leave the window the title that it had."""
        if self._title:
            self._write(window.RESTORE)

    def _entitle(self) -> None:
        """Give the window another title, where it should have one."""
        intent = self.lab.intent
        title = window.title(intent.experiment, intent.running)
        if self._is_titled and title != self._title:
            self._write(("" if self._title else window.SAVE) + window.entitled(title))
            self._title = title

    def _write(self, text: str) -> None:
        if self._driver is not None:
            self._driver.write(text)

    def tick(self) -> None:
        """Show the newest snapshot and ask for the next, unless the terminal is still busy with the last."""
        self._follow_size()
        if backlog(self) > 1 or not self.link.is_ready:
            return
        self._entitle()
        self._ticks += 1
        if self._ticks - self._last_new > CALM and self._ticks % CALM_TICKS:
            return
        self.lab.charts.in_pieces = self.link.is_slow
        snapshot = self._engine.take()
        self._engine.want(self.lab.measures, self.lab.intent.cohort, self.lab.intent.walker)
        if snapshot is not None:
            self._last_new = self._ticks
            self.lab.show(snapshot)
            if snapshot.readings:
                collect_garbage_again()
        else:
            self.lab.go_on()

    def _follow_size(self) -> None:
        """Take over the size that the terminal has, where it is another than the one told last."""
        if isinstance(self._driver, WatchedDriver) and self._driver.present_size != self.size:
            size = self._driver.present_size
            self.post_message(Resize(size, size))

    async def action_quit(self) -> None:
        """Leave, once the terminal has answered what it was asked, if it does so soon."""
        self.link.hush()
        end = time.monotonic() + LAST_ANSWER_SECONDS
        while not self.link.is_silent and time.monotonic() < end:
            await asyncio.sleep(0.01)
        self.exit(message=self._finish())

    def _finish(self) -> str | None:
        """Drop what is kept, unless the walkers are still on the way to where it was: then that is to say."""
        trail, ahead = self._engine.trail, self._engine.ahead
        if ahead and trail is ahead:
            self._keeper.let_go()
            return f"not back at step {ahead.step} yet; to go on: {interrupted.HOW}"
        if ahead:
            self._keeper.part()
        self._keeper.forget()
        return None

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: every action of the table, every parameter, every name to choose, and the colours."""
        for action in self._actions:
            title = f"{action.id.replace('-', ' ')} ({action.shown_keys})"
            yield SystemCommand(title, action.description, partial(self.lab.run_action, action.handler))
        for name in self.lab.intent.names:
            yield SystemCommand(f"set {name}", self.lab.intent.help(name), partial(self.lab.edit, name))
        for kind, registry in REGISTRIES.items():
            for name, entry in registry.items():
                description = f"{entry.title}: {entry.formula}"
                yield SystemCommand(f"{kind} {name}", description, partial(self.lab.put, kind, name))
        yield SystemCommand("theme", "choose the colours", self.action_change_theme)
        for left in self._left:
            if not left.why_not:
                go_on = "go on with what was interrupted, in the place of what is under way"
                yield SystemCommand(f"resume {left.title}", go_on, partial(self._resume, left.path))
            drop = partial(self._drop, left.path)
            yield SystemCommand(f"forget {left.title}", "drop what was interrupted", drop)

    def action_command_palette(self) -> None:
        """Everything by name."""
        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    def action_save_screen(self, ending: str) -> None:
        """Save the screen, once the palette has gone from it."""
        self.call_after_refresh(self._save_screen, ending)

    def _save_screen(self, ending: str) -> None:
        strips = self.screen._compositor.render_strips()  # noqa: SLF001 - Textual has no other way to its text
        words = "".join(strip.text.rstrip() + "\n" for strip in strips)
        try:
            path = save(blanks_kept(self.export_screenshot()) if ending == "svg" else words, ending)
        except BadInput as failure:
            self.lab.say(str(failure), bad=True)
        else:
            self.lab.say(f"saved {path}")


def what_is_shown() -> Shown | None:
    """None with a Textual whose updates have other names than this one's: it draws in its own way then."""
    try:
        from tui.repaint import Shown
    except ImportError:
        return None
    return Shown(erases=fills_what_it_erases(os.environ))


def backlog(app: App[None]) -> int:
    """How many writes wait for a slow terminal; 0 where Textual does not say."""
    try:
        return int(app._driver._writer_thread._queue.qsize())  # type: ignore[union-attr]  # noqa: SLF001
    except AttributeError:
        return 0


def run_lab(
    experiment: Experiment,
    page: str = PAGES[0],
    greet: Callable[[], interrupted.News] = interrupted.News,
    resumed: interrupted.Resumed | None = None,
    preferences: Preferences = Preferences(),  # noqa: B008 - it cannot be changed
    tour: Tour | None = None,
) -> int:
    """Run the laboratory, or the tour, from this page of panels on until it is left; the exit status.

    The first line of news is that of `greet`, asked for once the screen is painted. What is `resumed` is gone
    on with instead. Raises whatever went wrong, once the rest is kept.
    """
    from sim.engine import Engine as SimulationEngine

    quiet_warnings()
    gc.disable()
    sys.setswitchinterval(SWITCH_SECONDS)
    state = resumed.state if resumed else None
    pace, trail = (state.pace, state.trail) if state else (OPENING_PACE, None)
    engine = SimulationEngine(experiment, pace, trail)
    app = LabApp(experiment, engine, page, greet, resumed and resumed.keeper, preferences, tour)
    if state:
        app.lab.take_over(state)
    try:
        app.run()
        engine.stop(0.2)
        if app.failure is not None:
            raise app.failure
    except BaseException:
        app.keep()
        raise
    return app.return_code or 0


def collect_garbage_again() -> None:
    """What loading numba and Textual made stays: looking through it again would stop the screen each time.

    Without this, a full collection took 60 to 200 ms, every few seconds.
    """
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def quiet_warnings() -> None:
    """Warnings go to a log that nobody prints: on the screen they would be litter."""
    logging.getLogger("py.warnings").addHandler(logging.NullHandler())
    logging.captureWarnings(True)
