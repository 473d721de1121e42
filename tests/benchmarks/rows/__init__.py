"""All rows, grouped in files by what they look at."""

from __future__ import annotations

from . import charts, descent, field, measures, screen, startup

ROWS = {row.name: row for group in (startup, descent, field, measures, charts, screen) for row in group.ROWS}
"""The rows by name, in the order in which they are measured."""
