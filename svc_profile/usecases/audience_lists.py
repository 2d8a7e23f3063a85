"""Keep lists of connections to show some things to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction
from mesh.ids import uuid7
from svc_profile.domain.audience_list import (
    MOST_LISTS,
    MOST_MEMBERS,
    AudienceList,
    AudienceListFull,
    AudienceListNotFound,
    TooManyAudienceLists,
)
from svc_profile.domain.connection import NotConnected, Pair, Status
from svc_profile.domain.ids import ListId, UserId
from svc_profile.domain.user import AccountGone, User
from svc_profile.store.audience_lists import AudienceListRepository
from svc_profile.store.connections import ConnectionRepository
from svc_profile.store.users import UserRepository
from svc_profile.usecases.access import Access
from svc_profile.usecases.access_changes import AccessChanges


class Counted(NamedTuple):
    """A list, and how many are on it."""

    list: AudienceList
    size: int


@dataclass(frozen=True)
class AudienceLists:
    """All of them are the caller's own. Who is on one is connected to the owner, and leaves it with the connection."""

    db: Database
    users: UserRepository
    connections: ConnectionRepository
    lists: AudienceListRepository
    access: Access
    changes: AccessChanges
    pager: Pager
    clock: Clock

    async def create(self, me: UserId, name: str) -> Counted:
        """A new list with nobody on it; raises TooManyAudienceLists."""

        async def work(tx: Transaction) -> Counted:
            if await self.users.lock(tx, me) is None:
                raise AccountGone
            if await self.lists.count(tx, me) >= MOST_LISTS:
                raise TooManyAudienceLists
            made = AudienceList(ListId(uuid7()), name, self.clock.now())
            self.lists.add(tx, me, made)
            return Counted(made, 0)

        return await self.db.transact(work)

    async def update(self, me: UserId, list_id: ListId, changes: Mapping[str, Any], etag: str) -> Counted:
        """Rename a list; raises AudienceListNotFound, EtagMismatch, FieldNotUpdatable."""

        async def work(tx: Transaction) -> Counted:
            before = await self._lock(tx, me, list_id)
            after = before.edited(changes, etag)
            self.lists.rename(tx, me, after)
            return await self._counted(tx, me, after)

        return await self.db.transact(work)

    async def delete(self, me: UserId, list_id: ListId) -> None:
        """Remove a list, if it is there."""

        async def work(tx: Transaction) -> None:
            if await self.lists.lock(tx, me, list_id):
                self.changes.of(tx, me)
                await self.lists.drop(tx, me, list_id)

        await self.db.transact(work)

    async def mine(self, me: UserId, token: str, size: int) -> Page[Counted]:
        """The caller's lists, the oldest first."""

        async def counted(found: Sequence[AudienceList]) -> list[Counted | None]:
            sizes = await self.lists.sizes(self.db, me, [one.id for one in found])
            return [Counted(one, sizes.get(one.id, 0)) for one in found]

        return await self.pager.page(token, size, f"lists/{me}", self.lists.all(self.db, me).dressed(counted))

    async def has(self, owner: UserId, list_id: ListId) -> bool:
        """Whether a member has a list, for services that show something to those on it."""
        return await self.lists.has(self.db, owner, list_id)

    async def add(self, me: UserId, list_id: ListId, other: UserId) -> datetime:
        """Put a connection on a list; since when they are.

        Raises UserNotFound, NotConnected, AudienceListNotFound, AudienceListFull.
        """
        if me == other:
            raise NotConnected("you are on no list of your own: lists are of connections")
        pair = Pair.of(me, other)

        async def work(tx: Transaction) -> datetime:
            state = (await self.connections.lock(tx, [pair]))[pair]
            self.changes.for_viewer(tx, other)
            await self.access.must_see(me, other, tx)
            if state.status is not Status.ACCEPTED:
                raise NotConnected(f"you and {other} are not connected: lists are of connections")
            found = await self._lock(tx, me, list_id)
            if since := await self.lists.since(tx, me, list_id, other):
                return since
            if (await self._counted(tx, me, found)).size >= MOST_MEMBERS:
                raise AudienceListFull
            now = self.clock.now()
            self.lists.put(tx, me, list_id, other, now)
            return now

        return await self.db.transact(work)

    async def remove(self, me: UserId, list_id: ListId, other: UserId) -> None:
        """Take somebody off a list of the caller's, if they are on it; whom others have on theirs is left alone."""

        async def work(tx: Transaction) -> None:
            if await self.lists.lock(tx, me, list_id) and await self.lists.since(tx, me, list_id, other):
                self.changes.for_viewer(tx, other)
                self.lists.take(tx, me, list_id, other)

        await self.db.transact(work)

    async def members(self, me: UserId, list_id: ListId, token: str, size: int) -> Page[tuple[User, datetime]]:
        """Who is on a list and since when, newest first; nobody where the caller has no such list."""
        listing = self.lists.newest(self.db, me, list_id).dressed(partial(self.access.dated, me))
        return await self.pager.page(token, size, f"list/{me}/{list_id}", listing)

    async def _lock(self, tx: Transaction, me: UserId, list_id: ListId) -> AudienceList:
        found = await self.lists.lock(tx, me, list_id)
        if found is None:
            raise AudienceListNotFound(list_id)
        return found

    async def _counted(self, tx: Transaction, me: UserId, found: AudienceList) -> Counted:
        return Counted(found, (await self.lists.sizes(tx, me, [found.id])).get(found.id, 0))
