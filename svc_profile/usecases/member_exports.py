"""Give out what the network holds about a member, on a request that the law makes."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.principal import current_operator
from svc_profile.domain.actions import Action, ActionKind
from svc_profile.domain.export import BY_OPERATORS_FOR, Export, ExportNotFound
from svc_profile.domain.ids import UserId
from svc_profile.domain.user import UserNotFound
from svc_profile.store.actions import ActionLog
from svc_profile.store.users import UserRepository
from svc_profile.usecases.audit import Audit
from svc_profile.usecases.exports import Exports


@dataclass(frozen=True)
class MemberExports:
    """The line of the audit log that says who asked and why is the permission: without it there is nothing to fetch."""

    db: Database
    users: UserRepository
    log: ActionLog
    audit: Audit
    exports: Exports
    clock: Clock

    async def start(self, user_id: UserId, reason: str) -> Export:
        """A permission for the acting operator; raises UserNotFound, not for who left and is not erased yet."""

        async def work(tx: Transaction) -> Export:
            if not await self.users.is_held(tx, user_id):
                raise UserNotFound(user_id)
            return _export(
                self.audit.note(tx, ActionKind.MEMBER_EXPORTED, user_id, user_id=user_id, note=reason), user_id
            )

        return await self.db.transact(work)

    async def get(self, user_id: UserId, export_id: UUID) -> Export:
        """A permission of the acting operator's; raises ExportNotFound, also for those of others."""
        found = await self.log.find(self.db, user_id, export_id)
        if found is None or not _permits(found):
            raise ExportNotFound(export_id)
        export = _export(found, user_id)
        if self.clock.now() >= export.expires_at:
            raise ExportNotFound(export_id)
        return export

    async def archive(self, user_id: UserId, export_id: UUID) -> AsyncIterator[bytes]:
        """The archive, piece by piece; raises ExportNotFound, and whatever keeps a service from giving its part."""
        await self.get(user_id, export_id)
        async for piece in self.exports.made(user_id):
            yield piece


def _permits(action: Action) -> bool:
    """Of lines that other services record none has a note, so that none of them opens anything."""
    of_this_kind = action.kind is ActionKind.MEMBER_EXPORTED and bool(action.note)
    return of_this_kind and action.operator == current_operator()


def _export(action: Action, user_id: UserId) -> Export:
    return Export(user_id, action.id, action.at, action.at + BY_OPERATORS_FOR)
