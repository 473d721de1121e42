"""Ways of placing the walkers, one file each; `sim.STARTS` holds them by name."""
