"""Look after accounts that nobody has."""

from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction
from mesh.principal import current_operator
from svc_profile.domain.actions import ActionKind
from svc_profile.domain.canaries import MOST, Canary, CanaryImpossible
from svc_profile.domain.ids import UserId
from svc_profile.domain.user import UserNotFound
from svc_profile.store.canaries import CanaryRepository
from svc_profile.store.connections import ConnectionRepository
from svc_profile.store.users import UserRepository
from svc_profile.usecases.audit import Audit
from svc_profile.usecases.users import Users

EVERY_SECONDS = 30.0  # until what an operator changed is everywhere; one small statement

_HIDDEN = {"discoverable": False, "traversable": False, "findable_by_contact": False}


class CurrentCanaries:
    """All of them in memory: asking costs no statement, and an answer takes as long for a canary as for a member."""

    def __init__(self, db: Database, repository: CanaryRepository) -> None:
        self.now: frozenset[UserId] = frozenset()
        self._db = db
        self._repository = repository

    async def refresh(self) -> None:
        """Read them; raises Unavailable."""
        self.now = await self._repository.ids(self._db)


@dataclass(frozen=True)
class Canaries:
    """A canary is hidden from searches, suggestions and address books by the settings that any member may choose."""

    db: Database
    users: UserRepository
    profiles: Users
    connections: ConnectionRepository
    canaries: CanaryRepository
    current: CurrentCanaries
    audit: Audit
    pager: Pager
    clock: Clock

    async def mark(self, user_id: UserId) -> Canary:
        """The account as a canary, as it was where it is one already; raises UserNotFound, CanaryImpossible."""

        async def work(tx: Transaction) -> Canary:
            if await self.users.lock(tx, user_id) is None:
                raise UserNotFound(user_id)
            if known := await self.canaries.find(tx, user_id):
                return known
            if await self.connections.ids(tx, user_id):
                raise CanaryImpossible(f"{user_id} has connections, who see it in their lists")
            if await self.canaries.count(tx) >= MOST:
                raise CanaryImpossible(f"there are {MOST} canaries, which is all that each process remembers")
            canary = Canary(user_id, current_operator(), self.clock.now())
            await self.profiles.change_privacy(tx, user_id, _HIDDEN)
            self.canaries.add(tx, canary)
            self.audit.note(tx, ActionKind.CANARY_MARKED, user_id, user_id=user_id)
            return canary

        marked = await self.db.transact(work)
        await self.current.refresh()
        return marked

    async def unmark(self, user_id: UserId) -> None:
        """Make it an account like others, which stays hidden; nothing changes where it is none."""

        async def work(tx: Transaction) -> None:
            if await self.canaries.drop(tx, user_id):
                self.audit.note(tx, ActionKind.CANARY_UNMARKED, user_id, user_id=user_id)

        await self.db.transact(work)
        await self.current.refresh()

    async def latest(self, token: str, size: int) -> Page[Canary]:
        """All of them, the latest accounts first; raises PageTokenInvalid."""
        return await self.pager.page(token, size, "canaries", self.canaries.latest(self.db))
