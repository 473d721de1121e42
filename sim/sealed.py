"""Records on disk: JSON with a checksum, of which there is a whole one at any moment.

A file is written beside the old one and put in its place; what was cut short or changed since is told apart
from what is something else.
"""

from __future__ import annotations

import contextlib
import glob
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

CHECKSUM = "checksum"

DAMAGED = "is damaged: its checksum is not that of its content"
"""What is wrong with a record that somebody changed, in words that follow its name."""


class Unsealed(ValueError):  # noqa: N818 - it names what a file is
    """What is wrong with a file, in words that follow its name."""


def sealed(record: Mapping[str, Any]) -> str:
    """A file's content: the record and its checksum."""
    return json.dumps({**record, CHECKSUM: _checksum(record)}, indent=1) + "\n"


def write(path: Path, content: str, written: Callable[[IO[str]], object] = lambda file: None) -> None:
    """Write it, so that a whole file is there at any moment. Raises OSError.

    `written` is called with the file before it takes the place of the old one. Until then it has a name that
    no other thread of any process writes to.
    """
    import threading  # `--version` does without it

    target = behind_links(path)
    beside = target.with_name(f".{target.name}.{os.getpid()}.{threading.get_native_id()}.new")
    try:
        with beside.open("w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            written(file)
        beside.replace(target)
        _sweep(target)
    except BaseException:  # Ctrl+C, too
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


def _sweep(target: Path) -> None:
    """Remove what processes that were killed while they wrote the file have left beside it."""
    for left in target.parent.glob(f".{glob.escape(target.name)}.*.*.new"):
        process = left.name.split(".")[-3]
        with contextlib.suppress(OSError):
            try:
                os.kill(int(process), 0)
            except (ProcessLookupError, OverflowError, ValueError):
                left.unlink(missing_ok=True)


def behind_links(path: Path) -> Path:
    """The file that is meant, in the place of a link; a link that leads to itself is meant itself."""
    return Path(os.path.realpath(path))


def read(path: Path, kind: str, name: str, longest: int) -> dict[str, Any]:
    """The record in a file, whose entry `kind` is the given one; what it says was not checked yet.

    At most `longest` characters are read. Raises Unsealed for a file that is not a `name`, or no whole one.
    """
    if not path.is_file():
        raise Unsealed("is a directory" if path.is_dir() else "is not a file")
    try:
        with path.open(encoding="utf-8") as file:
            content = file.read(longest)
    except UnicodeDecodeError:
        raise Unsealed(f"is not {name}") from None
    except OSError as failure:
        raise Unsealed(f"cannot be read: {failure.strerror}") from None
    try:
        record = json.loads(content)
    except (ValueError, RecursionError):
        begun = content.startswith("{") and kind in content
        raise Unsealed("is cut short or damaged" if begun else f"is not {name}") from None
    if not isinstance(record, dict) or record.get("kind") != kind:
        raise Unsealed(f"is not {name}")
    return record


def check(record: Mapping[str, Any]) -> None:
    """Raise Unsealed for a record that is not the one whose checksum it has."""
    kept = {entry: value for entry, value in record.items() if entry != CHECKSUM}
    if record.get(CHECKSUM) != _checksum(kept):
        raise Unsealed(DAMAGED)


def _checksum(record: Mapping[str, Any]) -> str:
    import hashlib  # the first frame does not wait for it

    content = json.dumps(record, sort_keys=True).encode()
    return hashlib.blake2b(content, digest_size=16).hexdigest()
