"""The page of keys, made from the table of actions."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.actions import by_group
from tui.panel import panels

INTRODUCTION = (
    "Walkers descend a landscape that nobody can picture. The charts show what can be counted: "
    "turn any knob while they run, and see."
)

SPREADS = (
    "Median, minimum and 10–90% are over the walkers: a tenth of them are below the band, a tenth above it. "
    "The horizontal axis counts steps, and always holds the whole run."
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
    """The introduction, a heading and its keys for every group, and what the charts show."""
    parts: list[tuple[str, str]] = [(INTRODUCTION, "")]
    for group, actions in by_group():
        parts.append((f"\n\n{group}", "bold $accent"))
        for action in actions:
            parts += [(f"\n  {action.shown_keys:<18}", "bold $primary"), (action.description, "")]
    parts.append(("\n\nThe charts", "bold $accent"))
    for _, panel in panels():
        parts += [(f"\n  {panel.title}: ", "bold $primary"), (panel.help, "")]
    parts.append((f"\n\n{SPREADS}", ""))
    return Content.assemble(*parts)
