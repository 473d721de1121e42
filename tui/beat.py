"""The rhythm of the laboratory: quick while something is new, calm once nothing is, as each tick costs."""

from __future__ import annotations

from collections.abc import Callable

from textual.message_pump import MessagePump
from textual.timer import Timer

QUICK, CALM = 30.0, 5.0
"""Ticks a second while something is new, and in a pause."""

QUIET = 30
"""Ticks in a row without anything new, after which they become calm."""


class Beat:
    """Calls `tick` by timers of `owner`; who finds something new, or hears of a key, has to `hurry` it."""

    def __init__(self, owner: MessagePump, tick: Callable[[], None]) -> None:
        self._owner, self._tick = owner, tick
        self._quiet = 0
        self._timer: Timer | None = None

    def start(self) -> None:
        """Tick from now on."""
        self._every(QUICK)

    def hurry(self) -> None:
        """Something is new: be quick until nothing was for a while."""
        if self._quiet >= QUIET:
            self._every(QUICK)
        self._quiet = 0

    def _beat(self) -> None:
        self._quiet += 1
        if self._quiet == QUIET:
            self._every(CALM)
        self._tick()

    def _every(self, a_second: float) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._owner.set_interval(1.0 / a_second, self._beat)
