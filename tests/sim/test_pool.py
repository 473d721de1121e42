"""The pool of threads, and the limit on BLAS."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import scipy.linalg.cython_blas  # noqa: F401 - loads the BLAS of the kernels
from threadpoolctl import OpenBLASController, ThreadpoolController, threadpool_info

from sim.blas import one_blas_thread
from sim.pool import Pool, cores

workers = pytest.mark.parametrize("workers", [1, 2, 5])


@workers
@pytest.mark.parametrize("count", [0, 1, 2, 3, 100])
def test_every_task_is_done_once(workers: int, count: int) -> None:
    pool, done = Pool(workers), [0] * count

    def task(k: int) -> None:
        done[k] += 1

    for repeat in range(1, 4):
        pool.run([lambda k=k: task(k) for k in range(count)])
        assert done == [repeat] * count


@workers
def test_the_first_exception_in_the_order_of_the_tasks_is_raised_when_all_have_ended(workers: int) -> None:
    """Not the first in time: task 5 fails at once, task 3 only after it."""
    pool, ended, fifth_failed = Pool(workers), set(), threading.Event()

    def task(k: int) -> None:
        ended.add(k)
        if k == 5:
            fifth_failed.set()
            raise ValueError("five")
        if k == 3:
            if workers > 1:
                assert fifth_failed.wait(30.0)
            raise KeyError("three")

    with pytest.raises(KeyError, match="three"):
        pool.run([lambda k=k: task(k) for k in range(9)])
    assert ended == set(range(9))
    pool.run([lambda: ended.add(99)])
    assert 99 in ended


def test_tasks_run_at_the_same_time() -> None:
    """Three tasks that wait for one another end only if three threads work."""
    meeting = threading.Barrier(3, timeout=30.0)
    Pool(3).run([meeting.wait] * 3)


def test_no_more_threads_work_than_were_asked_for() -> None:
    seen: set[int] = set()
    pool = Pool(2)
    for _ in range(5):
        pool.run([lambda: seen.add(threading.get_ident())] * 50)
    assert 1 <= len(seen) <= 2
    assert threading.get_ident() in seen


@workers
def test_a_task_may_use_the_pool(workers: int) -> None:
    pool, done = Pool(workers), []
    pool.run([lambda k=k: pool.run([lambda j=j: done.append((k, j)) for j in range(4)]) for k in range(6)])
    assert sorted(done) == [(k, j) for k in range(6) for j in range(4)]


@workers
def test_several_threads_may_use_one_pool(workers: int) -> None:
    pool, done, errors = Pool(workers), [], []

    def user(name: int) -> None:
        try:
            for _ in range(20):
                pool.run([lambda k=k: done.append((name, k)) for k in range(7)])
        except Exception as error:  # noqa: BLE001 - a thread has nobody to tell
            errors.append(error)

    users = [threading.Thread(target=user, args=(name,)) for name in range(4)]
    for thread in users:
        thread.start()
    for thread in users:
        thread.join(60.0)
        assert not thread.is_alive()
    assert not errors
    assert sorted(done) == sorted((name, k) for name in range(4) for k in range(7) for _ in range(20))


def test_threads_of_the_pool_never_keep_a_process_from_ending() -> None:
    daemons: list[bool] = []
    meeting = threading.Barrier(2, timeout=30.0)

    def task() -> None:
        meeting.wait()
        if threading.current_thread() is not threading.main_thread():
            daemons.append(threading.current_thread().daemon)

    Pool(2).run([task, task])
    assert daemons == [True]


def blas_threads() -> list[int]:
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


def set_blas_threads(threads: list[int]) -> None:
    """Set them, and leave the libraries without a thread that they listen to alone."""
    OpenBLASController.clear_controlling_thread(force=True)
    for library, count in zip(
        ThreadpoolController().select(user_api="blas").lib_controllers, threads, strict=True
    ):
        library.set_num_threads(count)
    OpenBLASController.clear_controlling_thread(force=True)


@pytest.fixture
def before() -> Iterator[list[int]]:
    """Two threads for each BLAS library, whatever the machine and the earlier tests left."""
    found = blas_threads()
    set_blas_threads([2] * len(found))
    yield [2] * len(found)
    set_blas_threads(found)


def test_inside_blas_has_one_thread_and_afterwards_what_it_had(before: list[int]) -> None:
    assert before
    assert blas_threads() == before
    with one_blas_thread:
        assert set(blas_threads()) == {1}
        with one_blas_thread:
            assert set(blas_threads()) == {1}
        assert set(blas_threads()) == {1}
    assert blas_threads() == before


def test_the_limit_ends_with_the_last_of_those_who_asked(before: list[int]) -> None:
    entered, leave = threading.Event(), threading.Event()

    def other() -> None:
        with one_blas_thread:
            entered.set()
            assert leave.wait(30.0)

    thread = threading.Thread(target=other)
    with one_blas_thread:
        thread.start()
        assert entered.wait(30.0)
    assert set(blas_threads()) == {1}
    leave.set()
    thread.join(30.0)
    assert blas_threads() == before


def test_the_limit_holds_whoever_asks_first(before: list[int]) -> None:
    """A BLAS library may listen to one thread only: each of these asks in its turn, and all are heard."""
    with one_blas_thread:
        pass
    seen: list[list[int]] = []

    def ask() -> None:
        with one_blas_thread:
            seen.append(blas_threads())
        seen.append(blas_threads())

    for _ in range(2):
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join(30.0)
    assert seen == [[1] * len(before), before] * 2


def test_an_exception_inside_puts_the_limit_back(before: list[int]) -> None:
    with pytest.raises(ValueError, match="inside"), one_blas_thread:
        raise ValueError("inside")
    assert blas_threads() == before


def test_there_is_a_core() -> None:
    assert cores() >= 1
