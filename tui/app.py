"""The application: owns the engine and the tick."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from textual.app import App, SystemCommand
from textual.events import Event, InputEvent, Key
from textual.screen import Screen
from textual.theme import ThemeProvider

from sim.assets import asset
from sim.errors import BadInput
from sim.experiment import Experiment
from tui import PROGRAM, interrupted, keeping, window
from tui.actions import MAP
from tui.arrangement import is_wide
from tui.beat import Beat
from tui.chapters import Tour
from tui.config import Preferences
from tui.connection import leave_when_lost
from tui.engine import Engine
from tui.interpreter import collect_garbage_again
from tui.knobs import REGISTRIES
from tui.linked import LinkedApp
from tui.look import drawable_theme, replaced
from tui.panel import FIRST, PAGES, PANELS
from tui.saving import blanks_kept, save
from tui.screens.lab import LabScreen
from tui.screens.palette import Palette, Settings
from tui.theme import ADDED


class LabApp(LinkedApp):
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
        super().__init__(ansi_color=True if look.colours == "none" else None)
        self.beat = Beat(self, self.tick)
        for theme in ADDED:
            self.register_theme(theme)
        self.theme = look.theme
        if look.motion == "reduced":
            self.animation_level = "none"
        self._typed_ahead: list[InputEvent] | None = []
        self._engine, self._actions = engine, preferences.actions
        self.lab = self._laboratory(experiment, tour, page, goes_on=keeper is not None)
        self.lab.charts.page = page
        self.keeping = keeping.Keeping(engine, self.lab, self.call_later, keeper)

    def _laboratory(self, experiment: Experiment, tour: Tour | None, page: str, goes_on: bool) -> LabScreen:
        """With the panels that its first frame shows, or all, where another page may be seen in it."""
        if tour:
            from tui.screens.tour import TourScreen  # whoever takes no tour need not wait for it

            return TourScreen(tour, self._engine.send, self._preferences)
        names: Sequence[str] = (*FIRST, MAP) if is_wide(*self.size) else FIRST
        if page != PAGES[0] or goes_on:
            names = tuple(PANELS)
        return LabScreen(experiment, self._engine.send, self._preferences, names)

    def validate_theme(self, name: str) -> str:
        """The theme that is chosen, or where it could not be read in so few colours, one that can."""
        drawn = drawable_theme(name, self._preferences.look.colours)
        if drawn != name and self.is_running:
            self.lab.say(replaced(name, drawn), bad=True)
        return drawn

    def refresh_css(self, animate: bool = True) -> None:
        """Before there is a screen the colours alone: the rules are read once for it, and not twice."""
        if self.screen_stack:
            super().refresh_css(animate)
        else:
            self.stylesheet.set_variables(self.get_css_variables())

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

    def get_default_screen(self) -> Screen[None]:
        """The laboratory is all there is."""
        return self.lab

    def on_mount(self) -> None:
        """Watch for the end of the connection; paint, and only then load what computes."""
        leave_when_lost(self.keeping.keep, self.exit)
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self._engine.start()
        self.beat.start()
        self.set_interval(keeping.SECONDS, self.keeping.keep_beside)
        greeting = self._greet()
        news = "" if greeting.stays else greeting.text
        complaint, remark = self._preferences.complaint, self._preferences.remark
        if said := "; ".join(filter(None, (news, complaint, remark))):
            self.lab.say(said, greeting.bad or bool(complaint))
        if greeting.stays:
            self.lab.offer(greeting.text)
        self.keeping.look()
        self.call_later(self._take_typed_ahead)

    async def _take_typed_ahead(self) -> None:
        """What came before the laboratory was painted, before what comes now."""
        typed, self._typed_ahead = self._typed_ahead or [], None
        for event in typed:
            await self.on_event(event)

    async def on_event(self, event: Event) -> None:
        """The keys of the laboratory are taken here, one after the other, once it is painted."""
        if isinstance(event, InputEvent):
            self.beat.hurry()
        if isinstance(event, InputEvent) and self._typed_ahead is not None:
            self._typed_ahead.append(event)
        elif isinstance(event, Key) and self.screen is self.lab:
            await self.lab.take(event)
        else:
            await super().on_event(event)

    def tick(self) -> None:
        """Show the newest snapshot and ask for the next, unless the terminal is still busy with the last."""
        self.follow_size()
        if not self.has_room:
            self.beat.hurry()
            return
        self.entitle(window.title(self.lab.intent.experiment, self.lab.intent.running))
        self.lab.charts.in_pieces = self.link.is_slow
        snapshot = self._engine.take()
        self._engine.want(self.lab.measures, self.lab.intent.cohort, self.lab.intent.walker)
        if snapshot is not None:
            self.beat.hurry()
            self.lab.show(snapshot)
            if snapshot.readings:
                self.lab.charts.complete()
                collect_garbage_again()
        else:
            self.lab.go_on()

    async def action_quit(self) -> None:
        """Leave, once the terminal has answered what it was asked, if it does so soon."""
        self._typed_ahead = []  # what comes now would open what is being closed
        await self.await_last_answer()
        self.exit(message=self.keeping.finish())

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: every action of the table, every parameter, every name to choose, and the colours."""
        for action in self._actions:
            title = f"{action.id.replace('-', ' ')} ({action.shown_keys})"
            yield SystemCommand(title, action.description, partial(self.lab.carry_out, action.handler))
        for name in self.lab.intent.names:
            yield SystemCommand(f"set {name}", self.lab.intent.help(name), partial(self.lab.edit, name))
        for kind, registry in REGISTRIES.items():
            for name, entry in registry.items():
                description = f"{entry.title}: {entry.formula}"
                yield SystemCommand(f"{kind} {name}", description, partial(self.lab.put, kind, name))
        yield SystemCommand("theme", "choose the colours", self.action_change_theme)
        yield from self.keeping.commands()

    def action_command_palette(self) -> None:
        """Everything by name."""
        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    def search_themes(self) -> None:
        """The themes by name, in a palette that is left once, too."""
        if not isinstance(self.screen, Palette):
            self.push_screen(Palette([ThemeProvider], placeholder="Search for themes…"))

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
