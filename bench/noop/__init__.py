"""The base call: a role of one method that does nothing, within everything that surrounds every method."""
