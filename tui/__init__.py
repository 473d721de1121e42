"""The terminal's side of landscape-tui: arguments, screens and charts."""
