"""The terminal's side of landscape-tui: arguments, screens and charts."""

__version__ = "0.1.0"
