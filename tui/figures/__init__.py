"""Numbers that theory tells before they are measured, one a file; see `tui.figure`."""
