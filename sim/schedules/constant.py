"""A learning rate that stays as it is."""

from __future__ import annotations

from sim.schedule import Schedule

SCHEDULE = Schedule("Constant", "lr", lambda step, settings: 1.0)
