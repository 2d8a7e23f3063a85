"""How many people `guild seed` makes."""

from enum import StrEnum


class Size(StrEnum):
    """A network that the public calls can make."""

    SMALL = "small"
    MEDIUM = "medium"

    @property
    def people(self) -> int:
        """The number of people."""
        return {Size.SMALL: 60, Size.MEDIUM: 1_000}[self]
