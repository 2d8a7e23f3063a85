"""A whole network of people, made through the public API as they themselves would make it."""
