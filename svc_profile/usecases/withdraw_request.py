"""Take the own pending request back."""

from dataclasses import dataclass

from svc_profile.domain.connection import Connection
from svc_profile.domain.ids import UserId
from svc_profile.usecases.change_connection import ChangeConnection


@dataclass(frozen=True)
class WithdrawRequest:
    """Only the member who asked may."""

    change: ChangeConnection

    async def __call__(self, me: UserId, other: UserId) -> Connection:
        """The pair afterwards; the domain's failures pass through."""
        return await self.change(me, other, lambda pair, now: pair.withdraw(by=me, at=now))
