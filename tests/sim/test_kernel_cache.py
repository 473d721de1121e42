"""Where compiled kernels are kept, and that neither an old nor a damaged one is ever run.

Most tests load `sim/cache.py` anew from a copy of the package, because a process chooses its folder once.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import sim
from sim.kernel import FASTMATH

PACKAGE = Path(sim.__file__).parent


def copied(to: Path) -> Path:
    """A copy of the package `sim` in a folder."""
    return Path(shutil.copytree(PACKAGE, to / "sim", ignore=shutil.ignore_patterns("__pycache__")))


def cache_of(package: Path) -> ModuleType:
    """The module `sim.cache` of a package, fresh."""
    spec = importlib.util.spec_from_file_location("cache_under_test", package / "cache.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The cache module as a new process has it, keeping its kernels under `tmp_path`."""
    monkeypatch.setenv("LANDSCAPE_TUI_CACHE", str(tmp_path / "cache"))
    return cache_of(PACKAGE)


def test_the_folder_is_named_by_the_sources_alone(tmp_path: Path) -> None:
    one, other = copied(tmp_path / "one"), copied(tmp_path / "other")
    assert cache_of(one).source_hash() == cache_of(other).source_hash() == cache_of(PACKAGE).source_hash()


@pytest.mark.parametrize("file", ["numerics.py", "landscapes/rastrigin.py", "errors.py"])
def test_a_change_of_any_source_is_another_folder(tmp_path: Path, file: str) -> None:
    package = copied(tmp_path)
    before = cache_of(package).source_hash()
    source = package / file
    source.write_text(source.read_text() + "\n# another line\n")
    assert cache_of(package).source_hash() != before


def test_a_new_file_is_another_folder_and_a_renamed_one_too(tmp_path: Path) -> None:
    package = copied(tmp_path)
    hashes = [cache_of(package).source_hash()]
    (package / "landscapes" / "hill.py").write_text("")
    hashes.append(cache_of(package).source_hash())
    (package / "landscapes" / "hill.py").rename(package / "landscapes" / "hills.py")
    hashes.append(cache_of(package).source_hash())
    assert len(set(hashes)) == 3


RASTRIGIN = """
import sys; sys.path.insert(0, {path!r})
from sim import LANDSCAPES
import numpy as np
print(float(LANDSCAPES["rastrigin"].build(1).value_and_gradient(np.array([0.25]))[0]))
"""


