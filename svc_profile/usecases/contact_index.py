"""Keep by which contacts members are found."""

from dataclasses import dataclass
from functools import partial

from mesh.data import Database, Transaction
from svc_profile.domain.ids import UserId
from svc_profile.store.contact_keys import ContactKeys
from svc_profile.store.contact_marks import ContactMarks
from svc_profile.store.contact_matches import ContactMatches

RENEW_AGAIN = 60.0
"""Seconds between rounds of `renew`."""
_AT_ONCE = 100


@dataclass(frozen=True)
class ContactIndex:
    """Whoever changes a proven address, a number or the setting says so in the same transaction.

    What an older key made every process makes anew now and then, wherever that stopped. A process that does not know
    the newest key yet leaves its rows alone.
    """

    db: Database
    marks: ContactMarks
    matches: ContactMatches
    keys: ContactKeys

    async def refresh(self, tx: Transaction, user_id: UserId) -> None:
        """Find a member by what is theirs now, and forget who found them before; writes with the commit."""
        await self.matches.drop_found(tx, user_id)
        await self._mark(tx, user_id)

    async def _mark(self, tx: Transaction, user_id: UserId) -> None:
        contacts = await self.marks.read(tx, user_id)
        self.marks.put(tx, user_id, {self.keys.mark_of(contact) for contact in contacts}, self.keys.salt_id)

    async def renew(self) -> int:
        """Find all by the newest key who are found by an older one; how many those were."""
        done = 0
        while self.keys.older and (found := await self.marks.made_by(self.db, self.keys.older, _AT_ONCE)):
            for user_id in found:
                await self.db.transact(partial(self._renew, user_id))
            done += len(found)
        return done

    async def _renew(self, user_id: UserId, tx: Transaction) -> None:
        await self._mark(tx, user_id)
