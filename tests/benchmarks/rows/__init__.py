"""All rows, grouped in files by what they look at."""

from __future__ import annotations

from . import (
    charts,
    connection,
    cost,
    critical,
    descent,
    field,
    giants,
    measures,
    network,
    screen,
    settled,
    spectrum,
    spin,
    startup,
    walls,
)

ROWS = {
    row.name: row
    for group in (
        startup,
        descent,
        field,
        spin,
        network,
        cost,
        settled,
        measures,
        spectrum,
        walls,
        critical,
        giants,
        charts,
        screen,
        connection,
    )
    for row in group.ROWS
}
"""The rows by name, in the order in which they are measured."""
