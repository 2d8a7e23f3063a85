"""Who sees something, and how close a viewer has to be for it."""

from enum import IntEnum, StrEnum


class Closeness(IntEnum):
    """How close somebody is to a member; who is closer sees all that others see."""

    PUBLIC = 0  # not signed in
    MEMBER = 1
    SECOND_DEGREE = 2  # shares a connection
    CONNECTION = 3
    MUTUAL = 4  # is a connection, and shares another
    SELF = 5

    @classmethod
    def of(cls, *, connected: bool, sharing: bool) -> "Closeness":
        """That of another member who is signed in."""
        if connected:
            return cls.MUTUAL if sharing else cls.CONNECTION
        return cls.SECOND_DEGREE if sharing else cls.MEMBER


class Audience(StrEnum):
    """Who may; each lies within the one before it."""

    PUBLIC = "public"
    MEMBERS = "everyone"  # who is signed in
    SECOND_DEGREE = "second_degree"
    CONNECTIONS = "connections"
    MUTUALS = "mutuals"
    ONLY_ME = "only_me"

    def has(self, closeness: Closeness) -> bool:
        """Whether somebody as close as that is in it."""
        return closeness >= _LEAST[self]


_LEAST = dict(zip(Audience, Closeness, strict=True))
BY_SHARING = frozenset({Audience.SECOND_DEGREE, Audience.MUTUALS})
"""Those that depend on whether two share a connection, which is asked for only where it counts."""
