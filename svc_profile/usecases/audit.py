"""The audit log of what operators do."""

from dataclasses import dataclass
from uuid import UUID

from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction
from mesh.ids import uuid7
from mesh.principal import current_operator
from svc_profile.domain.actions import Action, ActionKind
from svc_profile.domain.ids import UserId
from svc_profile.store.actions import ActionLog


@dataclass(frozen=True)
class Audit:
    """Each act is a line with the name of the operator, in the transaction of the act."""

    db: Database
    log: ActionLog
    pager: Pager
    clock: Clock

    def note(
        self,
        tx: Transaction,
        kind: ActionKind,
        target_id: UUID,
        *,
        user_id: UserId | None,
        subject_id: UUID | None = None,
        note: str = "",
    ) -> Action:
        """Write down what the acting operator does; `subject_id` is content that no known member wrote."""
        action = Action(uuid7(), current_operator(), kind, user_id, target_id, note, self.clock.now())
        self.log.add(tx, action, user_id or subject_id or target_id)
        return action

    async def record(self, id_: UUID, operator: str, kind: ActionKind, user_id: UserId) -> None:
        """Write down what an operator does to a member at another service; the same line again changes nothing."""
        action = Action(id_, operator, kind, user_id, user_id, "", self.clock.now())

        async def work(tx: Transaction) -> None:
            self.log.add(tx, action, user_id)

        await self.db.transact(work)

    async def newest(self, token: str, size: int, *, operator: str, user_id: UserId | None) -> Page[Action]:
        """What operators did, newest first; raises PageTokenInvalid."""
        listing = self.log.newest(self.db, operator=operator, user_id=user_id)
        return await self.pager.page(token, size, f"actions/{operator}/{user_id}", listing)
