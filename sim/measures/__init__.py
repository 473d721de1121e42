"""Measures, one file each, with the dataclass of its reading; `sim.MEASURES` holds them by name."""
