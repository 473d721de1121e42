"""The list of all panels, from which a person puts together a page of their own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import groupby

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Click, Key, MouseScrollDown, MouseScrollUp, Resize

from tui.actions import OWN, Action, handlers, page_number, with_keys
from tui.cells import ASCII, Row, cells, wrapped
from tui.panel import PANELS, panels
from tui.screens.overlay import Overlay
from tui.surface import Surface

KEYS = (
    "`type` shows it", "`back` leaves", "`pause` in or out", "`decrease` `increase` place",
    "`previous` `next` choose",
)  # fmt: skip
"""The most important first, by the actions whose keys they are in the laboratory; they stand in as many rows
as they take."""

HELP_ROWS = 3
"""Rows for what is known of the panel that is pointed at."""

WIDEST = 80
"""Columns of the window, its frame included, as its style has them."""

ROOMY = 20
"""Rows of the screen from which on there are rows for that."""


class Chooser(Overlay[tuple[str, ...] | None]):
    """Ends with the names of the chosen panels in their order, or None where nothing is to change."""

    DEFAULT_CSS = """
    Chooser { align: center middle; }
    Chooser > Vertical {
        width: 100%;
        max-width: 80;
        height: 100%;
        max-height: 46;
        border: round $primary;
        border-title-style: bold;
        background: $background;
    }
    Chooser.-ascii > Vertical { border: ascii $primary; }
    """

    def __init__(
        self, chosen: Sequence[str], there: Collection[str], unicode: bool, actions: Sequence[Action]
    ) -> None:
        super().__init__()
        self._actions, self._handlers = actions, handlers(actions)
        self._told = [with_keys(phrase, actions) for phrase in KEYS]
        self._chosen = [name for name in chosen if name in there]
        self._names = [name for name, _ in panels() if name in there]
        self._at = self._names[0]
        self._top = 0
        self._unicode = unicode
        self._list, self._known, self._keys = (
            Surface(name, unicode=unicode) for name in ("list", "known", "keys-of-chooser")
        )

    def compose(self) -> ComposeResult:
        """The list, what is known of the panel that is pointed at, and what can be pressed."""
        with Vertical() as frame:
            title = f"Panels of your page, {page_number(OWN)}"
            frame.border_title = title if self._unicode else title.translate(ASCII)
            yield self._list
            yield self._known
            yield self._keys

    def on_mount(self) -> None:
        """Frames are drawn in ASCII where everything is."""
        self.set_class(not self._unicode, "-ascii")

    def on_resize(self, event: Resize) -> None:
        """Words on the panel only where there are rows for them; all keys, in as many rows as they take."""
        self._known.display = event.size.height >= ROOMY
        self._keys.styles.height = len(_in_rows(self._told, min(event.size.width, WIDEST) - 4))
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        width, height = self._list.size
        rows = self._rows(width)
        place = next(at for at, (name, _) in enumerate(rows) if name == self._at)
        first = 0 if place == 1 else place  # the heading of the first page, too
        self._top = max(min(self._top, first), place - height + 1, 0)
        self._list.put([row for _, row in rows[self._top : self._top + height]])
        words = wrapped(PANELS[self._at].help, max(1, self._known.size.width - 2))
        more = " …" if len(words) > HELP_ROWS else ""
        shown = words[:HELP_ROWS]
        shown[-1] += more
        self._known.put([[], *(cells(f" {line}", "text--dim") for line in shown)])
        told = _in_rows(self._told, self._keys.size.width - 2)
        self._keys.put([cells(f" {row}", "text--key") for row in told])

    def _rows(self, width: int) -> list[tuple[str, Row]]:
        """Each row of the whole list with the name of its panel, "" for a heading."""
        rows: list[tuple[str, Row]] = []
        for page, names in groupby(self._names, key=lambda name: PANELS[name].page):
            rows.append(("", cells(f" {page_number(page)} {page}", "text--strong")))
            rows += [(name, self._row(name, width)) for name in names]
        return rows

    def _row(self, name: str, width: int) -> Row:
        """Its place on the page in brackets, if it has one, and its title."""
        place = f"{self._chosen.index(name) + 1}" if name in self._chosen else " "
        pointer = "▸" if name == self._at else " "
        style = "text--chosen" if name == self._at else "" if name in self._chosen else "text--dim"
        return cells(f" {pointer} [{place:>2}] {PANELS[name].title}"[:width], style)

    def on_key(self, event: Key) -> None:
        """The keys of the laboratory, as a person has them."""
        handler = self._handlers.get(event.key) or self._handlers.get(event.character or "")
        does: dict[str, Callable[[], object]] = {
            "choose(-1)": lambda: self.point(-1),
            "choose(1)": lambda: self.point(1),
            "turn_chosen(False)": lambda: self.move(-1),
            "turn_chosen(True)": lambda: self.move(1),
            "pause": self.turn,
            "type": self.show,
            "back": self.dismiss,
            "app.quit": self.dismiss,
        }
        if handler in does:
            event.stop()
            does[handler]()

    def point(self, by: int) -> None:
        """Point at another panel, round the ends."""
        self._at = self._names[(self._names.index(self._at) + by) % len(self._names)]
        self._show()

    def turn(self) -> None:
        """Put the panel in, as the last, or take it out."""
        if self._at in self._chosen:
            self._chosen.remove(self._at)
        else:
            self._chosen.append(self._at)
        self._show()

    def move(self, by: int) -> None:
        """Let the panel change places with the one before or after it."""
        if self._at in self._chosen:
            place = self._chosen.index(self._at)
            to = min(max(place + by, 0), len(self._chosen) - 1)
            self._chosen.insert(to, self._chosen.pop(place))
            self._show()

    def show(self) -> None:
        """Take what is chosen; a page has one panel at least."""
        if self._chosen:
            self.dismiss(tuple(self._chosen))
        else:
            said = with_keys("no panel is chosen: `pause` puts one in, `back` leaves", self._actions)
            self._keys.put([cells(f" {said}", "text--bad")])

    def on_click(self, event: Click) -> None:
        """A click on a panel puts it in or takes it out; beside the window, everything stays as it was."""
        at = event.screen_x, event.screen_y
        if self._list.region.contains(*at):
            rows = self._rows(self._list.size.width)
            row = self._top + event.screen_y - self._list.region.y
            if row < len(rows) and rows[row][0]:
                self._at = rows[row][0]
                self.turn()
        elif self._keys.region.contains(*at):
            self.show()
        elif not self.query_one(Vertical).region.contains(*at):
            self.dismiss(None)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """The wheel points, too."""
        self.point(-1)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """The wheel points, too."""
        self.point(1)


def _in_rows(phrases: Sequence[str], width: int) -> list[str]:
    """The phrases in rows of so many columns, as many in each as have room."""
    rows: list[str] = []
    for phrase in phrases:
        longer = f"{rows[-1]} · {phrase}" if rows else phrase
        if rows and len(longer) <= width:
            rows[-1] = longer
        else:
            rows.append(phrase)
    return rows
