"""A small pool of threads over serial kernels that do not hold the interpreter's lock.

Threads over serial kernels are faster here than a parallel loop inside one kernel, pass exceptions on,
and let different tasks run different kernels. They are daemons: quitting never waits for a kernel, not
even for one that loops for ever (the executors of `concurrent.futures` would be joined at exit).
"""

from __future__ import annotations

import contextlib
import os
import queue
import threading
from collections.abc import Callable, Sequence

Task = Callable[[], None]


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Pool:
    """`run` takes tasks, works on them with `workers` threads (the caller's among them), and returns."""

    def __init__(self, workers: int) -> None:
        self.workers = max(1, workers)
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []

    def run(self, tasks: Sequence[Task]) -> None:
        """Do all the tasks; raises the first exception, in the order of the tasks, when all have ended."""
        batch = _Batch(len(tasks))
        for index, task in enumerate(tasks[1:], start=1):
            self._tasks.put(batch.entry(task, index))
        while len(self._threads) < min(self.workers, len(tasks)) - 1:
            thread = threading.Thread(target=_work, args=[self._tasks], name="walkers", daemon=True)
            self._threads.append(thread)
            thread.start()
        try:
            if tasks:
                batch.entry(tasks[0], 0)()
            _help(self._tasks)
            batch.done.wait()
        finally:
            batch.done.wait()  # after Ctrl+C, too: nobody may move arrays that others believe at rest
        for error in batch.errors:
            if error is not None:
                raise error

    def __del__(self) -> None:
        for _ in self._threads:
            self._tasks.put(None)


def _work(tasks: queue.SimpleQueue[Task | None]) -> None:
    """A worker's life; it knows the queue and not the pool, so that a pool can be forgotten."""
    while (task := tasks.get()) is not None:
        task()


def _help(tasks: queue.SimpleQueue[Task | None]) -> None:
    """Work until nothing is left to begin."""
    with contextlib.suppress(queue.Empty):
        while (task := tasks.get_nowait()) is not None:
            task()


class _Batch:
    """Tasks that were handed in together, and what became of them."""

    def __init__(self, size: int) -> None:
        self.left, self.lock, self.done = size, threading.Lock(), threading.Event()
        self.errors: list[BaseException | None] = [None] * size
        if size == 0:
            self.done.set()

    def entry(self, task: Task, index: int) -> Task:
        """The task, made to report to this batch."""

        def run() -> None:
            try:
                task()
            except BaseException as error:  # noqa: BLE001 - handed to the caller of `run`
                self.errors[index] = error
            with self.lock:
                self.left -= 1
                if self.left == 0:
                    self.done.set()

        return run
