"""Multilayer perceptrons: their derivatives by backpropagation, written out, and the data they learn."""
