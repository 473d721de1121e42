"""Numbers as people read them."""

from __future__ import annotations


def grouped(value: int) -> str:
    """A whole number in groups of three: 1 234 567."""
    return f"{value:,}".replace(",", " ")
