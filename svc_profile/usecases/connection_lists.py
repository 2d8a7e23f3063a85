"""List connections: those of a member, those that wait, those two share."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from mesh.clock import Clock
from mesh.data import Database, Page, Pager
from svc_profile.domain.connection import Connection, ConnectionsHidden, Pair
from svc_profile.domain.graph import Look, Numbers, Sight
from svc_profile.domain.ids import UserId
from svc_profile.domain.privacy import Field
from svc_profile.domain.transition import Transition
from svc_profile.domain.user import Card, User, UserNotFound
from svc_profile.store.connections import ConnectionRepository
from svc_profile.usecases.access import Access
from svc_profile.usecases.known_people import KnownPeople
from svc_profile.usecases.network import Network

_BATCH = 1000  # ids in one message of a stream, which the contract bounds


@dataclass(frozen=True)
class ConnectionLists:
    """Pages by keyset, without the members who are not there for the viewer."""

    db: Database
    connections: ConnectionRepository
    access: Access
    network: Network
    people: KnownPeople
    pager: Pager
    clock: Clock

    async def of(self, viewer: UserId, user_id: UserId, token: str, size: int) -> Page[tuple[User, datetime]]:
        """A member's connections and since when, newest first; raises UserNotFound, ConnectionsHidden."""
        if not (await self.access.must_see(viewer, user_id)).shows(Field.CONNECTIONS):
            raise ConnectionsHidden(f"user {user_id} does not show their connections to you")
        rows = self.connections.newest(self.db, user_id, viewer)
        listing = rows.dressed(partial(self.access.dated, viewer))
        total = partial(self.connections.count_for, self.db, user_id, viewer)
        return await self.pager.page(token, size, f"connections/{user_id}/{viewer}", listing, total=total)

    async def pending(self, me: UserId, token: str, size: int, *, sent: bool) -> Page[tuple[Connection, User]]:
        """The requests a member sent, or received, with the other side of each; newest first."""

        async def named(rows: Sequence[Connection]) -> list[tuple[Connection, User] | None]:
            people = await self.access.visible(me, [row.other(me) for row in rows])
            return [(row, people[row.other(me)]) if row.other(me) in people else None for row in rows]

        now = self.clock.now()
        listing = self.connections.pending(self.db, me, now, sent=sent).dressed(named)
        total = partial(self.connections.count_pending, self.db, me, now, sent=sent)
        return await self.pager.page(token, size, f"pending/{me}/{sent}", listing, total=total)

    async def history(self, me: UserId, other: UserId | None, token: str, size: int) -> Page[Transition]:
        """What happened to a member's connections, or to that with one other, as they are told; newest first."""

        async def told(rows: Sequence[Transition]) -> list[Transition | None]:
            people = await self.access.visible(me, [row.other for row in rows])
            return [row.told_to(me) if row.other in people else None for row in rows]

        listing = self.connections.history(self.db, me, other).dressed(told)
        return await self.pager.page(token, size, f"history/{me}/{other}", listing)

    async def mutual(self, me: UserId, other: UserId, token: str, size: int) -> Page[Card]:
        """Whom both are connected with, as far as that is shown, in the order of ids; raises UserNotFound."""

        def shared(look: Look, numbers: Numbers) -> list[UserId] | None:
            sight, them = Sight(look, numbers.of(me), self.clock.now()), numbers.of(other)
            if not sight.there(them, look.node(them)):
                return None
            return sorted(map(numbers.id, sight.mutual(them)))

        found = await self.network.ask(shared)
        if found is None:
            raise UserNotFound(other)
        some, rest = self.pager.cut(token, size, f"mutual/{me}/{other}", found)
        return Page(list((await self.people.visible(me, some)).values()), rest, len(found))

    def stream(self, cursor: str) -> AsyncIterator[Page[tuple[Pair, datetime]]]:
        """Every connected pair behind a cursor, batch by batch; raises PageTokenInvalid."""
        return self.pager.batches(cursor, _BATCH, "stream/pairs", self.connections.all(self.db))

    async def ids(self, user_id: UserId) -> AsyncIterator[list[UserId]]:
        """The ids of all connections of a member, in batches and in no order."""
        found = await self.connections.ids(self.db, user_id)
        for start in range(0, len(found), _BATCH):
            yield found[start : start + _BATCH]
