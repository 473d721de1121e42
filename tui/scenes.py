"""Experiments in TOML files: those that come with the program, by name, and people's own, by path.

A scene may say on which `page` of panels the laboratory opens; the rest is an experiment.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.assets import asset
from sim.errors import BadInput, unknown

if TYPE_CHECKING:
    from sim.experiment import Experiment

SUFFIX = ".toml"

PAGE = "page"
"""The one entry that is not the experiment's."""


def names() -> list[str]:
    """The scenes that come with the program."""
    return sorted(path.stem for path in asset("scenes").glob(f"*{SUFFIX}"))


def is_scene(name: str) -> bool:
    """Whether it names a scene that comes with the program, or looks like a file of one."""
    return name.endswith(SUFFIX) or name in names()


def path_of(scene: str) -> Path:
    """The file of a scene; raises BadInput for a name that is not there."""
    if scene.endswith(SUFFIX) or "/" in scene:
        return Path(scene)
    if scene not in names():
        mistake = unknown("scene", scene, names())
        raise BadInput(mistake.where, mistake.what, f"{mistake.accepted}, FILE{SUFFIX}")
    return asset("scenes", scene + SUFFIX)


def read(scene: str) -> Experiment:
    """The experiment of a scene; a mistake names the file, and its line where that is known."""
    from sim.experiment import Experiment

    path = path_of(scene)
    written = text(path)
    try:
        found = Experiment.from_toml(written, str(path.parent), others=(PAGE,))
        _page_in(written)
    except BadInput as mistake:
        what = mistake.what if mistake.where == "experiment" else f"{mistake.where}: {mistake.what}"
        raise BadInput(str(path), what, mistake.accepted) from None
    return found


def page(scene: str) -> str:
    """The page of panels that a scene, which could be read, opens on: the first unless it names another."""
    return _page_in(text(path_of(scene)))


def _page_in(written: str) -> str:
    import tomllib

    from tui.actions import PAGE_TOPICS

    found = tomllib.loads(written).get(PAGE, next(iter(PAGE_TOPICS)))
    if not isinstance(found, str) or found not in PAGE_TOPICS:
        raise unknown(PAGE, str(found), PAGE_TOPICS)
    return found


def about(scene: str) -> str:
    """What a scene shows: the comment at the top of its file, where actions are named for `with_keys`."""
    lines = []
    for line in text(path_of(scene)).splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("# "))
    return " ".join(lines)


def text(path: Path) -> str:
    """What is in a file; raises BadInput."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as failure:
        what = (failure.strerror or str(failure)).lower()
        raise BadInput(
            str(path), what, f"a {SUFFIX} file that can be read, or one of `list scenes`"
        ) from None
    except UnicodeDecodeError:
        raise BadInput(str(path), "is not text in UTF-8", f"a {SUFFIX} file") from None
