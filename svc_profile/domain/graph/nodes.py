"""Members as numbers, and what the graph holds of each: a hundred bytes, and four for each connection."""

from array import array
from typing import NamedTuple
from uuid import UUID

from mesh.ids import UserId
from svc_profile.domain.privacy import Privacy
from svc_profile.domain.standing import FOREVER, GOOD, Standing

_ID = 16  # octets of a UUID


class Node(NamedTuple):
    """What the graph knows of a member; their connections, and who a block is between, as `Numbers.packed`.

    `label` is the generation of the member that it was read in.
    """

    friends: bytes = b""
    blocked: bytes = b""
    standing: Standing = GOOD
    privacy: Privacy = Privacy()
    label: bytes = b""

    @property
    def degree(self) -> int:
        """How many connections there are."""
        return len(self.friends) // 4

    def differing(self, other: "Node") -> tuple[str, ...]:
        """The names of what another node says differently, whichever generations the two were read in."""
        parts = ("friends", "blocked", "standing", "privacy")
        return tuple(part for part in parts if getattr(self, part) != getattr(other, part))


GONE = Node(standing=Standing(suspended_until=FOREVER))
"""Somebody who is there for nobody: a member who left, or nobody."""


def listed(packed: bytes) -> "memoryview[int]":
    """The numbers of a packed set, in their order."""
    return memoryview(packed).cast("I")


class Numbers:
    """A number for each member, given in the order in which they are met; 200 bytes for each.

    A dictionary by sixteen octets, which a process fills as it goes: a number means nothing outside of it.
    """

    def __init__(self) -> None:
        self._of: dict[bytes, int] = {}
        self._ids: list[bytes] = []

    def __len__(self) -> int:
        return len(self._ids)

    def of(self, user_id: UUID) -> int:
        """The number of a member."""
        return self.number(user_id.bytes)

    def number(self, octets: bytes) -> int:
        """The same by the octets of the id."""
        number = self._of.get(octets)
        if number is None:
            number = self._of[octets] = len(self._ids)
            self._ids.append(octets)
        return number

    def known(self, user_id: UUID) -> int | None:
        """The number of a member who has one already."""
        return self._of.get(user_id.bytes)

    def id(self, number: int) -> UserId:
        """Whose number it is."""
        return UserId(UUID(bytes=self._ids[number]))

    def hex(self, number: int) -> str:
        """The same in hexadecimal digits."""
        return self._ids[number].hex()

    def packed(self, ids: bytes | None) -> bytes:
        """The numbers of members whose ids follow each other: in order, four octets each."""
        if not ids:
            return b""
        found = [self.number(ids[at : at + _ID]) for at in range(0, len(ids), _ID)]
        found.sort()
        return array("I", found).tobytes()
