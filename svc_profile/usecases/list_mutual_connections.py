"""List the members whom two members both know."""

from dataclasses import dataclass
from uuid import UUID

from mesh.data import Database, PageTokens, page_size
from svc_profile.domain.ids import UserId
from svc_profile.domain.user import User, UserNotFound
from svc_profile.store.connections import ConnectionRepository
from svc_profile.store.users import UserRepository


@dataclass(frozen=True, slots=True)
class MutualPage:
    """One page of shared connections with the number of all."""

    users: list[User]
    total: int
    next_page_token: str


@dataclass(frozen=True)
class ListMutualConnections:
    """The intersection of two members' connections, in id order."""

    db: Database
    users: UserRepository
    connections: ConnectionRepository
    tokens: PageTokens

    async def __call__(self, me: UserId, other: UserId, *, size: int, token: str) -> MutualPage:
        """A page of those both are connected with.

        Raises:
            UserNotFound: there is no such member.
        """
        scope = f"mutual/{me}/{other}"
        size = page_size(size)
        after = UUID(self.tokens.decode(token, scope)["id"]) if token else UUID(int=0)
        if not await self.users.exists(self.db, other):
            raise UserNotFound(other)
        shared = sorted(await self.connections.mutual(self.db, me, other))
        rest = [user_id for user_id in shared if user_id > after]
        page = rest[:size]
        found = await self.users.find_many(self.db, page)
        following = self.tokens.encode({"id": str(page[-1])}, scope) if len(rest) > size else ""
        return MutualPage([found[user_id] for user_id in page if user_id in found], len(shared), following)
