"""The page of help: what is seen comes first, and wrapped lines keep their indent."""

from __future__ import annotations

from made_up import Engine
from textual.widgets import Static

from sim.experiment import Experiment
from sim.measures.outcomes import Outcome
from tui.app import LabApp
from tui.panel import panels
from tui.screens.help import OUTCOMES, sections


def test_what_is_seen_comes_before_the_keys() -> None:
    (_, charts), (_, walkers), (keys, _), *_ = sections()
    assert {name for name, _ in charts} >= {panel.title for _, panel in panels()}
    assert [name for name, _ in walkers] == [outcome.value for outcome in Outcome] == list(OUTCOMES)
    assert keys == "The run"


async def test_meanings_keep_their_indent_where_they_wrap() -> None:
    app = LabApp(Experiment(), Engine())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        names, meanings = (
            list(app.screen.query(".name")),
            list(app.screen.query("Grid Static").exclude(".name")),
        )
        assert len(names) == len(meanings) > 20
        assert {meaning.region.x for meaning in meanings} == {names[0].region.x + 19}
        assert all(name.region.y == meaning.region.y for name, meaning in zip(names, meanings, strict=True))
        assert max(meaning.region.height for meaning in meanings) > 1
        for widget in (*names, *meanings):
            assert isinstance(widget, Static)
            assert widget.region.right <= 80
