"""What is written on a surface, whatever rows it is given."""

from __future__ import annotations

from textual.app import App, ComposeResult

from tui.cells import cells, cut, harmless
from tui.screens.lines import message
from tui.screens.news import News
from tui.surface import Surface


class OneSurface(App[None]):
    CSS = "Surface { width: 1fr; height: 1fr; }"

    def compose(self) -> ComposeResult:
        yield Surface()


async def test_a_surface_passes_nothing_on_that_steers_the_terminal() -> None:
    app = OneSurface()
    async with app.run_test(size=(20, 2)):
        surface = app.query_one(Surface)
        surface.put([cells("a\x1b[2J\x9bé\u202e\n|"), cells("plain")])
        lines = [surface.render_line(y).text for y in range(2)]
    assert lines == ["a?[2J?é??|".ljust(20), "plain".ljust(20)]


def test_as_many_columns_are_shown() -> None:
    text = "".join(map(chr, range(0x300)))
    assert len(harmless(text)) == len(text) and harmless(text).isprintable()
    assert harmless("λ²−1") == "λ²−1"


def test_news_is_one_line_that_a_terminal_can_show() -> None:
    news = News()
    news.say("saved /tmp/\x1b]0;title\x07\n.svg")
    assert news.line() == r"saved /tmp/\x1b]0;title\x07 .svg"


def test_a_hint_without_room_ends_behind_a_word() -> None:
    hint = "dim: how many directions there are; a whole number from 1"
    for width in range(12, 80):
        (row,) = message("", False, hint, width)
        text = "".join(character for character, _ in row)
        assert text == f" {hint}" or (text.endswith("…") and f" {hint} ".startswith(f"{text[:-1]} "))
        assert len(text) <= width
    assert [cut("abcdef g", width) for width in (3, 1, 0)] == ["ab…", "…", ""]
