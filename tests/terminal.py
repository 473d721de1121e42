"""A program in a real pseudo-terminal, for tests that press keys and read the screen."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

import pyte

KEYS = {
    "space": " ",
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "shift+left": "\x1b[1;2D",
    "shift+right": "\x1b[1;2C",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "ctrl+c": "\x03",
    "ctrl+p": "\x10",
    "ctrl+q": "\x11",
}
"""What a terminal sends for keys by Textual's names; a single character is sent as it is."""

SYNCHRONIZED_OUTPUT_QUERY, SYNCHRONIZED_OUTPUT_KNOWN = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
UPDATE_ENDS = b"\x1b[?2026l"
"""What stands behind each update, once a terminal has said that it knows it."""

QUIET = 1.0
"""Seconds without output after which a program counts as silent."""

PATIENCE = 60.0
"""Seconds before a condition that does not come true fails the test: a limit, never a measurement."""


def without_a_size(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment for a terminal of its own, of UTF-8: a size that another one left would be believed."""
    kept = {name: value for name, value in environment.items() if name not in ("COLUMNS", "LINES")}
    return {**kept, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}


class Screen(pyte.Screen):
    """Answers where the cursor is, and what terminal it is, as terminals do."""

    def __init__(self, columns: int, rows: int, answer: Callable[[bytes], object]) -> None:
        super().__init__(columns, rows)
        self._answer = answer

    def write_process_input(self, data: str) -> None:
        """What pyte answers."""
        self._answer(data.encode())


class Terminal:
    """A command in a pseudo-terminal of its own, and a screen that shows what it drew.

    Unless it is the `controlling` terminal, its end sends no signal. Use it as a context manager; at the end
    the command is killed if it still runs.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 120,
        rows: int = 40,
        environment: Mapping[str, str] | None = None,
        cwd: str | None = None,
        controlling: bool = True,
    ) -> None:
        self._controller, self._line = os.openpty()
        self._screen = Screen(columns, rows, lambda data: os.write(self._controller, data))
        self._stream = pyte.ByteStream(self._screen)
        self._set_size(columns, rows)
        self._modes = termios.tcgetattr(self._line)
        self.output = bytearray()
        self.answers = True
        self._answered = 0
        self._process = subprocess.Popen(
            list(command),
            stdin=self._line,
            stdout=self._line,
            stderr=self._line,
            cwd=cwd,
            env=without_a_size(os.environ if environment is None else environment),
            start_new_session=True,
            preexec_fn=_take_terminal if controlling else None,  # noqa: PLW1509 - so that a hangup reaches it; it takes no lock
        )

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._line)
        if self._controller >= 0:
            os.close(self._controller)

    @property
    def text(self) -> str:
        """The screen, row by row."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def press(self, *keys: str) -> None:
        """Send keys, by Textual's names."""
        for key in keys:
            os.write(self._controller, KEYS.get(key, key).encode())

    def press_at_once(self, *keys: str) -> None:
        """Send several keys in one write."""
        os.write(self._controller, "".join(KEYS.get(key, key) for key in keys).encode())

    def resize(self, columns: int, rows: int) -> None:
        """Another size, of the terminal and of the screen that is read."""
        self._set_size(columns, rows)
        self._screen.resize(rows, columns)

    def drain(self) -> None:
        """Read all that the command has written by now."""
        while self._follow(0.0):
            pass

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the command."""
        self._process.send_signal(number)

    def hang_up(self) -> None:
        """Close the other end of the line, as a lost connection does."""
        os.close(self._controller)
        self._controller = -1

    def wait_for(self, wanted: str | Callable[[str], object], what: str = "") -> str:
        """The screen as soon as it shows a text, or fulfils a condition; fails when that takes too long."""
        holds = (lambda text: wanted in text) if isinstance(wanted, str) else wanted
        end = time.monotonic() + PATIENCE
        while not holds(self.text):
            ended = self._process.poll() is not None
            if (not self._follow(0.05) and ended) or time.monotonic() > end:
                why = f"the command ended with {self._process.returncode}" if ended else "not in time"
                raise AssertionError(f"{what or wanted}: {why}; the screen:\n{self.text}")
        return self.text

    def wait_for_silence(self) -> None:
        """Return once nothing comes any more; fails where something comes again and again."""
        end = time.monotonic() + PATIENCE
        while self._follow(QUIET):
            if time.monotonic() > end:
                raise AssertionError(f"it never fell silent; its last words: {bytes(self.output[-300:])!r}")

    def wait_for_end(self) -> int:
        """The exit status, once the command has ended and all that it wrote was read."""
        end = time.monotonic() + PATIENCE
        while self._process.poll() is None:
            if self._controller >= 0:
                self._follow(0.05)
            else:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(0.05)
            if time.monotonic() > end:
                raise AssertionError(f"still running; the screen:\n{self.text}")
        while self._controller >= 0 and self._follow(0.0):
            pass
        return self._process.returncode

    def is_restored(self) -> bool:
        """Whether the terminal was left as it was found: main screen, cursor, no mouse, line modes."""
        last = {
            mode: max(self.output.rfind(b"\x1b[?%d%c" % (mode, c)) for c in b"hl")
            for mode in (25, 1000, 1049)
        }
        ends = {mode: self.output[at : at + 10] for mode, at in last.items() if at >= 0}
        wanted = {25: b"\x1b[?25h", 1000: b"\x1b[?1000l", 1049: b"\x1b[?1049l"}
        modes = all(end.startswith(wanted[mode]) for mode, end in ends.items())
        return modes and termios.tcgetattr(self._line) == self._modes

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._controller, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _follow(self, timeout: float) -> bool:
        """Read what the command wrote, if it writes within the time; whether there was anything."""
        if not select.select([self._controller], [], [], timeout)[0]:
            return False
        data = os.read(self._controller, 65536)
        self.output += data
        asked = self.output.count(SYNCHRONIZED_OUTPUT_QUERY)
        if self.answers:
            os.write(self._controller, SYNCHRONIZED_OUTPUT_KNOWN * (asked - self._answered))
            self._answered = asked
        self._stream.feed(data)
        return True


def _take_terminal() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # as a shell has it
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
