"""The end of the connection to the person at the keyboard, with a signal and without one."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable

HANG_UP_SECONDS = 2.0
"""How long leaving may take once nobody is there any more."""


def leave_when_lost(keep: Callable[[], object], leave: Callable[[], object]) -> None:
    """Call `keep`, then `leave` in the running event loop, when the connection ends or a signal asks to end.

    Where writing to a line that is gone keeps the program, it ends all the same: `keep` is called from any
    thread. A terminal that vanishes sends a signal only to the process that it is the controlling terminal
    of, so the line is watched as well.
    """
    loop = asyncio.get_running_loop()

    def lost(ending: signal.Signals) -> None:
        _end_in_any_case(ending)
        keep()
        leave()

    def vanished() -> None:
        _end_in_any_case(signal.SIGHUP)
        keep()
        with contextlib.suppress(RuntimeError):  # the loop has ended by itself
            loop.call_soon_threadsafe(leave)

    for ending in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(ending, lost, ending)
    line = sys.__stdin__
    if line is not None and line.isatty():
        watch = threading.Thread(target=_await_its_end, args=(line.fileno(), vanished), daemon=True)
        watch.start()


def _await_its_end(line: int, vanished: Callable[[], object]) -> None:
    """Sleep until the other end of the terminal is closed: what is typed wakes nobody here."""
    poll = select.poll()
    poll.register(line, 0)  # an end is reported without asking
    gone = select.POLLHUP | select.POLLERR
    while not any(event & gone for _, event in poll.poll()):
        time.sleep(HANG_UP_SECONDS)  # a system that reports other things must not keep a core busy
    vanished()


def _end_in_any_case(ending: signal.Signals) -> None:
    last_resort = threading.Timer(HANG_UP_SECONDS, os._exit, (128 + ending,))
    last_resort.daemon = True
    last_resort.start()
