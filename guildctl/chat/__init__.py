"""The terminal chat client behind `guild chat`."""
