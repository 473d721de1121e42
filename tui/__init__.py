"""The terminal's side of landscape-tui: arguments, screens and charts."""

PROGRAM = "landscape-tui"
"""What is typed to start it, and the name of its folders."""
