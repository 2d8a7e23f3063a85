"""The chat streams that are open: what goes to them, in which order."""
