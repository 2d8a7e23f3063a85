"""Ask another member for a connection."""

from dataclasses import dataclass
from datetime import timedelta

from mesh.data import Transaction
from svc_profile.domain.connection import Connection, Pair
from svc_profile.domain.ids import UserId
from svc_profile.domain.user import UserNotFound
from svc_profile.store.users import UserRepository
from svc_profile.usecases.change_connection import ChangeConnection


@dataclass(frozen=True)
class RequestConnection:
    """A request that meets the other side's pending request accepts it."""

    change: ChangeConnection
    users: UserRepository
    cooldown: timedelta

    async def __call__(self, me: UserId, other: UserId, note: str) -> Connection:
        """The pair after the request.

        Raises:
            UserNotFound: there is nobody to ask.
            AlreadyConnected, RequestCoolingDown, CannotConnectToSelf: see the domain.
        """
        pair = Pair.of(me, other)

        async def work(tx: Transaction) -> Connection:
            if not await self.users.exists(tx, other):
                raise UserNotFound(other)
            before = await self.change.connections.lock_or_create(tx, pair)
            return await self.change.within(
                tx, me, before, lambda pair, now: pair.request(by=me, at=now, note=note, cooldown=self.cooldown)
            )

        return await self.change.db.transact(work)
