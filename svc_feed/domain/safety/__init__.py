"""What a text is looked at for before others are shown it."""
