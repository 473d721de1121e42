"""Where compiled kernels are kept.

Numba stamps a cached kernel with the one file that defines it, so a changed helper in another file
would keep the stale machine code. Kernels are therefore cached in a folder of our own, named by a hash
of every source file of `sim` and the versions of numba and Python: change anything and the folder is
another. Where the user's cache folder cannot be written, a temporary folder serves this process alone,
and where that fails too, nothing is cached.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import hashlib
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

KEPT, KEPT_USER_FILES = 4, 32
"""How many folders of sources, and of files of the user's, stay before the oldest is removed."""


@functools.cache
def source_hash() -> str:
    """A name for this version of all the sources (16 hexadecimal digits)."""
    import numba

    root = Path(__file__).parent
    digest = hashlib.blake2b(f"{numba.__version__} {sys.version}".encode(), digest_size=8)
    for path in sorted(root.rglob("*.py")):
        digest.update(f"{path.relative_to(root)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def home() -> Path:
    """The folder in which the caches of all versions are, unless nothing can be written there."""
    import platformdirs

    return Path(os.environ.get("LANDSCAPE_TUI_CACHE") or platformdirs.user_cache_path("landscape-tui"))


@functools.cache
def cache_folder() -> Path | None:
    """The folder that compiled kernels go to, made if needed; None where nothing can be written."""
    with contextlib.suppress(OSError):
        folder = home() / "kernels" / source_hash()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        os.utime(folder)
        _forget_old(folder, KEPT)
        return folder
    with contextlib.suppress(OSError):
        temporary = Path(tempfile.mkdtemp(prefix="landscape-tui-"))
        atexit.register(shutil.rmtree, temporary, ignore_errors=True)
        # Processes that this one starts share it: one that is killed could not remove a folder of its own.
        os.environ["LANDSCAPE_TUI_CACHE"] = str(temporary)
        return temporary
    return None


def _user_folder(folder: Path, key: str) -> Path:
    """The part of the cache that belongs to one version of a user's file.

    Numba tells functions apart by their bytecode, in which the values of constants do not show.
    """
    own = folder / "user" / key
    own.mkdir(parents=True, exist_ok=True)
    os.utime(own)
    _forget_old(own, KEPT_USER_FILES)
    return own


def _forget_old(current: Path, kept: int) -> None:
    """Remove all but the `kept` most recently used of a folder and its neighbours."""
    with contextlib.suppress(OSError):
        others = [folder for folder in current.parent.iterdir() if folder != current]
        for folder in sorted(others, key=lambda f: f.stat().st_mtime, reverse=True)[kept - 1 :]:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _numba_caches_in(folder: Path) -> Iterator[None]:
    """Numba reads this setting when a function is decorated; a user's own setting is put back."""
    from numba import config

    before = config.CACHE_DIR
    config.CACHE_DIR = str(folder)
    try:
        yield
    finally:
        config.CACHE_DIR = before


def compile_cached(
    function: Callable[..., Any], signature: Any, fastmath: frozenset[str], user_key: str = ""
) -> Any:
    """The numba dispatcher of a function, from the cache where it can be.

    A function without a signature is compiled where it is called, as a part of its caller. With a
    `user_key`, the user's code is in it: indices are checked, and what is cached is cached under the key.
    """
    import numba

    def compiled(cache: bool) -> Any:
        decorate = numba.njit(
            *([] if signature is None else [signature]),
            nogil=True, cache=cache, fastmath=set(fastmath), error_model="numpy",
            boundscheck=bool(user_key),
            # A call left in a loop keeps it from being vectorised; a user's function may be long.
            forceinline=signature is None and not user_key,
        )  # fmt: skip
        return decorate(function)

    folder = cache_folder() if signature is not None else None
    if folder is not None:
        # A full disk or a damaged file (which can raise anything) must cost the cache, not the run; a
        # mistake in the kernel is raised again below.
        with contextlib.suppress(Exception), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # numba warns where a large array of the user's cannot be kept
            own = _user_folder(folder, user_key) if user_key else folder
            with _numba_caches_in(own):
                return compiled(cache=True)
    return compiled(cache=False)
