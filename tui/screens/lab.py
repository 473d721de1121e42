"""The laboratory: pages of charts, the parameters, and the keys that turn them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.events import Key, Resize
from textual.geometry import Offset
from textual.screen import Screen
from textual.widgets import Static

from sim.commands import Command
from sim.errors import BadInput
from sim.experiment import Experiment
from sim.snapshot import Snapshot
from tui import PROGRAM
from tui.actions import ACTIONS, Action, handlers, shown
from tui.intent import GIANT, SPEED, Intent
from tui.look import Look
from tui.panel import PAGES
from tui.record import State
from tui.screens import lines
from tui.screens.charts import Charts, set_display
from tui.screens.chooser import Chooser
from tui.screens.editor import EDITOR_WIDTH, Editor
from tui.screens.footer import Footer
from tui.screens.help import HelpScreen, about
from tui.screens.news import News
from tui.screens.parameter_view import ParameterView
from tui.steering import LOSS, SHARPNESS, WAITING, Watch, some_diverged
from tui.surface import Surface

SMALLEST = (40, 12)
"""Columns and rows below which there is only a message."""


AROUND = 4
"""Rows of a screen that are not for charts: the status, the message, the keys."""

SIDE, NARROW_SIDE = 32, 28
"""Columns beside the charts, as the stylesheet has them."""


class LabScreen(Screen[None]):
    """Knows its siblings: takes snapshots from the app, sends commands through `send`."""

    AUTO_FOCUS = ""  # keys belong to the screen until the editor opens

    def __init__(
        self,
        experiment: Experiment,
        send: Callable[[Command], None],
        marker: str = Look.marker,
        actions: Sequence[Action] = ACTIONS,
        panels: Sequence[str] = (),
        keep_panels: Callable[[Sequence[str]], str] = lambda names: "",
    ) -> None:
        super().__init__()
        self._keep_panels = keep_panels
        unicode = marker != "ascii"
        self._actions, self._handlers = actions, handlers(actions)
        self.intent = Intent(experiment, send)
        self.snapshot = Snapshot(experiment)
        self.charts = Charts(marker, actions, panels)
        self.charts.tell = self._show_words
        self.parameters = ParameterView(self.intent, unicode)
        self.editor = Editor(lambda text: self.put(self.parameters.chosen, text))
        self.set_class(not unicode, "-ascii")
        self.status, self.outcomes, self.message = (
            Surface(name, unicode=unicode) for name in ("status", "outcomes", "message")
        )
        self.keys = Footer(actions, unicode=unicode)
        self._message_at, self._least_rows = Offset(0, 0), 1
        self._news = News(actions)
        self._watch = Watch()

    def compose(self) -> ComposeResult:
        """Status above, charts and parameters between, keys below; the message lies over the row before."""
        with Vertical(id="bench"):
            yield self.status
            with Horizontal():
                yield self.charts
                with Vertical(id="side", classes="wide"):
                    yield self.parameters
                    with Container(id="walkers"):
                        yield self.outcomes
            yield self.keys
        yield self.message
        yield self.editor
        yield Static(id="too-small")

    @property
    def measures(self) -> set[str]:
        """What the visible panels want measured, and what is waited for."""
        waited_for = {SHARPNESS} if self._watch.wants else set()
        told = LOSS if some_diverged(self.snapshot) or self.size.width < lines.LISTED else "outcomes"
        return self.charts.measures | self.intent.wants | waited_for | {told, "outcomes"}

    def show(self, snapshot: Snapshot) -> None:
        """Take over a snapshot and draw what changed."""
        self.snapshot = snapshot
        self.intent.settle(snapshot)
        self._news.hear(snapshot)
        self._steer(snapshot)
        self.charts.show(snapshot)
        self._show_words()

    def go_on(self) -> None:
        """Nothing new has come: draw what waits, and let go what was said long ago."""
        self.charts.go_on()
        if self._news.is_old:
            self._show_words()

    def _steer(self, snapshot: Snapshot) -> None:
        """What the curvature says: to who waits for a learning rate, and of one that is too large.

        A warning waits behind bad news, and while a value is typed the editor stays open.
        """
        try:
            said = self.intent.steered(snapshot)
        except BadInput as mistake:
            self._news.say(str(mistake), bad=True)
        else:
            if said:
                self._watch.heed(snapshot)
                self._news.say(said)
            elif self.intent.wants and (self._news.is_over or not self._news.line()):
                self._news.say(WAITING)
            elif not self._news.bad and (warning := self._watch.look(snapshot)):
                self._news.say(warning, bad=True)

    def _show_outcomes(self) -> None:
        """A row for each; "not looked at" takes one more, only where there are such walkers."""
        rows = lines.outcomes(self.snapshot, self.outcomes.size.width)
        box, long = self.query_one("#walkers"), len(rows) > 5
        title = lines.outcomes_title(self.snapshot)
        if box.border_title != title:  # setting it sends the whole box again
            box.border_title = title
        if box.has_class("long") != long:
            box.set_class(long, "long")
            self.call_after_refresh(self._show_outcomes)
        self.outcomes.put(rows)

    def on_resize(self, event: Resize) -> None:
        """Another size."""
        self.fit(*event.size)

    def above(self, width: int, height: int) -> int:
        """Rows of the screen that something else takes above the laboratory."""
        return 0

    def fit(self, width: int, height: int) -> None:
        """As many charts as have room in so many columns and rows, or a message."""
        above = self.above(width, height)
        fits = width >= SMALLEST[0] and height >= SMALLEST[1]
        set_display(self.query_one("#bench"), fits)
        set_display(self.message, fits)
        small = self.query_one("#too-small", Static)
        set_display(small, not fits)
        if not fits:
            self.editor.close()
            leave = shown("quit", self._actions)
            words = f"{width}×{height} is too small: {SMALLEST[0]}×{SMALLEST[1]} is enough. {leave} quits."
            small.update(words)
        side = self.query_one("#side")
        set_display(side, self._has_list)
        side.set_class(width >= 100, "wide")
        set_display(self.query_one("#walkers"), height - above >= 16)  # the list of parameters comes first
        beside = SIDE if width >= 100 else NARROW_SIDE if width >= lines.LISTED else 0
        self.charts.fit(width - beside, height - AROUND - above)
        self.call_after_refresh(self._show_words)

    def _show_words(self) -> None:
        """Everything but the charts."""
        self.parameters.show()
        self._show_outcomes()
        width = self.status.size.width
        self.status.put(
            lines.status(self.intent, self.snapshot, self.charts.frames_a_second, self.charts.where, width)
        )
        name = self.parameters.chosen
        self._show_message(name)
        self._show_keys(name)

    def _show_message(self, name: str) -> None:
        """News or a hint. Charts give way to as many rows as they can; an editor has all, else help has."""
        width, height = self.size
        news, read = self._news.line(), self.charts.read
        if self._news.is_of_engine and not self._news.bad and not self._has_list:
            news = f"{self._named(name)} · {news}"  # what it answers is mostly that another value was taken
        reads = bool(read) and (not news or self._news.is_over)
        free = 1 + self.charts.spare
        most = height - AROUND if self.editor.display else free
        more = f"{shown('help', self._actions)} tells all"
        rows = lines.message(news, self._news.bad, self._hint(name), width, max(1, most), more)
        if read and reads:
            rows = lines.readout(read.panel.title, read.readout, width)[: max(1, height - AROUND)]
        # While a chart is read, it does not jump at every number that is longer.
        self._least_rows = max(self._least_rows, len(rows)) if reads else 1
        self._make_room(min(free, max(self._least_rows, len(rows))))
        place = Offset(0, height - 1 - len(rows))
        if place != self._message_at:
            self._message_at = place
            self.message.styles.offset, self.message.styles.height = place, len(rows)
            self.call_after_refresh(self._show_words)
        self.message.put(rows)

    def _hint(self, name: str) -> str:
        """What a parameter is, where no list shows its value with that first."""
        helped = self.intent.help(name)
        return f"{name}: {helped}" if self._has_list else f"{self._named(name)} · {helped}"

    @property
    def _has_list(self) -> bool:
        """Whether all parameters stand beside the charts."""
        return self.size.width >= lines.LISTED

    def _named(self, name: str) -> str:
        """A parameter with its value."""
        return f"{name} {self.intent.value(name)}"

    def _make_room(self, rows: int) -> None:
        """So many rows between the charts and the keys."""
        if self.keys.styles.margin.top != rows:
            self.keys.styles.margin = (rows, 0, 0, 0)

    def _show_keys(self, name: str) -> None:
        """What to press; while a value is typed and no list shows whose, its name."""
        if not self.editor.display:
            self.keys.show(lines.reading_hints(self.size.width, self._actions) if self.charts.read else None)
            return
        end = self.parameters.end_of_chosen()
        self.keys.show(lines.typing(name) if end is None else None)
        if end is None:
            self.editor.lie_at(Offset(self.keys.columns, self.keys.region.y), self.size.width)
        else:
            self.editor.lie_at(Offset(end.x - EDITOR_WIDTH, end.y), end.x)

    async def take(self, key: Key) -> None:
        """Do what a key is for, before the next one is looked at.

        Textual would hand each key on to whoever has the focus by then, and in a burst keys would overtake
        one another: the digits would come before the editor is open.
        """
        if self.editor.display and await self.editor.take(key):
            if key.key != "enter" and self._news.bad:  # who has read what was wrong types something else
                self.say("")
            return
        known = self._handlers
        handler = known.get(key.key) or known.get(key.character or "")  # "." is "full_stop" there
        if self.charts.read and self._moved_cursor(key.key, handler or ""):
            return
        if handler:
            await self.run_action(handler)

    def _moved_cursor(self, key: str, handler: str) -> bool:
        """Whether a key was for the cursor: arrows move that and turn no parameter, while it is there."""
        read = self.charts.read
        moves: dict[str, Callable[[], object]] = (
            {}
            if read is None
            else {
                "turn_chosen(False)": lambda: read.move(-1),
                "turn_chosen(True)": lambda: read.move(1),
                "shift+left": lambda: read.move(-1, fine=True),
                "shift+right": lambda: read.move(1, fine=True),
                "home": lambda: read.move_to_end(last=False),
                "end": lambda: read.move_to_end(last=True),
                "choose(-1)": lambda: self.charts.read_next(-1),
                "choose(1)": lambda: self.charts.read_next(1),
                "back": self.charts.turn_cursor,
            }
        )
        move = moves.get(key) or moves.get(handler)
        if move:
            move()
            self.say("")
        return move is not None

    def on_click(self) -> None:
        """What a click has changed is told above the charts, too."""
        self._show_words()

    async def on_footer_pressed(self, message: Footer.Pressed) -> None:
        """A key was clicked on."""
        if not self._moved_cursor(message.handler, message.handler):
            await self.run_action(message.handler)

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
        self._news.say("")
        self._show_words()

    def say(self, text: str, bad: bool = False) -> None:
        """Show a line of news."""
        self._news.say(text, bad)
        self._show_words()

    def offer(self, text: str) -> None:
        """Have a line stand there while nothing else is to say, until it is answered or for long."""
        self._news.offer(text)
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
            self._news.say(str(mistake), bad=True)
        else:
            self._news.say(said)
            self.editor.close()
        self._show_words()

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
        self._watch.heed(self.snapshot)

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
        self._news.say("")
        self._show_words()

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
        self._news.say("")
        self._show_words()

    def action_axis(self) -> None:
        """A logarithmic or a linear axis."""
        self._attempt(self.charts.turn_axis)

    def edit(self, name: str) -> None:
        """Open the editor on the named parameter."""
        self.parameters.chosen = name
        self.parameters.show()
        self.action_type()

    def action_page(self, page: str) -> None:
        """Another page of panels."""
        self.charts.turn_to(page)
        self._show_words()

    def action_choose_panels(self) -> None:
        """Which panels stand on one's own page, and in which order."""
        ascii_alone = self.has_class("-ascii")
        chooser = Chooser(self.charts.own, [view.name or "" for view in self.charts.views], not ascii_alone)
        self.app.push_screen(chooser, self._take_panels)

    def _take_panels(self, names: tuple[str, ...] | None) -> None:
        """Show what was chosen, and keep it for another start."""
        if names is None:
            return
        changed = names != self.charts.own
        self.charts.choose(names)
        self.say(self._keep_panels(names) if changed else "")

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
        self._news.say("")
        self._show_words()

    def action_tour(self, on: bool) -> None:
        """Say where the tour is."""
        self.say(f"the tour is a command of its own: {PROGRAM} tour")

    def action_help(self) -> None:
        """The keys, and what is known of the landscape and the rule."""
        experiment = self.intent.experiment
        rule = experiment.cohorts[self.intent.cohort].optimizer
        parts = (about("landscape", experiment.landscape), about("optimizer", rule))
        said = self._news.line()
        self.app.push_screen(HelpScreen(parts, self.charts.page, self._actions, self.charts.own, said))
