"""Homogeneous polynomials with random coefficients, all of them or a few: the energies of spin glasses."""
