"""The profile service: identity, profiles and the connection graph."""
