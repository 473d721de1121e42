"""How much the line takes, with a clock and a terminal that are made up."""

from __future__ import annotations

import io
import os
import termios
import threading

import pytest
from textual.drivers.headless_driver import HeadlessDriver
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key
from textual.message import Message

from tui.driver import PIECE, WatchedDriver, _Watched, watched
from tui.link import AHEAD, BREAK, ENOUGH, FARTHEST, HELD, LATE, LOST, QUESTION, REST, Link


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def link(clock: Clock) -> Link:
    found = Link(clock)
    found.answered()  # what Textual asked
    return found


def exchange(link: Link, clock: Clock, seconds: float, size: int = 100) -> None:
    assert link.ask(size) == QUESTION
    clock.now += seconds
    link.answered()


def test_a_terminal_that_has_not_answered_is_not_asked(clock: Clock) -> None:
    link = Link(clock)
    assert link.ask(100) == "" and link.is_ready and link.is_silent and not link.is_slow


def test_updates_wait_for_an_answer_that_is_late(link: Link, clock: Clock) -> None:
    exchange(link, clock, 0.05)
    link.ask(100)
    clock.now += 0.05 + 0.9 * LATE
    assert link.is_ready, "a far terminal is given what it takes without waiting for it"
    clock.now += 0.2 * LATE
    assert not link.is_ready
    link.answered()
    clock.now += 0.2
    assert link.is_ready


def test_the_oldest_question_counts(link: Link, clock: Clock) -> None:
    exchange(link, clock, 0.01)
    link.ask(100)
    clock.now += 0.08
    link.ask(100)
    clock.now += 0.08
    assert not link.is_ready
    link.answered()
    assert link.is_ready and not link.is_silent


def test_a_large_update_does_not_tell_how_long_the_way_is(link: Link, clock: Clock) -> None:
    exchange(link, clock, 2.0, size=15_000)
    link.ask(100)
    clock.now += 1.5 * LATE
    assert not link.is_ready


def test_whatever_takes_very_long_is_no_distance(link: Link, clock: Clock) -> None:
    exchange(link, clock, 3.0)
    link.ask(100)
    clock.now += FARTHEST + 1.1 * LATE
    assert not link.is_ready


def test_a_way_that_becomes_longer_for_good_is_found_out(link: Link, clock: Clock) -> None:
    exchange(link, clock, 0.02)
    exchange(link, clock, 0.25)
    assert link.is_slow and not link.is_ready
    for _ in range(300):
        clock.now += REST
        exchange(link, clock, 0.25)
    assert not link.is_slow and link.is_ready
    exchange(link, clock, 0.02)
    exchange(link, clock, 0.25)
    assert link.is_slow, "one quick answer is enough to know the way again"


def test_late_answers_make_it_slow_and_others_quick_again(link: Link, clock: Clock) -> None:
    exchange(link, clock, 0.01)
    assert not link.is_slow
    exchange(link, clock, 0.5, size=3000)
    assert link.is_slow
    for _ in range(20):
        exchange(link, clock, 0.01)
    assert not link.is_slow


def test_what_took_long_rests_as_long(link: Link, clock: Clock) -> None:
    exchange(link, clock, 0.02)
    exchange(link, clock, 0.72, size=7000)
    assert not link.is_ready
    clock.now += 0.6
    assert not link.is_ready
    clock.now += 0.2
    assert link.is_ready


def test_an_update_is_shown_in_pieces_where_answers_are_late(link: Link, clock: Clock) -> None:
    assert link.between == ""
    exchange(link, clock, 0.5)
    assert link.between == BREAK
    link.hush()
    assert link.between == ""


def test_an_answer_that_never_comes_is_given_up(link: Link, clock: Clock) -> None:
    for left in (1, 0):
        link.ask(100)
        clock.now += 0.9 * LOST
        assert not link.is_ready
        clock.now += 0.2 * LOST
        assert link.is_ready and link.is_silent
        assert bool(link.ask(100)) is bool(left), "a terminal that has stopped answering is asked no more"


def test_nothing_is_asked_at_the_end(link: Link) -> None:
    link.ask(100)
    link.hush()
    assert link.ask(100) == "" and not link.is_silent
    link.answered()
    assert link.is_silent and link.ask(100) == ""


def test_where_nothing_answers_what_waits_for_room_tells_the_speed(clock: Clock) -> None:
    link = Link(clock)
    for _ in range(100):
        link.wrote(1000)
    assert link.is_ready and not link.is_slow, "there was room for all of it"
    link.wrote(4000, 4000, 4000 / 50e3)
    assert link.is_slow and not link.is_ready
    clock.now += HELD / 50e3 - AHEAD - 0.05
    assert not link.is_ready, "what lies between must be read first"
    clock.now += 0.1
    assert link.is_ready
    link.wrote(15_000)
    assert not link.is_ready
    clock.now += 0.3
    assert link.is_ready


