"""The page of keys, made from the table of actions."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.actions import by_group

INTRODUCTION = (
    "Walkers descend a landscape that nobody can picture. The charts show what can be counted: "
    "their loss, the length of the gradient, how far they are from one another, and how many "
    "directions curve down, stay flat or curve up. Turn any knob while they run."
)


class HelpScreen(ModalScreen[None]):
    """Every key in groups; any of the keys that leave leaves."""

    BINDINGS = [Binding("escape,question_mark,q,enter,space", "dismiss", "back")]  # noqa: RUF012 - Textual's form

    def compose(self) -> ComposeResult:
        """One column of text that scrolls where it must."""
        with VerticalScroll(id="help") as page:
            page.border_title = "Keys"
            page.border_subtitle = "Esc goes back"
            yield Static(help_text())


def help_text() -> Content:
    """The introduction, then a heading and its keys for every group."""
    parts: list[tuple[str, str]] = [(INTRODUCTION, "")]
    for group, actions in by_group():
        parts.append((f"\n\n{group}", "bold $accent"))
        for action in actions:
            parts += [(f"\n  {action.shown_keys:<18}", "bold $primary"), (action.description, "")]
    return Content.assemble(*parts)
