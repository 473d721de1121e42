"""A streamed count on disk: a few lines of JSON, with which the same matrix goes on to the same bits.

Numbers of the recurrences are hexadecimal, so that none is rounded. (A processor without fused
multiply-adds, or a version of numba that fuses others, gives other last bits; a count that changes either on
its way is as right, but not the same to the bit.)
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim import sealed
from sim.errors import BadInput
from sim.giants.entries import VERSION
from sim.giants.pivots import Pair
from sim.giants.stream import End, Matrix, Stream

KIND = "landscape-tui signs"
FORMAT = 1

LONGEST = 10_000
"""Characters of a file that are read: a checkpoint has some seven hundred."""

OPTION = "--checkpoint"
ANOTHER = "the FILE of such a run, or one that does not exist yet"


def text(stream: Stream, seconds: float) -> str:
    """The file's content; `seconds` is what the rows have taken."""
    matrix = stream.matrix
    record: dict[str, Any] = {
        "kind": KIND,
        "format": FORMAT,
        "entries": VERSION,
        "dim": matrix.dim,
        "shift": matrix.shift.hex(),
        "seed": matrix.seed,
        "front": _of_end(stream.front),
        "back": _of_end(stream.back),
        "seconds": seconds,
    }
    return sealed.sealed(record)


def keep(path: Path, stream: Stream, seconds: float) -> None:
    """Write it, so that a whole file is there at any moment. Raises OSError."""
    sealed.write(path, text(stream, seconds))


def find(path: Path, matrix: Matrix) -> tuple[Stream, float]:
    """The count of this matrix and its seconds as they were kept; started where there is no file.

    Raises BadInput for a file that is not a checkpoint of this matrix, and touches none.
    """
    try:
        if not path.exists():
            return Stream(matrix), 0.0
        stream, seconds = _read(path)
    except OSError as failure:
        raise BadInput(OPTION, f"{path} cannot be read: {failure.strerror}", ANOTHER) from None
    except sealed.Unsealed as mistake:
        raise BadInput(OPTION, f"{path} {mistake}", ANOTHER) from None
    if stream.matrix != matrix:
        raise BadInput(
            OPTION, f"{path} is of {(other := _other(stream.matrix, matrix))}", f"{other}, or another FILE"
        )
    return stream, seconds


def _other(found: Matrix, wanted: Matrix) -> str:
    """The options in which a matrix is not the one that is wanted."""
    names = ("dim", "shift", "seed")
    return " ".join(f"--{n} {getattr(found, n)!r}" for n in names if getattr(found, n) != getattr(wanted, n))


@contextlib.contextmanager
def in_use(path: Path) -> Iterator[None]:
    """Keep other counts from writing the file meanwhile. Raises BadInput where another one does.

    The lock is on a file beside it, as the file itself is replaced; the system releases it however the
    process ends. Where there are no locks, or nothing can be written, it goes without.
    """
    target = sealed.behind_links(path)
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(ImportError, OSError):
            import fcntl

            beside = target.with_name(f".{target.name}.lock")
            lock = stack.enter_context(beside.open("w"))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                what = f"{path} is in use by another count"
                raise BadInput(OPTION, what, "another FILE, or its end") from None
            stack.callback(_removed, beside)
        yield


def _removed(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


def options(matrix: Matrix) -> str:
    """The options that ask for a matrix."""
    return f"--dim {matrix.dim} --shift {matrix.shift!r} --seed {matrix.seed}"


def _read(path: Path) -> tuple[Stream, float]:
    record = sealed.read(path, KIND, "a checkpoint", LONGEST)
    version = record.get("format"), record.get("entries")
    if version != (FORMAT, VERSION):
        what = f"{path} is of version {version[0]}.{version[1]}, whose rows are not those of this program"
        raise BadInput(OPTION, what, f"version {FORMAT}.{VERSION}, or a FILE that does not exist yet")
    sealed.check(record)
    try:
        matrix = Matrix(record["dim"], float.fromhex(record["shift"]), record["seed"])
        stream = Stream(matrix, _end(record["front"]), _end(record["back"]))
        return stream, float(record["seconds"])
    except (KeyError, TypeError, ValueError):
        raise sealed.Unsealed(sealed.DAMAGED) from None


def _of_end(end: End) -> dict[str, Any]:
    return {
        "rows": end.rows,
        "below": end.below,
        "up_to": end.up_to,
        "low": [v.hex() for v in end.low],
        "high": [v.hex() for v in end.high],
    }


def _end(record: dict[str, Any]) -> End:
    return End(record["rows"], record["below"], record["up_to"], _pair(record["low"]), _pair(record["high"]))


def _pair(words: list[str]) -> Pair:
    first, second = map(float.fromhex, words)
    return first, second
