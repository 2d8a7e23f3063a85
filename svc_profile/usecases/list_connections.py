"""List a member's connections, newest first."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mesh.data import Database, PageTokens, page_size
from svc_profile.domain.ids import UserId
from svc_profile.domain.user import User, UserNotFound
from svc_profile.store.connections import ConnectionRepository
from svc_profile.store.users import UserRepository


@dataclass(frozen=True, slots=True)
class ConnectionPage:
    """One page of connections with the number of all."""

    connections: list[tuple[User, datetime]]
    total: int
    next_page_token: str


@dataclass(frozen=True)
class ListConnections:
    """Pages by keyset: connections made meanwhile neither repeat nor hide any."""

    db: Database
    users: UserRepository
    connections: ConnectionRepository
    tokens: PageTokens

    async def __call__(self, user_id: UserId, *, size: int, token: str) -> ConnectionPage:
        """A page of the connections of `user_id`.

        Raises:
            UserNotFound: there is no such member.
        """
        scope = f"connections/{user_id}"
        size = page_size(size)
        after = None
        if token:
            cursor = self.tokens.decode(token, scope)
            after = datetime.fromisoformat(cursor["at"]), UUID(cursor["id"])
        elif not await self.users.exists(self.db, user_id):
            raise UserNotFound(user_id)
        rows = await self.connections.page(self.db, user_id, size=size + 1, after=after)
        page = rows[:size]
        found = await self.users.find_many(self.db, [row.user_id for row in page])
        following = ""
        if len(rows) > size:
            last = page[-1]
            following = self.tokens.encode({"at": last.connected_at.isoformat(), "id": str(last.user_id)}, scope)
        return ConnectionPage(
            connections=[(found[row.user_id], row.connected_at) for row in page if row.user_id in found],
            total=await self.connections.count(self.db, user_id),
            next_page_token=following,
        )
