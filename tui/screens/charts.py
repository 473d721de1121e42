"""The charts of the laboratory: pages of panels, one page, one panel or all of them at a time."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from math import ceil

from textual.containers import Grid
from textual.widget import Widget

from sim.snapshot import Snapshot
from tui.actions import ACTIONS, MAP, Action
from tui.panel import EVERY, PAGES, panels
from tui.screens.chart_view import ChartView

ROOM = (32, 9)
"""Columns and rows that a panel gets at least where all of them are shown."""

NARROW, LOW = 44, 16
"""Columns and rows below which charts do not stand side by side, and one above the other."""

SECONDS_AT_ONCE = 0.01
"""Once drawing has taken so long, keys come first; the other charts follow."""


class Charts(Grid):
    """Knows which panels are seen, and draws those; the others are not even measured."""

    def __init__(self, marker: str, actions: Sequence[Action] = ACTIONS) -> None:
        self.views = [ChartView(name, panel, marker, actions) for name, panel in panels()]
        super().__init__(*self.views, id="charts")
        self.page = PAGES[0]
        self._expanded: int | None = None
        self._shape = (2, 2)
        self._room = (0, 0)
        self._snapshot: Snapshot | None = None
        self._waiting: deque[ChartView] = deque()
        self._is_coming = False
        self._frames: deque[float] = deque(maxlen=64)
        self.tell: Callable[[], None] = lambda: None
        self.in_pieces = False

    @property
    def on_page(self) -> list[ChartView]:
        """The panels of the page."""
        return [view for view in self.views if self.page in (EVERY, view.panel.page)]

    @property
    def measures(self) -> set[str]:
        """What the visible panels want measured."""
        return {name for view in self.views if view.display for name in view.measures}

    @property
    def frames_a_second(self) -> float:
        """How many times in the last second a cell of a chart changed."""
        now = time.monotonic()
        while self._frames and self._frames[0] < now - 1.0:
            self._frames.popleft()
        return len(self._frames)

    def show(self, snapshot: Snapshot) -> None:
        """Draw what is visible, what takes long in pieces.

        What is read comes first, as it is told of in words as well; then what has waited since the last time.
        """
        self._snapshot = snapshot
        late = [view for view in self._waiting if view.display]
        order = late + [view for view in self.views if view.display and view not in late]
        self._waiting = deque(sorted(order, key=lambda view: not view.is_read))
        self._draw(snapshot)

    def go_on(self) -> None:
        """Draw some of what waits, where nothing new has come."""
        if self._waiting and self._snapshot is not None and not self._is_coming:
            self._draw_late(self._snapshot)

    def _draw(self, snapshot: Snapshot) -> None:
        """Charts until it takes long; one alone `in_pieces`, as a slow line takes long for each."""
        until, changed = time.perf_counter() + SECONDS_AT_ONCE, False
        while self._waiting and not (changed and self.in_pieces) and time.perf_counter() < until:
            changed |= self._waiting.popleft().show(snapshot)
        if changed:
            self._frames.append(time.monotonic())
        if self._waiting and not self._is_coming and not self.in_pieces:
            self._is_coming = True
            self.call_after_refresh(self._draw_others)

    def _draw_others(self) -> None:
        self._is_coming = False
        if self._snapshot is not None:
            self._draw_late(self._snapshot)

    def _draw_late(self, snapshot: Snapshot) -> None:
        """What is read may be among it, and has been told of as it was before."""
        self._draw(snapshot)
        if self.read:
            self.tell()

    def fit(self, width: int, height: int) -> None:
        """The expanded chart alone, or as many of the page as have room in so many columns and rows."""
        self._room = width, height
        found = self.on_page
        across, down = self._places(len(found))
        if (across, down) != self._shape:
            self._shape = across, down
            self.styles.grid_size_columns, self.styles.grid_size_rows = across, down
        seen = found[: across * down] if self._expanded is None else [found[self._expanded]]
        for view in self.views:
            set_display(view, view in seen)
            # The last one takes the places that would be empty beside it.
            wide = across - len(seen) % across + 1 if len(seen) % across and view is seen[-1] else 1
            if view.styles.column_span != wide:
                view.styles.column_span = wide

    def _places(self, count: int) -> tuple[int, int]:
        """Columns and rows of charts."""
        width, height = self._room
        if self._expanded is not None:
            return 1, 1
        if self.page == EVERY:
            across = max(1, min(count, width // ROOM[0]))
            return across, max(1, min(ceil(count / across), height // ROOM[1]))
        across = 1 if width < NARROW or count < 2 else 2
        return across, 1 if height < LOW or count <= across else 2

    def turn_to(self, page: str) -> None:
        """Another page, all of its panels."""
        self.page, self._expanded = page, None
        self._again()

    @property
    def alone(self) -> str:
        """The name of the panel that is shown in full; "" where all are."""
        return "" if self._expanded is None else self.on_page[self._expanded].name or ""

    def show_alone(self, name: str) -> None:
        """The panel of this name in full, on its page."""
        (found,) = (view for view in self.views if view.name == name)
        self.page = found.panel.page
        self._expanded = self.on_page.index(found)
        self._again()

    def expand_next(self) -> None:
        """The next panel of the page in full; after the last, all of them again."""
        following = 0 if self._expanded is None else self._expanded + 1
        self._expanded = following if following < len(self.on_page) else None
        self._again()

    def choose_next(self) -> None:
        """The next plane of the map; its page, where that is not seen."""
        found = [view for view in self.views if view.panel.one_at_a_time]
        if not any(view.display for view in found):
            self.turn_to(MAP)
            return
        for view in found:
            view.choose_next()

    @property
    def seen(self) -> list[ChartView]:
        """The panels that are on the screen."""
        return [view for view in self.views if view.display]

    @property
    def read(self) -> ChartView | None:
        """The panel that has the cursor."""
        return next((view for view in self.seen if view.is_read), None)

    def turn_cursor(self) -> None:
        """Read the first panel that is seen, or none any more."""
        self._read_only(None if self.read else next(iter(self.seen), None))

    def read_next(self, by: int) -> None:
        """Read the next panel that is seen, round the ends."""
        if self.read:
            self._read_only(self.seen[(self.seen.index(self.read) + by) % len(self.seen)])

    def _read_only(self, chosen: ChartView | None) -> None:
        for view in self.views:
            if view.is_read != (view is chosen):
                view.read(view is chosen)

    def turn_axis(self) -> str:
        """Another axis for the panel that is read, or for the first that is seen."""
        return (self.read or self.seen[0]).turn_axis()

    def collapse(self) -> None:
        """All panels of the page again."""
        self._expanded = None
        self._again()

    def _again(self) -> None:
        """What has come to be seen shows what is known already, until it is measured anew."""
        self.fit(*self._room)
        if self._snapshot is not None:
            self.show(self._snapshot)


def set_display(widget: Widget, shown: bool) -> None:
    """Show or hide; setting what is set already would lay everything out and send it again."""
    if widget.display != shown:
        widget.display = shown
