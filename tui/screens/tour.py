"""The tour: the laboratory below a band that tells an audience what it sees, a step at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from textual.app import ComposeResult

from sim.changes import move_alike
from sim.commands import Command
from tui.actions import ACTIONS, Action, shown, with_keys
from tui.cells import Row, cells, fitted, wrapped
from tui.chapters import Step, Tour
from tui.figure import FIGURES, UNKNOWN, Figure
from tui.intent import SPEED
from tui.look import Look
from tui.screens.charts import set_display
from tui.screens.lab import LabScreen
from tui.surface import Surface

WIDE, HIGH = 80, 20
"""Columns and rows from which on the band is whole: a text needs more rows where it is narrower."""

GAP = "   "


class TourScreen(LabScreen):
    """Everything of the laboratory works; the next step brings the screen to what it is about.

    After a turn aside, Esc goes back to the step; pressed there, it leaves the band for the laboratory, from
    where the keys of the tour come back. Walkers that moved under something else than the step begin again,
    unless going on is to show them the change.
    """

    def __init__(
        self,
        tour: Tour,
        send: Callable[[Command], None],
        marker: str = Look.marker,
        actions: Sequence[Action] = ACTIONS,
        panels: Sequence[str] = (),
        keep_panels: Callable[[Sequence[str]], str] = lambda names: "",
    ) -> None:
        self._tour, self._is_told = tour, True
        self._band = Surface("band", unicode=marker != "ascii")
        super().__init__(tour.step.experiment, send, marker, actions, panels, keep_panels)

    def compose(self) -> ComposeResult:
        """The band above everything."""
        yield self._band
        yield from super().compose()

    def on_mount(self) -> None:
        """Begin."""
        self._arrive()

    @property
    def measures(self) -> set[str]:
        """What the laboratory wants measured, and the figures below the text."""
        return super().measures | {name for figure in self._figures for name in figure.measures}

    @property
    def _figures(self) -> list[Figure]:
        return [FIGURES[name] for name in self._tour.step.figures] if self._is_told else []

    def above(self, width: int, height: int) -> int:
        """Rows of the band: a heading, two or three of text, and one of figures where there is room."""
        rows = (4 if width >= WIDE else 5) if height >= HIGH else 3
        set_display(self._band, self._is_told)
        self._band.styles.height = rows
        return rows if self._is_told else 0

    def action_tour(self, on: bool) -> None:
        """The next step, or the one before; back to the one that was left."""
        strayed = self._has_strayed
        if not self._is_told:
            self._tell(True)
            self._arrive(anew=strayed)
        elif self._tour.go(on):
            self._arrive(anew=self._begins or strayed or (not on and self._has_strayed))
        else:
            self.say(f"that was the {'last' if on else 'first'} step")

    def action_back(self) -> None:
        """Leave the editor, then what was turned aside to, then the band."""
        if not self._is_told or self.editor.display:
            super().action_back()
        elif self._is_aside(self._tour.step):
            self._arrive(anew=self._has_strayed or (self._begins and self._tour.step.paused))
        else:
            self._tell(False)
            self.say(f"{shown('tour-on', self._actions)} goes on with the tour")

    def _arrive(self, anew: bool = False) -> None:
        """Bring about what the step is about, the walkers at their starts or where they are."""
        step = self._tour.step
        self._attempt(lambda: self._brought_about(step, anew))
        if step.panel:
            self.charts.show_alone(step.panel)
        else:
            self.charts.turn_to(step.page)
        self._show_words()

    def _brought_about(self, step: Step, anew: bool) -> str:
        """Raises BadInput where memory does not hold it."""
        self.intent.become(step.experiment, anew)
        if self.intent.pace != step.pace:
            self.intent.put(SPEED, f"{step.pace}")
        if self.intent.running == step.paused:
            self.intent.pause()
        return ""

    def _is_aside(self, step: Step) -> bool:
        """Whether somebody has turned away from what is told; walkers at their end stand by themselves."""
        intent, charts = self.intent, self.charts
        ended = self.snapshot.phase == "stopped" and not intent.running
        turned = intent.running == step.paused and not ended
        found = intent.experiment, charts.page, charts.alone, intent.pace
        return turned or found != (step.experiment, step.page, step.panel, step.pace)

    @property
    def _begins(self) -> bool:
        """Whether the step is told of walkers that begin."""
        return self._tour.place[1] == 0 or self._tour.step.rewinds

    @property
    def _has_strayed(self) -> bool:
        """Whether walkers move under something else than the step that is told."""
        return not move_alike(self.intent.experiment, self._tour.step.experiment)

    def _tell(self, is_told: bool) -> None:
        """Show the band, or the laboratory alone."""
        self._is_told = is_told
        self.fit(*self.size)

    def _show_words(self) -> None:
        """The band as well."""
        super()._show_words()
        if self._is_told:
            self._show_band()

    def _show_band(self) -> None:
        width, height = self._band.size
        has_figures = self.size.height >= HIGH
        told = [cells(f" {line}") for line in self._text(width - 2, height - 1 - has_figures)]
        below = [self._row_of_figures(width)] if has_figures else []
        blank: list[Row] = [[] for _ in range(height - 1 - len(told) - len(below))]
        self._band.put([self._heading(width), *told, *blank, *below])

    def _heading(self, width: int) -> Row:
        """Which chapter and what it asks, at the right which step, and what to press."""
        chapter, (number, at) = self._tour.chapter, self._tour.place
        on, back = (shown(f"tour-{way}", self._actions) for way in ("on", "back"))
        left = f" {number + 1}/{len(self._tour.chapters)} {chapter.question}"
        step = f"step {at + 1} of {len(chapter.steps)}"
        aside = f"aside, {shown('back', self._actions)} back"
        keys = f"{on} on, {aside if self._is_aside(self._tour.step) else f'{back} back'}"
        room = width - len(left) - 2
        right = next((words for words in (f"{step} · {keys}", keys, step) if len(words) <= room), "")
        start = fitted(cells(left, "text--strong"), width - len(right) - 1)
        return [*start, *cells(f"{right} ", "text--key")]

    def _text(self, width: int, rows: int) -> list[str]:
        """The text in so many rows; what has no room ends in dots."""
        lines = wrapped(with_keys(self._tour.step.told, self._actions), width)
        if len(lines) <= rows:
            return lines
        return [*lines[: rows - 1], lines[rows - 1][: width - 1] + "…"]

    def _row_of_figures(self, width: int) -> Row:
        """What theory says, and what was measured, of as many figures as have room."""
        row: Row = []
        for figure in self._figures:
            longer = [*row, *cells(GAP if row else " "), *self._figure(figure)]
            if len(longer) <= width or not row:
                row = longer
        return row

    def _figure(self, figure: Figure) -> Iterator[tuple[str, str]]:
        """Theory first: it is there before anything was measured."""
        experiment, snapshot = self.intent.experiment, self.snapshot
        law = figure.law(experiment, snapshot)
        measured = figure.measured(snapshot) if snapshot.experiment == experiment else ""
        yield from cells(f"{figure.title}: ", "text--dim")
        yield from cells(f"law {law}" if law else "no law here", "text--value")
        if figure.how:
            yield from cells(f", {figure.how} ", "text--dim")
            yield from cells(measured or UNKNOWN, "text--chosen")
