"""What stands between walkers: ways up at random, straight lines, and the lowest paths that are found."""
