"""The page of help: what is on the screen, then the keys, made from the tables of panels and actions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Grid, VerticalScroll
from textual.events import Key, Resize
from textual.widgets import Static

from sim.measures.outcomes import Outcome
from tui.actions import ACTIONS, EVERY, OWN, Action, by_group, handlers, with_keys
from tui.chart import NOW
from tui.knobs import REGISTRIES
from tui.pages import page, paragraphs
from tui.panel import PAGES, panels
from tui.screens.overlay import Overlay

INTRODUCTION = (
    "Walkers descend a landscape that nobody can picture. The charts show what can be counted: "
    "turn any knob while they run, and see."
)

SPREADS = (
    "median, minimum and 10–90% are over the walkers: a tenth of them are below the band, a tenth above it; "
    f"the horizontal axis counts steps, and always holds the whole run; {NOW} names the newest of them"
)

OUTCOMES = {
    Outcome.DESCENDING: "the gradient is not small, or no point is near where it is zero",
    Outcome.MINIMUM: "close to a point of zero gradient, and every direction curves up",
    Outcome.SADDLE: "close to a point of zero gradient, but some direction curves down: there is a way on",
    Outcome.PLATEAU: "the gradient is small and some direction is flat: it may lead either way",
    Outcome.DIVERGED: "its numbers grew beyond all bounds; a smaller lr may keep them in",
    Outcome.NOT_LOOKED_AT: "the gradient is small, but there was no time to look at the curvature, "
    "or too many directions to tell",
}
"""What has become of a walker, in a line each."""


FIRST = {
    "Turn anything": "`next` and `previous` choose a parameter, `increase` and `decrease` turn it, `type` "
    "takes what you type; `palette` finds everything by its name",
    "Open directions": "`open-directions` opens directions under the walkers, `lock-directions` locks them; "
    "what was a wall may get a way round it",
    "Compare": "`add-cohort` lets another rule descend from the same starts, `choose-cohort` chooses whose "
    "settings are shown",
    "Read a number": "`cursor` reads values off a chart, `axis` makes its axis logarithmic or linear, "
    "`expand` shows it in full",
    "Begin again": "`rewind` leads all walkers back to their starts, `pause` stops and goes on, `quit` "
    "leaves",
}
"""What a newcomer may like to do, by the keys."""

OWN_KEYS = (
    'in the file that `landscape-tui doctor` names, under [keys], a line such as pause = "p" gives an action '
    "another key, by the name that `landscape-tui list keys` has for it"
)

BESIDE = 60
"""Columns from which on a meaning has room beside its name; else it stands below."""

HELP, LEAVING = "help", ("back", "app.quit", "pause", "type")
"""Handlers of the keys that go on here, and that leave."""


class About(NamedTuple):
    """Something that is run, and what is known of it."""

    name: str
    title: str
    formula: str
    page: str


def about(kind: str, name: str) -> About:
    """What is known of the entry of this name."""
    entry = REGISTRIES[kind][name]
    return About(name, entry.title, entry.formula, page(REGISTRIES[kind], name))


class HelpScreen(Overlay[None]):
    """What is seen and every key in groups, then the other pages; any of the keys that leave leaves."""

    BINDINGS = [Binding("escape,enter,space", "dismiss", "back")]  # noqa: RUF012 - Textual's form

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (BESIDE, "-wide")]  # noqa: RUF012 - Textual's form

    DEFAULT_CSS = """
    HelpScreen Grid { grid-size: 2; grid-columns: 22 1fr; grid-rows: auto; height: auto; padding: 0 0 0 2; }
    HelpScreen.-narrow Grid { grid-size: 1; grid-columns: 1fr; }
    HelpScreen.-narrow .meaning { padding: 0 0 0 2; }
    HelpScreen .heading { margin: 1 0 0 0; color: $accent; text-style: bold; }
    HelpScreen .formula { padding: 0 0 1 2; color: $secondary; }
    HelpScreen .name { color: $primary; text-style: bold; }
    """

    def __init__(
        self,
        about: Sequence[About],
        seen: str,
        actions: Sequence[Action] = ACTIONS,
        own: Collection[str] = (),
        said: str = "",
    ) -> None:
        super().__init__()
        self._own, self._said = own, said
        self._actions, self._handlers = actions, handlers(actions)
        self._seen = seen
        self._about = about
        self._went_on = False
        self._page = VerticalScroll(id="help")

    def compose(self) -> ComposeResult:
        """Names beside their meanings, which keep their indent where they wrap; scrolls where it must."""
        with self._page as page:
            page.border_title = "Help"
            page.border_subtitle = self._what_goes_on(self.app.size.width)
            if self._said:
                yield Static(f"{self._said}\n", markup=False)
            yield Static(INTRODUCTION)
            for heading, entries in sections(self._seen, self._actions, self._own):
                yield Static(heading, classes="heading")
                with Grid():
                    for name, meaning in entries:
                        yield Static(name, classes="name", markup=False)
                        yield Static(meaning, classes="meaning", markup=False)
            for part in self._about:
                yield Static(part.title, classes="heading about", markup=False)
                yield Static(part.formula, classes="formula", markup=False)
                yield Static("\n\n".join(paragraphs(part.page)), classes="page", markup=False)

    def on_resize(self, event: Resize) -> None:
        """As many words as have room."""
        self._page.border_subtitle = self._what_goes_on(event.size.width)

    def _what_goes_on(self, width: int) -> str:
        """Which key goes on, where to, and which goes back."""
        to = "" if width < BESIDE else f" to {' and '.join(part.name for part in self._about)}"
        told = "`help` and `back` go back" if self._went_on else f"`help` goes on{to}; `back` goes back"
        return with_keys(told, self._actions)

    def on_key(self, event: Key) -> None:
        """The keys of a person's own; all others scroll, or do nothing."""
        handler = self._handlers.get(event.key) or self._handlers.get(event.character or "")
        if handler == HELP:
            event.stop()
            self.action_go_on()
        elif handler in LEAVING:
            event.stop()
            self.dismiss()

    def action_go_on(self) -> None:
        """To what is known of what is run; from there, back."""
        if self._went_on:
            self.dismiss()
        self._went_on = True
        self._page.border_subtitle = self._what_goes_on(self.size.width)
        self._page.scroll_to_widget(self.query(".about").first(), animate=False, top=True)


