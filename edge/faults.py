"""What is wrong with the fields of a request, gathered so that a caller learns of all of it at once."""

from mesh.errors import FieldViolation, InvalidArgument

MAX_FAULTS = 20
"""After so many the rest of a request is not worth reading."""


class MalformedRequest(InvalidArgument):
    """The request cannot be read as what the method takes."""

    reason = "MALFORMED_REQUEST"


class Faults:
    """Collects violations; `check` raises them."""

    __slots__ = ("found",)

    def __init__(self) -> None:
        self.found: list[FieldViolation] = []

    def add(self, field: str, advice: str) -> None:
        """Note what is wrong with a field; raises MalformedRequest when that is enough."""
        self.found.append(FieldViolation(field[:200], advice))
        if len(self.found) >= MAX_FAULTS:
            self.check()

    def check(self) -> None:
        """Raise MalformedRequest when anything was noted."""
        if self.found:
            first = self.found[0]
            where = f"{first.field} {first.description}" if first.field else first.description
            raise MalformedRequest(f"the request cannot be read: {where}", violations=self.found)
