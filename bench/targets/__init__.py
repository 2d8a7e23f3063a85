"""What the workers fire at."""
