"""Tell a service what lies between a viewer and other members."""

from collections.abc import Sequence
from dataclasses import dataclass

from mesh.data import Database
from svc_profile.domain.access import Access
from svc_profile.domain.ids import UserId
from svc_profile.store.connections import ConnectionRepository
from svc_profile.store.users import UserRepository


@dataclass(frozen=True)
class CheckAccess:
    """Reads the viewer's own edges on the primary: a connection that ended is gone with the next check."""

    db: Database
    users: UserRepository
    connections: ConnectionRepository

    async def __call__(self, viewer: UserId, others: Sequence[UserId], *, second_degree: bool) -> list[Access]:
        """One answer for each of `others`, repeats once, in the order asked for."""
        wanted = list(dict.fromkeys(others))
        connected = await self.connections.connected_among(self.db, viewer, wanted)
        rest = [user_id for user_id in wanted if user_id not in connected]
        existing = await self.users.existing(self.db, rest) | connected if rest else connected
        strangers = [user_id for user_id in rest if user_id != viewer]
        second = await self.connections.sharing(self.db, viewer, strangers) if second_degree and strangers else set()
        return [
            Access(
                user_id,
                connected=user_id in connected,
                degree=1 if user_id in connected else 2 if user_id in second else 0,
                hidden=user_id not in existing,
            )
            for user_id in wanted
        ]
