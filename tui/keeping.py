"""What is under way is kept for another start, and what was interrupted before can be gone on with."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from textual.app import SystemCommand

from sim.errors import BadInput
from tui import interrupted
from tui.engine import Engine
from tui.formats import whole
from tui.record import Left, State
from tui.screens.lab import LabScreen

SECONDS = 10.0
"""How often what is under way is written down, if it has changed."""


class Keeping:
    """Keeps what an engine and a screen of the laboratory come to, for as long as they run.

    `later` has something called in the thread that draws, from any other. What others have `left` is what
    was interrupted and nobody goes on with, as far as was looked.
    """

    def __init__(
        self,
        engine: Engine,
        lab: LabScreen,
        later: Callable[..., object],
        keeper: interrupted.Keeper | None = None,
    ) -> None:
        self._engine, self._lab, self._later = engine, lab, later
        self._keeper = keeper or interrupted.Keeper()
        self._kept: State | None = None
        self._is_unkept = False
        self._writing = threading.Thread()
        self.left: tuple[Left, ...] = ()

    def look(self) -> None:
        """See what others have left."""
        self.left = interrupted.left()

    def keep_beside(self) -> None:
        """Little is lost where it ends without a signal that can be caught. The screen waits for no disk."""
        if not self._writing.is_alive() and self._state() != self._kept:
            self._writing = threading.Thread(target=self.keep, daemon=True)
            self._writing.start()

    def keep(self) -> None:
        """Write down what is under way, for another start where this one does not end by a key.

        From any thread, also while the screen is stuck. What cannot be written is told of, once.
        """
        try:
            self._kept = self._keeper.keep(self._state) or self._kept
        except OSError as failure:  # a full disk, or a folder of somebody else's
            self._tell_unkept(f"{interrupted.folder()} cannot be written ({failure.strerror or failure})")
        except BadInput as mistake:
            self._tell_unkept(str(mistake))

    def finish(self) -> str | None:
        """Drop what is kept, unless the walkers are still on the way to where it was: then that is to say."""
        trail, ahead = self._engine.trail, self._engine.ahead
        if ahead and trail is ahead:
            self._keeper.let_go()
            return f"not back at step {whole(ahead.step)} yet; to go on: {interrupted.HOW}"
        if ahead:
            self._keeper.part()
        self._keeper.forget()
        return None

    def commands(self) -> Iterator[SystemCommand]:
        """What the palette offers to do with what others have left."""
        for left in self.left:
            if not left.why_not:
                go_on = "go on with what was interrupted, in the place of what is under way"
                yield SystemCommand(f"resume {left.title}", go_on, partial(self._resume, left.path))
            drop = partial(self._drop, left.path)
            yield SystemCommand(f"forget {left.title}", "drop what was interrupted", drop)

    def _tell_unkept(self, why: str) -> None:
        if not self._is_unkept:
            self._is_unkept = True
            said = f"nothing of this could be gone on with after a lost connection: {why}"
            self._later(self._lab.say, said, True)

    def _state(self) -> State | None:
        """What another start restores; None before there are walkers."""
        trail = self._engine.trail
        ahead = self._engine.ahead  # after it: who is back has no way ahead before another trail
        if trail is None:
            return None
        charts, intent = self._lab.charts, self._lab.intent
        return State(
            trail, charts.page, intent.pace, intent.running, charts.alone, charts.showing, intent.cohort,
            self._lab.parameters.chosen, apart=ahead is not None and trail is not ahead,
        )  # fmt: skip

    def _resume(self, path: Path) -> None:
        """Go on with what was interrupted, in the place of what is under way."""
        resumed, said = interrupted.resume(path)
        if resumed:
            self.finish()
            self._engine.follow(resumed.state.trail, resumed.state.pace)
            self._keeper = resumed.keeper
            self._lab.take_over(resumed.state)
        self._answer(said.text, said.bad)

    def _drop(self, path: Path) -> None:
        """Nobody wants to go on with what was interrupted."""
        gone = interrupted.forget(path)
        self._answer("forgotten" if gone else "somebody else goes on with it", bad=not gone)

    def _answer(self, said: str, bad: bool) -> None:
        """What became of an offer; there may be another."""
        self._lab.offer("")
        self.look()
        self._lab.say(said, bad)
