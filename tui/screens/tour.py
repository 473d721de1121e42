"""The tour: the laboratory below a band that tells an audience what it sees, a step at a time."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult

from sim.changes import move_alike
from sim.commands import Command
from tui.actions import shown
from tui.chapters import Step, Tour
from tui.config import Preferences
from tui.figure import FIGURES
from tui.intent import SPEED
from tui.screens.band import Band
from tui.screens.charts import set_display
from tui.screens.lab import LabScreen
from tui.screens.words import AROUND


class TourScreen(LabScreen):
    """Everything of the laboratory works; the next step brings the screen to what it is about.

    On a small screen the same keys turn from the text of a step to its charts. After a turn aside, Esc goes
    back to the step; pressed there, it leaves the band for the laboratory, from where the keys of the tour
    come back. Walkers that moved under something else than the step begin again, unless going on is to show
    them the change.
    """

    def __init__(self, tour: Tour, send: Callable[[Command], None], preferences: Preferences) -> None:
        super().__init__(tour.step.experiment, send, preferences)
        self._tour, self._is_told = tour, True
        self._band = Band(tour, preferences.actions, unicode=preferences.look.marker != "ascii")

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
        figures = self._tour.step.figures if self._is_told else ()
        return super().measures | {measure for name in figures for measure in FIGURES[name].measures}

    def above(self, width: int, height: int) -> int:
        """Rows of the band; charts without a row are not there, or they would get one of the keys'."""
        set_display(self._band, self._is_told)
        rows = self._band.fit(width, height - AROUND) if self._is_told else 0
        set_display(self.query_one("#bench > Horizontal"), not (rows and self._band.covers_charts))
        return rows

    def action_tour(self, on: bool) -> None:
        """The next step, or the one before, where there is no leaf to turn; back to the one that was left."""
        strayed = self._has_strayed
        if not self._is_told:
            self._tell(True)
            self._arrive(anew=strayed)
        elif not self._is_aside(self._tour.step) and self._band.turn(on):
            self.fit(*self.size)
            self.say("")
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
        self._band.leaf = 0
        if step.panel:
            self.charts.show_alone(step.panel)
        else:
            self.charts.turn_to(step.page)
        self.fit(*self.size)
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
        """The band as well; who has turned aside wants to see the charts."""
        is_aside = self._is_aside(self._tour.step)
        if self._is_told and is_aside and self._band.covers_charts:
            self._band.leaf = self._band.last_leaf
            self.fit(*self.size)
        self.words.keys.first = self._keys_of_the_tour(is_aside)
        super()._show_words()
        if self._is_told:
            self._band.show(self.intent.experiment, self.snapshot, is_aside=is_aside)

    def _keys_of_the_tour(self, is_aside: bool) -> dict[str, str]:
        """What its keys do now."""
        if not self._is_told:
            return {"tour-on": "tour"}
        to_charts = self._band.leaf + 1 == self._band.last_leaf
        on = "charts" if to_charts else "more" if self._band.covers_charts else "on"
        return {"tour-on": on, "tour-back": "back", "back": "to the step" if is_aside else "lab"}
