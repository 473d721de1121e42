"""Schedules of the learning rate, one file each; `sim.SCHEDULES` holds them by name."""
