"""The charts of the laboratory: pages of panels, one page, one panel or all of them at a time."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence

from textual.containers import Grid
from textual.events import Click
from textual.widget import Widget

from sim.errors import BadInput
from sim.snapshot import Snapshot
from tui.actions import ACTIONS, EVERY, MAP, OWN, Action, page_number
from tui.arrangement import Places, is_wide, places
from tui.panel import AT_FIRST, PAGES, PANELS, panels
from tui.screens.chart_view import ChartView

SECONDS_AT_ONCE = 0.005
"""Once drawing has taken so long, keys come first; the other charts follow."""

LOWEST = 7
"""Rows of a panel, frame and notes included, below which it would be no chart any more."""


class Charts(Grid):
    """Knows which panels are seen, and draws those; the others are not even measured."""

    def __init__(
        self,
        marker: str,
        actions: Sequence[Action] = ACTIONS,
        own: Sequence[str] = (),
        names: Iterable[str] = PANELS,
    ) -> None:
        self.own, self._look = tuple(own) or AT_FIRST, (marker, actions)
        self.views = [ChartView(name, panel, *self._look) for name, panel in panels(names)]
        super().__init__(*self.views, id="charts")
        self.page = PAGES[0]
        self._expanded: ChartView | None = None
        self._shape = Places(2, 2)
        self._room = (0, 0)
        self._snapshot: Snapshot | None = None
        self._waiting: deque[ChartView] = deque()
        self._is_coming = False
        self._frames: deque[float] = deque(maxlen=64)
        self.tell: Callable[[], None] = lambda: None
        self.in_pieces = False

    def complete(self) -> None:
        """Add the panels that were left out at first: whoever turns to another page needs them."""
        there = {view.name: view for view in self.views}
        others = {name: ChartView(name, panel, *self._look) for name, panel in panels() if name not in there}
        if not others or not self.is_attached:
            return
        for view in others.values():
            view.display = False
        self.views = [(there | others)[name] for name, _ in panels()]
        self.mount(*others.values())
        self.fit(*self._room)

    @property
    def on_page(self) -> list[ChartView]:
        """The panels of the page, in their order; where there is room, a picture before the descent."""
        by_name = {view.name: view for view in self.views}
        if self.page == OWN:
            return [by_name[name] for name in self.own if name in by_name]
        found = [view for view in self.views if self.page in (EVERY, view.panel.page)]
        if self.page == PAGES[0] and MAP in by_name and is_wide(*self._room):
            found.insert(0, by_name[MAP])
        return found

    @property
    def seen(self) -> list[ChartView]:
        """The panels that have room, in their order, or the expanded one."""
        return [self._expanded] if self._expanded else self.on_page[: self._places.room]

    @property
    def spare(self) -> int:
        """Rows that the charts can do without, all of them together, and still be charts."""
        return max(0, self._room[1] - LOWEST * self._shape.down)

    @property
    def where(self) -> str:
        """The page with its digit, and how many of its panels are seen, where others have no room."""
        name, seen, there = f"{page_number(self.page)} {self.page}", len(self.seen), len(self.on_page)
        return f"{name}: {seen} of {there}" if seen < there else name

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
        if is_wide(width, height):  # the map stands on the first page, too
            self.complete()
        if not self.read:  # a cursor goes with what it read
            self._read_only(None)
        shape = self._places
        if shape != self._shape:
            self._shape = shape
            self.styles.grid_size_columns, self.styles.grid_size_rows = shape
        seen = self.seen
        self._put_in_order(seen)
        for view in self.views:
            set_display(view, view in seen)
            view.is_alone = len(seen) == 1
            # The last one takes the places that would be empty beside it.
            beside = -len(seen) % shape.across
            wide = 1 + beside if view in seen[-1:] else 1
            if view.styles.column_span != wide:
                view.styles.column_span = wide

    @property
    def _places(self) -> Places:
        """Columns and rows of charts."""
        count = 1 if self._expanded else len(self.on_page)
        return places(count, *self._room)

    def _put_in_order(self, seen: Sequence[ChartView]) -> None:
        """Let the grid hold them in the order in which they are seen."""
        if [child for child in self.children if child in seen] != seen:
            self.sort_children(key=lambda child: seen.index(child) if child in seen else len(seen))

    def turn_to(self, page: str) -> None:
        """Another page, all of its panels."""
        self.complete()
        self._expanded, self.page = None, page
        self._again()

    @property
    def alone(self) -> str:
        """The name of the panel that is shown in full; "" where all are."""
        found = self._expanded  # any thread may ask
        return (found.name if found else None) or ""

    def show_alone(self, name: str) -> None:
        """The panel of this name in full, on its page."""
        self.complete()
        (found,) = (view for view in self.views if view.name == name)
        self.page, self._expanded = found.panel.page, found
        self._again()

    @property
    def showing(self) -> dict[str, str]:
        """What each of those panels shows that show one thing at a time, where that is not the first."""
        return {str(view.name): view.measures[0] for view in self.views if view.has_chosen}

    def look_at(self, page: str, alone: str, showing: Mapping[str, str]) -> None:
        """What somebody has looked at before; what is not there any more is left as it is."""
        self.complete()
        if page in (EVERY, OWN, *PAGES):
            self.page = page
        self._expanded = next((view for view in self.views if view.name == alone), None)
        for view in self.views:
            view.choose(showing.get(str(view.name), ""))
        if self.is_attached:
            self._again()

    def expand_next(self) -> None:
        """The next panel of the page in full, first that which is read; after the last, all of them again."""
        found, read = self.on_page, self.read
        following = found.index(read) if read in found else 0
        if self._expanded in found:
            following = found.index(self._expanded) + 1
        self._expanded = found[following] if following < len(found) else None
        self._again()

    def on_click(self, event: Click) -> None:
        """The panel in full, or all of them again."""
        for view in self.seen:
            if view.region.contains(event.screen_x, event.screen_y):
                self.show_in_full(view)

    def show_in_full(self, view: ChartView) -> None:
        """This panel in full; where it is that already, all of the page again."""
        self._expanded = None if self._expanded else view
        self._again()

    def choose(self, names: Sequence[str]) -> None:
        """Other panels on the page of one's own, which is turned to."""
        self.own = tuple(names)
        self.turn_to(OWN)

    def choose_next(self) -> None:
        """The next plane of the map; its page, where that is not seen."""
        found = [view for view in self.views if view.panel.one_at_a_time]
        if not any(view.display for view in found):
            self.turn_to(MAP)
            return
        for view in found:
            view.choose_next()

    @property
    def read(self) -> ChartView | None:
        """The panel that has the cursor."""
        return next((view for view in self.seen if view.is_read), None)

    def turn_cursor(self) -> None:
        """Read the first panel that is seen, or none any more."""
        self._read_only(None if self.read else self._first)

    def read_next(self, by: int) -> None:
        """Read the next panel that is seen, round the ends."""
        if self.read:
            self._read_only(self.seen[(self.seen.index(self.read) + by) % len(self.seen)])

    def move_cursor(self, handler: str) -> bool:
        """Move it, where there is one and what a key does is for it; says whether that is so."""
        read = self.read
        if read is None:
            return False
        moves: dict[str, Callable[[], object]] = {
            "turn_chosen(False)": lambda: read.move(-1),
            "turn_chosen(True)": lambda: read.move(1),
            "read_beside(-1)": lambda: read.move(-1, fine=True),
            "read_beside(1)": lambda: read.move(1, fine=True),
            "read_end(False)": lambda: read.move_to_end(last=False),
            "read_end(True)": lambda: read.move_to_end(last=True),
            "choose(-1)": lambda: self.read_next(-1),
            "choose(1)": lambda: self.read_next(1),
            "back": self.turn_cursor,
        }
        move = moves.get(handler)
        if move:
            move()
        return move is not None

    def _read_only(self, chosen: ChartView | None) -> None:
        for view in self.views:
            if view.is_read != (view is chosen):
                view.read(view is chosen)

    def turn_axis(self) -> str:
        """Another axis for the panel that is read, or for the first that is seen."""
        chosen = self.read or self._first
        if chosen is None:
            raise BadInput("axis", "no chart is seen")
        return chosen.turn_axis()

    @property
    def _first(self) -> ChartView | None:
        """The first panel that is seen and no map, of which nothing can be read; the map, if it is alone."""
        return next((view for view in sorted(self.seen, key=lambda view: view.panel.page == MAP)), None)

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
