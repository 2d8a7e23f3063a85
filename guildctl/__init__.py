"""The `guild` command: runs the whole system on one machine."""
