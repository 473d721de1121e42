"""The words round the charts: how it goes, what happened or what to know, and what to press."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Offset, Size

from sim.errors import BadInput
from sim.snapshot import Snapshot
from tui.actions import ACTIONS, Action, shown
from tui.intent import Intent
from tui.screens import lines
from tui.screens.charts import Charts
from tui.screens.editor import EDITOR_WIDTH, Editor
from tui.screens.footer import Footer
from tui.screens.news import News
from tui.screens.parameter_view import ParameterView
from tui.steering import LOSS, SHARPNESS, WAITING, Watch, some_diverged
from tui.surface import Surface

AROUND = 4
"""Rows of a screen that are not for charts: the status, the message, the keys."""


class Words:
    """Decides whose turn it is in the message (news, what is read, or a hint), and how much room that gets.

    The screen lays out `status`, `message` and `keys`, which lie in different places of it.
    """

    def __init__(
        self,
        intent: Intent,
        charts: Charts,
        parameters: ParameterView,
        editor: Editor,
        actions: Sequence[Action] = ACTIONS,
        *,
        unicode: bool = True,
    ) -> None:
        self._intent, self._charts, self._parameters, self._editor = intent, charts, parameters, editor
        self._actions = actions
        self.status, self.message = (Surface(name, unicode=unicode) for name in ("status", "message"))
        self.keys = Footer(actions, unicode=unicode)
        self.news, self.watch = News(actions), Watch()
        self._size = Size(0, 0)
        self._message_at, self._least_rows = Offset(0, 0), 1

    def measures(self, snapshot: Snapshot, size: Size) -> set[str]:
        """What they want measured on a screen of a size, beside what the watch waits for."""
        waited_for = {SHARPNESS} if self.watch.wants else set()
        told = LOSS if some_diverged(snapshot) or size.width < lines.LISTED else "outcomes"
        return waited_for | {told, "outcomes"}

    def hear(self, snapshot: Snapshot) -> None:
        """What a snapshot tells, and what its curvature says.

        That is said to who waits for a learning rate, and of one that is too large. A warning waits behind
        bad news, and while a value is typed the editor stays open.
        """
        self.news.hear(snapshot)
        try:
            said = self._intent.steered(snapshot)
        except BadInput as mistake:
            self.news.say(str(mistake), bad=True)
        else:
            if said:
                self.watch.heed(snapshot)
                self.news.say(said)
            elif self._intent.wants and (self.news.is_over or not self.news.line()):
                self.news.say(WAITING)
            elif not self.news.bad and (warning := self.watch.look(snapshot)):
                self.news.say(warning, bad=True)

    def show(self, snapshot: Snapshot, size: Size) -> bool:
        """All of them on a screen of a size; says whether to show them again, once the message has moved."""
        self._size, width = size, self.status.size.width
        charts, name = self._charts, self._parameters.chosen
        self.status.put(lines.status(self._intent, snapshot, charts.frames_a_second, charts.where, width))
        moves = self._show_message(name)
        self._show_keys(name)
        return moves

    def _show_message(self, name: str) -> bool:
        """News or a hint. Charts give way to as many rows as they can; an editor has all, else help has."""
        width, height = self._size
        news, read = self.news.line(), self._charts.read
        if self.news.is_of_engine and not self.news.bad and not self._has_list:
            news = f"{self._named(name)} · {news}"  # what it answers is mostly that another value was taken
        reads = bool(read) and (not news or self.news.is_over)
        free = 1 + self._charts.spare
        most = height - AROUND if self._editor.display else free
        more = f"{shown('help', self._actions)} tells all"
        rows = lines.message(news, self.news.bad, self._hint(name), width, max(1, most), more)
        if read and reads:
            rows = lines.readout(read.panel.title, read.readout, width)[: max(1, height - AROUND)]
        # While a chart is read, it does not jump at every number that is longer.
        self._least_rows = max(self._least_rows, len(rows)) if reads else 1
        self._make_room(min(free, max(self._least_rows, len(rows))))
        place = Offset(0, height - 1 - len(rows))
        moves = place != self._message_at
        if moves:
            self._message_at = place
            self.message.styles.offset, self.message.styles.height = place, len(rows)
        self.message.put(rows)
        return moves

    def _hint(self, name: str) -> str:
        """What a parameter is, where no list shows its value with that first."""
        helped = self._intent.help(name)
        return f"{name}: {helped}" if self._has_list else f"{self._named(name)} · {helped}"

    @property
    def _has_list(self) -> bool:
        """Whether all parameters stand beside the charts."""
        return self._size.width >= lines.LISTED

    def _named(self, name: str) -> str:
        """A parameter with its value."""
        return f"{name} {self._intent.value(name)}"

    def _make_room(self, rows: int) -> None:
        """So many rows between the charts and the keys."""
        if self.keys.styles.margin.top != rows:
            self.keys.styles.margin = (rows, 0, 0, 0)

    def _show_keys(self, name: str) -> None:
        """What to press; while a value is typed and no list shows whose, its name."""
        width = self._size.width
        if not self._editor.display:
            self.keys.show(lines.reading_hints(width, self._actions) if self._charts.read else None)
            return
        end = self._parameters.end_of_chosen()
        self.keys.show(lines.typing(name) if end is None else None)
        if end is None:
            self._editor.lie_at(Offset(self.keys.columns, self.keys.region.y), width)
        else:
            self._editor.lie_at(Offset(end.x - EDITOR_WIDTH, end.y), end.x)
