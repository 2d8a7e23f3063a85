"""Keep what a search finds members by."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from mesh.data import Database, Transaction
from svc_profile.domain.findable import shown
from svc_profile.domain.ids import UserId
from svc_profile.store.people_search import PeopleIndex

READ_AGAIN = 5.0
"""Seconds between rounds of `rebuild`."""
_AT_ONCE = 100


@dataclass(frozen=True)
class Findability:
    """Whoever changes what a member shows says so in the same transaction; every process reads the rest now and then.

    The rest are members who are there from before there was a search, or before its rules were changed: each carries
    the version by which a search finds them, so that the work goes on wherever it stopped, by any number of processes.
    """

    db: Database
    index: PeopleIndex

    async def refresh(self, tx: Transaction, *user_ids: UserId) -> None:
        """Find members by what they show now; writes with the commit."""
        for each in await self.index.read(tx, user_ids):
            self.index.put(tx, each.user.id, *shown(each.user, each.privacy, each.career))

    async def rebuild(self) -> int:
        """Read all that are not found by the present rules; how many that were."""
        done = 0
        while found := await self.index.unread(self.db, _AT_ONCE):
            await self.db.transact(partial(self._read, found))
            done += len(found)
        return done

    async def _read(self, members: Sequence[UserId], tx: Transaction) -> None:
        await self.refresh(tx, *members)
