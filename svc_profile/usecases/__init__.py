"""What the service can do, the verbs of one aggregate in a file."""
