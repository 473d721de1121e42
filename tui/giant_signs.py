"""The signs of a random Hessian that no memory holds: counted on both cores, kept on the way, and told.

A signal ends it early: what there is by then is kept, and told as what it is.
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from sim.errors import BadInput
from sim.giants import checkpoint
from sim.giants.both_ends import BothEnds
from sim.giants.laws import is_at_edge, is_beyond_spectrum, negative_of_goe
from sim.giants.stream import EDGE, Matrix, Stream
from sim.parameters import number, whole
from tui import PROGRAM, formats
from tui.progress import Progress
from tui.sign_report import Count, report, rows, summary, under_way

DEFAULTS = {"dim": "1e9", "shift": "0", "seed": "0"}
"""Options that were not typed."""

LOOK, SOON, KEEP, STOP = 0.1, 0.5, 3.0, 3.0
"""Seconds between two looks at how far it is, to the first checkpoint and between two, and for slices under
way to end."""

FAILED, SIGNALLED = 1, 128
"""The exit status where a checkpoint could not be kept, and what a signal's number is added to."""

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


@dataclass(frozen=True)
class Outcome:
    """What to print, what to complain of on one line (nothing where all is well), and the exit status."""

    text: str
    complaint: str = ""
    status: int = 0


class Caught:
    """The first signal that came, or 0."""

    number = 0

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """As a handler: only remember it."""
        self.number = self.number or number


def matrix(dim: str, shift: str, seed: str) -> Matrix:
    """The matrix of what was typed. Raises BadInput."""
    try:
        return Matrix(whole("dim", dim), number("shift", shift), whole("seed", seed))
    except BadInput as mistake:
        raise BadInput(f"--{mistake.where}", mistake.what, mistake.accepted) from None


def remark(matrix: Matrix) -> str:
    """What is to be said of a matrix before it is counted, on one line; nothing of most."""
    up, shift = matrix.shift > 0.0, formats.setting(matrix.shift)
    if is_beyond_spectrum(matrix.dim, matrix.shift):
        where = f"shift {shift} is beyond the spectrum, −{EDGE:g} to {EDGE:g}"
        return f"{where}: every direction is expected to curve {'up' if up else 'down'}; counted all the same"
    if is_at_edge(matrix.dim, matrix.shift):
        few = formats.number(negative_of_goe(matrix.dim, abs(matrix.shift)).mean)
        way = "down" if up else "up"
        where = f"shift {shift} is at the edge of the spectrum"
        return f"{where}: one direction curves {way} or none, {few} expected"
    return ""


def file_of(typed: str) -> Path:
    """The file of what was typed, a ~ the user's own folder. Raises BadInput."""
    if not typed.strip():
        raise BadInput(checkpoint.OPTION, "has no value", f"{checkpoint.OPTION} FILE")
    return Path(os.path.expanduser(typed))  # noqa: PTH111 - Path's own raises where there is no such user


def answer(matrix: Matrix, file: Path | None, *, as_json: bool) -> Outcome:
    """Count, or go on with what the file has, and tell. Raises BadInput for a file that is of no use."""
    found, complaint, status = _begun(file, matrix), "", 0
    if not found.stream.finished:
        with _signals() as caught, checkpoint.in_use(file) if file else contextlib.nullcontext():
            found = _begun(file, matrix)  # another count may have gone on with it just now
            if file and (failure := _keep(file, found)):
                raise BadInput(checkpoint.OPTION, failure, "a FILE where there is space and leave to write")
            found = counted(found, file, caught)
            failure = _keep(file, found) if file else ""
            if found.stream.finished:
                complaint, status = failure, FAILED if failure else 0
            else:
                complaint = interrupted(found, file if not failure else None)
                status = SIGNALLED + caught.number
    told = json.dumps(report(found), allow_nan=False) if as_json else summary(found)
    return Outcome(told, complaint, status)


def _begun(file: Path | None, matrix: Matrix) -> Count:
    return Count(*checkpoint.find(file, matrix)) if file else Count(Stream(matrix), 0.0)


def counted(begun: Count, file: Path | None, caught: Caught) -> Count:
    """Go on until all rows are done or a signal is caught; shown on a line, and kept now and then."""
    ends, progress = BothEnds(begun.stream, begun.seconds), Progress()
    due = time.monotonic() + SOON
    ends.start()
    try:
        while not ends.wait(LOOK) and not caught.number:
            now = Count(ends.stream, ends.seconds)
            progress.tell(under_way(now, begun))
            progress.show()
            if file and time.monotonic() > due and now.stream.rows > begun.stream.rows:
                _keep(file, now)  # what fails now may succeed later, and is told of at the end
                due = time.monotonic() + KEEP
    finally:
        ends.stop(STOP)
        progress.clear()
    return Count(ends.stream, ends.seconds)


def interrupted(found: Count, file: Path | None) -> str:
    """What to say of a count that was ended early: where it is kept, in the user's folder if nowhere else."""
    stream = found.stream
    if stream.rows == 0:
        return "interrupted before the first row"
    where = file or _state_file(stream.matrix)
    failure = "" if file else _keep_the_further(where, found)
    if failure:
        return f"interrupted; {failure}"
    typed = shlex.join([*checkpoint.options(stream.matrix).split(), checkpoint.OPTION, str(where)])
    so_far = f"{formats.whole(stream.rows)} of {rows(stream.matrix.dim)}"
    return f"interrupted at {so_far}; to go on: {PROGRAM} signs {typed}"


def _keep(file: Path, count: Count) -> str:
    """Write a checkpoint; returns why that failed, or nothing."""
    try:
        checkpoint.keep(file, count.stream, count.seconds)
    except OSError as failure:
        return f"{file} cannot be written: {failure.strerror}"
    return ""


def _keep_the_further(file: Path, count: Count) -> str:
    """The same for a file that nobody named, which may be there from another time and be further."""
    with contextlib.suppress(BadInput):
        if checkpoint.find(file, count.stream.matrix)[0].rows > count.stream.rows:
            return ""
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
    return _keep(file, count)


def _state_file(matrix: Matrix) -> Path:
    import platformdirs

    name = f"signs-{matrix.dim}-{matrix.shift!r}-{matrix.seed}.json"
    return platformdirs.user_state_path(PROGRAM) / name


@contextlib.contextmanager
def _signals() -> Iterator[Caught]:
    """Catch what would end the process, in its main thread.

    A hangup that is ignored stays so (nohup). An interrupt does not: jobs in the background are made to
    ignore it, but whoever sends one to this process means it.
    """
    caught, before = Caught(), {}
    if threading.current_thread() is threading.main_thread():
        for number in SIGNALS:
            if number == signal.SIGINT or signal.getsignal(number) != signal.SIG_IGN:
                before[number] = signal.signal(number, caught)
    try:
        yield caught
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
