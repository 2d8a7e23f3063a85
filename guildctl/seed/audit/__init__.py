"""Does the system hold exactly what was put into it? Asked through the same public calls that put it there."""
