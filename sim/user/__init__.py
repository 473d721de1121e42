"""Landscapes that people bring: a file with one function of one walker, in NumPy's style."""
