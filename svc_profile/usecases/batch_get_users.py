"""Read several profiles at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from mesh.data import Database
from svc_profile.domain.ids import UserId
from svc_profile.domain.user import User
from svc_profile.store.users import UserRepository


@dataclass(frozen=True)
class BatchGetUsers:
    """Those that exist, in the order asked for."""

    db: Database
    users: UserRepository

    async def __call__(self, user_ids: Sequence[UserId]) -> list[User]:
        """The members found; unknown ids are left out."""
        found = await self.users.find_many(self.db, user_ids)
        return [found[user_id] for user_id in dict.fromkeys(user_ids) if user_id in found]
