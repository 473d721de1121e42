"""What lies over the laboratory until it is left."""

from __future__ import annotations

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

Result = TypeVar("Result")


class Overlay(ModalScreen[Result]):
    """Is left once: of two keys that leave, the second may come while the first is carried out.

    And only while nothing lies over it: a key that was pressed before may come late, and would leave that.
    """

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """End with this result."""
        return super().dismiss(result) if self.is_active else AwaitComplete()
