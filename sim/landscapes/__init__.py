"""Landscapes, one file each; `sim.LANDSCAPES` holds them by name."""
