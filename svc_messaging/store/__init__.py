"""The tables of this service and its caches."""
