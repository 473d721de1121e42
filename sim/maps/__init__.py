"""Pictures of a landscape: a plane through it, the losses on it, and where walkers are and have been."""
