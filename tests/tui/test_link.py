"""How much the line takes, with a clock and a terminal that are made up."""

from __future__ import annotations

import io

import pytest
from textual.drivers.headless_driver import HeadlessDriver
from textual.drivers.linux_driver import LinuxDriver

from tui.driver import WatchedDriver, _Watched, watched
from tui.link import AHEAD, BREAK, FARTHEST, HELD, LATE, LOST, QUESTION, Link


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


def test_where_nothing_answers_writes_that_block_tell_the_speed(clock: Clock) -> None:
    link = Link(clock)
    for _ in range(100):
        link.wrote(1000, 1e-5)
    assert link.is_ready and not link.is_slow, "nothing has blocked yet"
    link.wrote(1000, 0.1)  # 10 KB/s
    assert link.is_slow and not link.is_ready
    clock.now += HELD / 10e3 - AHEAD - 0.05
    assert not link.is_ready, "what lies between must be read first"
    clock.now += 0.1
    assert link.is_ready
    link.wrote(3000, 1e-5)
    assert not link.is_ready
    clock.now += 0.3
    assert link.is_ready


def test_a_link_that_grows_quicker_is_found_out(clock: Clock) -> None:
    """Ten minutes without a write that blocks, and far more is let through."""
    link = Link(clock)
    link.wrote(100, 1.0)
    clock.now += 600.0
    assert link.is_ready
    link.wrote(3000, 1e-5)
    clock.now += 10.0
    assert link.is_ready, "at 100 bytes a second it would take half a minute"


def test_the_thread_that_writes_tells_bytes_once_they_are_gone() -> None:
    told: list[int] = []

    class Told(Link):
        def wrote(self, size: int, seconds: float) -> None:
            assert seconds >= 0.0
            told.append(size)

    written = io.StringIO()
    file = _Watched(written, Told())
    for text in ("⣿a", "b"):
        file.write(text)
    assert told == []
    file.flush()
    file.flush()
    assert told == [5, 0] and written.getvalue() == "⣿ab"


def test_only_textuals_driver_for_terminals_is_watched() -> None:
    assert watched(LinuxDriver) is WatchedDriver
    assert watched(HeadlessDriver) is HeadlessDriver
