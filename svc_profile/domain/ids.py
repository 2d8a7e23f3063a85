"""The identifiers of this service: UUIDv7 under names that types can tell apart."""

from typing import NewType
from uuid import UUID

from mesh.ids import UserId

__all__ = ["DecisionId", "FlagId", "PasskeyId", "SessionId", "UserId"]

DecisionId = NewType("DecisionId", UUID)
FlagId = NewType("FlagId", UUID)
PasskeyId = NewType("PasskeyId", UUID)
SessionId = NewType("SessionId", UUID)
ListId = NewType("ListId", UUID)
