"""What is true about people, sessions and connections, in plain Python."""