def test_a_changed_helper_is_never_run_from_the_cache(tmp_path: Path) -> None:
    """The landscape's own file stays the same; only the sine and cosine that it calls change."""
    package = copied(tmp_path)
    environment = {
        **os.environ,
        "LANDSCAPE_TUI_CACHE": str(tmp_path / "cache"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }

    def value() -> float:
        found = subprocess.run(
            [sys.executable, "-c", RASTRIGIN.format(path=str(tmp_path))],
            capture_output=True, text=True, check=True, timeout=120, env=environment,
        )  # fmt: skip
        return float(found.stdout)

    assert value() == pytest.approx(0.0625 + 10.0)
    source = package / "numerics.py"
    text = source.read_text()
    assert text.count("return sign * s, sign * c") == 1
    source.write_text(text.replace("return sign * s, sign * c", "return sign * s, sign * c - 1.0"))
    assert value() == pytest.approx(0.0625 + 20.0)
    assert len(list((tmp_path / "cache" / "kernels").iterdir())) == 2


def add_one(x: np.ndarray) -> None:
    for i in range(len(x)):
        x[i] += 1.0


def runs(cache: ModuleType) -> bool:
    """Whether a kernel compiled through this cache works."""
    x = np.zeros(3)
    cache.compile_cached(add_one, "void(f8[::1])", FASTMATH)(x)
    return x.tolist() == [1.0, 1.0, 1.0]


def kept_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_kernels_are_kept_and_found_again(fresh: ModuleType, tmp_path: Path) -> None:
    assert runs(fresh)
    folder = fresh.cache_folder()
    assert folder == tmp_path / "cache" / "kernels" / fresh.source_hash()
    files = {path: path.stat().st_mtime_ns for path in kept_files(folder)}
    assert {path.suffix for path in files} == {".nbi", ".nbc"}
    again = cache_of(PACKAGE)
    dispatcher = again.compile_cached(add_one, "void(f8[::1])", FASTMATH)
    assert sum(dispatcher.stats.cache_hits.values()) == 1
    assert {path: path.stat().st_mtime_ns for path in kept_files(folder)} == files


GARBAGE = {
    "empty": lambda data: b"",
    "text": lambda data: b"this is no kernel",
    "half": lambda data: data[: len(data) // 2],
    "all but a byte": lambda data: data[:-1],
    "another protocol": lambda data: b"\x80\xff" + data[2:],
    "zeros": lambda data: bytes(len(data)),
    "a bad opcode": lambda data: b"I" + data,
    "a bad name": lambda data: b"cno_such_module\nname\n.",
    "an empty stack": lambda data: b".",
    "noise": lambda data: bytes(np.random.default_rng(0).integers(0, 256, 500, dtype=np.uint8)),
    "other noise": lambda data: bytes(np.random.default_rng(1).integers(0, 256, 500, dtype=np.uint8)),
    "another pickle": lambda data: b"\x80\x04N.",
}


@pytest.mark.parametrize("damage", GARBAGE.values(), ids=GARBAGE.keys())
@pytest.mark.parametrize("suffix", [".nbi", ".nbc"])
def test_a_damaged_file_costs_the_cache_and_not_the_run(fresh: ModuleType, suffix: str, damage) -> None:
    assert runs(fresh)
    damaged = [path for path in kept_files(fresh.cache_folder()) if path.suffix == suffix]
    assert damaged
    for path in damaged:
        path.write_bytes(damage(path.read_bytes()))
    assert runs(cache_of(PACKAGE))


def test_where_the_cache_cannot_be_written_a_temporary_folder_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file is where the folder should be, which stops the superuser too."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LANDSCAPE_TUI_CACHE", str(tmp_path / "file"))
    cache = cache_of(PACKAGE)
    folder = cache.cache_folder()
    assert folder
    assert tmp_path not in folder.parents
    try:
        assert runs(cache)
        assert kept_files(folder)
    finally:
        shutil.rmtree(folder)


def test_where_nothing_can_be_written_kernels_are_compiled_without_a_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LANDSCAPE_TUI_CACHE", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "file"))
    cache = cache_of(PACKAGE)
    assert cache.cache_folder() is None
    assert runs(cache)
    assert kept_files(tmp_path) == [tmp_path / "file"]


def test_a_cache_that_vanishes_costs_nothing(fresh: ModuleType, tmp_path: Path) -> None:
    fresh.cache_folder()
    shutil.rmtree(tmp_path / "cache")
    (tmp_path / "cache").write_text("")
    assert runs(fresh)


def test_the_temporary_folder_is_gone_with_the_process(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "tmp").mkdir()
    environment = {
        **os.environ,
        "LANDSCAPE_TUI_CACHE": str(tmp_path / "file"),
        "TMPDIR": str(tmp_path / "tmp"),
    }
    script = (
        f"import sys; sys.path[:0] = {sys.path!r}\nfrom sim.cache import cache_folder; print(cache_folder())"
    )
    found = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env=environment,
    )
    assert Path(found.stdout.strip()).parent == tmp_path / "tmp"
    assert list((tmp_path / "tmp").iterdir()) == []


def test_only_a_few_folders_of_earlier_sources_stay(fresh: ModuleType, tmp_path: Path) -> None:
    base = tmp_path / "cache" / "kernels"
    for age in range(10):
        (base / f"old{age}").mkdir(parents=True)
        os.utime(base / f"old{age}", (1e9 - age, 1e9 - age))
    current = fresh.cache_folder()
    left = sorted(path.name for path in base.iterdir())
    assert left == sorted([current.name, *(f"old{age}" for age in range(fresh.KEPT - 1))])


def test_numba_keeps_its_own_settings(fresh: ModuleType) -> None:
    from numba import config

    before = config.CACHE_DIR
    assert runs(fresh)
    assert before == config.CACHE_DIR
