"""The smallest program in Textual that shows something: what a first frame costs at least."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Bare(App[None]):
    """One line of text."""

    BINDINGS = [("q", "quit", "quit")]  # noqa: RUF012 - Textual's form

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static("ready")


if __name__ == "__main__":
    Bare().run()
