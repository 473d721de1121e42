"""The line of news: what was done or refused, said once."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic

from sim.errors import in_one_line
from sim.snapshot import Snapshot
from tui.actions import ACTIONS, Action, with_keys

SECONDS = 8.0
"""How long good news stays; bad news stays until the next key."""


OFFERED_SECONDS = 600.0
"""How long an offer stands that nobody has answered."""


class News:
    """Says the last thing that happened, by the keys or in the engine, and forgets it in time.

    An offer stands behind it: it comes back once no key has been pressed for a while.

    Actions are named by their keys in the table.
    """

    def __init__(self, actions: Sequence[Action] = ACTIONS) -> None:
        self._actions = actions
        self.bad = self.is_of_engine = False
        self._text = ""
        self._since = 0.0
        self._heard = (0, "", False)
        self._offer, self._offered = "", 0.0

    def say(self, text: str, bad: bool = False) -> None:
        """A key was pressed: whatever stood there goes."""
        self._text, self.bad = in_one_line(with_keys(text, self._actions)), bad
        self.is_of_engine = False
        self._since = monotonic()

    def hear(self, snapshot: Snapshot) -> None:
        """Take over the notice of a snapshot, unless it was heard before; good news waits behind bad."""
        news = (snapshot.answered, snapshot.notice, snapshot.failed)
        if news != self._heard and snapshot.notice and (snapshot.failed or not self.bad):
            self.say(snapshot.notice, snapshot.failed)
            self.is_of_engine = True
        self._heard = news

    def offer(self, text: str) -> None:
        """Have this stand there, or nothing any more."""
        self._offer, self._offered = with_keys(text, self._actions), monotonic()

    @property
    def is_over(self) -> bool:
        """Whether what happened last was said for long enough: then nothing stands there but an offer."""
        return not self.bad and monotonic() > self._since + SECONDS

    @property
    def is_old(self) -> bool:
        """Whether what was said last is to go now."""
        return self.is_over and self._text != self._behind

    @property
    def _behind(self) -> str:
        """What stands behind everything that is said for a while."""
        return self._offer if monotonic() < self._offered + OFFERED_SECONDS else ""

    def line(self) -> str:
        """What there is to say now; nothing once it is old."""
        if self.is_over:
            self._text, self.is_of_engine = self._behind, False
        return self._text
