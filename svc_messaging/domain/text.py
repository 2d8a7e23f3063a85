"""Text that can be stored."""

from mesh.errors import FieldViolation, InvalidArgument


def must_be_storable(**fields: str) -> None:
    """Raise InvalidArgument for a text with the one character that PostgreSQL has no place for."""
    violations = [FieldViolation(name, "must not hold U+0000") for name, text in fields.items() if "\0" in text]
    if violations:
        raise InvalidArgument(f"{violations[0].field}: {violations[0].description}", violations=violations)
