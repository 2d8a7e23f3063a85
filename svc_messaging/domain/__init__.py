"""What is true of conversations and messages; plain Python."""
