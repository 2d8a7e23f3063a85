"""What can be asked of this service, by aggregate."""
