"""List the requests that wait for an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from mesh.data import Database, Page, Pager
from svc_profile.domain.connection import Connection
from svc_profile.domain.ids import UserId
from svc_profile.domain.user import User
from svc_profile.store.connections import ConnectionRepository
from svc_profile.store.users import UserRepository


@dataclass(frozen=True)
class ListPendingRequests:
    """Those the member sent, or those they received; newest first, by keyset."""

    db: Database
    users: UserRepository
    connections: ConnectionRepository
    pager: Pager

    async def __call__(self, me: UserId, *, sent: bool, size: int, token: str) -> Page[tuple[Connection, User]]:
        """A page of the caller's pending requests, with the other side of each."""

        async def named(requests: Sequence[Connection]) -> list[tuple[Connection, User] | None]:
            found = await self.users.find_many(self.db, [request.other(me) for request in requests])
            return [(request, found[who]) if (who := request.other(me)) in found else None for request in requests]

        listing = self.connections.pending(self.db, me, sent=sent).dressed(named)
        total = partial(self.connections.count_pending, self.db, me, sent=sent)
        return await self.pager.page(token, size, f"pending/{me}/{sent}", listing, total=total)
