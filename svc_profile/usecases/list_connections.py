"""List a member's connections, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from mesh.data import Database, Page, Pager
from svc_profile.domain.ids import UserId
from svc_profile.domain.user import User, UserNotFound
from svc_profile.store.connections import Connected, ConnectionRepository
from svc_profile.store.users import UserRepository


@dataclass(frozen=True)
class ListConnections:
    """Pages by keyset: connections made meanwhile neither repeat nor hide any."""

    db: Database
    users: UserRepository
    connections: ConnectionRepository
    pager: Pager

    async def __call__(self, user_id: UserId, *, size: int, token: str) -> Page[tuple[User, datetime]]:
        """A page of the connections of `user_id`, since when each; raises UserNotFound."""
        if not token and not await self.users.exists(self.db, user_id):
            raise UserNotFound(user_id)
        listing = self.connections.newest(self.db, user_id).dressed(self._named)
        total = partial(self.connections.count, self.db, user_id)
        return await self.pager.page(token, size, f"connections/{user_id}", listing, total=total)

    async def _named(self, connected: Sequence[Connected]) -> list[tuple[User, datetime] | None]:
        found = await self.users.find_many(self.db, [row.user_id for row in connected])
        return [(found[row.user_id], row.connected_at) if row.user_id in found else None for row in connected]
