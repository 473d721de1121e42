"""The process in which a user's file is tried: it may loop for ever or crash, and only it is lost."""

from __future__ import annotations

import contextlib
import json
import math
import re
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Mapping
from typing import IO, Any, cast

from sim.cache import cache_folder
from sim.errors import BadInput
from sim.landscape import Scales
from sim.user.source import mistake

PATIENCE = 10.0
"""Seconds that the file's code may take at a time before it is given up."""

DOING = "doing: "
"""Begins the lines on the process's standard error that say what comes next."""

_answered: dict[int, float] = {}
"""When each thread that asked had its last answer; infinity while it waits."""


def answered_at(thread: int | None) -> float:
    """When this thread last had an answer, by `time.monotonic`: infinity while it waits, −∞ for never.

    It may wait for long, but not for ever: what the process does has limits of its own.
    """
    return _answered.get(thread, -math.inf) if thread is not None else -math.inf


SERVE = "import sys; sys.path[:] = {path!r}; from sim.user.trial import serve; serve()"


class Child:
    """A Python that answers JSON objects, a line each, until its input ends."""

    def __init__(self) -> None:
        cache_folder()  # before the process is started, which then has the same one
        errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - see `end`
        self.errors = cast(IO[str], errors)
        self.process = subprocess.Popen(  # noqa: S603 - this Python, with this package
            [sys.executable, "-c", SERVE.format(path=sys.path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, encoding="utf-8",
        )  # fmt: skip
        self.questions, self.answers = cast(IO[str], self.process.stdin), cast(IO[str], self.process.stdout)

    def answer(self, question: Mapping[str, Any]) -> dict[str, Any] | None:
        """What it answers; None if it ends instead."""
        with contextlib.suppress(OSError):
            self.questions.write(json.dumps(question) + "\n")
            self.questions.flush()
            line = self.answers.readline()
            return cast(dict[str, Any], json.loads(line)) if line else None
        return None

    def end(self) -> None:
        """Leave nothing of it."""
        self.process.kill()
        self.process.wait()
        for stream in (self.questions, self.answers, self.errors):
            with contextlib.suppress(OSError):  # what was still to be written has no reader
                stream.close()


class Apart:
    """Asks a process of its own about a file, and another one where that came to an end.

    Any thread may ask. The process ends with this object, and by itself when this process does.
    """

    def __init__(self, path: str, text: str) -> None:
        self._path, self._text = path, text
        self._lock = threading.Lock()
        self._child: Child | None = None
        with self._lock:
            self._started()

    def scales(self, dim: int, settings: Mapping[str, float]) -> Scales:
        """How sharp and how wide the landscape is, once its functions have been tried; raises BadInput."""
        with self._lock:
            child = self._child or self._started()
            return Scales(**self._answer(child, {"dim": dim, "settings": dict(settings)}))

    def _started(self) -> Child:
        """Raises BadInput if the file cannot be executed or declares no landscape."""
        child = Child()
        end = weakref.finalize(self, child.end)
        try:
            self._answer(child, {"path": self._path, "text": self._text, "patience": PATIENCE})
        except BadInput:
            end()
            raise
        self._child = child
        return child

    def _answer(self, child: Child, question: Mapping[str, Any]) -> dict[str, Any]:
        try:
            _answered[threading.get_ident()] = math.inf
            answer = child.answer(question)
        finally:
            _answered[threading.get_ident()] = time.monotonic()
        if answer is None:
            self._child = None
            raise self._post_mortem(child)
        if "mistake" in answer:
            raise BadInput(*answer["mistake"])
        return answer

    def _post_mortem(self, child: Child) -> BadInput:
        """Why a process ended without an answer: what it did last, and on which line of the file."""
        status = child.process.wait()
        child.errors.seek(0)
        last = child.errors.read().rpartition(DOING)[2]
        child.end()
        doing = last.partition("\n")[0]
        found = re.search(rf'File "{re.escape(self._path)}", line (\d+)', last)
        line = int(found[1]) if found else None
        if "Timeout (" in last:
            what = f"{doing} takes longer than {PATIENCE:g} s"
            return mistake(self._path, what, "code that ends, or fewer dimensions", line)
        fatal = re.search("Fatal Python error: (.+)", last)
        how = fatal[1] if fatal else f"exit status {status}"
        return mistake(self._path, f"{doing} ends Python itself: {how}", "code that returns", line)
