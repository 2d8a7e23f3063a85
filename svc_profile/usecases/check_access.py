"""Tell who may see what of whom."""

from collections.abc import Sequence
from dataclasses import dataclass

from mesh.data import Database
from svc_profile.domain.access import Verdict, verdict
from svc_profile.domain.ids import UserId
from svc_profile.store.connections import ConnectionRepository
from svc_profile.store.users import UserRepository


@dataclass(frozen=True)
class CheckAccess:
    """Reads each viewer's own edges on the primary: a connection that ended is gone with the next check."""

    db: Database
    users: UserRepository
    connections: ConnectionRepository

    async def __call__(self, pairs: Sequence[tuple[UserId | None, UserId]]) -> list[Verdict]:
        """One verdict for each (viewer, owner), repeats once."""
        wanted = list(dict.fromkeys(pairs))
        edges = [(viewer, owner) for viewer, owner in wanted if viewer is not None and viewer != owner]
        connected = await self.connections.connected(self.db, edges) if edges else set()
        known = await self.users.existing(self.db, list({owner for _, owner in wanted}))
        return [
            verdict(viewer, owner, known=owner in known, connected=(viewer, owner) in connected)
            for viewer, owner in wanted
        ]
