"""Exact laws of what is too large for any memory: drawn or streamed, never approximated."""
