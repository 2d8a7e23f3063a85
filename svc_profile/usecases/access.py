"""Ask the policy who may see what of whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mesh.data import Database
from svc_profile.domain.access import Verdict, verdict
from svc_profile.domain.ids import UserId
from svc_profile.domain.user import User, UserNotFound
from svc_profile.store.connections import ConnectionRepository
from svc_profile.store.users import UserRepository


@dataclass(frozen=True)
class Access:
    """Reads each viewer's own edges on the primary: a connection that ended is gone with the next check."""

    db: Database
    users: UserRepository
    connections: ConnectionRepository

    async def verdicts(self, pairs: Iterable[tuple[UserId | None, UserId]]) -> list[Verdict]:
        """One verdict for each (viewer, owner), repeats once; a viewer who is not signed in is None."""
        wanted = list(dict.fromkeys(pairs))
        edges = [(viewer, owner) for viewer, owner in wanted if viewer is not None and viewer != owner]
        connected = await self.connections.connected(self.db, edges) if edges else set()
        known = await self.users.existing(self.db, list({owner for _, owner in wanted}))
        return [
            verdict(viewer, owner, known=owner in known, connected=(viewer, owner) in connected)
            for viewer, owner in wanted
        ]

    async def must_see(self, viewer: UserId | None, owner: UserId) -> Verdict:
        """The verdict on a member who is there for the viewer; raises UserNotFound."""
        [found] = await self.verdicts([(viewer, owner)])
        if not found.may_see_profile:
            raise UserNotFound(owner)
        return found

    async def visible(self, viewer: UserId | None, user_ids: Sequence[UserId]) -> dict[UserId, User]:
        """Those of `user_ids` who are there for the viewer, in their order, repeats once."""
        verdicts = await self.verdicts((viewer, user_id) for user_id in user_ids)
        seen = [verdict.owner for verdict in verdicts if verdict.may_see_profile]
        found = await self.users.find_many(self.db, seen)
        return {user_id: found[user_id] for user_id in seen if user_id in found}
