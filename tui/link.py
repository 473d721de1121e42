"""How much the line to the terminal takes, and when it takes more.

A slow link, or a slow terminal, holds tens of kilobytes that cannot be taken back, and whatever a key changes
waits behind them. So behind each update the terminal is asked something, which it answers once it has come so
far; while the answer is late, only what a key changes is sent. Where the terminal does not answer (Apple's,
screen, older tmux), what had to wait for room has to do: it tells only once everything between is full. How
long a write took would not: on a busy machine the thread that writes waits for its turn.

Whatever the one or the other says, charts rest for a second at most, and then something is sent again.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

QUESTION = "\x1b[?2026$p"
"""Whether output may be synchronized; Textual asks it once, at the start, and understands the answer."""

BREAK = "\x1b[?2026l\x1b[?2026h"
"""Between these two a terminal that synchronizes output shows what has come so far."""

LATE = 0.1
"""Seconds that an answer may take longer than the quickest did before the line counts as busy."""

FARTHEST = 0.3
"""Seconds that the quickest answer may take: whatever takes longer waits for something."""

AGEING = 1.02
"""What the quickest answer counts for with each further one, until there is a quicker one: links change."""

SMALL = 1000
"""Bytes of an update that tells by its answer how long the way is, as it takes little time to be sent."""

CALMING = 0.9
"""What is left, with each answer that comes in time, of how late they came before."""

REST = 1.0
"""Seconds that charts rest at most, however slow the line seems."""

LOST, LOST_IN_A_ROW = 5.0, 2
"""Seconds after which an answer does not come any more; the terminal is not asked again after so many."""

HELD = 20_000
"""Bytes that a pseudo-terminal holds: so many are on the way once there is no room."""

ENOUGH = 4000
"""Bytes that have to wait for room, in writes one after the other, before they tell a speed."""

AHEAD = 0.15
"""Seconds of output that may be on the way where nothing answers."""

QUICKER, QUICKEST = 1.01, 1e9
"""What a speed that was found grows by each second, until there is no room again: links change. Up to so many
bytes a second."""

LONGEST = 3600.0
"""Seconds for which it grows at once: in a pause nothing is written for days, and no number is so large."""


class Link:
    """What is on its way to the terminal; `clock` tells the time in seconds.

    Questions are told of by the thread that draws, answers by the one that reads, and writes by the one that
    writes.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._answers, self._is_over, self._lost = False, False, 0
        self._asked: deque[tuple[float, bool]] = deque()  # when, and whether it tells how long the way is
        self._way = self._late = self._rests_until = 0.0
        self._speed, self._owed, self._counted = 0.0, 0.0, clock()
        self._waited, self._waiting = 0, 0.0

    def ask(self, size: int) -> str:
        """What to send behind an update of so many bytes."""
        with self._lock:
            if not self._answers:
                return ""
            self._asked.append((self._clock(), size <= SMALL and not self._asked))
            return QUESTION

    def answered(self) -> None:
        """The terminal has come to the first question that was open."""
        with self._lock:
            self._answers, self._lost = not self._is_over, 0
            if not self._asked:
                return
            asked, tells = self._asked.popleft()
            now = self._clock()
            took = now - asked
            if tells:
                self._way = min(took, AGEING * self._way or FARTHEST, FARTHEST)
            late = took - self._way
            self._late = max(late, CALMING * self._late)
            if late > LATE and not self._asked:
                self._rests_until = now + min(late, REST)

    def hush(self) -> None:
        """Ask no more: what is answered after the end would stand behind the shell's prompt."""
        with self._lock:
            self._answers, self._is_over = False, True

    @property
    def between(self) -> str:
        """What to send between pieces of an update, so that its beginning is not seen as late as its end."""
        return BREAK if self._answers and self.is_slow else ""

    @property
    def is_silent(self) -> bool:
        """Whether no answer is on its way."""
        return not self._asked

    def wrote(self, size: int, waited: int = 0, seconds: float = 0.0) -> None:
        """So many bytes were written, of which so many had to wait for room, for so long.

        Of those a speed is made, and `HELD` bytes are on the way then. What is on the way grows with each
        write and shrinks at that speed; charts are sent while it takes no longer than `AHEAD`, and no more is
        counted than takes `REST` longer.
        """
        with self._lock:
            self._drain()
            self._owed += size
            if waited:
                self._waited, self._waiting = self._waited + waited, self._waiting + seconds
            else:
                self._waited, self._waiting = 0, 0.0
            if self._waited >= ENOUGH:
                self._speed, self._owed = self._waited / max(self._waiting, 1e-6), HELD
                self._waited, self._waiting = 0, 0.0
            self._owed = min(self._owed, (AHEAD + REST) * self._speed)

    @property
    def is_ready(self) -> bool:
        """Whether charts may be sent; what a key changes always is.

        What took long rests as long, if not longer than `REST`: the line is as often free for a key as not.
        """
        with self._lock:
            if self._answers:
                if self._asked:
                    return self._is_young(self._asked[0][0])
                return self._clock() >= self._rests_until
            self._drain()
            return self._owed <= AHEAD * self._speed

    @property
    def is_slow(self) -> bool:
        """Whether what is sent is seen so late that it should be sent in pieces."""
        return self._late > LATE if self._answers else 0.0 < AHEAD * self._speed < HELD

    def _is_young(self, asked: float) -> bool:
        """Whether a question has been open no longer than it may; one that is never answered is given up."""
        age = self._clock() - asked
        if age > LOST:
            self._asked.clear()
            self._lost += 1
            self._answers = self._lost < LOST_IN_A_ROW
            return True
        return age <= self._way + LATE

    def _drain(self) -> None:
        """What has arrived since, at the speed that was found."""
        now = self._clock()
        passed, self._counted = now - self._counted, now
        self._owed = max(0.0, self._owed - self._speed * passed)
        self._speed = min(QUICKEST, self._speed * QUICKER ** min(passed, LONGEST))
