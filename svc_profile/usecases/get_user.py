"""Read a profile."""

from dataclasses import dataclass

from mesh.data import Database
from svc_profile.domain.connection import Pair, Status
from svc_profile.domain.ids import UserId
from svc_profile.domain.user import User, UserNotFound
from svc_profile.store.connections import ConnectionRepository
from svc_profile.store.users import UserRepository


@dataclass(frozen=True, slots=True)
class Profile:
    """A member as one viewer sees them: `degree` is 1 for a connection, else 0; `reduced` to what everybody may see."""

    user: User
    connection_count: int
    degree: int
    reduced: bool = False


@dataclass(frozen=True)
class GetUser:
    """Profiles are visible to every signed-in member, their public fields to everybody."""

    db: Database
    users: UserRepository
    connections: ConnectionRepository

    async def __call__(self, viewer: UserId | None, user_id: UserId) -> Profile:
        """The profile of a member.

        Raises:
            UserNotFound: there is no such member.
        """
        user = await self.users.find(self.db, user_id)
        if user is None:
            raise UserNotFound(user_id)
        if viewer is None:
            return Profile(user, connection_count=0, degree=0, reduced=True)
        connected = viewer != user_id and await self._connected(viewer, user_id)
        return Profile(user, await self.connections.count(self.db, user_id), degree=1 if connected else 0)

    async def _connected(self, viewer: UserId, user_id: UserId) -> bool:
        connection = await self.connections.find(self.db, Pair.of(viewer, user_id))
        return connection.status is Status.ACCEPTED
