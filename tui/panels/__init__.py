"""The panels of the laboratory, one file each; `tui.panel.PANELS` holds them by name."""
