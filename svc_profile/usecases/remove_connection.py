"""End a connection."""

from dataclasses import dataclass

from svc_profile.domain.connection import Connection
from svc_profile.domain.ids import UserId
from svc_profile.usecases.change_connection import ChangeConnection


@dataclass(frozen=True)
class RemoveConnection:
    """Either side may."""

    change: ChangeConnection

    async def __call__(self, me: UserId, other: UserId) -> Connection:
        """The pair afterwards; the domain's failures pass through."""
        return await self.change(me, other, lambda pair, now: pair.remove(by=me, at=now))
