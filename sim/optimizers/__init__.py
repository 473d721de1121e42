"""Optimizers, one file each; `sim.OPTIMIZERS` holds them by name."""
