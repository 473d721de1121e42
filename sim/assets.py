"""Where the files beside the code are: in the wheel under `sim/_assets`, in a checkout under `assets`."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent


def asset(*parts: str) -> Path:
    """The path of a file of `assets/`."""
    installed = _HERE / "_assets"
    root = installed if installed.is_dir() else _HERE.parent / "assets"
    return root.joinpath(*parts)
