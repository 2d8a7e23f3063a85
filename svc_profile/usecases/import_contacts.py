"""Find members by the contacts of an address book."""

from collections.abc import Collection
from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database
from mesh.limits.charges import Charges
from svc_profile.domain.contacts import MOST, ContactSaltOld
from svc_profile.domain.ids import UserId
from svc_profile.domain.phone import EmailNotVerified
from svc_profile.domain.user import AccountGone, User
from svc_profile.store.contact_keys import ContactKeys
from svc_profile.store.contact_marks import ContactMarks
from svc_profile.store.users import UserRepository
from svc_profile.usecases.access import Access
from svc_profile.usecases.degrees import Degrees


@dataclass(frozen=True)
class ImportContacts:
    """Nothing of the book is written anywhere; the answer does not say who was found by which contact.

    Accounts cost nothing, so who asks has proven an address, and each contact costs a token of the day's.
    """

    db: Database
    users: UserRepository
    marks: ContactMarks
    keys: ContactKeys
    access: Access
    degrees: Degrees
    charges: Charges
    clock: Clock

    async def __call__(self, me: UserId, salt_id: str, hashes: Collection[bytes]) -> list[tuple[User, int]]:
        """Who is found, with the degree, 0 beyond the third, the nearest first.

        Raises:
            AccountGone, EmailNotVerified, RateLimited.
            ContactSaltOld: the hashes are made with another salt.
        """
        found = await self.users.find(self.db, me)
        if found is None:
            raise AccountGone
        user, member = found
        if not user.email_verified:
            raise EmailNotVerified
        if salt_id != self.keys.salt_id:
            raise ContactSaltOld
        if member.standing.is_limited(self.clock.now()):
            return []  # they are suggested nobody either
        wanted = set(hashes)
        await self.charges.charge("contact_import", cost=len(wanted))
        ids = await self.marks.found(self.db, map(self.keys.mark, wanted), MOST)
        people = await self.access.visible(me, [one for one in ids if one != me])
        apart = await self.degrees.among(me, [one.bytes for one in people]) if people else {}
        known = [(person, apart[one.bytes]) for one, person in people.items() if one.bytes in apart]
        return sorted(known, key=_nearest)


def _nearest(found: tuple[User, int]) -> tuple[bool, int, UserId]:
    user, degree = found
    return not degree, degree, user.id
