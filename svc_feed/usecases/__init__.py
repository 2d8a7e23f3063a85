"""What can be asked of this service: one verb a file."""
