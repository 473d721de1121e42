"""What is kept of a laboratory that a lost connection, a signal or a crash has ended, for another start.

Each has a file of its own in the user's state folder while it runs, so that none overwrites another's, and
takes it away when a person leaves it. Files of laboratories that run are locked, and passed over;
of the others, the oldest go.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

from sim import sealed
from tui import PROGRAM
from tui.record import Left, NotNow, State, content, looked_at, read, restored

HOW = f"{PROGRAM} --resume"
"""The command that goes on with what was interrupted last."""

MOST = 8
"""Files that stay, beside those of laboratories that run."""

USELESS = ".useless"
"""Ends the name of a file once it was said that it is of no use."""

NOTHING = "nothing was interrupted; started as usual"
WENT_ON = "went on with what was interrupted before"


class News(NamedTuple):
    """A line for the person at the keyboard, and whether it is bad news; an empty one is none.

    An offer `stays`, until it is answered or for long.
    """

    text: str = ""
    bad: bool = False
    stays: bool = False


NO_NEWS = News()


class Resumed(NamedTuple):
    """A state that is gone on with, and the keeper of its file."""

    state: State
    keeper: Keeper


def folder() -> Path:
    """Where the files are, if there are any."""
    import platformdirs

    return platformdirs.user_state_path(PROGRAM) / "interrupted"


class Keeper:
    """The file of one laboratory, as often as it is written: locked, until it or the process ends.

    The `path` and the open file `held` are those of what is gone on with, if there is such a file. Any thread
    may call.
    """

    def __init__(self, path: Path | None = None, held: int | None = None) -> None:
        self._path, self._held = path, held
        self._turn = threading.Lock()
        self._is_over = self._is_apart = False

    def keep(self, look: Callable[[], State | None]) -> State | None:
        """Write what another start needs, in the place of what was written before, and say what that was.

        `look` tells it once nobody else writes any more, so that nothing older takes the place of it. Raises
        OSError, and BadInput where it is not to be written.
        """
        with self._turn:
            state = None if self._is_over else look()
            if state is None:
                return None
            if state.apart:
                self._part()
            written = content(state)
            path = self._path or folder() / f"{time.time_ns():020d}-{os.getpid()}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            new: list[int] = []
            try:
                sealed.write(path, written, lambda file: new.append(_held(file)))
            except BaseException:
                for held in new:
                    os.close(held)
                raise
            self._close()  # the old one, now that the new one is in its place
            self._path, (self._held,) = path, new
            _forget_oldest()
            return state

    def part(self) -> None:
        """Leave the file of what was not gone on with to others; what is kept from now on has its own."""
        with self._turn:
            self._part()

    def forget(self) -> None:
        """Nobody needs to go on with it any more."""
        with self._turn:
            self._is_over = True
            if self._path:
                with contextlib.suppress(OSError):
                    self._path.unlink()
            self._close()

    def let_go(self) -> None:
        """Leave the file to others, as it is."""
        with self._turn:
            self._is_over = True
            self._close()

    def _part(self) -> None:
        if not self._is_apart:
            self._close()
            self._path, self._is_apart = None, True

    def _close(self) -> None:
        if self._held is not None:
            os.close(self._held)
        self._held = None


def left() -> tuple[Left, ...]:
    """What was interrupted and nobody goes on with, the last first; nothing is done about any of it."""
    found = []
    for path, held in _newest_first():
        try:
            found.append(looked_at(path))
        except (sealed.Unsealed, NotNow) as mistake:
            found.append(Left(path, why_not=str(mistake)))
        finally:
            os.close(held)
    return tuple(found)


def offer() -> News:
    """How to go on with what was interrupted last and can be gone on with, if something was.

    What is damaged is put aside. What another version has left waits for that one, without a word.
    """
    found, said = [], []
    for path, held in _newest_first():
        try:
            found.append(looked_at(path))
        except sealed.Unsealed as mistake:
            said.append(_put_aside(path, mistake))
        except NotNow:
            continue
        finally:
            os.close(held)
    bad, good = bool(said), [each for each in found if not each.why_not]
    said += [
        f"{last.what}, was interrupted {last.at}, and {last.why_not}" for last in found[:1] if last.why_not
    ]
    if good:
        return News("; ".join((_offered(good[0], len(good) - 1), *said)), stays=True)
    return News(f"{'; '.join(said)}; started as usual", bad) if said else NO_NEWS


def _offered(last: Left, others: int) -> str:
    more = f" ({others} more)" if others else ""
    how = f"{HOW}, or `palette` resume; `palette` forget drops it"
    return f"{last.what}, was interrupted {last.at}; to go on: {how}{more}"


def forget(path: Path) -> bool:
    """Drop what was interrupted, unless somebody goes on with it by now."""
    for found, held in _newest_first():
        with contextlib.suppress(OSError):
            if found == path:
                found.unlink()
        os.close(held)
    return not path.exists()


def resume(path: Path | None = None) -> tuple[Resumed | None, News]:
    """What was interrupted last, or is in this file, and can be gone on with; and what to say of it.

    What cannot be gone on with is passed over, and told of; None where nothing can.
    """
    passed: list[str] = []
    for file, held in _newest_first():
        if path in (None, file):
            try:
                state, said = restored(read(file))
            except sealed.Unsealed as mistake:
                passed.append(_put_aside(file, mistake))
            except NotNow as mistake:
                passed.append(f"{file} {mistake}")
            else:
                told = "; ".join((*passed, said or WENT_ON)) if passed else said
                return Resumed(state, Keeper(file, held)), News(told, bad=bool(told))
        os.close(held)
    return None, News(f"{'; '.join(passed)}; started as usual", bad=True) if passed else News(NOTHING)


def _newest_first() -> Iterator[tuple[Path, int]]:
    """The files that no laboratory holds, open and locked; who takes one closes it."""
    for path in _by_age("*.json"):
        held = _opened(path)
        if held is None:  # it is gone by now
            continue
        if _lock(held) and _is_there(path, held):
            yield path, held
        else:
            os.close(held)


def _by_age(names: str) -> list[Path]:
    """The last written first."""
    aged = []
    with contextlib.suppress(OSError):  # a folder that cannot be looked into
        for path in folder().glob(names):
            with contextlib.suppress(FileNotFoundError):
                aged.append((path.stat().st_mtime_ns, path))
    return [path for _, path in sorted(aged, reverse=True)]


def _forget_oldest() -> None:
    """Of what nobody holds, and of what is of use to nobody, the last stay."""
    old = _by_age(f"*{USELESS}")[MOST:]
    if len(_by_age("*.json")) > MOST:
        free = list(_newest_first())
        for _, held in free:
            os.close(held)
        old += [path for path, _ in free[MOST:]]
    for path in old:
        with contextlib.suppress(OSError):
            path.unlink()


def _opened(path: Path) -> int | None:
    """An open file, to be written if that may be: over NFS nobody locks what he may not write (flock(2))."""
    for mode in (os.O_RDWR, os.O_RDONLY):
        with contextlib.suppress(OSError):
            return os.open(path, mode | os.O_NONBLOCK)  # who waits for a pipe waits for ever
    return None


def _lock(held: int) -> bool:
    """Lock an open file, unless somebody else has; where the disk knows no locks, nobody has."""
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        pass
    return True


def _is_there(path: Path, held: int) -> bool:
    """Whether an open file is still the one at its path: a laboratory that runs may have written another."""
    with contextlib.suppress(OSError):
        return os.path.samestat(path.stat(), os.fstat(held))
    return False


def _held(file: IO[str]) -> int:
    """A file that is being written, locked and open for as long as that stays open."""
    held = os.dup(file.fileno())
    _lock(held)
    return held


def _put_aside(path: Path, mistake: sealed.Unsealed) -> str:
    """What is wrong with a file; it is not looked at again."""
    aside = path.with_name(path.name + USELESS)
    with contextlib.suppress(OSError):
        path.rename(aside)
        path = aside
    return f"{path} {mistake}"
