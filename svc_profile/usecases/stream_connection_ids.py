"""Give a service the ids of all connections of a member."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from mesh.data import Database
from svc_profile.domain.ids import UserId
from svc_profile.store.connections import ConnectionRepository

_PAGE = 1000  # ids in one message of the stream, which the contract bounds


@dataclass(frozen=True)
class StreamConnectionIds:
    """One read, handed out in pages."""

    db: Database
    connections: ConnectionRepository

    async def __call__(self, user_id: UserId) -> AsyncIterator[list[UserId]]:
        """Pages of ids, in no order."""
        ids = await self.connections.ids(self.db, user_id)
        for start in range(0, len(ids), _PAGE):
            yield ids[start : start + _PAGE]
