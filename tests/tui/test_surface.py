"""What is written on a surface, whatever rows it is given."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.strip import Strip
from textual.theme import Theme

from tui.cells import cells, changed_span, columns, cut, fitted, harmless, wrapped
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


WIDE = "在二维 space 里e\u0301"
"""Four characters of two columns, and a mark of none."""


async def test_characters_of_two_columns_take_two_and_marks_take_none() -> None:
    app = OneSurface()
    async with app.run_test(size=(20, 2)):
        surface = app.query_one(Surface)
        surface.put([[*cells(WIDE), *cells("|")], cells("维" * 30)])
        lines = [surface.render_line(y) for y in range(2)]
    assert [line.text for line in lines] == [f"{WIDE}|   ", "维" * 10]
    assert {line.cell_length for line in lines} == {20}
    assert columns(WIDE) == len(cells(WIDE)) == 16 and len(WIDE) == 13
    assert "".join(character for character, _ in cells(WIDE)) == WIDE


def test_no_character_is_cut_or_changed_by_half() -> None:
    row = cells("a维b")
    assert fitted(row, 2) == cells("a ") and fitted(row, 3) == cells("a维")
    assert changed_span(row, cells("a里b")) == (1, 3)
    assert changed_span(row, cells("axyb")) == changed_span(cells("axyb"), row) == (1, 3)
    assert changed_span(cells("ab里"), cells("a维c")) == (1, 4)
    assert [cut("维维维 a", width) for width in (8, 6, 5, 4)] == ["维维维 a", "维维…", "维维…", "维…"]


def test_lines_are_as_wide_as_their_columns() -> None:
    text = "在二维空间里, 理论说 distances grow. " + "很长的文字" * 3 + " a-long-word-without-an-end"
    for width in range(4, 60):
        for indent in ("", "  "):
            lines = wrapped(f" {text}", width, indent)
            assert all(columns(line) <= width and line == line.rstrip() for line in lines)
            assert all(line.startswith(indent) and line[len(indent)] != " " for line in lines[1:])
            assert "".join("".join(lines).split()) == "".join(text.split()) and lines[0].startswith(" 在")
            assert all(columns(line) >= width - 26 for line in lines[:-1]), "the longest word has 26"
    assert wrapped(WIDE, 16) == [WIDE] and wrapped("", 5) == [""]


async def test_a_theme_that_differs_in_one_colour_of_a_style_draws_it_anew() -> None:
    """Nothing of the widget itself differs then."""
    drawn: list[Strip] = []

    class Watched(Surface):
        def render_line(self, y: int) -> Strip:
            drawn.append(super().render_line(y))
            return drawn[-1]

    class Coloured(App[None]):
        CSS = "Watched { width: 1fr; height: 1fr; & > .chart--median { color: $primary; } }"

        def compose(self) -> ComposeResult:
            yield Watched()

    app = Coloured()
    for name, colour in (("one", "#112233"), ("other", "#445566")):
        app.register_theme(Theme(name, primary=colour, foreground="#ffffff", background="#000000"))
    app.theme = "one"
    async with app.run_test(size=(20, 1)) as pilot:
        app.query_one(Watched).put([cells("curve", "chart--median")])
        await pilot.pause()
        drawn.clear()
        app.theme = "other"
        await pilot.pause()
        colours = [part.style.color.name for strip in drawn for part in strip if "curve" in part.text]
    assert colours and set(colours) == {"#445566"}


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
