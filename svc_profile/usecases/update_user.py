"""Change the own profile."""

from dataclasses import dataclass

from guild.events.v1 import users_pb2
from mesh.clock import Clock
from mesh.contract import timestamp
from mesh.data import Database, Transaction
from svc_profile.domain.ids import UserId
from svc_profile.domain.user import User, UserNotFound
from svc_profile.store.users import UserRepository


@dataclass(frozen=True)
class UpdateUser:
    """Replaces the named fields and leaves the others alone."""

    db: Database
    users: UserRepository
    clock: Clock

    async def __call__(self, me: UserId, user_id: UserId, changes: dict[str, str]) -> User:
        """The profile afterwards; naming no field changes nothing.

        Raises:
            UserNotFound: there is no such member.
            NotYourProfile: it is somebody else's.
        """

        async def work(tx: Transaction) -> User:
            before = await self.users.lock(tx, user_id)
            if before is None:
                raise UserNotFound(user_id)
            after = before.edited(changes, by=me, at=self.clock.now())
            if not changes:
                return before
            await self.users.save(tx, after)
            event = users_pb2.UserUpdated(
                user_id=str(user_id), changed_fields=sorted(changes), updated_at=timestamp(after.updated_at)
            )
            tx.emit(event, key=user_id, actor=me)
            return after

        return await self.db.transact(work)
