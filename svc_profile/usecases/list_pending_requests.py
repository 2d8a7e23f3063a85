"""List the requests that wait for an answer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mesh.data import Database, PageTokens, page_size
from svc_profile.domain.connection import Connection
from svc_profile.domain.ids import UserId
from svc_profile.domain.user import User
from svc_profile.store.connections import ConnectionRepository
from svc_profile.store.users import UserRepository


@dataclass(frozen=True, slots=True)
class PendingPage:
    """One page of requests with the number of all."""

    requests: list[tuple[Connection, User]]
    total: int
    next_page_token: str


@dataclass(frozen=True)
class ListPendingRequests:
    """Those the member sent, or those they received; newest first, by keyset."""

    db: Database
    users: UserRepository
    connections: ConnectionRepository
    tokens: PageTokens

    async def __call__(self, me: UserId, *, sent: bool, size: int, token: str) -> PendingPage:
        """A page of the caller's pending requests."""
        scope = f"pending/{me}/{sent}"
        size = page_size(size)
        after = None
        if token:
            cursor = self.tokens.decode(token, scope)
            after = datetime.fromisoformat(cursor["at"]), UUID(cursor["id"])
        rows = await self.connections.pending(self.db, me, sent=sent, size=size + 1, after=after)
        page = rows[:size]
        found = await self.users.find_many(self.db, [row.other(me) for row in page])
        following = ""
        if len(rows) > size and (last := page[-1]).created_at is not None:
            following = self.tokens.encode({"at": last.created_at.isoformat(), "id": str(last.other(me))}, scope)
        return PendingPage(
            requests=[(row, found[row.other(me)]) for row in page if row.other(me) in found],
            total=await self.connections.count_pending(self.db, me, sent=sent),
            next_page_token=following,
        )
