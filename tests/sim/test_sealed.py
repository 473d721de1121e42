"""Records on disk are whole or not there, whatever happens as they are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim import sealed


@pytest.mark.parametrize("failure", [OSError, KeyboardInterrupt])
def test_what_is_not_finished_leaves_the_old_one_and_nothing_beside_it(
    failure: type[BaseException], tmp_path: Path
) -> None:
    def fails(file: object) -> None:
        raise failure

    path = tmp_path / "record.json"
    sealed.write(path, "old")
    with pytest.raises(failure):
        sealed.write(path, "new", fails)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_a_link_stays_one_unless_it_leads_nowhere_else(tmp_path: Path) -> None:
    file, link, loop = (tmp_path / name for name in ("file", "link", "loop"))
    link.symlink_to(file)
    loop.symlink_to(loop)
    for path in (link, loop):
        sealed.write(path, "new")
        assert path.read_text() == "new"
    assert link.is_symlink() and file.read_text() == "new"
