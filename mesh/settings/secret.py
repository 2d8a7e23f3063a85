"""A setting that must never be printed."""

from typing import final


@final
class Secret:
    """A string that shows as `***` in reprs, logs and errors; `reveal` gives it, and an empty one is false."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the string itself; do not let it reach a log, an error or a label."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "***"
