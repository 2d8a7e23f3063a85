"""Accept another member's request."""

from dataclasses import dataclass
from datetime import datetime

from svc_profile.domain.connection import Connection, Pair
from svc_profile.domain.ids import UserId
from svc_profile.usecases.change_connection import ChangeConnection


@dataclass(frozen=True)
class AcceptConnection:
    """Only the member who was asked may."""

    change: ChangeConnection

    async def __call__(self, me: UserId, other: UserId) -> tuple[Connection, bool]:
        """The pair afterwards, and whether it had been accepted before; the domain's failures pass through."""
        before = Connection(Pair.of(me, other))

        def decide(pair: Connection, now: datetime) -> Connection:
            nonlocal before
            before = pair
            return pair.accept(by=me, at=now)

        after = await self.change(me, other, decide)
        return after, after == before
