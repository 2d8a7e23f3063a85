"""Give members everything the network holds about them."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.ids import uuid7
from mesh.principal import Principal, acting_as
from svc_profile.domain.archive import Archive
from svc_profile.domain.export import GOOD_FOR, Export, ExportNotFound
from svc_profile.domain.ids import UserId
from svc_profile.domain.user import AccountGone
from svc_profile.store.exports import ExportRepository
from svc_profile.store.users import UserRepository
from svc_profile.usecases.erasing import Holder


@dataclass(frozen=True)
class Exports:
    """An archive is made while it is fetched: no copy of everything about somebody lies anywhere."""

    db: Database
    users: UserRepository
    exports: ExportRepository
    holders: Mapping[str, Holder]
    myself: Principal
    clock: Clock

    async def start(self, me: UserId) -> Export:
        """The open export of a member, or a new one; raises AccountGone."""

        async def work(tx: Transaction) -> Export:
            if await self.users.lock(tx, me) is None:
                raise AccountGone
            now = self.clock.now()
            if (before := await self.exports.newest(tx, me, now)) is not None:
                return before
            export = Export(me, uuid7(now), now, now + GOOD_FOR)
            self.exports.add(tx, export)
            return export

        return await self.db.transact(work)

    async def get(self, me: UserId, export_id: UUID) -> Export:
        """An export of a member; raises ExportNotFound."""
        found = await self.exports.find(self.db, me, export_id, self.clock.now())
        if found is None:
            raise ExportNotFound(export_id)
        return found

    async def archive(self, me: UserId, export_id: UUID) -> AsyncIterator[bytes]:
        """The archive, piece by piece; raises ExportNotFound, and whatever keeps a service from giving its part."""
        await self.get(me, export_id)
        async for piece in self.made(me):
            yield piece

    async def made(self, user_id: UserId) -> AsyncIterator[bytes]:
        """An archive of a member, for whoever may have it; raises whatever keeps a service from giving its part."""
        archive = Archive(self.clock.now())
        try:
            async for piece in self._pieces(user_id, archive):
                yield piece
        finally:
            archive.drop()

    async def _pieces(self, me: UserId, archive: Archive) -> AsyncIterator[bytes]:
        for service, holder in self.holders.items():
            batches = holder.export(me)
            while True:
                with acting_as(self.myself):  # services give this to services alone; not held over a yield
                    batch = await anext(batches, None)
                if batch is None:
                    break
                for piece in archive.add(f"{service}/{batch.section}", batch.records):
                    yield piece
        for piece in archive.close():
            yield piece
