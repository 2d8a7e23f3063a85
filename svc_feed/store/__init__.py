"""The tables and the feed cache of this service."""