def sections(
    seen: str, table: Sequence[Action] = ACTIONS, own: Collection[str] = ()
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Headings with names and meanings: how to begin, the page that is seen, all keys, the other pages.

    Where the page that is `seen` is one's own, that has the panels named `own`.
    """
    yield "To begin with", [(name, with_keys(meaning, table)) for name, meaning in FIRST.items()]
    charts = _chosen(own, table) if seen == OWN else _charts(PAGES if seen == EVERY else (seen,), table)
    yield "The charts", [*charts, ("All of them", SPREADS)]
    yield "Walkers", [(outcome.value, OUTCOMES[outcome]) for outcome in Outcome]
    for group, actions in by_group(table):
        yield group, [(action.shown_keys, with_keys(action.description, table)) for action in actions]
    yield "Other keys", [("Your own", OWN_KEYS)]
    for number, other in enumerate(PAGES, start=1):
        if seen not in (other, EVERY):
            yield f"Charts of page {number}, {other}", _charts((other,), table)


def _charts(pages: Collection[str], table: Sequence[Action]) -> list[tuple[str, str]]:
    return [(panel.title, with_keys(panel.help, table)) for _, panel in panels() if panel.page in pages]


def _chosen(names: Collection[str], table: Sequence[Action]) -> list[tuple[str, str]]:
    found = dict(panels())
    return [(found[name].title, with_keys(found[name].help, table)) for name in names if name in found]
