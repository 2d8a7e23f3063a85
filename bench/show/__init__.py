"""What a run looks like: while it goes on, and after it."""
