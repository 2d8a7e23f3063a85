"""What the service can do, by aggregate."""
