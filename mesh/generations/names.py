"""Under which names changes are told, by who makes them and who keeps answers."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Names:
    """Of one kind of answers: somebody has two, as an answer may depend on them in two ways.

    A change between two touches both as subjects; their answers about others are void. A change of what somebody shows
    to everybody touches them as an object too.
    """

    kind: str

    def subject(self, who: UUID) -> str:
        """Of all answers about others that are given to this one."""
        return self.subject_of(who.hex)

    def subject_of(self, digits: str) -> str:
        """The same by the hexadecimal digits of the id, for those who hold ids by the million."""
        return f"{self.kind}:by:{digits}"

    def object(self, who: UUID) -> str:
        """Of all answers about this one, whoever they are given to."""
        return self.object_of(who.hex)

    def object_of(self, digits: str) -> str:
        """The same by the hexadecimal digits of the id."""
        return f"{self.kind}:of:{digits}"
