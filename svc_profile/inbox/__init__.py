"""What this service hears from others."""
