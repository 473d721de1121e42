"""A program in a pseudo-terminal: what it wrote, when, and what the screen showed then.

What arrives is noted with its time and drawn later, so that drawing takes no time from the program
while it is measured. An *update* is what stands between two ends of synchronized output.
"""

from __future__ import annotations

import fcntl
import math
import os
import re
import select
import struct
import subprocess
import tempfile
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from types import TracebackType

import psutil
import pyte

PATIENCE = 60.0
"""Seconds after which something that should show is given up."""

KEYS = {"space": " ", "tab": "\t"}
QUERY, ANSWER, UPDATE_ENDS = b"\x1b[?2026$p", b"\x1b[?2026;2$y", b"\x1b[?2026l"


class Session:
    """Use it as a context manager; at the end the program is killed if it still runs.

    `link` is how many bytes a second the terminal takes (None: all that come), as over a slow connection.
    With `answers` it says that it knows synchronized output, each time that it has come to the question.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str] | None = None,
        *,
        size: tuple[int, int] = (120, 40),
        link: float | None = None,
        answers: bool = True,
    ) -> None:
        self.screen = pyte.Screen(*size)
        self.written: list[tuple[float, bytes]] = []
        self.pressed: list[float] = []
        self._stream, self._drawn, self._undrawn = pyte.ByteStream(self.screen), 0, b""
        self._moment = 0.0
        self._answers, self._rest = answers, b""
        self._link, self._allowed, self._counted = link, 0.0, time.perf_counter()
        self._terminal, line = os.openpty()
        fcntl.ioctl(line, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        # What it leaves when it is killed is not offered to the next one, whose screen would be another; nor
        # are the settings of whoever measures heeded.
        self._state = tempfile.TemporaryDirectory()
        own = {"XDG_STATE_HOME": self._state.name, "LANDSCAPE_TUI_CONFIG": os.devnull}
        self.began = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            stdin=line,
            stdout=line,
            stderr=line,
            env={**usual_environment(), **own, **(environment or {})},
            start_new_session=True,
        )
        os.close(line)
        self._running = True
        self.first_frame = 0.0

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """Leave nothing of it."""
        self._process.kill()
        self._process.wait()
        self._close()
        self._state.cleanup()

    @property
    def text(self) -> str:
        """The screen as drawn so far."""
        return "\n".join(self.screen.display)

    @property
    def bytes(self) -> int:
        """How much was written so far."""
        return sum(len(data) for _, data in self.written)

    def press(self, key: str) -> None:
        """Send a key and note the moment."""
        self.pressed.append(time.perf_counter())
        os.write(self._terminal, KEYS.get(key, key).encode())

    def listen(self, seconds: float) -> None:
        """Note what comes for so long."""
        end = time.perf_counter() + seconds
        while self._running and (left := end - time.perf_counter()) > 0.0:
            self._note(left)

    def wait_for(self, shown: str) -> float:
        """Draw until the screen shows a regular expression; the moment when what shows it had arrived."""
        end = time.perf_counter() + PATIENCE
        while self._running and time.perf_counter() < end:
            self._note(0.05)
            newest = self.written[-1][0] if self.written else self.began
            for moment in chain(self.updates(), (newest,)):
                if re.search(shown, self.text):
                    return moment
        raise TimeoutError(f"the screen never showed {shown!r}; it shows\n{self.text}")

    def wait_for_end(self) -> float:
        """The moment when the program has ended."""
        end = time.perf_counter() + PATIENCE
        while self._running and time.perf_counter() < end:
            self._note(0.05)
        self._process.wait(PATIENCE)
        return time.perf_counter()

    def updates(self) -> Iterator[float]:
        """Draw what has come, and stop at the end of each update: the moment when it had arrived.

        Where it is not said that this is known, updates have no ends, and each piece that was read counts.
        """
        while True:
            part, end, rest = self._undrawn.partition(UPDATE_ENDS)
            if end:
                self._undrawn = rest  # whoever has seen enough draws the rest later
                self._stream.feed(part)
                yield self._moment
                continue
            begun = max(0, part.rfind(UPDATE_ENDS[:1], -len(UPDATE_ENDS)))
            held = part[begun:] if UPDATE_ENDS.startswith(part[begun:]) else b""
            self._stream.feed(part.removesuffix(held))
            self._undrawn = held
            if part and not self._answers:
                yield self._moment
            if self._drawn == len(self.written):
                return
            self._moment, data = self.written[self._drawn]
            self._undrawn += data
            self._drawn += 1

    def cpu_seconds(self) -> float:
        """What the program has taken from the cores so far."""
        times = psutil.Process(self._process.pid).cpu_times()
        return float(times.user + times.system)

    def hang_up(self) -> tuple[float, float]:
        """Close the line, as a lost connection does: seconds until the program has ended by itself, and those
        of a core that it took. Raises RuntimeError where something else has ended it.
        """
        used, began = self.cpu_seconds(), time.perf_counter()
        self._close()
        while not (found := os.wait4(self._process.pid, os.WNOHANG))[0]:
            if time.perf_counter() > began + PATIENCE:
                raise TimeoutError("the program does not end")
            time.sleep(0.001)
        seconds, (_, status, taken) = time.perf_counter() - began, found
        if status:
            raise RuntimeError(f"the program ended with {os.waitstatus_to_exitcode(status)}")
        return seconds, max(0.0, taken.ru_utime + taken.ru_stime - used)

    def _close(self) -> None:
        if self._terminal >= 0:
            os.close(self._terminal)
        self._running, self._terminal = False, -1

    def _note(self, seconds: float) -> None:
        """Wait for output for at most so long, and note it."""
        allowed = self._allowance()
        if allowed < 1:
            time.sleep(0.002)
            return
        if not select.select([self._terminal], [], [], seconds)[0]:
            return
        try:
            data = os.read(self._terminal, allowed)
        except OSError:  # the program has closed its end
            self._running = False
            return
        self._allowed -= len(data)
        self.written.append((time.perf_counter(), data))
        asked = (self._rest + data).count(QUERY)
        self._rest = (self._rest + data).rpartition(QUERY)[2][1 - len(QUERY) :]
        if self._answers:
            os.write(self._terminal, ANSWER * asked)

    def _allowance(self) -> int:
        """How many bytes the link takes now; it saves up at most a twentieth of a second."""
        if self._link is None:
            return 65536
        now = time.perf_counter()
        self._allowed = min(self._allowed + (now - self._counted) * self._link, self._link / 20)
        self._counted = now
        return int(self._allowed)


def usual_environment() -> dict[str, str]:
    """The environment in a terminal of true colour and UTF-8, where Python keeps its bytecode, as usual.

    COLUMNS and LINES would count for more than the terminal's own size.
    """
    left_out = {"PYTHONDONTWRITEBYTECODE", "COLUMNS", "LINES"}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}


def quantile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the values do not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
