"""Events of other services, and this one's own, each with what it asks of the use cases."""
