"""Say that one is open to work, and ask whether somebody is."""

from dataclasses import dataclass

from mesh.data import Database, Transaction
from svc_profile.domain.career import Position
from svc_profile.domain.ids import UserId
from svc_profile.domain.open_to_work import OpenToWork, employers
from svc_profile.domain.user import AccountGone
from svc_profile.store.career import CareerRepository
from svc_profile.store.open_to_work import OpenToWorkRepository
from svc_profile.store.users import UserRepository
from svc_profile.usecases.access import Access


@dataclass(frozen=True)
class OpenToWorks:
    """It leaves no event: whom it is told is decided when they ask."""

    db: Database
    users: UserRepository
    career: CareerRepository
    said: OpenToWorkRepository
    access: Access

    async def say(self, me: UserId, value: OpenToWork | None) -> None:
        """Replace what was said, None for not being open any more; raises AccountGone."""

        async def work(tx: Transaction) -> None:
            if await self.users.lock(tx, me) is None:
                raise AccountGone
            if value is None:
                self.said.drop(tx, me)
            else:
                await self.said.put(tx, me, value)

        await self.db.transact(work)

    async def of(self, viewer: UserId, user_id: UserId) -> OpenToWork | None:
        """What a member tells the viewer, if anything; raises UserNotFound."""
        verdict = await self.access.must_see(viewer, user_id)
        said = await self.said.find(self.db, user_id)
        if said is None or verdict.is_self:
            return said
        mine = employers(await self.career.of_member(self.db, Position, user_id))
        theirs = employers(await self.career.of_member(self.db, Position, viewer))
        return said.told(verdict, mine, theirs)
