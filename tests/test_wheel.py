"""The wheel, installed in an empty environment far from the checkout, passes the terminal run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds the wheel, with the tested versions of what it needs, and nothing else."""
    uv = (
        os.environ.get("UV")
        or shutil.which("uv")
        or pytest.fail("uv is needed to build and install the wheel")
    )
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([uv, "build", "--wheel", "--quiet", "--out-dir", folder, ROOT], check=True)
    (wheel,) = folder.glob("*.whl")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    constraints = folder / "constraints.txt"
    constraints.write_text("\n".join(project["tool"]["uv"]["constraint-dependencies"]), encoding="utf-8")
    environment = folder / "environment"
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, environment], check=True)
    subprocess.run(
        [uv, "pip", "install", "--quiet", "--python", environment, "--constraints", constraints, wheel],
        check=True,
    )
    return environment


def files(folder: Path) -> dict[Path, int]:
    """Every file below the folder, with the time of its last change."""
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def terminal_run(installed: Path, which: str = "", **changes: str) -> None:
    """The tests of the terminal run, or `which` of them, with the installed program."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "PYTEST", "VIRTUAL_ENV"))
    }
    environment |= {"LANDSCAPE_TUI": str(installed / "bin" / "landscape-tui"), **changes}
    run = ROOT / "tests" / "test_terminal_run.py"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--quiet", "-n", "0", "-k", which, run],
        cwd=ROOT, env=environment, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_the_wheel_holds_the_assets_and_not_the_tests(installed: Path) -> None:
    (packages,) = installed.glob("lib/python*/site-packages")
    kept = sorted(
        path.relative_to(ROOT / "assets") for path in (ROOT / "assets").rglob("*") if path.is_file()
    )
    held = packages / "sim" / "_assets"
    assert sorted(path.relative_to(held) for path in held.rglob("*") if path.is_file()) == kept
    assert not (packages / "tests").exists()


def test_the_terminal_run_with_an_empty_cache(installed: Path, tmp_path: Path) -> None:
    terminal_run(installed, XDG_CACHE_HOME=str(tmp_path))
    assert list(tmp_path.glob("landscape-tui/kernels/*/**/*.nbi"))


def test_the_terminal_run_where_nothing_can_be_written(installed: Path, tmp_path: Path) -> None:
    """Neither beside the program nor in the user's cache: kernels then live as long as the process."""
    before = files(installed)
    no_folder = tmp_path / "file"
    no_folder.touch()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    terminal_run(
        installed,
        "every_key or clean_terminal or connection",  # each start compiles everything anew
        HOME=str(no_folder),
        XDG_CACHE_HOME=str(no_folder),
        TMPDIR=str(temporary),
        PYTHONDONTWRITEBYTECODE="1",
    )
    assert files(installed) == before
    assert not list(temporary.glob("landscape-tui-*"))
