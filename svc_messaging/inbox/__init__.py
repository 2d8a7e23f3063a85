"""What this service hears, one kind of event a file."""
