"""Whom a member wants to hear nothing of: mutes, and the list of their blocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction
from svc_profile.domain.connection import CannotMuteSelf
from svc_profile.domain.ids import UserId
from svc_profile.domain.user import User
from svc_profile.store.blocks import BlockRepository
from svc_profile.store.dated import Dated
from svc_profile.store.mutes import MuteRepository
from svc_profile.usecases.access import Access
from svc_profile.usecases.access_changes import AccessChanges


@dataclass(frozen=True)
class Quiet:
    """Both are the member's own affair: nobody else hears of a mute, and only who blocks sees the block."""

    db: Database
    blocks: BlockRepository
    mutes: MuteRepository
    access: Access
    changes: AccessChanges
    pager: Pager
    clock: Clock

    async def mute(self, me: UserId, other: UserId) -> datetime:
        """Keep a member's posts out of the own feed; since when. Raises CannotMuteSelf, UserNotFound."""
        if me == other:
            raise CannotMuteSelf("cannot mute yourself")

        async def work(tx: Transaction) -> datetime:
            self.changes.for_viewer(tx, me)
            await self.access.must_see(me, other, tx)
            return await self.mutes.add(tx, me, other, self.clock.now())

        return await self.db.transact(work)

    async def unmute(self, me: UserId, other: UserId) -> None:
        """Lift the own mute of a member, if there is one."""

        async def work(tx: Transaction) -> None:
            self.changes.for_viewer(tx, me)
            self.mutes.drop(tx, me, other)

        await self.db.transact(work)

    async def muted(self, me: UserId, token: str, size: int) -> Page[tuple[User, datetime]]:
        """Whom a member mutes and since when, newest first."""
        listing = self.mutes.newest(self.db, me).dressed(partial(self.access.dated, me))
        return await self.pager.page(token, size, f"mutes/{me}", listing)

    async def blocked(self, me: UserId, token: str, size: int) -> Page[tuple[User, datetime]]:
        """Whom a member blocks and since when, newest first."""

        async def named(rows: Sequence[Dated]) -> list[tuple[User, datetime] | None]:
            people = await self.access.despite_blocks(me, [row.user_id for row in rows])
            return [(people[row.user_id], row.since) if row.user_id in people else None for row in rows]

        listing = self.blocks.newest(self.db, me).dressed(named)
        return await self.pager.page(token, size, f"blocks/{me}", listing)
