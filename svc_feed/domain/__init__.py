"""What is true about posts, answers to them, and feeds, in plain Python."""
