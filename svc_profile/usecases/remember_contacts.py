"""Remember who was found by an address book, to suggest them."""

from collections.abc import Collection
from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database, Transaction
from svc_profile.domain.contacts import MOST_REMEMBERED, REMEMBERED_FOR
from svc_profile.domain.ids import UserId
from svc_profile.domain.user import User
from svc_profile.store.contact_matches import ContactMatches
from svc_profile.store.users import UserRepository
from svc_profile.usecases.import_contacts import ImportContacts


@dataclass(frozen=True)
class RememberContacts:
    """Of the book nothing is written but whom it led to: members who said that they want to be found."""

    db: Database
    users: UserRepository
    find: ImportContacts
    matches: ContactMatches
    clock: Clock

    async def __call__(self, me: UserId, salt_id: str, hashes: Collection[bytes]) -> list[tuple[User, int]]:
        """What ImportContacts answers and raises; those who are no connections are remembered, the nearest first."""
        found = await self.find(me, salt_id, hashes)
        strangers = [user.id for user, degree in found if degree != 1]

        async def work(tx: Transaction) -> None:
            await self.users.lock(tx, me)  # of two books at once the second is bounded by what the first left
            known = await self.matches.remembered(tx, me)
            again, fresh = ([one for one in strangers if (one in known) is so] for so in (True, False))
            room = max(0, MOST_REMEMBERED - len(known))
            self.matches.add(tx, me, [*again, *fresh[:room]], self.clock.now() + REMEMBERED_FOR)

        if strangers:
            await self.db.transact(work)
        return found

    async def forget(self, me: UserId) -> None:
        """Remember nobody."""

        async def work(tx: Transaction) -> None:
            await self.matches.drop(tx, me)

        await self.db.transact(work)
