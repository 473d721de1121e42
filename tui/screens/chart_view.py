"""One panel on the screen: a frame with title and legend, present values in words, and the chart."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Self

from textual.events import Resize
from textual.geometry import Region

from sim.errors import BadInput
from sim.snapshot import Snapshot
from tui.actions import ACTIONS, Action, with_keys
from tui.cells import ASCII, Row, cells, joined
from tui.chart import Chart, columns_of, in_the_middle
from tui.cursor import further, nearest, reading, stops
from tui.formats import whole
from tui.ground import shape
from tui.panel import Panel
from tui.picture import Picture
from tui.scale import NAMES, refusal, scaled
from tui.surface import Surface

GONE, BACK = "diverged", "`rewind` goes back to step 0"
"""What is said of walkers that have left for good, and what to do about it."""

MEASURING = "measuring …"
"""Only what is seen is measured, so what is not there yet is under way, or waits for what is."""

WORDS = {
    "starting": "loading …",
    "running": MEASURING,
    "paused": MEASURING,
    "stopped": f"stopped; {BACK}",
}
"""What an empty panel says in each phase; other phases speak for themselves."""


NOTHING = "there is no curve and no bar to read along"
"""What the cursor says of a map, and of scattered points."""

MAPS_A_SECOND, BESIDE_CHARTS = 4.0, 2.0
"""A map takes ten times as many bytes as a chart: while walkers move it is drawn less often."""

HIGH = 14
"""Rows from which on a map may have two rows of notes above it."""

CALM = 30
"""A title that said the step of its numbers goes on saying it until so many snapshots were new in a row."""


class ChartView(Surface):
    """Draws what its panel paints, in a frame of its own: widgets in one another would be composed each."""

    def __init__(self, name: str, panel: Panel, marker: str, actions: Sequence[Action] = ACTIONS) -> None:
        self._actions = actions
        self._sent: tuple[Region, ...] = ()
        super().__init__(f"panel-{name}", name=name, unicode=marker != "ascii")
        self.add_class("panel")
        self.panel = panel
        self._chart = Chart(marker)
        self._picture = Picture(message=WORDS["starting"])
        self._new_in_a_row = CALM
        self._choice = 0
        self._painted = self._picture
        self._log: bool | None = None
        self.is_read = False
        self._read_at: float | None = None
        self._drawn_at = -1.0
        self.is_alone = True
        self.border_title = panel.title

    @property
    def measures(self) -> tuple[str, ...]:
        """What the panel wants measured now."""
        return self.panel.choices[self._choice]

    def choose_next(self) -> None:
        """The next of the measures that are read one at a time."""
        self._choice = (self._choice + 1) % len(self.panel.choices)

    @property
    def has_chosen(self) -> bool:
        """Whether that is another than the first."""
        return self._choice > 0

    def choose(self, measure: str) -> None:
        """That one of them, or the first where it is none."""
        choices = self.panel.choices
        self._choice = choices.index((measure,)) if (measure,) in choices else 0

    def show(self, snapshot: Snapshot) -> bool:
        """Paint a snapshot; says whether a cell changed."""
        picture = self._paint(snapshot)
        if not picture.series and not picture.message:
            phase = snapshot.phase
            picture = Picture(message=WORDS.get(phase, f"{phase} …"))
        self._painted = self._with_keys(picture)
        self._picture = scaled(self._painted, self._log)
        older = picture.measured is not None and picture.measured < picture.last
        self._new_in_a_row = 0 if older else self._new_in_a_row + 1
        if not older and snapshot.phase != "running":
            self._new_in_a_row = CALM
        if self._can_wait(snapshot):
            return False
        self._drawn_at = time.monotonic()
        return self._draw()

    def _can_wait(self, snapshot: Snapshot) -> bool:
        """Whether what is there is a map, and another will follow it."""
        is_map = self._picture.ground is not None and snapshot.phase == "running"
        often = MAPS_A_SECOND if self.is_alone else BESIDE_CHARTS
        return is_map and 0.0 <= self._drawn_at > time.monotonic() - 1.0 / often

    def _paint(self, snapshot: Snapshot) -> Picture:
        """What the panel makes of it; a panel that fails takes nothing else with it."""
        try:
            return self.panel.paint(snapshot)
        except Exception as failure:  # noqa: BLE001 - panels are for people to add
            return Picture(message=f"this panel failed: {failure!r}")

    def _with_keys(self, picture: Picture) -> Picture:
        """Its words with keys as they are set; where walkers are gone, with the one that has them again."""
        if GONE in picture.message:
            picture = replace(picture, message=f"{picture.message}; {BACK}")
        message, *notes = (with_keys(text, self._actions) for text in (picture.message, *picture.notes))
        return replace(picture, message=message, notes=tuple(notes))

    def on_resize(self, event: Resize) -> None:
        """Draw the same picture in the new size."""
        self._draw()

    def _draw(self) -> bool:
        width, height = self.size
        if not width or not height:
            return False
        picture = self._picture
        self._frame("border_title", self._title(width - 4), row=-1)
        self._frame("border_subtitle", self._legend(width - 4), row=height)
        if not picture.series:
            return self.put(in_the_middle(picture.message, width, height))
        said = self._said(picture, width, height)
        if said and picture.ground is not None:  # a map in fewer rows may have room for words beside it
            picture = replace(picture, notes=())
        drawn = self._chart.draw(picture, width, height - len(said), self._colours, self._cursor)
        return self.put([*said, *drawn])

    def _said(self, picture: Picture, width: int, height: int) -> list[Row]:
        """The rows of notes above a chart: of a high map two if one is short, none if they are beside."""
        first = self._notes(width)
        if picture.ground is None:
            return [first]
        if shape(width, height).tells:
            return []
        further = picture.notes[_fitting(picture.notes, width - 1) :]
        second = cells(" " + joined(further, width - 1), "text--value") if further else []
        return [first, second] if further and height >= HIGH else [first]

    @property
    def _cursor(self) -> float | None:
        """Where it stands, while there is one and something to read."""
        return nearest(self._picture, self._read_at) if self.is_read else None

    def readout(self, digits: int) -> tuple[str, ...]:
        """What the cursor reads, or why it reads nothing."""
        x = self._cursor
        return (self._picture.message or NOTHING,) if x is None else reading(self._picture, x, digits)

    def read(self, on: bool) -> None:
        """Put the cursor at the newest place, or take it away."""
        self.is_read, self._read_at = on, None
        self._draw()

    def move(self, by: int, fine: bool = False) -> None:
        """The cursor a column further, or to the next place at which there are numbers."""
        found, x = stops(self._picture), self._cursor
        if x is not None:
            columns = columns_of(self._picture, found, self.size.width)
            self._read_at = further(found, columns, x, by, fine)
            self._draw()

    def move_to_end(self, last: bool) -> None:
        """The cursor to the first place, or to the newest; it stays there as numbers come and go."""
        self._read_at = None if last else -math.inf
        self._draw()

    def turn_axis(self) -> str:
        """The other kind of axis for the values; BadInput where that does not suit them."""
        log = not self._picture.log
        if log != self._painted.log and (why := refusal(self._painted, log)):
            raise BadInput(self.panel.title, f"no {NAMES[log]} axis: {why}")
        self._log = None if log == self._painted.log else log
        self._picture = scaled(self._painted, self._log)
        self._draw()
        return f"{self.panel.title}: a {NAMES[log]} axis; `axis` makes it {NAMES[not log]} again"

    @property
    def _colours(self) -> str:
        """The system of colours of the terminal, as Rich names it; none where none are wanted."""
        return "" if self.app.no_color else self.app.console.color_system or ""

    def _frame(self, name: str, text: str, row: int) -> None:
        """Write on the frame above or below the chart, whose `row` alone is sent."""
        if text == (getattr(self, name) or ""):
            return
        self._sent = (Region(-1, row, self.outer_size.width, 1),)
        try:
            setattr(self, name, text)
        finally:
            self._sent = ()

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        """For a new title Textual would send the whole panel again."""
        return super().refresh(*(regions or self._sent), repaint=repaint, layout=layout, recompose=recompose)

    def _title(self, width: int) -> str:
        """What is drawn, how its numbers are known in as many words as fit, and always how old they are."""
        titles, phrases, age = (self.panel.title, self.panel.short_title), self._picture.method, self._age()
        if age:
            phrases = (*(f"{words} at {age}" for words in phrases), age)
        fitting = [
            text
            for title in filter(None, titles)
            for text in (*(f"{title}: {words}" for words in phrases), *([] if age else [title]))
            if len(text) <= width
        ]
        text = fitting[0] if fitting else _cut(self.panel.short_title or self.panel.title, age, width)
        return text if self._unicode else text.translate(ASCII)

    def _age(self) -> str:
        """The step of numbers that are older than what else is on the screen, or were a moment ago."""
        measured = self._picture.measured
        return f"step {whole(measured)}" if measured is not None and self._new_in_a_row < CALM else ""

    def _legend(self, width: int) -> str:
        """What each mark is: in fewer words and closer together where that lets all of it in."""
        picture = self._picture
        legends = [legend for legend in (picture.legend, picture.short_legend) if legend]
        spaced = ["  ".join(marks) for marks in legends]
        legends += [picture.shortest_legend] if picture.shortest_legend else []
        close = [" ".join(mark.replace(" ", "", 1) for mark in marks) for marks in legends]
        text = next((text for text in (*spaced, *close) if len(text) <= width), None)
        if text is None:
            text = shortened(legends[-1], width) if legends else ""
        return text if self._unicode else text.translate(ASCII)

    def _notes(self, width: int) -> Row:
        """Present values, as many as have room; the margin goes before the first of them is cut."""
        notes, short = self._picture.notes, self._picture.short_note
        if short and len(notes[0]) > width:
            notes = (short, *notes[1:])
        margin = "" if notes and len(notes[0]) >= width else " "
        return cells(margin + joined(notes, width - len(margin)), "text--value")


def _fitting(notes: Sequence[str], width: int) -> int:
    """How many of the notes have room side by side; one at least."""
    return next((n for n in range(len(notes), 1, -1) if len(" · ".join(notes[:n])) <= width), 1)


def _cut(title: str, age: str, width: int) -> str:
    """As much of a title as has room beside what is said of its numbers."""
    end = f"…: {age}" if age else "…"
    return title[: max(0, width - len(end))] + end


def shortened(marks: Sequence[str], width: int) -> str:
    """All of the marks in `width` columns, each with as much of its words as its share lets in."""
    room = (width + 1) // len(marks) - 1
    return " ".join(mark.replace(" ", "", 1)[:room] for mark in marks)
