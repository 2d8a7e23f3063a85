"""What this service hears."""
