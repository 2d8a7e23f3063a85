"""What keeps callers within bounds."""