def test_a_little_that_waits_once_tells_nothing(clock: Clock) -> None:
    """A program between that had to wait for its turn is no slow line."""
    link = Link(clock)
    for _ in range(100):
        link.wrote(ENOUGH - 1, ENOUGH - 1, 0.5)
        link.wrote(60)
        assert link.is_ready and not link.is_slow
    for _ in range(2):
        link.wrote(ENOUGH // 2, ENOUGH // 2, 0.1)
    assert link.is_slow, "half of it twice, one after the other"


@pytest.mark.parametrize("speed", [1e2, 1e4, 1e6])
def test_charts_never_rest_longer_than_a_second(clock: Clock, speed: float) -> None:
    answering, silent = Link(clock), Link(clock)
    answering.answered()
    exchange(answering, clock, 0.01)
    for _ in range(20):
        exchange(answering, clock, min(60_000 / speed, 0.9 * LOST), size=60_000)
        silent.wrote(60_000, 50_000, 50_000 / speed)
        silent.wrote(60_000)
        clock.now += 1.01 * REST
        assert answering.is_ready and silent.is_ready


def test_a_link_that_grows_quicker_is_found_out(clock: Clock) -> None:
    """Ten minutes in which there is room, and far more is let through."""
    link = Link(clock)
    link.wrote(ENOUGH, ENOUGH, 40.0)
    clock.now += 800.0
    link.wrote(15_000)
    assert link.is_ready and not link.is_slow, "at 100 bytes a second it would take minutes"


@pytest.mark.parametrize("days", [1, 1000])
def test_a_pause_of_days_is_survived(clock: Clock, days: int) -> None:
    """The thread that writes would end by a number that is too large, and with it the screen."""
    answering, silent = Link(clock), Link(clock)
    answering.answered()
    silent.wrote(ENOUGH, ENOUGH, 4.0)
    for _ in range(2):
        clock.now += days * 86_400.0
        answering.wrote(100)
        silent.wrote(15_000)
        assert answering.is_ready and silent.is_ready and not silent.is_slow


def test_the_thread_that_writes_tells_bytes_once_they_are_gone() -> None:
    told: list[tuple[int, int, float]] = []

    class Told(Link):
        def wrote(self, size: int, waited: int = 0, seconds: float = 0.0) -> None:
            told.append((size, waited, seconds))

    written = io.StringIO()
    file = _Watched(written, Told())
    for text in ("⣿a", "b"):
        file.write(text)
    assert told == []
    file.flush()
    file.flush()
    assert told == [(5, 0, 0.0), (0, 0, 0.0)] and written.getvalue() == "⣿ab"
    file.write("c" * 2 * PIECE)
    assert told[2:] == [(2 * PIECE, 0, 0.0)], "it keeps no more than that"


def test_what_waits_is_what_finds_no_room() -> None:
    """However long it takes, on a busy machine, to write what there is room for."""
    told: list[tuple[int, int]] = []
    looked = threading.Event()

    class Told(Link):
        def wrote(self, size: int, waited: int = 0, seconds: float = 0.0) -> None:
            told.append((size, waited))

    class Looking(_Watched):
        def _has_room(self) -> bool:
            found = super()._has_room()
            looked.set()
            return found

    reader, line = os.openpty()
    with os.fdopen(line, "w", encoding="utf-8") as file:
        watched = Looking(file, Told())
        watched.write("a" * PIECE)
        termios.tcflow(line, termios.TCOOFF)
        looked.clear()
        writing = threading.Thread(target=watched.write, args=["b" * 2 * PIECE])
        writing.start()
        assert looked.wait(10.0) and writing.is_alive()
        termios.tcflow(line, termios.TCOON)
        writing.join()
    os.close(reader)
    assert told == [(PIECE, 0), (2 * PIECE, PIECE)], "the first piece of two"


def test_only_textuals_driver_for_terminals_is_watched() -> None:
    assert watched(LinuxDriver) is WatchedDriver
    assert watched(HeadlessDriver) is HeadlessDriver


class Heard(WatchedDriver):
    """Reads `pieces` in the place of what a terminal sends, until there are no more."""

    def __init__(self, fileno: int, *pieces: bytes) -> None:
        self.fileno, self._debug = fileno, False
        self.exit_event = threading.Event()
        self.pieces, self.keys = list(pieces), list[str]()

    def read(self, fileno: int, most: int) -> bytes:
        if len(self.pieces) == 1:
            self.exit_event.set()
        return self.pieces.pop(0)

    def process_message(self, message: Message) -> None:
        if isinstance(message, Key):
            self.keys.append(message.key)


def test_what_is_no_utf_8_is_read_past(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of which a keyboard of another encoding sends a byte or two."""
    reader, writer = os.pipe()
    os.write(writer, b"something to read")
    driver = Heard(reader, b"a", b"\xff", b"b", b"\xe9", b"\xe9", b"c")
    monkeypatch.setattr(os, "read", driver.read)
    driver.run_input_thread()
    assert driver.keys == ["a", "b", "c"]
    os.close(reader)
    os.close(writer)
