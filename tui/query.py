"""Questions to the terminal itself, which it answers as if the answers were typed."""

from __future__ import annotations

import os
import re
import select
import sys
import time

SYNCHRONIZED_OUTPUT = b"\x1b[?2026$p"
"""Asks whether a screen can be held back until it is whole (DEC private mode 2026)."""

CHARACTER, WHERE, WIPE = "\r\u00e9".encode(), b"\x1b[6n", b"\r\x1b[K"
"""One character of two bytes at the left edge, which is two columns wide where UTF-8 is not read; where the
cursor is (DSR 6); and back, without a trace of it."""

WHO = b"\x1b[c"
"""Every terminal says what it is, so that nobody waits where the first question is not known."""

PATIENCE = 1.0
"""Seconds: an answer that takes longer would arrive as something typed."""

YES, NO, SILENCE = "yes", "no", "no answer"


def may_ask() -> bool:
    """Whether all three streams are a terminal, and this the program that it listens to."""
    try:
        if not sys.stderr.isatty():
            return False
        return sys.stdin.isatty() and sys.stdout.isatty() and os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except OSError:
        return False


def synchronized_output(patience: float = PATIENCE) -> str:
    """Whether the terminal holds screens back until they are whole, as it says itself."""
    return understood(asked(SYNCHRONIZED_OUTPUT, patience))


def reads_utf8(patience: float = PATIENCE) -> str:
    """Whether the terminal takes two bytes of UTF-8 for one character, as the cursor tells."""
    return one_column(asked(CHARACTER + WHERE + WIPE, patience))


def asked(question: bytes, patience: float) -> bytes:
    """What the terminal answers.

    Only where a terminal may be asked; what was typed in the meantime is lost.
    """
    import termios
    import tty

    line = sys.stdin.fileno()
    before = termios.tcgetattr(line)
    try:
        tty.setcbreak(line)
        sys.stdout.flush()
        os.write(sys.stdout.fileno(), question + WHO)
        return _answer(line, patience)
    finally:
        termios.tcsetattr(line, termios.TCSAFLUSH, before)


def _answer(line: int, patience: float) -> bytes:
    """What arrives until it has said who it is, or the time is over."""
    answer, end = b"", time.monotonic() + patience
    while not re.search(rb"\x1b\[\?[\d;]*c", answer):
        left = end - time.monotonic()
        if left <= 0.0 or not select.select([line], [], [], left)[0]:
            break
        read = os.read(line, 1024)
        if not read:  # nobody is there any more
            break
        answer += read
    return answer


def understood(answer: bytes) -> str:
    """What an answer says of synchronized output: known (set, reset or always set), or not."""
    found = re.search(rb"\x1b\[\?2026;(\d)\$y", answer)
    if found:
        return YES if found[1] in b"123" else NO
    return NO if answer else SILENCE


def one_column(answer: bytes) -> str:
    """What an answer says of UTF-8: the cursor moved by one column, or by more."""
    found = re.search(rb"\x1b\[\d+;(\d+)R", answer)
    if found:
        return YES if found[1] == b"2" else NO
    return NO if answer else SILENCE
