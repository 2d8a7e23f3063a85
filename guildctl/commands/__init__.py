"""One command a file; each registers itself on the Typer app it is given."""
