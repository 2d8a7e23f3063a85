"""Others in the words of this service."""
