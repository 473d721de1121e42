"""The laboratory: pages of charts, the parameters, and the keys that turn them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Key, Resize
from textual.screen import Screen
from textual.widgets import Static

from sim.commands import Command
from sim.errors import BadInput
from sim.experiment import Experiment
from sim.snapshot import Snapshot
from tui import PROGRAM, own_page
from tui.actions import handlers
from tui.config import Preferences
from tui.intent import GIANT, SPEED, Intent
from tui.panel import PAGES, PANELS
from tui.record import State
from tui.screens import lines
from tui.screens.charts import Charts, set_display
from tui.screens.editor import Editor
from tui.screens.footer import Footer
from tui.screens.parameter_view import ParameterView
from tui.screens.side import Side
from tui.screens.words import AROUND, Words

NO_CURSOR = "no chart is read; `cursor` reads values off one"


class LabScreen(Screen[None]):
    """Knows its siblings: takes snapshots from the app, sends commands through `send`."""

    AUTO_FOCUS = ""  # keys belong to the screen until the editor opens

    def __init__(
        self,
        experiment: Experiment,
        send: Callable[[Command], None],
        preferences: Preferences,
        names: Iterable[str] = PANELS,
    ) -> None:
        super().__init__()
        self._preferences = preferences
        marker, actions = preferences.look.marker, preferences.actions
        unicode = marker != "ascii"
        self._actions, self._handlers = actions, handlers(actions)
        self.intent = Intent(experiment, send)
        self.snapshot = Snapshot(experiment)
        self.charts = Charts(marker, actions, preferences.panels, names)
        self.charts.tell = self._show_words
        self.parameters = ParameterView(self.intent, unicode)
        self.editor = Editor(lambda text: self.put(self.parameters.chosen, text))
        self.set_class(not unicode, "-ascii")
        self.side = Side(self.parameters, unicode=unicode)
        self.words = Words(self.intent, self.charts, self.parameters, self.editor, actions, unicode=unicode)

    def compose(self) -> ComposeResult:
        """Status above, charts and parameters between, keys below; the message lies over the row before."""
        with Vertical(id="bench"):
            yield self.words.status
            with Horizontal():
                yield self.charts
                yield self.side
            yield self.words.keys
        yield self.words.message
        yield self.editor
        yield Static(id="too-small")

    @property
    def measures(self) -> set[str]:
        """What the visible panels want measured, and what is waited for."""
        return self.charts.measures | self.intent.wants | self.words.measures(self.snapshot, self.size)

    def show(self, snapshot: Snapshot) -> None:
        """Take over a snapshot and draw what changed; nothing of another experiment than is asked for."""
        self.intent.settle(snapshot)
        self.snapshot = self.intent.seen(snapshot)
        self.words.hear(self.snapshot)
        self.charts.show(self.snapshot)
        self._show_words()

    def go_on(self) -> None:
        """Nothing new has come: draw what waits, and let go what is old, numbers as well as news."""
        if self.intent.seen(self.snapshot) is not self.snapshot:
            self.show(self.snapshot)
        self.charts.go_on()
        if self.words.news.is_old:
            self._show_words()

    def on_resize(self, event: Resize) -> None:
        """Another size."""
        self.fit(*event.size)

    def above(self, width: int, height: int) -> int:
        """Rows of the screen that something else takes above the laboratory."""
        return 0

    def fit(self, width: int, height: int) -> None:
        """As many charts as have room in so many columns and rows, or a message."""
        above = self.above(width, height)
        small = lines.too_small(width, height, self._actions)
        set_display(self.query_one("#bench"), not small)
        set_display(self.words.message, not small)
        told = self.query_one("#too-small", Static)
        set_display(told, bool(small))
        if small:
            self.editor.close()
            told.update(small)
        beside = self.side.fit(width, height - above)
        self.charts.fit(width - beside, height - AROUND - above)
        self.call_after_refresh(self._show_words)

    def _show_words(self) -> None:
        """Everything but the charts."""
        side_changes, message_moves = self.side.show(self.snapshot), self.words.show(self.snapshot, self.size)
        if side_changes or message_moves:
            self.call_after_refresh(self._show_words)

    async def take(self, key: Key) -> None:
        """Do what a key is for, before the next one is looked at.

        Textual would hand each key on to whoever has the focus by then, and in a burst keys would overtake
        one another: the digits would come before the editor is open.
        """
        if self.editor.display and await self.editor.take(key):
            if key.key != "enter" and self.words.news.bad:  # who has read what was wrong types something else
                self.say("")
            return
        handler = self._handlers.get(key.key) or self._handlers.get(key.character or "")  # "." is "full_stop"
        if handler:
            await self.carry_out(handler)

    async def carry_out(self, handler: str) -> None:
        """Do what a key is for: while there is a cursor, arrows move that and turn no parameter."""
        if self.charts.move_cursor(handler):
            self.say("")
        else:
            await self.run_action(handler)

    def on_click(self) -> None:
        """What a click has changed is told above the charts, too."""
        self._show_words()

    async def on_footer_pressed(self, message: Footer.Pressed) -> None:
        """A key was clicked on."""
        await self.carry_out(message.handler)

    def on_parameter_view_pressed(self, message: ParameterView.Pressed) -> None:
        """A click on a parameter chooses it; on the chosen one, its value is typed."""
        if message.name == self.parameters.chosen:
            self.action_type()
        else:
            self.choose(message.name)

    def on_parameter_view_wheeled(self, message: ParameterView.Wheeled) -> None:
        """The wheel on the chosen parameter turns it."""
        if not self.editor.display:
            self.action_turn_chosen(message.up)

    def choose(self, name: str) -> None:
        """Choose a parameter by its name."""
        self.editor.close()
        self.parameters.chosen = name
        self.say("")

    def say(self, text: str, bad: bool = False) -> None:
        """Show a line of news."""
        self.words.news.say(text, bad)
        self._show_words()

    def offer(self, text: str) -> None:
        """Have a line stand there while nothing else is to say, until it is answered or for long."""
        self.words.news.offer(text)
        self._show_words()

    def take_over(self, state: State) -> None:
        """Show what was looked at, and stand still if that did; the engine leads the walkers back."""
        self.intent.take_over(state.trail.experiment, state.pace, state.running, state.cohort)
        self.parameters.chosen = state.parameter
        self.charts.look_at(state.page, state.expanded, state.showing)

    def _attempt(self, change: Callable[[], str]) -> None:
        """Carry out a change; a mistake is shown, the editor stays open, and nothing else happens."""
        try:
            said = change()
        except BadInput as mistake:
            self.say(str(mistake), bad=True)
        else:
            self.editor.close()
            self.say(said)

    def action_pause(self) -> None:
        """Pause, or go on."""
        self._attempt(self.intent.pause)

    def action_step(self) -> None:
        """Pause and take one step."""
        self._attempt(self.intent.step)

    def action_rewind(self) -> None:
        """Back to step 0."""
        self._attempt(self.intent.rewind)

    def action_reseed(self) -> None:
        """Another seed."""
        self._attempt(self.intent.reseed)

    def action_turn(self, name: str, up: bool) -> None:
        """Turn the named parameter, and choose it."""
        self.parameters.chosen = name
        self._attempt(lambda: self.intent.turn(name, up))

    def action_dial(self, up: bool) -> None:
        """Open or lock directions, and choose how many are open, or how many giants have."""
        self._attempt(lambda: self.intent.dial(up))
        experiment = self.intent.experiment
        self.parameters.chosen = GIANT if experiment.giant > experiment.dim else "active_dim"
        self._show_words()

    def action_choose_cohort(self) -> None:
        """The next cohort."""
        self._attempt(self.intent.choose_cohort)

    def action_add_cohort(self) -> None:
        """One more cohort."""
        self._attempt(self.intent.add_cohort)

    def action_graft(self) -> None:
        """One neuron more."""
        self._attempt(self.intent.graft)

    def action_steer(self) -> None:
        """A learning rate from the curvature, and choose it."""
        if "lr" in self.intent.names:
            self.parameters.chosen = "lr"
        self._attempt(lambda: self.intent.steer(self.snapshot))
        self.words.watch.heed(self.snapshot)

    def action_remove_cohort(self) -> None:
        """One cohort less."""
        self._attempt(self.intent.remove_cohort)

    def put(self, name: str, text: str) -> None:
        """Give the named parameter a value, and choose it."""
        self.parameters.chosen = name
        self._attempt(lambda: self.intent.put(name, text))

    def action_turn_chosen(self, up: bool) -> None:
        """Turn the chosen parameter."""
        self.action_turn(self.parameters.chosen, up)

    def action_speed(self, up: bool) -> None:
        """Slower or faster; the chosen parameter stays."""
        self._attempt(lambda: self.intent.turn(SPEED, up))

    def action_choose(self, by: int) -> None:
        """Choose another parameter."""
        self.editor.close()
        self.parameters.choose(by)
        self.say("")

    def action_type(self) -> None:
        """Open the editor on the chosen parameter."""
        self.parameters.keep_in_view()
        self.editor.open(self.intent.plain(self.parameters.chosen))
        self._show_words()

    def action_expand(self) -> None:
        """The next panel in full; after the last, all of the page again."""
        self.charts.expand_next()
        self._show_words()

    def action_cursor(self) -> None:
        """Read values off a chart, or leave that."""
        self.charts.turn_cursor()
        self.say("")

    def action_read_end(self, last: bool) -> None:
        """There is no cursor to move."""
        self.say(NO_CURSOR)

    def action_read_beside(self, by: int) -> None:
        """Nor here."""
        self.say(NO_CURSOR)

    def action_axis(self) -> None:
        """A logarithmic or a linear axis."""
        self._attempt(self.charts.turn_axis)

    def edit(self, name: str) -> None:
        """Open the editor on the named parameter."""
        self.parameters.chosen = name
        self.action_type()

    def action_page(self, page: str) -> None:
        """Another page of panels."""
        self.charts.turn_to(page)
        self._show_words()

    def action_choose_panels(self) -> None:
        """Which panels stand on one's own page, and in which order."""
        from tui.screens.chooser import Chooser

        self.charts.complete()
        there, ascii_alone = [view.name or "" for view in self.charts.views], self.has_class("-ascii")
        chooser = Chooser(self.charts.own, there, not ascii_alone, self._actions)
        self.app.push_screen(chooser, self._take_panels)

    def _take_panels(self, names: tuple[str, ...] | None) -> None:
        """Show what was chosen, and keep it for another start."""
        if names is None:
            return
        changed = names != self.charts.own
        self.charts.choose(names)
        self.say(own_page.keep_for(self._preferences, names) if changed else "")

    def action_next_page(self) -> None:
        """The page after this one, and after the last the first."""
        place = PAGES.index(self.charts.page) if self.charts.page in PAGES else -1
        self.action_page(PAGES[(place + 1) % len(PAGES)])

    def action_plane(self) -> None:
        """The map along the next plane; its page, where that is not seen."""
        self.charts.choose_next()
        self._show_words()

    def action_walker(self, by: int) -> None:
        """The map through another walker."""
        self._attempt(lambda: self.intent.choose_walker(by))

    def action_back(self) -> None:
        """Leave the editor, or the expanded panel."""
        if not self.editor.close():
            self.charts.collapse()
        self.say("")

    def action_tour(self, on: bool) -> None:
        """Say where the tour is."""
        self.say(f"the tour is a command of its own: {PROGRAM} tour")

    def action_help(self) -> None:
        """The keys, and what is known of the landscape and the rule."""
        from tui.screens.help import HelpScreen, about

        experiment = self.intent.experiment
        rule = experiment.cohorts[self.intent.cohort].optimizer
        parts = (about("landscape", experiment.landscape), about("optimizer", rule))
        said = self.words.news.line()
        self.app.push_screen(HelpScreen(parts, self.charts.page, self._actions, self.charts.own, said))
