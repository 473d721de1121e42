"""Sums of many plane waves, whose frequencies are stored or are products of random rotations."""
